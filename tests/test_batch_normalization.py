"""kzoo's BatchNormalization is Keras' own in every result; only the kernel differs."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kzoo.layers.batch_normalization import BatchNormalization

KERAS = keras.layers.BatchNormalization
SHAPE = (4, 6, 5, 8)
CHANNELS = SHAPE[-1]
POLICIES = ("float32", "mixed_bfloat16", "mixed_float16")
TOLERANCE = {"float64": 1e-12, "float32": 1e-5, "bfloat16": 2.0**-7, "float16": 2.0**-10}  # 16 bits: two roundings
STATES = ("training", "inference", "frozen")
TRACED = {
    "eager": lambda f: f,
    "graph": tf.function,
    "jit": lambda f: tf.function(f, jit_compile=True),
    "jit in graph": lambda f: tf.function(tf.function(f, jit_compile=True)),
    "graph in jit": lambda f: tf.function(tf.function(f), jit_compile=True),
}


def normal(*shape, seed=0, scale=1.0):
    return (np.random.default_rng(seed).normal(size=shape) * scale).astype("float32")


def randomise(layer, channels=CHANNELS, variance=1.0):
    """Give a built layer weights and statistics that depend on nothing but their names."""
    values = {
        "gamma": 1.0 + normal(channels, seed=1, scale=0.2),
        "beta": normal(channels, seed=2),
        "moving_mean": normal(channels, seed=3, scale=variance**0.5),
        "moving_variance": variance * (0.5 + np.abs(normal(channels, seed=4))),
    }
    for weight in layer.weights:
        if weight.name in values:
            weight.assign(values[weight.name])
    return layer


def twins(shape=SHAPE, variance=1.0, **config):
    """Return Keras' layer and kzoo's, built and equal."""
    pair = KERAS(**config), BatchNormalization(**config)
    for layer in pair:
        layer.build((None, *shape[1:]))
        randomise(layer, shape[layer.axis], variance)
    return pair


def steps(layer, training, traced=TRACED["eager"], mask=None):
    """Return the traced function from an input to the outputs and the gradients of a fixed projection of them."""

    @traced
    def forward_backward(x, upstream):
        variables = [variable.value for variable in layer.trainable_variables]
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=training, mask=mask)
            loss = tf.reduce_sum(tf.cast(y, "float32") * upstream)
        return y, *tape.gradient(loss, [x, *variables])

    return forward_backward


def observe(layer, x, training, traced=TRACED["eager"], mask=None):
    """Return outputs, gradients and the moving statistics that are left behind."""
    x = tf.cast(x, layer.compute_dtype)
    upstream = tf.constant(normal(*x.shape, seed=9))
    return [*steps(layer, training, traced, mask)(x, upstream), *(v.value for v in layer.non_trainable_variables)]


def assert_same(expected, actual, tolerance=None):
    """Compare lists of tensors, each relative to its largest entry and by default as closely as its dtype allows."""
    assert len(expected) == len(actual)
    for index, (e, a) in enumerate(zip(expected, actual, strict=True)):
        dtype = keras.backend.standardize_dtype(e.dtype)
        assert keras.backend.standardize_dtype(a.dtype) == dtype, index
        want, got = (tf.convert_to_tensor(t).numpy().astype("float64") for t in (e, a))
        atol = (TOLERANCE[dtype] if tolerance is None else tolerance) * np.abs(want).max(initial=0)
        np.testing.assert_allclose(got, want, rtol=0, atol=atol, err_msg=f"item {index}")


def assert_twins_agree(x, state, traced=TRACED["eager"], mask=None, **config):
    pair = twins(x.shape, **config)
    for layer in pair:
        layer.trainable = state != "frozen"
    assert_same(*(observe(layer, x, state != "inference", traced, mask) for layer in pair))
    return pair


def op_types(function, *arguments):
    """Return the types of all ops in the traced graph and in the functions it calls."""
    graph = function.get_concrete_function(*arguments).graph.as_graph_def()
    nodes = itertools.chain(graph.node, *(f.node_def for f in graph.library.function))
    return {node.op for node in nodes}


@pytest.mark.parametrize("mode", ["eager", "graph"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scale, center", list(itertools.product([True, False], repeat=2)))
def test_equals_keras(scale, center, state, mode):
    assert_twins_agree(normal(*SHAPE), state, TRACED[mode], scale=scale, center=center, momentum=0.5)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("epsilon", [1e-3, 1e-5, 1e-7])
@pytest.mark.parametrize("policy", POLICIES)
def test_epsilon_is_not_clamped(policy, epsilon, state):
    x = normal(*SHAPE, scale=1e-3)  # a variance of 1e-6: any of the three epsilons changes the result
    assert_twins_agree(x, state, epsilon=epsilon, variance=1e-6, dtype=policy)


@pytest.mark.parametrize("mode", TRACED)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("policy", POLICIES)
def test_policies_and_compilation(policy, state, mode):
    _, layer = assert_twins_agree(normal(*SHAPE), state, TRACED[mode], dtype=policy, momentum=0.5)
    assert {weight.dtype for weight in layer.weights} == {"float32"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("policy", ["float32", "float16", "mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "int32"])
def test_inputs_that_are_not_autocast(dtype, policy, state):
    x = tf.cast(normal(*SHAPE, scale=3), dtype)
    pair = twins(dtype=policy, autocast=False)
    for layer in pair:
        layer.trainable = state != "frozen"
    outputs = [layer(x, training=state != "inference") for layer in pair]
    assert_same(*([y, *layer.non_trainable_variables] for y, layer in zip(outputs, pair, strict=True)))


@pytest.mark.parametrize("training", [True, False])
def test_second_derivatives(training):
    """A gradient penalty differentiates the kernel's gradient once more."""

    def penalty_gradients(layer, x):
        gamma = layer.gamma.value
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = layer(x, training=training) ** 3
            penalty = tf.reduce_sum(inner.gradient(y, x) ** 2)
        return outer.gradient(penalty, [x, gamma])

    assert_same(*(penalty_gradients(layer, tf.constant(normal(*SHAPE))) for layer in twins()), 1e-4)


