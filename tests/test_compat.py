"""What kzoo uses of Keras that is not public: each entry of kzoo/compat.py on the installed Keras.

A test is named after its entry; its failure means that a new Keras has that otherwise. `make compat` runs this file on
the newest one.
"""

import ast
import inspect
from functools import partial
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT
from keras import optimizers
from tensorflow.python.ops.control_flow_util import GraphOrParentsInXlaContext

from kzoo import compat
from kzoo.training import make_strategy

# Names of Python's own, of TensorFlow's (exporting/saved_model.py) and of tf2onnx' (exporting/onnx.py)
NOT_OF_KERAS = {"_replace", "_clear_attr", "_get_optimizers"}


def test_every_entry_is_tested():
    entries = [name for name, each in vars(compat).items() if name[0] != "_" and inspect.getmodule(each) is compat]
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    assert len(entries) > 8
    assert [entry for entry in entries if not any(test.startswith(entry.lower()) for test in tests)] == []


def test_no_other_module_uses_what_is_not_public():
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in Path(ROOT, "kzoo").rglob("*.py")}
    nodes = [(path, node) for path, tree in trees.items() for node in ast.walk(tree)]
    ours = set(NOT_OF_KERAS)
    for _, node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            ours.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            ours.add(node.attr)
    found = set()
    for path, node in nodes:
        module = getattr(node, "module", None) or ""
        private = isinstance(node, ast.Attribute) and node.attr[0] == "_" and not node.attr.startswith("__")
        if module.startswith("keras.src") or (private and node.attr not in ours):
            found.add(path.relative_to(ROOT).as_posix())
    assert found == {"kzoo/compat.py", "kzoo/graph.py"}


def everything(kind=optimizers.AdamW, **options):
    return kind(
        0.1, weight_decay=0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=3, global_clipnorm=0.5, **options
    )


def two():
    """An optimizer for each weight."""
    return optimizers.MultiOptimizer(
        optimizers.OptimizerMap(everything(optimizers.SGD, momentum=0.9), {".*kernel": everything()})
    )


OPTIMIZERS = {
    "everything": everything,
    "accumulation": partial(everything, gradient_accumulation_steps=2),
    "an update of its own": partial(optimizers.Nadam, 0.1),
    "a decay of its own": partial(optimizers.Muon, 0.1, weight_decay=0.1),
    "loss scale": lambda: optimizers.LossScaleOptimizer(everything(gradient_accumulation_steps=2), initial_scale=4.0),
    "several": two,
}
GRADIENTS = (np.full((2, 3), 0.5, "float32"), np.float32([3, -4, 0]))


def weights():
    return [
        keras.Variable(np.linspace(-1, 1, 6, dtype="float32").reshape(2, 3), name="kernel"),
        keras.Variable(np.ones(3, "float32"), name="bias"),
    ]


@pytest.fixture
def one_device():
    """Return what plain Keras does on one device: weights, and state of the optimizer."""

    def run(make):
        optimizer, variables = make(), weights()
        for _ in range(4):
            optimizer.apply([tf.constant(each) for each in GRADIENTS], variables)
        return variables, optimizer

    return run


def names(value):
    """Return the attributes of an optimizer, and of those within."""
    inner = getattr(value, "optimizers", None) or [getattr(value, "inner_optimizer", value)]
    return [list(vars(value)), *(list(vars(each)) for each in inner)]


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_local_optimizer_applies_in_each_replica_what_keras_does_on_one_device(one_device, make, xla):
    expected, plain = one_device(make)
    strategy = make_strategy("mirrored", 2)
    with strategy.scope():
        optimizer, variables = make(), weights()
        optimizer.build(variables)

    def apply():
        compat.local_optimizer(optimizer, xla).apply([tf.constant(each) for each in GRADIENTS], variables)

    step = tf.function(lambda: strategy.run(apply))
    for _ in range(4):
        step()
    for ours, theirs in zip(variables + optimizer.variables, expected + plain.variables, strict=True):
        for copy in strategy.experimental_local_results(ours.value):
            np.testing.assert_allclose(copy, theirs, rtol=1e-5, atol=1e-6, err_msg=theirs.path)
    assert type(optimizer) is type(plain)
    assert names(optimizer) == names(plain)  # nothing is added to the user's object, or replaced in it
    assert not any(map(inspect.ismethod, vars(optimizer).values()))


