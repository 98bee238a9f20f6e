"""From a row of the registry to a Keras model: input, network, head, weights. It knows no family."""

from __future__ import annotations

from collections.abc import Callable

from kzoo._keras import keras, layers
from kzoo.registry import Builder, Preprocessing, Variant, Weights, register

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
    notes: str = "",
    **config,
) -> Builder:
    """Register an image classifier: a row of facts, and `config`, the arguments of its network."""
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
):
    """Build the model of a row. The arguments are those of `kzoo.registry.Builder`."""
    from kzoo.weights import find, load

    classes = _checked_classes(variant, classes)
    if pooling not in (None, *POOLING):
        raise ValueError(f"pooling={pooling!r} is unknown; accepted are None, 'avg' and 'max'")
    _check_published(variant, include_top, weights, classes, classifier_activation)
    path = find(variant, weights, include_top)  # before the model is built: a wrong path should not cost seconds

    inputs = _inputs(variant, include_top, input_tensor, input_shape)
    x = variant.network(inputs, **variant.config)
    if include_top:
        x = variant.head(x, classes, classifier_activation)
    elif pooling:
        x = POOLING[pooling](x)
    sources = [inputs] if input_tensor is None else keras.utils.get_source_inputs(input_tensor)
    model = keras.Model(sources[0] if len(sources) == 1 else sources, x, name=name or variant.name.lower())
    if path:
        load(model, path, variant.name)
    model.variant = variant
    return model


def _checked_classes(variant, classes):
    classes = variant.classes if classes is None else classes
    limit = variant.max_classes
    if not isinstance(classes, int) or classes < 1 or (limit and classes > limit):
        accepted = f"1 to {limit}" if limit else "a whole number from 1"
        raise ValueError(f"classes={classes!r} does not work for {variant.name}; accepted: {accepted}")
    return classes


def _check_published(variant, include_top, weights, classes, activation):
    """Published weights come with a classifier of a size, which the arguments must not contradict."""
    if not include_top or weights not in {row.tag for row in variant.weights}:
        return
    if classes != variant.classes:
        raise ValueError(
            f"classes={classes} contradicts weights={weights!r}, whose classifier has {variant.classes}; "
            f"leave classes out, or pass include_top=False and add a classifier"
        )
    if activation not in (None, "softmax"):
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
