"""Training: equal on every strategy, with XLA and without."""

import json
from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import ADAMW, adamw, assert_equal, data, everything, normalized, one_line, small_network, train
from tensorflow.python.ops.control_flow_util import GraphOrParentsInXlaContext

import kzoo
from kzoo.applications.nasnet import Cell, Genotype, nasnet_cifar
from kzoo.layers import DropPathAdd, TrainingProgress
from kzoo.training import (
    ReplicaModel,
    ScheduledDropPath,
    Trainer,
    compiled,
    is_chief,
    make_strategy,
    synchronize_batch_norm,
)

ONE, TWO = ("none", 1), ("mirrored", 2)
STRATEGIES = [ONE, pytest.param("mirrored", 1, marks=pytest.mark.slow), TWO]


def plain(optimizer=adamw, count=36, network=kzoo.LeNet5):
    """What plain Keras does, without kzoo's Trainer, a strategy or XLA."""
    keras.utils.set_random_seed(0)
    model = network(classifier_activation=None)
    model.compile(
        optimizer(),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,
    )
    history = model.fit(data(count), validation_data=data(count - 16), epochs=2, verbose=0, shuffle=False).history
    return history, model.get_weights()


@pytest.fixture(scope="module")
def alone():
    return plain()


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
@pytest.mark.parametrize("kind, replicas", STRATEGIES)
def test_equal_losses_and_weights_everywhere(alone, kind, replicas, xla):
    assert_equal(train(kind, replicas, xla), alone)


SGD = partial(keras.optimizers.SGD, 0.1, momentum=0.9)
OPTIMIZERS = {
    "momentum": SGD,
    "clipnorm": partial(SGD, clipnorm=0.05, nesterov=True),
    "global_clipnorm": partial(SGD, global_clipnorm=0.1),
    "clipvalue": partial(SGD, clipvalue=0.01),
    "accumulation": partial(SGD, gradient_accumulation_steps=2, global_clipnorm=0.1, weight_decay=1e-2),
    "ema": partial(ADAMW, use_ema=True, ema_momentum=0.9),
    "ema_overwrite": partial(ADAMW, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=2),
    "an update of its own": partial(keras.optimizers.Nadam, 1e-3, global_clipnorm=0.1),
    "loss scale": lambda: keras.optimizers.LossScaleOptimizer(everything()),
}


SLOW = {
    "clipnorm",
    "clipvalue",
    "ema",
    "ema_overwrite",
}  # other tests have the like of them


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(make, id=name, marks=[pytest.mark.slow] if name in SLOW else [])
        for name, make in OPTIMIZERS.items()
    ],
)
def test_optimizers_step_on_the_gradient_of_all_replicas(make):
    assert_equal(train("mirrored", 2, False, optimizer=make), plain(make))


@pytest.mark.parametrize("kind, replicas", [ONE, TWO])
def test_an_optimizer_stays_as_keras_made_it(kind, replicas, tmp_path):
    """After `fit` it has learning rates of callbacks, works in a loop of one's own, and is saved, as Keras' does."""
    strategy = make_strategy(kind, replicas)
    rng = np.random.default_rng(0)
    batches = tf.data.Dataset.from_tensors((rng.normal(size=(8, 4)).astype("float32"), np.ones((8, 2), "float32")))
    halve = partial(keras.callbacks.ReduceLROnPlateau, "loss", factor=0.5, patience=1, min_delta=1e9)

    def run(make):
        keras.utils.set_random_seed(0)
        with strategy.scope():
            network = keras.Sequential([keras.Input((4,), name="inputs"), keras.layers.Dense(2, name="dense")])
            optimizer, model = keras.optimizers.AdamW(0.1, weight_decay=0.1, name="adamw"), make(network)
            model.compile(optimizer, "mse", jit_compile=False) if model is network else model.compile(optimizer, "mse")
        model.fit(batches, epochs=4, callbacks=[halve()], verbose=0, shuffle=False)
        optimizer.clipnorm = 0.01  # under a strategy Keras clips the gradient of each replica

        def step(x, y):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum((network(x) - y) ** 2)
            weights = network.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))

        for batch in strategy.experimental_distribute_dataset(batches.repeat(3)):
            tf.function(strategy.run)(step, args=batch)
        network.compile(optimizer, "mse")
        network.save(tmp_path / "network.keras")
        loaded = keras.saving.load_model(tmp_path / "network.keras").optimizer
        state = [np.asarray(each) for each in [*network.weights, *optimizer.variables, *loaded.variables]]
        return state, list(vars(optimizer)), type(loaded), loaded.get_config()

    (ours, *others), (theirs, *expected) = run(Trainer), run(lambda network: network)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert others == expected
    assert others[-1]["learning_rate"] == pytest.approx(0.0125)