def test_local_optimizer_has_the_state_of_the_other():
    optimizer, (weight, _) = optimizers.SGD(1.0), weights()
    optimizer.build([weight])
    local = compat.local_optimizer(optimizer)
    optimizer.learning_rate = 0.5
    before = np.asarray(weight)
    local.apply([tf.ones((2, 3))], [weight])
    np.testing.assert_array_equal(before - weight, 0.5)
    assert optimizer.iterations.numpy() == local.iterations.numpy() == 1
    local.learning_rate = optimizers.schedules.ExponentialDecay(0.25, 10, 0.1)
    assert optimizer._learning_rate is local._learning_rate


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
def test_local_optimizer_compiles_the_update(xla):
    contexts = []

    class Spy(optimizers.SGD):
        def update_step(self, *arguments):
            contexts.append(GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph()))
            super().update_step(*arguments)

    for optimizer in (Spy(1.0), optimizers.LossScaleOptimizer(Spy(1.0))):
        weight = keras.Variable([1.0])
        optimizer.build([weight])
        local = compat.local_optimizer(optimizer, xla)
        tf.function(lambda: local.apply([tf.ones(1)], [weight]))()  # noqa: B023
    assert contexts == [xla, xla]


def test_local_optimizer_replaces_all_that_differs_under_a_strategy():
    """What TensorFlow's optimizers have otherwise than Keras' base: a new method here may need a local version."""
    chain = optimizers.Optimizer.__mro__
    of_tensorflow = next(each for each in chain if each.__name__ == "TFOptimizer")
    base = next(each for each in chain if each.__name__ == "BaseOptimizer")
    same = {"__init__", "_var_key", "_clip_by_norm", "stateless_apply", "add_variable_from_reference"}
    same |= {"assign", "assign_add", "assign_sub"}
    overridden = {name for name in vars(of_tensorflow) if callable(getattr(base, name, None)) and name in vars(base)}
    assert overridden - same == set(compat.DISTRIBUTED_METHODS)


def test_variable_index_is_that_of_build():
    strategy = make_strategy("mirrored", 2)
    seen = []

    class Spy(optimizers.SGD):
        def update_step(self, gradient, variable, learning_rate):
            seen.append(compat.variable_index(self, variable))

    with strategy.scope():
        optimizer, variables = Spy(1.0), weights()
        optimizer.build(variables)
    strategy.run(lambda: optimizer.apply([tf.constant(each) for each in GRADIENTS], variables))
    assert sorted(set(seen)) == [0, 1]
    assert [compat.variable_index(optimizer, each) for each in variables] == [0, 1]


@pytest.mark.parametrize("kind", [optimizers.Adam, partial(optimizers.RMSprop, momentum=0.9)], ids=["Adam", "RMSprop"])
def test_momentums_are_one_for_each_weight(kind):
    optimizer, variables = kind(0.1), weights()
    optimizer.build(variables)
    assert [each.shape for each in compat.momentums(optimizer)] == [each.shape for each in variables]
    optimizer.apply([tf.constant(each) for each in GRADIENTS])
    for gradient, momentum in zip(GRADIENTS, compat.momentums(optimizer), strict=True):
        np.testing.assert_array_equal(np.sign(momentum), np.sign(gradient))


@pytest.mark.parametrize("kind", [optimizers.Adam, optimizers.RMSprop])
def test_velocities_are_one_for_each_weight(kind):
    optimizer, variables = kind(0.1), weights()
    optimizer.build(variables)
    optimizer.apply([tf.constant(each) for each in GRADIENTS])
    for gradient, velocity in zip(GRADIENTS, compat.velocities(optimizer), strict=True):
        np.testing.assert_array_equal(np.asarray(velocity) > 0, gradient != 0)


def test_averaged_weights_follow_the_weights():
    optimizer, variables = optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5), weights()
    optimizer.build(variables)
    expected = 0.0
    for step in range(3):
        optimizer.apply([tf.constant(each) for each in GRADIENTS])
        keep = 0.5 if step else 0.0
        expected = keep * expected + (1 - keep) * np.asarray(variables[0])
    np.testing.assert_allclose(compat.averaged_weights(optimizer)[0], expected, rtol=1e-6)