@pytest.mark.parametrize("mode", ["eager", "graph"])
@pytest.mark.parametrize("state", STATES)
def test_one_value_per_channel_has_no_variance(state, mode):
    _, layer = assert_twins_agree(normal(1, 1, 1, CHANNELS), state, TRACED[mode])
    assert np.isfinite(layer.moving_variance.numpy()).all()


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(0, 6, 5, CHANNELS), (4, 0, 5, CHANNELS)])
def test_no_values_at_all(shape, training):
    """An empty batch leaves NaN statistics, as Keras' does; the gradient of gamma is 0 here and NaN there."""
    assert_same(
        *([layer(np.zeros(shape, "float32"), training=training), *layer.non_trainable_variables] for layer in twins())
    )


FALLBACKS = {
    "mask": (SHAPE, {"mask": np.arange(4 * 6 * 5).reshape(SHAPE[:-1]) % 3 > 0}),
    "rank 2": ((16, 8), {}),
    "rank 3": ((4, 6, 8), {}),
    "rank 5": ((2, 3, 4, 5, 8), {}),
    "axis 1": (SHAPE, {"axis": 1}),
    "renorm": (SHAPE, {"renorm": True, "renorm_clipping": {"rmax": 1.5, "rmin": 0.5, "dmax": 1.0}}),
    "synchronized": (SHAPE, {"synchronized": True}),
    "float64": (SHAPE, {"dtype": "float64"}),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("fallback", FALLBACKS)
def test_falls_back_to_keras(fallback, state):
    shape, config = FALLBACKS[fallback]
    _, layer = assert_twins_agree(normal(*shape), state, **config)
    config = {key: value for key, value in config.items() if key == "mask"}
    function = steps(layer, state != "inference", tf.function, **config)
    assert "FusedBatchNormV3" not in op_types(function, tf.constant(normal(*shape)), tf.constant(normal(*shape)))


def test_ragged_inputs_are_left_to_keras():
    dense = normal(2, 3, 4, CHANNELS)
    outputs = [layer(tf.RaggedTensor.from_tensor(dense)) for layer in twins(dense.shape)]
    assert_same(*([y.to_tensor()] for y in outputs))


@pytest.mark.parametrize("axis", [-1, 3])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("mode", [mode for mode in TRACED if mode != "eager"])
def test_kernel_is_fused_unless_compiled_by_xla(mode, training, axis):
    _, layer = twins(axis=axis)
    spec = tf.TensorSpec(SHAPE)
    types = op_types(steps(layer, training, TRACED[mode]), spec, spec)
    assert {"FusedBatchNormV3" in types, "FusedBatchNormGradV3" in types} == {mode == "graph"}


@pytest.mark.parametrize("channels, dtype", [(16, tf.bfloat16), (8, tf.float32)])
def test_half_precision_goes_straight_to_the_kernel_where_that_is_fast(channels, dtype):
    shape = (*SHAPE[:-1], channels)
    _, layer = twins(shape, dtype="mixed_bfloat16")
    graph = tf.function(layer).get_concrete_function(tf.TensorSpec(shape, "bfloat16"), training=True).graph
    (kernel,) = (op for op in graph.get_operations() if op.type == "FusedBatchNormV3")
    assert kernel.get_attr("T") == dtype
    assert (kernel.inputs[0].op.type == "Placeholder") == (dtype == tf.bfloat16)


@pytest.mark.parametrize("training", [True, False])
def test_unknown_batch_height_and_width(training):
    pair = twins((None, None, None, CHANNELS))
    specs = [tf.TensorSpec((None, None, None, CHANNELS))] * 2
    functions = [steps(layer, training, lambda f: tf.function(f, input_signature=specs)) for layer in pair]
    for shape in [(4, 6, 5, CHANNELS), (1, 1, 1, CHANNELS), (2, 9, 3, CHANNELS)]:
        x, upstream = normal(*shape), normal(*shape, seed=9)
        seen = [function(x, upstream) for function in functions]
        assert_same(*([*tensors, *layer.weights] for tensors, layer in zip(seen, pair, strict=True)))


def test_stateless_call_leaves_the_layer_alone():
    before = [weight.numpy() for weight in twins()[1].weights]
    seen = []
    for layer in twins():
        y, state = layer.stateless_call(
            [v.value for v in layer.trainable_variables],
            [v.value + 1 for v in layer.non_trainable_variables],
            normal(*SHAPE),
            training=True,
        )
        seen.append([y, *state])
        assert_same(before, [weight.numpy() for weight in layer.weights], tolerance=0)
    assert_same(*seen)


def network(normalization, **config):
    """Return a small model with unnamed layers, randomised."""
    inputs = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(4, 3, padding="same", use_bias=False)(inputs)
    x = keras.layers.ReLU()(normalization(**config)(x))
    x = normalization(epsilon=1e-5, scale=False)(keras.layers.Conv2D(6, 3)(x))
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(x))
    for seed, weight in enumerate(model.weights):
        weight.assign(0.5 + np.abs(normal(*weight.shape, seed=seed)))
    return model