@pytest.mark.parametrize("kind, replicas", [pytest.param(*ONE, marks=pytest.mark.slow), TWO])
def test_everything_at_once_under_xla(kind, replicas):
    assert_equal(train(kind, replicas, True, optimizer=everything), plain(everything))


@pytest.mark.parametrize(
    "count, xla",
    [
        pytest.param(33, True, id="one replica without, xla"),
        pytest.param(37, True, id="three and two, xla", marks=pytest.mark.slow),
        pytest.param(37, False, id="three and two"),
        pytest.param(33, False, id="one replica without", marks=pytest.mark.slow),
    ],
)
def test_examples_of_an_uneven_batch_weigh_the_same(count, xla):
    assert_equal(train("mirrored", 2, xla, optimizer=SGD, count=count), plain(SGD, count))


def test_a_loss_that_is_no_mean_is_refused_on_two_replicas():
    with make_strategy("mirrored", 2).scope():
        trainer = Trainer(kzoo.LeNet5())
        with pytest.raises(ValueError, match="reduction='sum' of the loss does not work") as error:
            trainer.compile("sgd", keras.losses.SparseCategoricalCrossentropy(reduction="sum"))
    one_line(error)


class Sick(ReplicaModel):
    """Has a gradient that is infinite in the replica, or replicas, whose example says so."""

    def __init__(self):
        super().__init__(xla=False)
        self.weight = self.add_weight(shape=(), initializer="ones")
        self.built = True

    def train_step(self, data):
        self.apply_gradients(self.optimizer, [(self.optimizer.scale_loss(tf.reduce_sum(data)), self.weight)])
        return {"examples": tf.reduce_sum(data)}


@pytest.mark.parametrize("example", [0, 1])
def test_an_infinite_gradient_in_one_replica_skips_the_step_in_all(example):
    with make_strategy("mirrored", 2).scope():
        model = Sick()
        model.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(1.0), initial_scale=4.0))
        model.optimizer.build([model.weight])
    examples = np.array([4.0, 4.0, 4.0, 4.0], "float32")
    examples[2 + example] = np.inf
    model.fit(tf.data.Dataset.from_tensor_slices(examples).batch(2), verbose=0)
    for copy in model.distribute_strategy.experimental_local_results(model.weight.value):
        assert float(copy) == 1.0 - (4.0 + 4.0)
    assert model.optimizer.dynamic_scale.numpy() == 2.0
    assert model.optimizer.iterations.numpy() == 1


def test_gradients_are_summed_once_where_keras_scales_the_loss_by_itself():
    keras.config.set_dtype_policy("mixed_float16")
    with make_strategy("mirrored", 2).scope():
        model = Sick()
        model.compile(keras.optimizers.SGD(1.0))
    model.fit(tf.data.Dataset.from_tensor_slices(np.float32([4, 4])).batch(2), verbose=0)
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert model.weight.numpy() == 1.0 - (4.0 + 4.0)


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


@pytest.mark.parametrize("count", [36, 37], ids=["even", "three and two"])
def test_synchronized_batch_normalization_equals_one_device(count):
    one = train("none", 1, False, small_network, count=count)
    two = train("mirrored", 2, False, lambda **options: synchronize_batch_norm(small_network(**options)), count=count)
    assert_equal(two, one)