class Spied(compat.TrainableModel):
    """Notes what it is asked for."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1, kernel_regularizer="l2")
        self.built_for, self.steps = [], []

    def call(self, x):
        return self.dense(x)

    def build_for_training(self, batch):
        self.built_for.append(batch)
        super().build_for_training(batch)

    def make_step_function(self, step):
        self.steps.append(step)
        return super().make_step_function(step)


@pytest.mark.parametrize("kind, replicas", [("none", 1), ("mirrored", 2)])
def test_trainablemodel_gives_its_steps_and_shapes(kind, replicas):
    read = []

    def batches():
        for i in range(3):
            read.append(i)
            yield np.ones((4, 2), "float32"), np.ones((4, 1), "float32")

    spec = (tf.TensorSpec((None, 2)), tf.TensorSpec((None, 1)))
    with make_strategy(kind, replicas).scope():
        model = Spied()
        model.compile("sgd", "mse", metrics=["mae"], jit_compile=False)
    history = model.fit(tf.data.Dataset.from_generator(batches, output_signature=spec), verbose=0).history
    assert set(history) == {"loss", "mae"}
    assert read == [0, 1, 2]  # no batch is read to build
    assert [tuple(each.shape[1:]) for each in model.built_for[0]] == [(2,), (1,)]
    model.evaluate(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    assert model.steps == [model.train_step, model.test_step]
    model.train_on_batch(np.ones((4, 2), "float32"), np.ones((4, 1), "float32"))
    assert len(model.steps) == 2
    built = [*model.dense.weights, *model.optimizer.variables, *model.metrics_variables]
    assert len(built) > 6 and all(hasattr(each, "value") for each in built)


def test_trainablemodel_builds_metrics_and_optimizer_from_specs():
    model = Spied()
    model.compile("adam", "mse", metrics=["mae"])
    model.build_for_training((tf.TensorSpec((None, 2)), tf.TensorSpec((None, 1))))
    assert model.dense.built and model.optimizer.built and len(compat.momentums(model.optimizer)) == 2
    assert {each.name for each in model.metrics} >= {"loss", "compile_metrics"}


def test_loss_tracker_is_the_metric_of_the_loss():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(
        "sgd",
        "mse",
    )
    compat.loss_tracker(model).update_state(3.0, sample_weight=2)
    compat.loss_tracker(model).update_state(6.0, sample_weight=1)
    assert float(model.get_metrics_result()["loss"]) == 4.0
    model.reset_metrics()
    assert float(compat.loss_tracker(model).result()) == 0.0


def test_compiled_loss_is_the_loss_without_regularization():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_regularizer="l2")])
    model.compile("sgd", "mse")
    labels, predictions = tf.ones((3, 1)), tf.constant([[1.0], [2.0], [4.0]])
    loss = float(compat.compiled_loss(model)(labels, predictions, None))
    assert loss == pytest.approx(10 / 3)
    assert float(compat.compiled_loss(model)(labels, predictions, tf.constant([3.0, 0, 0]))) == 0.0
    assert float(model.compute_loss(y=labels, y_pred=predictions)) > loss


def test_own_weights_are_not_those_of_layers_within():
    class Outer(keras.layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(1,), name="scale")
            self.inner = keras.layers.BatchNormalization()
            self.inner.build(shape)

    layer = Outer()
    layer.build((None, 2))
    layer.trainable = False
    assert [each.name for each in compat.own_weights(layer)] == ["scale"]
    assert [each.name for each in compat.own_weights(layer.inner)] == ["gamma", "beta"]


def test_layer_scale_is_the_layer_of_keras_own_convnext():
    model = keras.applications.ConvNeXtTiny(weights=None, input_shape=(32, 32, 3), classes=2)
    used = [each for each in model.layers if type(each) is compat.layer_scale()]
    assert len(used) == 18
    config = used[0].get_config()
    assert {"init_values", "projection_dim"} <= set(config)
    again = compat.layer_scale().from_config(config)
    assert again.get_config() == config


def test_snake_case_is_the_name_in_weight_files(tmp_path):
    inputs = keras.Input((2,))
    model = keras.Model(inputs, keras.layers.LayerNormalization()(keras.layers.Dense(2)(inputs)))
    model.save_weights(tmp_path / "net.weights.h5")
    with h5py.File(tmp_path / "net.weights.h5") as file:
        assert {compat.snake_case(type(layer).__name__) for layer in model.layers[1:]} <= set(file["layers"])