@pytest.mark.parametrize("jit", [True, False])
def test_fit_equals_keras(jit):
    x, y = normal(12, 8, 8, 3), normal(12, 6, seed=1)
    weights = []
    for normalization in (KERAS, BatchNormalization):
        model = network(normalization)
        model.compile(keras.optimizers.SGD(0.01), "mse", jit_compile=jit)
        model.fit(x, y, batch_size=5, epochs=2, shuffle=False, verbose=0)  # the last batch is a smaller one
        weights.append(model.weights)
    assert_same(*weights, 1e-4)


def test_config_round_trip():
    layer = BatchNormalization(
        momentum=0.9, epsilon=1e-4, center=False, gamma_initializer="zeros", gamma_regularizer="l2", name="bn"
    )
    assert type(BatchNormalization.from_config(layer.get_config())) is BatchNormalization
    assert BatchNormalization.from_config(layer.get_config()).get_config() == layer.get_config()

    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert type(again) is BatchNormalization
    assert again.get_config() == layer.get_config()
    assert type(keras.layers.deserialize(keras.layers.serialize(KERAS()))) is KERAS


def test_keras_archive_round_trip(tmp_path):
    model = network(BatchNormalization, momentum=0.9)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert sum(type(layer) is BatchNormalization for layer in loaded.layers) == 2
    x = normal(2, 8, 8, 3)
    assert_same([model(x), model(x, training=True)], [loaded(x), loaded(x, training=True)])


