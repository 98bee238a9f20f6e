"""Training: equal on every strategy, with XLA and without."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import one_line
from tensorflow.python.ops.control_flow_util import GraphOrParentsInXlaContext

import kzoo
from kzoo.applications.nasnet import Cell, Genotype, nasnet_cifar
from kzoo.layers import DropPathAdd, TrainingProgress
from kzoo.training import ReplicaModel, ScheduledDropPath, Trainer, compiled, is_chief, make_strategy

STRATEGIES = [("none", 1), ("mirrored", 1), ("mirrored", 2)]


def data(count=36, batch=16, classes=10):
    """Three batches, the last of four images."""
    rng = np.random.default_rng(0)
    images = rng.normal(size=(count, 32, 32, 1)).astype("float32")
    return tf.data.Dataset.from_tensor_slices((images, rng.integers(0, classes, count).astype("int32"))).batch(batch)


def train(kind, replicas, xla, network=kzoo.LeNet5, epochs=2, precision="float32", **options):
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy(precision)
    with make_strategy(kind, replicas).scope():
        trainer = Trainer(network(classifier_activation=None, **options), xla=xla)
        optimizer = keras.optimizers.AdamW(1e-3, weight_decay=1e-2)
        if precision == "mixed_float16":
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=2.0**10)
        trainer.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    history = trainer.fit(data(), validation_data=data(20), epochs=epochs, verbose=0, shuffle=False).history
    return history, trainer.network.get_weights()


@pytest.fixture(scope="module")
def alone():
    """What plain Keras does, without kzoo's Trainer, a strategy or XLA."""
    keras.utils.set_random_seed(0)
    model = kzoo.LeNet5(classifier_activation=None)
    model.compile(
        keras.optimizers.AdamW(1e-3, weight_decay=1e-2),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,
    )
    history = model.fit(data(), validation_data=data(20), epochs=2, verbose=0, shuffle=False).history
    return history, model.get_weights()


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
@pytest.mark.parametrize("kind, replicas", STRATEGIES)
def test_equal_losses_and_weights_everywhere(alone, kind, replicas, xla):
    history, weights = train(kind, replicas, xla)
    assert history.keys() == alone[0].keys()
    for name, values in alone[0].items():
        np.testing.assert_allclose(history[name], values, rtol=1e-5, err_msg=name)
    for ours, theirs in zip(weights, alone[1], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
@pytest.mark.parametrize("kind, replicas", STRATEGIES)
def test_xla_compiles_what_it_should(kind, replicas, xla):
    contexts = []

    @keras.saving.register_keras_serializable("tests")
    class Spy(keras.layers.Layer):
        def call(self, x, training=None):
            if hasattr(x, "op"):  # being traced
                contexts.append((training, GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph())))
            return x

    def network(classifier_activation):
        inputs = keras.Input((32, 32, 1))
        return keras.Model(inputs, keras.layers.Dense(10)(keras.layers.Flatten()(Spy()(inputs))))

    contexts.clear()
    train(kind, replicas, xla, network, epochs=1)
    assert {(True, xla), (False, xla)} <= set(contexts)
    assert {training for training, in_xla in contexts if in_xla} == ({True, False} if xla else set())


