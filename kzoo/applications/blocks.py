"""Building blocks that three or more families share."""

from kzoo._keras import layers, zoo


def conv_bn(
    x, filters, kernel, stride=1, *, act="relu", padding="same", use_bias=False, epsilon=1e-5, scale=True, name
):
    """Convolve, normalize, activate: layers `{name}_conv`, `{name}_bn` and `{name}_relu` (or another activation).

    Args:
        act: name of the activation, or None.
        padding: "same" or "valid", or a number of zeros on every side.
        scale: whether BatchNormalization has a gamma.
    """
    if isinstance(padding, int):
        x = layers.ZeroPadding2D(padding, name=f"{name}_pad")(x)
        padding = "valid"
    x = layers.Conv2D(filters, kernel, stride, padding, use_bias=use_bias, name=f"{name}_conv")(x)
    x = zoo.BatchNormalization(epsilon=epsilon, scale=scale, name=f"{name}_bn")(x)
    return layers.Activation(act, name=f"{name}_{act}")(x) if act else x


def bn_relu(x, name, epsilon=1e-5):
    """Normalize and activate, before a convolution: layers `{name}_bn` and `{name}_relu`."""
    x = zoo.BatchNormalization(epsilon=epsilon, name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x)


def residual_stages(x, depths, widths, unit):
    """Apply `depths[i]` units of `widths[i]` filters; each stage but the first begins by halving the map.

    Args:
        unit: maps an input, filters, stride and name to an output.
    """
    for stage, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        for index in range(depth):
            stride = 2 if stage > 0 and index == 0 else 1
            x = unit(x, width, stride, name=f"conv{stage + 2}_block{index + 1}")
    return x


def max_pool(x, size, stride, *, padding, name):
    """Max pooling with `padding` zeros on every side: layers `{name}_pad` and `{name}_pool`."""
    x = layers.ZeroPadding2D(padding, name=f"{name}_pad")(x)
    return layers.MaxPooling2D(size, stride, name=f"{name}_pool")(x)


def dense_head(x, classes, activation, dense=None):
    """Dense layers `fc1` and `fc2` with dropout, and `predictions`: the head of networks before global pooling.

    Args:
        dense: makes a dense layer of units, activation and name; `keras.layers.Dense` by default.

    Raises:
        ValueError: height or width of the features is unknown, and so the number of weights.
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
    """Max pooling with stride 2 and ceil mode, as in Caffe: the last window may extend beyond the border.

    Layers `{name}_pad` and `{name}`. Only after a ReLU, where the zero padding is never the maximum.
    """
    x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"{name}_pad")(x)
    return layers.MaxPooling2D(size, 2, name=name)(x)
