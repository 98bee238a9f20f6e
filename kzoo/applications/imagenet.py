"""From images to a network's input."""

from kzoo._keras import zoo
from kzoo.registry import info


def preprocessor(name: str, input_shape=None):
    """Return the layer that brings raw images of any size to the input of a model of the zoo.

    Args:
        name: of the model, as in `kzoo.list_models()`.
        input_shape: (height, width, channels), where the model was built for another than its default.

    Returns:
        A `kzoo.layers.Preprocessor`: (batch, height, width, channels), uint8 or float in 0..255, to float32.

    Raises:
        ValueError: there is no such model; the message names the nearest.
    """
    variant = info(name)
    return zoo.Preprocessor.of(variant.preprocessing, input_shape or variant.input_shape)
