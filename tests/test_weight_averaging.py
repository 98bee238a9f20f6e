"""Averages of weights and of statistics, and what Keras' callbacks do under two replicas."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import data, normalized, one_line, randomise, small_network

import kzoo
from kzoo.training import (
    Trainer,
    average_weights,
    make_optimizer,
    make_strategy,
    recompute_statistics,
    synchronize_batch_norm,
)


def fit(kind, replicas, optimizer, callbacks, xla=True):
    keras.utils.set_random_seed(0)
    with make_strategy(kind, replicas).scope():
        trainer = Trainer(small_network(), xla=xla)
        trainer.compile(optimizer(), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    validation = data(20).take(1)
    history = trainer.fit(
        data(32), validation_data=validation, epochs=3, verbose=0, shuffle=False, callbacks=callbacks
    ).history
    return trainer, history


class Weights(keras.callbacks.Callback):
    """Remember the first kernel as training, and as validation, sees it."""

    def __init__(self):
        super().__init__()
        self.training, self.validation = [], []

    def on_epoch_end(self, epoch, logs=None):
        self.training.append(self.model.network.get_weights()[0])

    def on_test_batch_begin(self, batch, logs=None):
        self.validation.append(self.model.network.get_weights()[0])


@pytest.mark.parametrize(
    "loss_scale, kind, replicas",
    [
        (False, "none", 1),
        pytest.param(False, "mirrored", 2, marks=pytest.mark.slow),
        pytest.param(True, "none", 1, marks=pytest.mark.slow),
        (True, "mirrored", 2),
    ],
)
def test_moving_averages_of_weights_are_what_is_validated(kind, replicas, loss_scale):
    """Keras' own callback does it; here the averages are followed in numpy."""
    seen, steps, momentum = Weights(), Steps(), 0.5
    trainer, *_ = fit(
        kind,
        replicas,
        lambda: make_optimizer("sgd", 0.5, ema=momentum, loss_scale=loss_scale),
        [keras.callbacks.SwapEMAWeights(), steps, seen],
    )
    average, expected = None, []
    for index, kernel in enumerate(steps.kernels):
        average = kernel if average is None else momentum * average + (1 - momentum) * kernel
        if index % 2:  # the end of an epoch
            expected.append(average)
    for ours, theirs in zip(seen.validation[:3], expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    for ours, theirs in zip(seen.training, steps.kernels[1::2], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)  # training goes on from its own weights
    assert not np.allclose(seen.training[0], expected[0], atol=1e-4)
    np.testing.assert_allclose(trainer.network.get_weights()[0], expected[-1], atol=1e-6)


class Steps(keras.callbacks.Callback):
    """Remember the first kernel after every step."""

    def __init__(self):
        super().__init__()
        self.kernels = []

    def on_train_batch_end(self, batch, logs=None):
        self.kernels.append(self.model.network.get_weights()[0])


def test_a_plateau_lowers_the_learning_rate_on_two_replicas():
    """Nothing improves by 10, so every epoch after the first is one without improvement."""
    trainer, history = fit(
        "mirrored",
        2,
        lambda: make_optimizer("sgd", 0.1, momentum=0.9),
        [keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.1, patience=1, min_delta=10)],
    )
    np.testing.assert_allclose(history["learning_rate"], [0.1, 0.1, 0.01], rtol=1e-5)
    rate = trainer.optimizer._learning_rate.value
    copies = trainer.distribute_strategy.experimental_local_results(rate)
    np.testing.assert_allclose([float(each) for each in copies], [0.001, 0.001], rtol=1e-5)


def test_weights_of_several_files_are_averaged(tmp_path):
    network = small_network()
    files, weights = [], []
    for seed in range(3):
        files.append(tmp_path / f"{seed}.weights.h5")
        randomise(network, seed)
        network.save_weights(files[-1])
        weights.append(network.get_weights())
    path = average_weights(files, tmp_path / "mean.weights.h5")
    network.load_weights(path)
    for ours, *theirs in zip(network.get_weights(), *weights, strict=True):
        np.testing.assert_allclose(ours, np.mean(theirs, axis=0), rtol=1e-6, atol=1e-7)
    assert sorted(each.name for each in tmp_path.iterdir()) == [*(each.name for each in files), "mean.weights.h5"]


def test_states_of_random_generators_are_the_last_files(tmp_path):
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), keras.layers.Dropout(0.5)])
    state = network.layers[-1].seed_generator.state
    for seed in (1, 2):
        state.assign([seed, seed])
        network.save_weights(tmp_path / f"{seed}.weights.h5")
    files = [tmp_path / "1.weights.h5", tmp_path / "2.weights.h5"]
    network.load_weights(average_weights(files, tmp_path / "m.weights.h5"))
    assert state.numpy().tolist() == [2, 2]


def test_wrong_files_to_average(tmp_path):
    small_network().save_weights(tmp_path / "a.weights.h5")
    kzoo.LeNet5().save_weights(tmp_path / "b.weights.h5")
    with pytest.raises(
        ValueError, match=r"b\.weights\.h5 holds other weights than .*a.weights.h5: they differ in"
    ) as error:
        average_weights([tmp_path / "b.weights.h5", tmp_path / "a.weights.h5"], tmp_path / "c.weights.h5")
    assert "a.weights.h5: they differ in " in one_line(error)
    (tmp_path / "e.weights.h5").write_bytes((tmp_path / "a.weights.h5").read_bytes()[:-500])
    with pytest.raises(ValueError, match=r"e\.weights\.h5 cannot be read") as error:
        average_weights([tmp_path / "e.weights.h5", tmp_path / "a.weights.h5"], tmp_path / "c.weights.h5")
    one_line(error)
    with pytest.raises(FileNotFoundError, match=r"d\.weights\.h5 is not there"):
        average_weights([tmp_path / "d.weights.h5"], tmp_path / "c.weights.h5")
    with pytest.raises(ValueError, match="at least one"):
        average_weights([], tmp_path / "c.weights.h5")
    assert len(list(tmp_path.iterdir())) == 3


def test_statistics_are_recomputed_as_the_mean_over_batches():
    network = randomise(normalized(None))
    batches = [images for images, _ in data(32)]
    recompute_statistics(network, batches)
    bn = network.layers[1]
    np.testing.assert_allclose(bn.moving_mean, np.mean([tf.reduce_mean(each) for each in batches]), atol=1e-6)
    np.testing.assert_allclose(
        bn.moving_variance, np.mean([tf.math.reduce_variance(each) for each in batches]), rtol=1e-5
    )
    assert bn.momentum == 0.99


def test_nothing_to_synchronize():
    with pytest.raises(ValueError, match="has no BatchNormalization") as error:
        synchronize_batch_norm(kzoo.LeNet5())
    one_line(error)
