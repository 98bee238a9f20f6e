"""What a recipe's configuration becomes: schedules, optimizers, moving averages, options of a network."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import one_line
from safetensors.numpy import load_file

import kzoo
from kzoo.tasks import ImageClassification, check, train
from kzoo.tasks.image_classification import accuracy, build_network
from kzoo.training import ClassifierConfig, OptimizerConfig, Run, ScheduleConfig, Trainer, initialize, make_schedule
from kzoo.training.callbacks import EarlyStopping, ReduceLROnPlateau

QUICK = ClassifierConfig(
    model="LeNet5",
    data="digits",
    out=Path("set by each test"),
    epochs=2,
    batch_size=32,
    learning_rate=0.01,
    steps_per_epoch=3,
    xla=False,
)


@pytest.mark.parametrize(
    "config, expected",
    [
        (ScheduleConfig(kind="constant"), [0.01, 0.01, 0.01]),
        (ScheduleConfig(kind="cosine"), [0.01, 0.005, 0.0]),
        (ScheduleConfig(kind="polynomial"), [0.01, 0.005, 0.0]),
        (ScheduleConfig(kind="polynomial", power=2.0), [0.01, 0.0025, 0.0]),
        (ScheduleConfig(kind="step", at=(4.0, 8.0)), [0.01, 0.001, 0.0001]),
        (ScheduleConfig(kind="exponential", factor=0.5, every=2.0), [0.01, 0.01 / 4, 0.01 / 32]),
        (ScheduleConfig(kind="constant", warmup_epochs=5.0), [0.0, 0.01, 0.01]),
        (ScheduleConfig(kind="step", at=(8.0,), warmup_epochs=2.5), [0.0, 0.01, 0.001]),
    ],
)
def test_learning_rates(config, expected):
    """At the start, in the middle and at the end of ten epochs of eight steps; epochs are counted from the start."""
    rate = make_schedule(config, 0.01, epochs=10, steps_per_epoch=8)
    values = [float(rate(step)) if callable(rate) else rate for step in (0, 41, 80)]
    np.testing.assert_allclose(values, expected, rtol=0.12, atol=3e-4)


def test_accuracy_of_plain_and_of_mixed_labels():
    logits = np.array([[0.1, 2.0, 0.3], [3.0, 1.0, 0.0]], "float32")
    assert accuracy(np.array([1, 2]), logits).numpy().tolist() == [1.0, 0.0]
    assert accuracy(np.array([[1], [0]]), logits).numpy().tolist() == [1.0, 1.0]
    assert accuracy(np.array([[0.4, 0.6, 0.0], [0.1, 0.2, 0.7]]), logits).numpy().tolist() == [1.0, 0.0]


def test_averaged_weights_are_evaluated_and_kept_and_the_others_trained_on(tmp_path):
    seen = []

    class Spy(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(self.model.trainable_variables[0].numpy())

    keras.utils.set_random_seed(0)
    network = kzoo.LeNet5(classifier_activation=None)
    trainer = Trainer(network, xla=False)
    optimizer = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)
    trainer.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    images, labels = np.random.default_rng(0).normal(size=(8, 32, 32, 1)).astype("float32"), np.arange(8)
    batch = tf.data.Dataset.from_tensors((images, labels))
    run = Run(tmp_path, steps_per_epoch=2, monitor="val_accuracy")
    run.fit(trainer, lambda epoch, step: batch.repeat(), 2, [Spy()], validation_data=batch)
    # Keras' average starts at the first weights it sees, and fit leaves the average in the network at its end
    average = kzoo.LeNet5(weights=tmp_path / "best.weights.h5").trainable_variables[0].numpy()
    assert not any(np.allclose(average, weights, atol=1e-7) for weights in seen)
    assert len(seen) == 4 and np.abs(seen[2] - seen[1]).max() < 10 * np.abs(seen[1] - seen[0]).max()


def test_a_plateau_lasts_over_the_end_of_a_process(tmp_path):
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    network.compile(keras.optimizers.SGD(1.0), "mse")
    run = Run(tmp_path, steps_per_epoch=1)
    run.progress = replace(run.progress, epoch=3, history={"val_loss": [1.0, 2.0, 2.0]})
    plateau = ReduceLROnPlateau(run, monitor="val_loss", patience=3, factor=0.1)
    plateau.set_model(network)
    plateau.on_train_begin()
    plateau.on_epoch_end(3, {"val_loss": 2.0})  # the third in a row, two of which another process saw
    assert float(network.optimizer.learning_rate) == pytest.approx(0.1)


class Measured(keras.callbacks.Callback):
    """Say what was measured in each epoch; count batches, and break off before one of them."""

    def __init__(self, values, last=None):
        super().__init__()
        self.values, self.last, self.batches = values, last, 0

    def on_train_batch_begin(self, batch, logs=None):
        if self.batches == self.last:
            raise KeyboardInterrupt
        self.batches += 1

    def on_epoch_end(self, epoch, logs=None):
        logs["val_accuracy"] = self.values[epoch]


def test_early_stopping_lasts_over_the_end_of_a_process(tmp_path):
    """Of ten epochs, the third and the fourth are no better than the second, the fifth would be."""
    values = [0.1, 0.3, 0.2, 0.3, *[0.9] * 6]

    def train(out, last=None):
        network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
        network.compile(keras.optimizers.SGD(0.1), "mse")
        data = tf.data.Dataset.from_tensors((np.ones((1, 1)), np.zeros((1, 1)))).repeat()
        run = Run(tmp_path / out, steps_per_epoch=2, checkpoint_every=1, resume=True)
        measured = Measured(values, last)
        stopping = EarlyStopping(run, monitor="val_accuracy", mode="max", patience=2)
        history = run.fit(network, lambda epoch, step: data, 10, [measured, stopping])
        return history, measured.batches, run.checkpoints.latest()

    history, batches, (path, progress) = train("whole")
    assert history["val_accuracy"] == values[:4] and batches == 8
    assert (progress.epoch, progress.step, progress.stopped) == (4, 0, True)
    for last in (3, 4):  # in the second epoch, then in the fourth
        with pytest.raises(KeyboardInterrupt):
            train("killed", last)
    resumed, batches, (killed, killed_progress) = train("killed")
    assert (resumed, killed_progress) == (history, progress) and batches == 1
    for name, value in load_file(path).items():
        np.testing.assert_array_equal(load_file(killed)[name], value)
    assert train("whole")[:2] == (history, 0)  # what has stopped is done


def test_a_classifier_stops_early(tmp_path, capsys):
    config = replace(QUICK, out=tmp_path, epochs=9, early_stopping=1, learning_rate=1e-12)
    metrics = train(ImageClassification(config)).metrics
    assert "Epoch 2: early stopping" in capsys.readouterr().out
    assert metrics["best_epoch"] == 1 and len((tmp_path / "history.csv").read_text().splitlines()) == 3
    again = train(ImageClassification(replace(config, resume=True))).metrics
    assert {**again, "seconds": 0, "images_per_second": 0} == {**metrics, "seconds": 0, "images_per_second": 0}


@pytest.mark.parametrize(
    "model, options",
    [
        ("LeNet5", {}),
        pytest.param("NASNetCIFAR", {"drop_path": 0.3, "auxiliary": True}, marks=pytest.mark.slow),
    ],
)
def test_all_at_once(tmp_path, model, options):
    config = replace(
        QUICK,
        out=tmp_path,
        model=model,
        batch_size=4,
        options=options,
        optimizer=OptimizerConfig(kind="rmsprop", momentum=0.9, epsilon=1.0, weight_decay=1e-4, clip_norm=1.0, ema=0.9),
        schedule=ScheduleConfig(kind="exponential", warmup_epochs=0.5),
        label_smoothing=0.1,
        augment="cifar",
        epochs=1,
        steps_per_epoch=1,
    )
    trained = train(ImageClassification(config))
    assert np.isfinite(trained.metrics["val_loss"])


@pytest.mark.parametrize(
    "options, message",
    [
        ({"optimizer": OptimizerConfig(kind="adamw", momentum=0.9)}, "momentum=0.9 is not for 'adamw'"),
        ({"augment": "nothing"}, "augment='nothing' is unknown"),
        ({"label_smoothing": 1.5}, "label_smoothing=1.5 does not work"),
        ({"early_stopping": 0}, "early_stopping=0 does not work; accepted: a whole number from 1"),
    ],
)
def test_what_does_not_work_is_said(tmp_path, options, message):
    with pytest.raises(ValueError, match=message) as error:
        train(ImageClassification(replace(QUICK, out=tmp_path / "out", **options)))
    one_line(error)
    assert not (tmp_path / "out").exists()


def test_the_case_of_a_network_does_not_matter(tmp_path):
    check(ImageClassification(replace(QUICK, out=tmp_path / "out", model=QUICK.model.lower())))


@pytest.mark.parametrize(
    "options, message",
    [
        ({"kind": "plateau", "warmup_epochs": 1.0}, "kind='plateau' does not work with warmup_epochs"),
        ({"kind": "step", "at": (2.0, 1.0)}, "give epochs in rising order"),
        ({"kind": "step"}, "kind='step' does not work without at"),
    ],
)
def test_a_schedule_that_does_not_work_is_refused(options, message):
    with pytest.raises(ValueError, match=message) as error:
        ScheduleConfig(**options)
    one_line(error)


@pytest.mark.parametrize(
    "initializer, expected",
    [
        # of 3x3 kernels from 64 channels to 96, of 3x3 ones on 64 channels with two outputs each, of 600 to 200 within,
        # and of 200 to 300 at the end, which Torch draws between plus and minus 1 / sqrt(200)
        ("he", (2 / (9 * 64), 2 / 9, 2 / 600, 1 / (3 * 200))),
        ("he_fan_out", (2 / (9 * 96), 2 / (9 * 128), 2 / 200, 1 / (3 * 200))),
        (0.05, (0.05**2,) * 4),
    ],
)
def test_initial_values_of_papers(initializer, expected):
    layers = [
        keras.layers.Conv2D(96, 3, bias_initializer="ones"),
        keras.layers.DepthwiseConv2D(3, depth_multiplier=2),
        keras.layers.Dense(200),
        keras.layers.Dense(300),
    ]
    inner = keras.Sequential([keras.Input((600,)), layers[2]])
    tensors = [keras.Input((8, 8, 64)), keras.Input((8, 8, 64)), keras.Input((600,))]
    classified = keras.layers.Softmax()(layers[3](inner(tensors[2])))
    initialize(keras.Model(tensors, [layers[0](tensors[0]), layers[1](tensors[1]), classified]), initializer)
    for layer, variance in zip(layers, expected, strict=True):
        kernel = np.asarray(layer.kernel)
        assert abs(kernel.mean()) < 0.1 * kernel.std()
        np.testing.assert_allclose(kernel.var(), variance, rtol=0.1)
    assert (np.abs(layers[3].kernel).max() < 200**-0.5) == isinstance(initializer, str)  # uniform, not normal
    np.testing.assert_array_equal(layers[0].bias, np.ones(96))


@pytest.mark.parametrize("model", ["DenseNetBC100_12", "WideResNet16_8", "PreActResNet164CIFAR", "ResNet20CIFAR"])
def test_classifiers_begin_as_those_of_torch(model):
    network = build_network(replace(QUICK, model=model, options={}, initializer="he_fan_out"), 10)
    kernel = np.asarray(network.get_layer("predictions").kernel)
    limit = kernel.shape[0] ** -0.5
    assert 0.97 * limit < np.abs(kernel).max() <= limit
    np.testing.assert_array_equal(network.get_layer("predictions").bias, np.zeros(10))


def test_initializer_is_of_untrained_networks_alone(tmp_path):
    wide = replace(QUICK, initializer=10.0)
    assert np.std(build_network(wide, 10).layers[1].kernel) > 5
    kzoo.LeNet5().save_weights(tmp_path / "trained.weights.h5")
    assert np.std(build_network(wide, 10, weights=tmp_path / "trained.weights.h5").layers[1].kernel) < 1
    with pytest.raises(ValueError) as error:
        initialize(kzoo.LeNet5(), "glorot")
    assert one_line(error) == "initializer='glorot' is unknown; accepted are he, he_fan_out, or a standard deviation"
