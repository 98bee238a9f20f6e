"""What kzoo reads of Keras' private records; a failure here means that a new Keras keeps them otherwise."""

import keras
import pytest
from keras import layers

from kzoo import graph


@pytest.fixture
def model():
    """Has a layer that is called twice, a branch, a nested model, and a second output."""
    inputs = keras.Input((4,), name="inputs")
    shared = layers.Dense(4, name="shared")
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="inside")], name="inner")
    once = shared(inputs)
    twice = layers.ReLU(name="relu")(shared(once))
    sum_ = layers.Add(name="sum")([once, twice])
    return keras.Model(inputs, [layers.Softmax(name="last")(inner(sum_)), layers.Dense(2, name="side")(once)])


def names(operations):
    return [operation.name for operation in operations]


def test_a_tensor_knows_its_call(model):
    relu = model.get_layer("relu").output
    assert graph.producer(relu).name == "relu" and graph.call_of(relu) == (model.get_layer("relu"), 0)
    (second,) = graph.inputs_of(relu)
    (first,) = graph.inputs_of(second)
    assert [graph.call_of(each)[1] for each in (first, second)] == [0, 1]
    assert graph.producer(first) is graph.producer(second) is model.get_layer("shared")
    assert graph.node_of(second) is graph.calls(model.get_layer("shared"))[1]
    assert graph.node_of(second).operation is model.get_layer("shared")
    assert graph.node_of(model.input).is_input and not graph.node_of(second).is_input


def test_a_walk_back_sees_each_call_once(model):
    last = model.outputs[0]
    found = names(map(graph.producer, graph.walk_back([last])))
    assert sorted(found) == sorted(["last", "inner", "sum", "relu", "shared", "shared", "inputs"])
    stopped = names(map(graph.producer, graph.walk_back([last], stop=lambda each: each.name == "sum")))
    assert stopped == ["last", "inner", "sum"]


def test_all_that_is_connected(model):
    expected = {"inputs", "shared", "relu", "sum", "inner", "last", "side"}
    for tensor in (model.input, model.outputs[0], model.get_layer("relu").output):
        assert set(names(graph.connected(tensor))) == expected


def test_nodes_are_in_an_order_that_can_be_computed(model):
    nodes = graph.nodes(model)
    seen = set()
    for node in nodes:
        assert {id(tensor) for tensor in node.input_tensors} <= seen
        seen |= {id(tensor) for tensor in node.outputs}
    assert sum(node.operation.name == "shared" for node in nodes) == 2
    side = graph.nodes_before(model, model.outputs[1])
    assert names(node.operation for node in side) == ["inputs", "shared", "side"]


def test_layers_within_layers(model):
    assert {"inside", "inner", "shared"} <= set(names(graph.all_layers(model)))


def test_the_activation_of_an_output():
    inputs = keras.Input((4,))
    for activation in ("softmax", "linear"):
        model = keras.Model(inputs, layers.Dense(2, activation=activation)(inputs))
        assert graph.output_activation(model) is getattr(keras.activations, activation)
    assert graph.output_activation(keras.Model(inputs, layers.Flatten()(inputs))) is None