@pytest.mark.parametrize("writer, reader", [(KERAS, BatchNormalization), (BatchNormalization, KERAS)])
def test_weight_files_are_interchangeable_with_keras(writer, reader, tmp_path):
    written, read = network(writer), network(reader)
    for weight in read.weights:
        weight.assign(tf.zeros_like(weight))
    written.save_weights(tmp_path / "model.weights.h5")
    read.load_weights(tmp_path / "model.weights.h5")
    x = normal(2, 8, 8, 3)
    assert_same([written(x), *written.weights], [read(x), *read.weights])


@pytest.mark.parametrize(
    "mode, policy",
    [
        ("graph", "mixed_bfloat16"),
        ("jit", "float32"),
        pytest.param("graph", "float32", marks=pytest.mark.slow),
        pytest.param("jit", "mixed_bfloat16", marks=pytest.mark.slow),
    ],
)
def test_two_replicas(mode, policy):
    """Logical devices must exist before TensorFlow starts, hence another process."""
    root = Path(__file__).parents[1]
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    child = subprocess.run(
        [sys.executable, __file__, mode, policy], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert child.returncode == 0, child.stderr
    assert child.stdout.strip() == "replicas agree"


def replicated(strategy, function):
    """Run `function` once per replica, wrapped: strategy.run would compile all replicas as one if it saw the jit."""
    return tf.function(lambda *args: strategy.run(lambda *parts: function(*parts), args=args))


def check_replicas(mode, policy):
    """Compare each of two replicas with Keras' layer on the same half of the batch."""
    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
    )
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    dtype = keras.DTypePolicy(policy).compute_dtype
    halves = tf.split(tf.cast(normal(*SHAPE), dtype), 2)
    upstreams = tf.split(normal(*SHAPE, seed=9), 2)
    x, upstream = (
        strategy.experimental_distribute_values_from_function(
            lambda context, parts=parts: parts[context.replica_id_in_sync_group]
        )
        for parts in (halves, upstreams)
    )
    for training in (True, False):
        with strategy.scope():
            _, layer = twins(dtype=policy)
        distributed = replicated(strategy, steps(layer, training, TRACED[mode]))
        assert ("FusedBatchNormV3" in op_types(distributed, x, upstream)) == (mode == "graph")

        local = strategy.experimental_local_results
        replicas = list(zip(*(local(value) for value in distributed(x, upstream)), strict=True))
        statistics = list(zip(*(local(weight.value) for weight in layer.non_trainable_weights), strict=True))
        assert len(replicas) == len(statistics) == 2
        for index, half in enumerate(halves):
            reference, _ = twins(dtype=policy)
            expected = steps(reference, training)(half, upstreams[index])
            actual = [*replicas[index], *statistics[index]]
            assert_same([*expected, *reference.non_trainable_weights], actual)
    print("replicas agree")


if __name__ == "__main__":
    check_replicas(*sys.argv[1:])
