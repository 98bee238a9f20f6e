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


def dense_head(x, classes, activation, dense=None):
    """Classify by `fc1` and `fc2`, each with dropout, and `predictions`: the head of networks before global pooling.

    Args:
        dense: makes a dense layer of units, activation and name; `keras.layers.Dense` by default.

    Raises:
        ValueError: height or width of the features is unknown, so the number of weights would be.
    """
    if None in x.shape[1:]:
        raise ValueError(
            f"the input has no fixed height and width (its features are {tuple(x.shape[1:])}), and a dense classifier "
            f"needs both; give input_shape in full, or pass include_top=False"
        )
    dense = dense or layers.Dense
    x = layers.Flatten(name="flatten")(x)
    for name in ("fc1", "fc2"):
        x = dense(4096, activation="relu", name=name)(x)
        x = layers.Dropout(0.5, name=f"{name}_dropout")(x)
    return dense(classes, activation=activation, name="predictions")(x)


def ceil_max_pool(x, name, size=3):
    """Take maxima of windows of `size`, 2 apart, of which the last may reach over the border, as Caffe's do.

    Layers `{name}_pad` and `{name}`. Only for maps that a ReLU made: their padding with zeros then never wins.
    """
    x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"{name}_pad")(x)
    return layers.MaxPooling2D(size, 2, name=name)(x)
