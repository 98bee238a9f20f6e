"""From a row of the registry to a Keras model: input, network, head, weights. It knows no family."""

import inspect
import os
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Annotated, Literal

from kzoo import graph
from kzoo._keras import keras, layers
from kzoo._validation import Accepted, PositiveInt, check
from kzoo.registry import RAW, Builder, Variant, attach, make_builder, register, shape_of

POOLING = {
    "avg": lambda x: layers.GlobalAveragePooling2D(name="avg_pool")(x),
    "max": lambda x: layers.GlobalMaxPooling2D(name="max_pool")(x),
}


def classifier(x, classes, activation):
    """Average each map and classify: the head of most networks since Network in Network."""
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def variant(name: str, *, head: Callable = classifier, **row) -> Builder:
    """Register an image classifier, and return its builder in `kzoo.applications`.

    Args:
        name, head, row: fields of `kzoo.registry.Variant`, and what network and head are given by name: its `config`,
            of which a caller of the builder may change those that `options` names.
    """
    facts = {each.name: row.pop(each.name) for each in fields(Variant) if each.name in row}
    known = Variant(name=name, assemble=assemble, head=head, config=row, **facts)
    register(known)
    return make_builder(known, "kzoo.applications")


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
    """Build the model of a row; all builders of classifiers take these arguments, checked by their annotations."""
    from kzoo.weights import load_weights, locate_weights, weights_preprocessing
    from kzoo.weights.untrained import record_initial_weights

    _check_activation(variant, include_top, weights, classifier_activation)
    classes = variant.classes if classes is None else classes
    config = {**variant.config, **options}
    variant = _prepared_outside(variant, config)
    inputs = _inputs(variant, include_top, input_tensor, input_shape)
    published = _published(variant, weights, config, inputs.shape)
    path = locate_weights(
        published, weights, include_top
    )  # before the model is built: a wrong path should not cost seconds

    taken = set() if input_tensor is None else _names_around(input_tensor)
    if include_top:
        x = _predictions(variant, inputs, classes, classifier_activation, config)
    else:
        x = _features(variant, inputs, pooling, config)
    model = keras.Model(inputs, x, name=name or variant.name.lower())
    if path:
        loaded = model
        if isinstance(x, list) and variant.of_tag(weights):
            # published weights have no auxiliary classifiers, which so stay untrained
            loaded, options = keras.Model(inputs, x[0]), {**options, "auxiliary": False}
        alike = partial(assemble, variant, include_top, None, None, pooling=pooling, classifier_activation=None)
        rebuild = partial(alike, name=None, **options)
        load_weights(loaded, path, variant, include_top, tuple(inputs.shape[1:]), classes, rebuild)
    renamed = _rename(model, taken, always=model.name != variant.name.lower())
    if renamed or input_tensor is not None:
        sources = keras.utils.get_source_inputs(inputs)
        model = keras.Model(sources[0] if len(sources) == 1 else sources, x, name=model.name)
    model.variant = replace(variant, preprocessing=weights_preprocessing(published, weights, path)) if path else variant
    model.source = published.of_tag(weights)
    record_initial_weights(model, loaded=path is not None)
    return model


def without_auxiliaries(model):
    """Return the network as predictions need it: the same layers and weights, without the classifiers within."""
    variant = getattr(model, "variant", None)
    if not getattr(variant, "auxiliaries", ()) or len(model.outputs) == 1:
        return model
    main = keras.Model(model.input, model.outputs[0], name=model.name)
    return attach(main, model)


def _output(x, name):
    """Return the output of the layer of this name among those that `x` was made by."""
    for tensor in graph.walk_back([x]):
        if graph.producer(tensor).name == name:
            return tensor
    raise ValueError(f"the network has no layer {name!r}")


def _names_around(tensor):
    """Return the names of all layers that are connected with a tensor."""
    return {operation.name for operation in graph.connected(tensor)}


