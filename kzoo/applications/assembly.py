"""Assembly of a model from a row of the registry: input, network, head, weights. It is the same for all families."""

import inspect
import os
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Annotated, Literal

from kzoo import graph
from kzoo._keras import keras, layers
from kzoo._validation import Accepted, PositiveInt, check
from kzoo.registry import RAW, Builder, ModelRecord, Variant, make_builder, record_of, register, shape_of

POOLING = {
    "avg": lambda x: layers.GlobalAveragePooling2D(name="avg_pool")(x),
    "max": lambda x: layers.GlobalMaxPooling2D(name="max_pool")(x),
}


def classifier(x, classes, activation):
    """Global average pooling and a dense layer: the head of most networks since Network in Network."""
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def variant(name: str, *, head: Callable = classifier, **row) -> Builder:
    """Register an image classifier, and return its builder in `kzoo.applications`.

    Args:
        name, head, row: fields of `kzoo.registry.Variant`, and keyword arguments of network and head: its `config`, of
            which those in `options` are arguments of the builder.
    """
    row_fields = {each.name: row.pop(each.name) for each in fields(Variant) if each.name in row}
    registered = Variant(name=name, assemble=assemble, head=head, config=row, **row_fields)
    register(registered)
    return make_builder(registered, "kzoo.applications")


WeightsArgument = Annotated[
    str | os.PathLike | None, Accepted("None, the tag of published weights, such as 'imagenet', or the path of a file")
]


def assemble(
    variant: Variant,
    include_top: bool = True,
    weights: WeightsArgument = None,
    input_tensor: "keras.KerasTensor | None" = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: PositiveInt | None = None,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    **options,
):
    """Build the model of a row; all builders of classifiers take these arguments, validated by their annotations."""
    from kzoo.registry.model import derive, functional_model
    from kzoo.weights import load_pretrained_weights, locate_weights, weights_preprocessing
    from kzoo.weights.untrained import record_initial_weights

    _check_activation(variant, include_top, weights, classifier_activation)
    classes = variant.classes if classes is None else classes
    config = {**variant.config, **options}
    preprocessing = _external_preprocessing(variant, config)
    inputs = _inputs(variant, include_top, input_tensor, input_shape, preprocessing)
    published = _select_weights(variant, weights, config, inputs.shape)
    path = locate_weights(published, weights, include_top)  # before the model is built, which takes seconds

    if path:
        preprocessing = weights_preprocessing(published, weights, path) or preprocessing
    record = ModelRecord(variant, options, preprocessing, published.find_weights(weights))
    taken_names = set() if input_tensor is None else _connected_layer_names(input_tensor)
    if include_top:
        x = _predictions(variant, inputs, classes, classifier_activation, config)
    else:
        x = _features(variant, inputs, pooling, config)
    model = functional_model(inputs, x, name or variant.name.lower(), record)
    if path:
        loaded, same = model, options
        if isinstance(x, list) and variant.find_weights(weights):
            # published weights have no auxiliary classifiers, which stay untrained
            loaded, same = keras.Model(inputs, x[0]), {**options, "auxiliary": False}
        same_model = partial(assemble, variant, include_top, None, None, pooling=pooling, classifier_activation=None)
        rebuild = partial(same_model, name=None, **same)
        load_pretrained_weights(loaded, path, variant, include_top, tuple(inputs.shape[1:]), classes, rebuild)
    renamed = _prefix_layer_names(model, taken_names, always=model.name != variant.name.lower())
    if renamed or input_tensor is not None:
        sources = keras.utils.get_source_inputs(inputs)
        model = derive(model, sources[0] if len(sources) == 1 else sources, x)
    record_initial_weights(model, loaded=path is not None)
    return model


def remove_auxiliary_classifiers(model):
    """Return the network for inference: the same layers and weights, without its auxiliary classifiers."""
    from kzoo.registry.model import derive

    if not getattr(record_of(model).variant, "auxiliaries", ()) or len(model.outputs) == 1:
        return model
    return derive(model, model.input, model.outputs[0])


def _find_output(x, name):
    """Return the output of the layer of this name that `x` was computed from."""
    for tensor in graph.walk_back([x]):
        if graph.producer(tensor).name == name:
            return tensor
    raise ValueError(f"the network has no layer {name!r}")


