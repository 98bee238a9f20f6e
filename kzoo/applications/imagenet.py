"""From images to a network's input."""

from __future__ import annotations

from kzoo._keras import zoo
from kzoo.registry import Preprocessing, info


def preprocessor(model, input_shape=None, preprocessing: Preprocessing | None = None):
    """Return the layer that brings raw images of any size to the input of a model of the zoo.

    Args:
        model: one that kzoo built, for what its weights were trained on; or a name, as in `kzoo.list_models()`, for
            what its row in the registry says.
        input_shape: (height, width, channels). Default: that of the model, where it is fixed, or of its row.
        preprocessing: a row of your own instead.

    Returns:
        A `kzoo.layers.Preprocessor`: (batch, height, width, channels), uint8 or float in 0..255, to float32.

    Raises:
        ValueError: there is no such model (the message names the nearest), it does not say how images are prepared for
            it, or it has no fixed size.
    """
    variant = info(model) if isinstance(model, str) else getattr(model, "variant", None)
    if variant is None and preprocessing is None:
        raise ValueError(
            f"{model.name} does not say how images are prepared for it (kzoo did not build it, or it was saved and "
            "loaded since); pass preprocessing=, such as kzoo.info('ResNet50').preprocessing"
        )
    shape = tuple(input_shape or (variant.input_shape if isinstance(model, str) else model.input_shape[1:]))
    if None in shape and variant:
        shape = (*variant.input_shape[:2], shape[-1])
    if None in shape:
        raise ValueError(f"{model.name} takes images of any size, so raw ones cannot be brought to it; fix input_shape")
    return zoo.Preprocessor.of(preprocessing or variant.preprocessing, shape)