def _rename(model, taken, always):
    """Put the model's name before those of its layers: always, or if one of them is taken. Return whether it was done.

    Weight files of all kinds are matched by the layers' own names or by their order, so they do not mind.
    """
    built = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    if not always and taken.isdisjoint(layer.name for layer in built):
        return False
    for layer in built:
        layer.name = f"{model.name}_{layer.name}"
    return True


def _features(variant, inputs, pooling, config):
    """Return what a network makes of an image, without its classifier."""
    x = variant.network(inputs, **_named_by(variant.network, config))
    x = POOLING[pooling](x) if pooling else x
    return variant.finish(x) if variant.finish else x


def _predictions(variant, inputs, classes, activation, config):
    """Return what the classifier makes of an image; where there are auxiliary ones, a list that it comes first in."""
    x = variant.network(inputs, **_named_by(variant.network, config))
    predictions = variant.head(x, classes, activation, **_named_by(variant.head, config))
    if not config.get("auxiliary"):
        return predictions
    sides = [each.head(_output(x, each.at), classes, activation) for each in variant.auxiliaries]
    return [predictions, *sides]


def _named_by(function, config):
    """Return the entries of `config` that the function has parameters for."""
    return {key: config[key] for key in inspect.signature(function).parameters if key in config}


def _prepared_outside(variant, config):
    """Return the row of a network that is given images as it otherwise prepares them itself, if it is that."""
    if config.get("include_preprocessing", True):
        return variant
    return replace(variant, preprocessing=variant.inside)


def _published(variant, tag, config, shape):
    """Return the variant with, of the weights of this tag, only those that were made with these options and size."""
    rows = [row for row in variant.weights if row.tag == tag]
    if not rows:
        return variant
    defaults = {key: variant.config[key] for key in variant.options}
    made_with = [defaults if row.options is None else row.options for row in rows]
    for row, options in zip(rows, made_with, strict=True):
        if all(config[key] == value for key, value in options.items()):
            return replace(variant, weights=(row.for_size(*shape[1:3]),))
    given = _listed({key: config[key] for key in made_with[0]})
    raise ValueError(f"{given} contradicts weights={tag!r}, published for {' or '.join(map(_listed, made_with))}")


def _listed(options):
    return ", ".join(f"{key}={value}" for key, value in options.items())


def _check_activation(variant, include_top, weights, activation):
    """Published weights come with a classifier, whose activation the arguments must not contradict."""
    if include_top and variant.of_tag(weights) and activation not in (None, "softmax"):
        raise ValueError(
            f"classifier_activation={activation!r} contradicts weights={weights!r}; accepted are 'softmax' and None"
        )
    try:
        keras.activations.get(activation)
    except ValueError:
        raise ValueError(
            f"classifier_activation={activation!r} is unknown; accepted are 'softmax', None and others of Keras'"
        ) from None


def _inputs(variant, include_top, input_tensor, input_shape):
    """Return the tensor that the network is built on, its shape checked."""
    *_, channels = variant.input_shape
    if input_tensor is None:
        default = variant.input_shape if include_top else (None, None, channels)
        return layers.Input(default if input_shape is None else input_shape)
    if not isinstance(input_tensor, keras.KerasTensor):
        raise ValueError(
            f"input_tensor is a {type(input_tensor).__name__}; accepted is a Keras tensor, such as keras.Input(...)"
        )
    if variant.preprocessing != RAW and not keras.backend.is_float_dtype(input_tensor.dtype):
        raise ValueError(f"input_tensor is of {input_tensor.dtype}; accepted for {variant.name} are floats")
    given = tuple(input_tensor.shape[1:])
    if input_shape is not None and input_shape != given:
        raise ValueError(f"input_shape={input_shape} contradicts input_tensor, whose shape is {given}")
    check(variant.name, "input_tensor.shape[1:]", shape_of(variant), given)
    return input_tensor