def test_synchronized_batch_normalization_under_xla_is_refused():
    with make_strategy("mirrored", 2).scope():
        inputs = keras.Input((8, 8, 1))
        trainer = Trainer(keras.Model(inputs, kzoo.layers.BatchNormalization(synchronized=True, name="bn")(inputs)))
        with pytest.raises(ValueError) as error:
            trainer.compile("sgd", "mse")
    assert "layer 'bn' is synchronized over 2 replicas, which XLA cannot compile; pass xla=False" in one_line(error)


@pytest.mark.parametrize(
    "precision, xla",
    [
        pytest.param("mixed_float16", True, marks=pytest.mark.slow),
        pytest.param("mixed_bfloat16", False, marks=pytest.mark.slow),
        ("mixed_float16", False),
        pytest.param("mixed_bfloat16", True, marks=pytest.mark.slow),
    ],
)
def test_mixed_precision_learns_on_two_replicas(alone, precision, xla):
    history, weights = train("mirrored", 2, xla, precision=precision)
    assert all(weight.dtype == np.float32 for weight in weights)
    np.testing.assert_allclose(history["loss"], alone[0]["loss"], rtol=2e-2)


@pytest.mark.parametrize("kind, replicas", [ONE, pytest.param(*TWO, marks=pytest.mark.slow)])
def test_batch_normalization_is_equal_with_and_without_xla(kind, replicas):
    compiled, plain = (train(kind, replicas, xla, small_network) for xla in (True, False))
    np.testing.assert_allclose(compiled[0]["loss"], plain[0]["loss"], rtol=1e-5)
    for a, b in zip(compiled[1], plain[1], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
def test_moving_statistics_are_the_mean_over_replicas(xla):
    """One replica of the last batch has no example: the mean is the whole batch's, as on one device."""
    rates = {"optimizer": partial(keras.optimizers.SGD, 0.0), "epochs": 1, "count": 33}
    one = train("none", 1, xla, normalized, **rates)[1]
    keras.utils.set_random_seed(0)
    strategy = make_strategy("mirrored", 2)
    with strategy.scope():
        trainer = Trainer(normalized(None), xla=xla)
        trainer.compile(keras.optimizers.SGD(0.0), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    trainer.fit(data(33), epochs=1, verbose=0, shuffle=False)
    bn = next(each for each in trainer.network.layers if isinstance(each, kzoo.layers.BatchNormalization))
    first, second = (each.numpy() for each in strategy.experimental_local_results(bn.moving_mean.value))
    assert first.any() and np.isfinite(bn.moving_variance.numpy()).all()
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(first, one[2], atol=1e-6)


@pytest.mark.slow
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
            labels = tf.concat([tf.ones_like(real[:, :1]), tf.zeros_like(real[:, :1])], axis=0)
            loss = self.loss_fn(labels, scores)
        return loss, tape.gradient(loss, [v.value for v in self.discriminator.trainable_variables])

    @compiled
    def generator_gradients(self, noise):
        with tf.GradientTape() as tape:
            loss = self.loss_fn(tf.ones_like(noise[:, :1]), self.discriminator(self.generator(noise)))
        return loss, tape.gradient(loss, [v.value for v in self.generator.trainable_variables])

    def train_step(self, data):
        real, noise = data
        d_loss, gradients = self.discriminator_gradients(real, noise)
        self.apply_gradients(self.d_optimizer, zip(gradients, self.discriminator.trainable_variables, strict=True))
        g_loss, gradients = self.generator_gradients(noise)
        self.apply_gradients(self.g_optimizer, zip(gradients, self.generator.trainable_variables, strict=True))
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        return {"d_loss": d_loss * replicas, "g_loss": g_loss * replicas}


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
def test_a_train_step_of_ones_own_is_equal_everywhere(xla):
    rng = np.random.default_rng(0)
    pairs = (rng.normal(size=(32, 8)).astype("float32"), rng.normal(size=(32, 4)).astype("float32"))
    results = []
    for kind, replicas in (ONE, ("mirrored", 1), TWO):
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
        (("multiworker", None), "strategy='multiworker' needs srun, or the environment variable TF_CONFIG"),
    ],
)
def test_wrong_strategy(arguments, message, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    monkeypatch.delenv("SLURM_STEP_NODELIST", raising=False)
    with pytest.raises(ValueError) as error:
        make_strategy(*arguments)
    assert message in one_line(error)


@pytest.mark.parametrize(
    "config",
    [
        *("junk", "{}", "[]", '{"cluster": {}, "task": {}}', '{"cluster": {"worker": ["a:1"]}}'),
        *(
            json.dumps({"cluster": {"worker": ["a:1"]}, "task": task})
            for task in ({"type": "worker", "index": 1}, {"type": "chief", "index": 0}, {"type": "worker", "index": -1})
        ),
    ],
)
def test_a_cluster_that_is_none_is_refused(config, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", config)
    with pytest.raises(ValueError, match=r"TF_CONFIG=.* does not work; accepted are such as {") as error:
        make_strategy("multiworker")
    one_line(error)


def test_more_replicas_after_tensorflow_has_started():
    tf.constant(0)
    with pytest.raises(ValueError, match=r"replicas=3, but TensorFlow has started with 2 CPU device\(s\)"):
        make_strategy("mirrored", 3)


def test_processes_of_slurm_in_the_order_it_numbers_them(run_python):
    code = """
import tensorflow as tf
asked = []
tf.distribute.MultiWorkerMirroredStrategy = lambda cluster_resolver: asked.append(cluster_resolver)
from kzoo.training import make_strategy
make_strategy("multiworker")
assert asked[0].cluster_spec().as_dict() == {"worker": ["n2:12042", "n2:12043", "n10:12042"]}
assert (asked[0].task_type, asked[0].task_id) == ("worker", 2)
"""
    step = {"STEP_NODELIST": "n[2,10]", "STEP_TASKS_PER_NODE": "2,1", "PROCID": "2", "JOB_ID": "20042"}
    run_python(code, **{f"SLURM_{name}": value for name, value in step.items()})


def test_the_same_devices_have_one_strategy():
    assert make_strategy("mirrored", 2) is make_strategy("mirrored", 2)


def test_a_single_process_is_its_own_chief():
    assert is_chief(make_strategy("none")) and is_chief(make_strategy("mirrored", 2))


WORKER = """
import sys
sys.path.insert(0, "tests")
from helpers import train, everything, small_network
import json
runs = [train("multiworker", None, {xla}, optimizer=everything, count=33)]
if {normalized}:
    runs.append(train("multiworker", None, {xla}, small_network, epochs=1, count=33))
print(json.dumps([[history, [w.tolist() for w in weights]] for history, weights in runs]))
"""


@pytest.mark.parametrize(
    "xla, normalized, slurm",
    [
        pytest.param(True, False, False, id="xla", marks=pytest.mark.slow),
        pytest.param(True, True, False, id="xla-normalized", marks=pytest.mark.slow),
        pytest.param(False, True, True, id="no-xla-normalized-slurm"),
    ],
)
def test_two_processes_on_loopback_equal_one(xla, normalized, slurm, on_loopback):
    """With all that an optimizer can do, and a last batch of which one process has nothing."""
    expected = plain(everything, count=33)
    weights = []
    for output in on_loopback("-c", WORKER.format(xla=xla, normalized=normalized), slurm=slurm):
        lenet, *small = json.loads(output.splitlines()[-1])
        assert_equal(lenet, expected)
        weights.append([weight for run in small for weight in run[1]])
    assert bool(weights[0]) == normalized
    for first, second in zip(*weights, strict=True):
        np.testing.assert_array_equal(first, second)  # moving statistics too


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


@pytest.mark.parametrize("xla", [pytest.param(True, marks=pytest.mark.slow), False], ids=["xla", "no-xla"])
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