def _connected_layer_names(tensor):
    """Return the names of all layers that are connected to a tensor."""
    return {operation.name for operation in graph.connected(tensor)}


def _prefix_layer_names(model, taken_names, always):
    """Prefix the names of layers with the model's: always, or if one is taken. Return whether they were changed.

    Weight files are matched by the layers' names without the prefix, or by their order.
    """
    built = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    if not always and taken_names.isdisjoint(layer.name for layer in built):
        return False
    for layer in built:
        layer.name = f"{model.name}_{layer.name}"
    return True


def _features(variant, inputs, pooling, config):
    """Return the features of the network, without its classifier."""
    x = variant.network(inputs, **_select_arguments(variant.network, config))
    x = POOLING[pooling](x) if pooling else x
    return variant.finalize_features(x) if variant.finalize_features else x


def _predictions(variant, inputs, classes, activation, config):
    """Return the output of the classifier; with auxiliary classifiers, a list of which it is the first."""
    x = variant.network(inputs, **_select_arguments(variant.network, config))
    predictions = variant.head(x, classes, activation, **_select_arguments(variant.head, config))
    if not config.get("auxiliary"):
        return predictions
    auxiliary_predictions = [each.head(_find_output(x, each.at), classes, activation) for each in variant.auxiliaries]
    return [predictions, *auxiliary_predictions]


def _select_arguments(function, config):
    """Return the entries of `config` that are parameters of a function."""
    return {key: config[key] for key in inspect.signature(function).parameters if key in config}


def _external_preprocessing(variant, config):
    """Return the preprocessing outside of the network: the internal one, too, where the network does not include it."""
    return variant.preprocessing if config.get("include_preprocessing", True) else variant.internal_preprocessing


def _select_weights(variant, tag, config, shape):
    """Return the variant with those weights of a tag alone that were trained with these options and this size."""
    rows = [row for row in variant.weights if row.tag == tag]
    if not rows:
        return variant
    defaults = {key: variant.config[key] for key in variant.options}
    made_with = [defaults if row.options is None else row.options for row in rows]
    for row, options in zip(rows, made_with, strict=True):
        if all(config[key] == value for key, value in options.items()):
            return replace(variant, weights=(row.for_size(*shape[1:3]),))
    given = _format_options({key: config[key] for key in made_with[0]})
    raise ValueError(
        f"{given} contradicts weights={tag!r}, published for {' or '.join(map(_format_options, made_with))}"
    )


def _format_options(options):
    return ", ".join(f"{key}={value}" for key, value in options.items())


def _check_activation(variant, include_top, weights, activation):
    """Raise ValueError for activations that are unknown, or not that of the published classifier."""
    if include_top and variant.find_weights(weights) and activation not in (None, "softmax"):
        raise ValueError(
            f"classifier_activation={activation!r} contradicts weights={weights!r}; accepted are 'softmax' and None"
        )
    try:
        keras.activations.get(activation)
    except ValueError:
        raise ValueError(
            f"classifier_activation={activation!r} is unknown; accepted are 'softmax', None and others of Keras'"
        ) from None


def _inputs(variant, include_top, input_tensor, input_shape, preprocessing):
    """Return the input tensor of the network, its shape validated."""
    *_, channels = variant.input_shape
    if input_tensor is None:
        default = variant.input_shape if include_top else (None, None, channels)
        return layers.Input(default if input_shape is None else input_shape)
    if not isinstance(input_tensor, keras.KerasTensor):
        raise ValueError(
            f"input_tensor is a {type(input_tensor).__name__}; accepted is a Keras tensor, such as keras.Input(...)"
        )
    if preprocessing != RAW and not keras.backend.is_float_dtype(input_tensor.dtype):
        raise ValueError(f"input_tensor is of {input_tensor.dtype}; accepted for {variant.name} are floats")
    shape = tuple(input_tensor.shape[1:])
    if input_shape is not None and input_shape != shape:
        raise ValueError(f"input_shape={input_shape} contradicts input_tensor, whose shape is {shape}")
    check(variant.name, "input_tensor.shape[1:]", shape_of(variant), shape)
    return input_tensor
