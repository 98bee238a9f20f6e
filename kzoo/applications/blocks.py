"""The few verbs that three or more families share."""

from kzoo._keras import layers, zoo


def conv_bn(
    x, filters, kernel, stride=1, *, act="relu", padding="same", use_bias=False, epsilon=1e-5, scale=True, name
):
    """Convolve, normalise, activate: layers `{name}_conv`, `{name}_bn` and `{name}_relu` (or another activation).

    Args:
        act: name of the activation, or None for none.
        padding: "same" or "valid", or a number of zeros on every side.
        scale: whether the normalisation has a gamma.
    """
    if isinstance(padding, int):
        x = layers.ZeroPadding2D(padding, name=f"{name}_pad")(x)
        padding = "valid"
    x = layers.Conv2D(filters, kernel, stride, padding, use_bias=use_bias, name=f"{name}_conv")(x)
    x = zoo.BatchNormalization(epsilon=epsilon, scale=scale, name=f"{name}_bn")(x)
    return layers.Activation(act, name=f"{name}_{act}")(x) if act else x


def max_pool(x, size, stride, *, padding, name):
    """Take maxima after `padding` zeros on every side: layers `{name}_pad` and `{name}_pool`."""
    x = layers.ZeroPadding2D(padding, name=f"{name}_pad")(x)
    return layers.MaxPooling2D(size, stride, name=f"{name}_pool")(x)