def two_classifiers():
    inputs = keras.Input((32, 32, 1))
    x = keras.layers.Flatten()(keras.layers.AveragePooling2D(4)(inputs))
    x = keras.layers.Dense(16, activation="relu")(x)
    auxiliary = keras.layers.Dense(10, name="auxiliary")(x)
    x = keras.layers.Dense(16, activation="relu")(x)
    return keras.Model(inputs, [keras.layers.Dense(10, name="main")(x), auxiliary])


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
@pytest.mark.parametrize("kind, replicas", STRATEGIES)
def test_losses_of_auxiliary_classifiers_are_weighted_and_added(kind, replicas, xla):
    """The same as plain Keras with `loss_weights`; evaluation is of the first output."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    keras.utils.set_random_seed(0)
    expected = two_classifiers()
    expected.compile(keras.optimizers.SGD(0.1), loss=[loss, loss], loss_weights=[1.0, 0.3], jit_compile=False)
    whole = data().map(lambda x, y: (x, (y, y)))
    losses = expected.fit(whole, epochs=2, verbose=0, shuffle=False).history["loss"]

    keras.utils.set_random_seed(0)
    with make_strategy(kind, replicas).scope():
        trainer = Trainer(two_classifiers(), xla=xla, auxiliary_weights=[0.3])
        trainer.compile(keras.optimizers.SGD(0.1), loss, metrics=["accuracy"])
    history = trainer.fit(data(), validation_data=data(), epochs=2, verbose=0, shuffle=False).history
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-5)
    for ours, theirs in zip(trainer.network.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    main = keras.Model(trainer.network.input, trainer.network.outputs[0])
    main.compile(loss=loss, metrics=["accuracy"])
    evaluated = main.evaluate(data(), return_dict=True, verbose=0)
    assert history["val_loss"][-1] == pytest.approx(evaluated["loss"], rel=1e-5)
    assert history["val_accuracy"][-1] == pytest.approx(evaluated["accuracy"])


def test_auxiliary_weights_that_do_not_fit():
    with pytest.raises(ValueError, match="one for each") as error:
        Trainer(two_classifiers(), auxiliary_weights=[0.3, 0.3])
    assert "1 outputs after the first" in one_line(error)


def small_network(synchronized=False, classifier_activation=None):
    inputs = keras.Input((32, 32, 1))
    # no bias: before a normalisation its gradient is rounding noise, which Adam would scale up
    x = keras.layers.Conv2D(4, 3, use_bias=False)(inputs)
    x = kzoo.layers.BatchNormalization(synchronized=synchronized)(x)
    x = keras.layers.Dropout(0.0)(keras.layers.ReLU()(x))
    return keras.Model(inputs, keras.layers.Dense(10)(keras.layers.GlobalAveragePooling2D()(x)))


def test_synchronized_batch_normalization_equals_one_replica():
    one, two = (train("mirrored", n, False, small_network, synchronized=True) for n in (1, 2))
    np.testing.assert_allclose(one[0]["loss"], two[0]["loss"], rtol=1e-5)
    for a, b in zip(one[1], two[1], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_synchronized_batch_normalization_under_xla_is_refused():
    with make_strategy("mirrored", 2).scope():
        inputs = keras.Input((8, 8, 1))
        trainer = Trainer(keras.Model(inputs, kzoo.layers.BatchNormalization(synchronized=True, name="bn")(inputs)))
        with pytest.raises(ValueError) as error:
            trainer.compile("sgd", "mse")
    assert "layer 'bn' is synchronized over 2 replicas, which XLA cannot compile; pass xla=False" in one_line(error)


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_learns_on_two_replicas(alone, precision, xla):
    history, weights = train("mirrored", 2, xla, precision=precision)
    assert all(weight.dtype == np.float32 for weight in weights)
    np.testing.assert_allclose(history["loss"], alone[0]["loss"], rtol=2e-2)


@pytest.mark.parametrize("kind, replicas", STRATEGIES)
def test_batch_normalization_is_equal_with_and_without_xla(kind, replicas):
    compiled, plain = (train(kind, replicas, xla, small_network) for xla in (True, False))
    np.testing.assert_allclose(compiled[0]["loss"], plain[0]["loss"], rtol=1e-5)
    for a, b in zip(compiled[1], plain[1], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_resnet_trains_on_two_replicas():
    history, weights = train("mirrored", 2, False, kzoo.ResNet50, epochs=1, input_shape=(32, 32, 1), classes=10)
    assert np.isfinite(history["loss"]).all() and np.isfinite(history["val_loss"]).all()
    assert all(np.isfinite(weight).all() for weight in weights)


class GAN(ReplicaModel):
    """The smallest model with two networks, two optimizers and a train_step of its own."""

    def __init__(self, **options):
        super().__init__(**options)
        self.generator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
        self.discriminator = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
        self.loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)
        self.d_optimizer, self.g_optimizer = keras.optimizers.Adam(1e-2), keras.optimizers.Adam(1e-2)
        self.d_optimizer.build(self.discriminator.trainable_variables)
        self.g_optimizer.build(self.generator.trainable_variables)
        self.built = True

    @compiled
    def discriminator_gradients(self, real, noise):
        with tf.GradientTape() as tape:
            scores = self.discriminator(tf.concat([real, self.generator(noise)], axis=0))
            truth = tf.concat([tf.ones_like(real[:, :1]), tf.zeros_like(real[:, :1])], axis=0)
            loss = self.loss_fn(truth, scores)
        return loss, tape.gradient(loss, [v.value for v in self.discriminator.trainable_variables])

    @compiled
    def generator_gradients(self, noise):
        with tf.GradientTape() as tape:
            loss = self.loss_fn(tf.ones_like(noise[:, :1]), self.discriminator(self.generator(noise)))
        return loss, tape.gradient(loss, [v.value for v in self.generator.trainable_variables])

    def train_step(self, data):
        real, noise = data
        d_loss, gradients = self.discriminator_gradients(real, noise)
        self.d_optimizer.apply_gradients(zip(gradients, self.discriminator.trainable_variables, strict=True))
        g_loss, gradients = self.generator_gradients(noise)
        self.g_optimizer.apply_gradients(zip(gradients, self.generator.trainable_variables, strict=True))
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        return {"d_loss": d_loss * replicas, "g_loss": g_loss * replicas}


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
def test_a_train_step_of_ones_own_is_equal_everywhere(xla):
    rng = np.random.default_rng(0)
    pairs = (rng.normal(size=(32, 8)).astype("float32"), rng.normal(size=(32, 4)).astype("float32"))
    results = []
    for kind, replicas in STRATEGIES:
        keras.utils.set_random_seed(0)
        with make_strategy(kind, replicas).scope():
            gan = GAN(xla=xla)
            gan.compile()
        gan.fit(tf.data.Dataset.from_tensor_slices(pairs).batch(8), epochs=2, verbose=0, shuffle=False)
        results.append([*gan.generator.get_weights(), *gan.discriminator.get_weights()])
    start = GAN()
    assert not np.allclose(results[0][0], start.generator.get_weights()[0])  # it has moved
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5)


def test_jit_compile_is_refused():
    with pytest.raises(ValueError, match="jit_compile=True is not for this model; pass xla= when making it"):
        Trainer(kzoo.LeNet5()).compile("sgd", "mse", jit_compile=True)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("mirored", None), "strategy='mirored' is unknown; accepted are mirrored, multiworker, none"),
        (("mirrored", 0), "replicas=0 does not work with strategy='mirrored'; accepted: a whole number from 1"),
        (("none", 2), "replicas=2 does not work with strategy='none'; accepted: 1"),
        (("multiworker", None), "strategy='multiworker' needs the environment variable TF_CONFIG"),
    ],
)
def test_wrong_strategy(arguments, message, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(ValueError) as error:
        make_strategy(*arguments)
    assert message in one_line(error)


def test_more_replicas_after_tensorflow_has_started():
    tf.constant(0)
    with pytest.raises(ValueError, match=r"replicas=3, but TensorFlow has started with 2 CPU device\(s\)"):
        make_strategy("mirrored", 3)


def test_the_same_devices_have_one_strategy():
    assert make_strategy("mirrored", 2) is make_strategy("mirrored", 2)


def test_a_single_process_is_its_own_chief():
    assert is_chief(make_strategy("none")) and is_chief(make_strategy("mirrored", 2))


WORKER = """
import sys
sys.path.insert(0, "tests")
from test_training import train
from kzoo.training import is_chief, make_strategy
import json, tensorflow as tf
history, weights = train("multiworker", None, {xla})
print(json.dumps([is_chief(tf.distribute.get_strategy()), history, [w.tolist() for w in weights]]))
"""


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
def test_two_processes_on_loopback_equal_one(alone, xla, on_loopback):
    for output in on_loopback("-c", WORKER.format(xla=xla)):
        _, history, weights = json.loads(output.splitlines()[-1])
        np.testing.assert_allclose(history["loss"], alone[0]["loss"], rtol=1e-5)
        for ours, theirs in zip(weights, alone[1], strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-5)


def scheduled(xla, progress):
    """Return a trainer whose loss is 1 / keep on average: of ones that are kept, and then 1 / keep, or dropped."""
    inputs = keras.Input((1, 1, 1))
    ones = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", name="ones")(inputs)
    outputs = DropPathAdd(0.5, (True, False))([ones, keras.layers.Rescaling(0.0)(ones)], progress(inputs))
    trainer = Trainer(keras.Sequential([keras.Model(inputs, outputs)]), xla=xla)
    trainer.compile(keras.optimizers.SGD(0.0), "mse")  # nothing is learnt
    return trainer


def train_scheduled(trainer, epochs, callbacks, images=8192):
    """Return the loss of each epoch, of two steps."""
    ones = np.ones((images, 1, 1, 1), "float32")
    dataset = tf.data.Dataset.from_tensor_slices((ones, 0 * ones)).batch(images // 2)
    return trainer.fit(dataset, epochs=epochs, verbose=0, shuffle=False, callbacks=callbacks).history["loss"]


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
@pytest.mark.parametrize("kind, replicas", STRATEGIES)
def test_paths_are_dropped_more_often_from_step_to_step_without_tracing_again(kind, replicas, xla):
    traced = []

    class Spy(TrainingProgress):
        def call(self, x, training=None):
            traced.append(training)
            return super().call(x, training)

    with make_strategy(kind, replicas).scope():
        trainer = scheduled(xla, Spy())
    losses = train_scheduled(trainer, 1, [ScheduledDropPath(6)])
    once = len(traced)
    losses += train_scheduled(trainer, 3, [ScheduledDropPath(6)])  # the optimizer goes on counting
    assert len(traced) == once and True in traced
    progress = np.minimum(1, np.arange(8).reshape(4, 2) / 6)
    np.testing.assert_allclose(losses, (1 / (1 - 0.5 * progress)).mean(axis=1), rtol=0.04)


def test_without_the_callback_paths_are_dropped_as_often_as_stated():
    assert train_scheduled(scheduled(False, TrainingProgress()), 1, []) == pytest.approx([2.0], rel=0.05)


def test_progress_is_no_weight():
    trainer = scheduled(False, layer := TrainingProgress())
    train_scheduled(trainer, 1, [ScheduledDropPath(4)])
    assert float(layer.value) == 0.25 and layer.variables == []
    assert [weight.name for weight in trainer.network.weights] == ["kernel"]


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
def test_nasnet_trains_on_two_replicas_with_paths_dropped(xla):
    genotype = Genotype(
        normal=Cell(blocks=((("convolution_3x3", 0), ("identity", 1)),), outputs=(2,), stride=1),
        reduction=Cell(blocks=((("max_3x3", 0), ("convolution_1x1", 1)),), outputs=(2,), stride=2),
    )
    with make_strategy("mirrored", 2).scope():
        inputs = keras.Input((8, 8, 3))
        x = nasnet_cifar(inputs, cells=(1, 1), filters=8, stem=8, genotype=genotype, drop_path=0.4)
        network = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(x)))
        trainer = Trainer(network, xla=xla)
        trainer.compile(keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    labels = np.arange(32) % 2
    images = np.random.default_rng(0).normal(size=(32, 8, 8, 3)) + labels[:, None, None, None]
    losses = trainer.fit(images, labels, batch_size=16, epochs=6, verbose=0, callbacks=[ScheduledDropPath(12)])
    assert losses.history["loss"][-1] < losses.history["loss"][0]


@pytest.mark.parametrize("steps", [0, 1.5, None])
def test_steps_that_are_no_number_of_steps(steps):
    with pytest.raises(ValueError) as error:
        ScheduledDropPath(steps)
    assert f"steps={steps} is not a number of training steps; accepted: a whole number from 1" in one_line(error)


def test_a_schedule_for_a_network_without_drop_path_is_refused():
    model = kzoo.LeNet5()
    model.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(ValueError) as error:
        model.fit(data(), callbacks=[ScheduledDropPath(10)], verbose=0, shuffle=False)
    assert "'lenet5' has no scheduled drop-path; build its network with drop_path above 0" in one_line(error)
