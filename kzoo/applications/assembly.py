"""From a row of the registry to a Keras model: input, network, head, weights. It knows no family."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from kzoo._keras import keras, layers
from kzoo.registry import Auxiliary, Builder, Naming, Preprocessing, Variant, Weights, register

POOLING = {
    "avg": lambda x: layers.GlobalAveragePooling2D(name="avg_pool")(x),
    "max": lambda x: layers.GlobalMaxPooling2D(name="max_pool")(x),
}


def classifier(x, classes, activation):
    """Average each map and classify: the head of most networks since Network in Network."""
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def variant(
    name: str,
    *,
    network: Callable,
    paper: str,
    reference: str,
    year: int,
    parameters: int,
    macs: int,
    preprocessing: Preprocessing,
    head: Callable = classifier,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    min_size: int = 32,
    classes: int = 1000,
    max_classes: int | None = None,
    weights: tuple[Weights, ...] = (),
    options: tuple[str, ...] = (),
    finish: Callable | None = None,
    auxiliaries: tuple[Auxiliary, ...] = (),
    torch_names: Naming | tuple[Naming, ...] | None = None,
    torch_preprocessing: Preprocessing | None = None,
    notes: str = "",
    **config,
) -> Builder:
    """Register an image classifier: a row of facts, and `config`, what its network and its head are given by name.

    Those keys of `config` that `options` names, a caller of the builder may change.
    """
    return register(
        Variant(
            name=name,
            assemble=assemble,
            network=network,
            head=head,
            paper=paper,
            reference=reference,
            year=year,
            parameters=parameters,
            macs=macs,
            input_shape=input_shape,
            min_size=min_size,
            classes=classes,
            max_classes=max_classes,
            preprocessing=preprocessing,
            weights=weights,
            options=options,
            finish=finish,
            auxiliaries=auxiliaries,
            torch_names=torch_names,
            torch_preprocessing=torch_preprocessing,
            notes=notes,
            config=config,
        )
    )


def assemble(
    variant: Variant,
    include_top: bool,
    weights: str | None,
    input_tensor,
    input_shape,
    pooling: str | None,
    classes: int | None,
    classifier_activation,
    name: str | None,
    **options,
):
    """Build the model of a row. The arguments are those of `kzoo.registry.Builder`."""
    from kzoo.weights import find, load, preprocessing

    if unknown := set(options) - set(variant.options):
        accepted = ", ".join([*list(inspect.signature(assemble).parameters)[1:-1], *variant.options])
        raise TypeError(f"{variant.name} has no argument {min(unknown)!r}; accepted are {accepted}")
    if not isinstance(include_top, bool):  # some of Keras' builders take input_shape or alpha in this place
        raise ValueError(f"include_top={include_top!r} is neither True nor False; pass other arguments by name")
    classes = _checked_classes(variant, classes)
    if pooling not in (None, *POOLING):
        raise ValueError(f"pooling={pooling!r} is unknown; accepted are None, 'avg' and 'max'")
    _check_activation(variant, include_top, weights, classifier_activation)
    inputs = _inputs(variant, include_top, input_tensor, input_shape)
    config = {**variant.config, **options}
    published = _published(variant, weights, config, inputs.shape)
    path = find(published, weights, include_top)  # before the model is built: a wrong path should not cost seconds

    taken = set() if input_tensor is None else _names_around(input_tensor)
    if include_top:
        x = _predictions(variant, inputs, classes, classifier_activation, config)
    else:
        x = _features(variant, inputs, pooling, config)
    model = keras.Model(inputs, x, name=name or variant.name.lower())
    if path:
        loaded = model
        if isinstance(x, list) and weights in {row.tag for row in variant.weights}:
            # published weights have no auxiliary classifiers, which so stay untrained
            loaded, options = keras.Model(inputs, x[0]), {**options, "auxiliary": False}
        alike = partial(assemble, variant, include_top, None, None, pooling=pooling, classifier_activation=None)
        rebuild = partial(alike, name=None, **options)
        load(loaded, path, variant, include_top, tuple(inputs.shape[1:]), classes, rebuild)
    renamed = _rename(model, taken, always=model.name != variant.name.lower())
    if renamed or input_tensor is not None:
        sources = keras.utils.get_source_inputs(inputs)
        model = keras.Model(sources[0] if len(sources) == 1 else sources, x, name=model.name)
    model.variant = replace(variant, preprocessing=preprocessing(published, weights, path)) if path else variant
    model.source = next((row for row in published.weights if row.tag == weights), None)
    return model


def without_auxiliaries(model):
    """Return the network as predictions need it: the same layers and weights, without the classifiers within."""
    variant = getattr(model, "variant", None)
    if variant is None or not variant.auxiliaries or len(model.outputs) == 1:
        return model
    main = keras.Model(model.input, model.outputs[0], name=model.name)
    main.variant, main.source = variant, getattr(model, "source", None)
    return main


def _output(x, name):
    """Return the output of the layer of this name among those that `x` was made by."""
    waiting, seen = [x], set()
    while waiting:
        tensor = waiting.pop()
        operation, node, _ = tensor._keras_history
        if operation.name == name:
            return tensor
        if operation.name not in seen:
            seen.add(operation.name)
            waiting += operation._inbound_nodes[node].input_tensors
    raise ValueError(f"the network has no layer {name!r}")


def _names_around(tensor):
    """Return the names of all layers that are connected with a tensor."""
    waiting, found = [tensor._keras_history.operation], {}
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found[operation] = operation.name
            waiting += [node.operation for node in operation._outbound_nodes]
            waiting += [
                each._keras_history.operation for node in operation._inbound_nodes for each in node.input_tensors
            ]
    return set(found.values())


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


def _checked_classes(variant, classes):
    classes = variant.classes if classes is None else classes
    limit = variant.max_classes
    if not isinstance(classes, int) or classes < 1 or (limit and classes > limit):
        accepted = f"1 to {limit}" if limit else "a whole number from 1"
        raise ValueError(f"classes={classes!r} does not work for {variant.name}; accepted: {accepted}")
    return classes


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
    if include_top and weights in {row.tag for row in variant.weights} and activation not in (None, "softmax"):
        raise ValueError(
            f"classifier_activation={activation!r} contradicts weights={weights!r}; accepted are 'softmax' and None"
        )


def _inputs(variant, include_top, input_tensor, input_shape):
    """Return the tensor that the network is built on, its shape checked."""
    *_, channels = variant.input_shape
    if input_tensor is not None:
        if not isinstance(input_tensor, keras.KerasTensor):
            raise ValueError(
                f"input_tensor is a {type(input_tensor).__name__}; accepted is a Keras tensor, such as keras.Input(...)"
            )
        given = tuple(input_tensor.shape[1:])
        if input_shape is not None and tuple(input_shape) != given:
            raise ValueError(f"input_shape={tuple(input_shape)} contradicts input_tensor, whose shape is {given}")
        _check_shape(variant, given, "input_tensor of shape ")
        return input_tensor
    if input_shape is None:
        input_shape = variant.input_shape if include_top else (None, None, channels)
    _check_shape(variant, tuple(input_shape), "input_shape=")
    return layers.Input(tuple(input_shape))


def _check_shape(variant, shape, what):
    if len(shape) != 3 or not isinstance(shape[-1], int) or shape[-1] < 1:
        raise ValueError(f"{what}{shape} is not (height, width, channels), for instance {variant.input_shape}")
    if any(side is not None and side < variant.min_size for side in shape[:2]):
        raise ValueError(
            f"{what}{shape} is too small for {variant.name}; height and width must be at least {variant.min_size}"
        )
