"""What several test files use, beside the fixtures of conftest.py."""

import zlib
from functools import partial
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import kzoo
from kzoo.registry import RAW
from kzoo.training import Trainer, make_strategy

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "parity"


def randomise(model, seed=0):
    """Give a model weights that reach every output: He-scaled kernels, statistics and scales away from 0 and 1."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        shape = weight.shape
        if weight.path.endswith("variance") or weight.path.endswith("gamma"):
            value = rng.uniform(0.5, 1.5, shape)
        elif len(shape) > 1:
            inputs = shape[:2] if len(shape) == 4 and shape[-1] == 1 else shape[:-1]  # depthwise: of one channel only
            value = rng.normal(0, np.sqrt(1.5 / np.prod(inputs)), shape)
        else:
            value = rng.normal(0, 0.1, shape)
        weight.assign(value.astype("float32"))
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()  # Keras' own layer reads its weights only then
    return model


def settle(model, images):
    """Let a randomised network pass on what it sees, so that outputs say something of the weights and of the image.

    Normalisations get the statistics that they meet on these images, or nearly. With statistics from nowhere signals
    die out, or they grow until the network is chaotic: the logits of Keras' own EfficientNetV2S moved by a fifth when
    its input grew by a millionth. Residual branches are weakened, and most ReLUs opened, for the same reason.
    """
    rng = np.random.default_rng(1)
    for addition in [layer for layer in model.layers if isinstance(layer, keras.layers.Add)]:
        scales = [_last_scale(branch) for branch in addition.input]
        if any(each is None for each in scales):  # beside an identity
            for scale in [each for each in scales if each is not None]:
                scale.assign(0.2 * scale)
    normalisations = [each for each in model.layers if isinstance(each, keras.layers.BatchNormalization)]
    momenta = [each.momentum for each in normalisations]
    for each in normalisations:
        each.momentum = 0.0
        if each.center:
            each.beta.assign(each.beta + 0.7)
    model(images, training=True)
    for each, momentum in zip(normalisations, momenta, strict=True):
        each.momentum = momentum
        variance = each.moving_variance.numpy()
        each.moving_mean.assign(each.moving_mean + 0.1 * np.sqrt(variance) * rng.normal(size=variance.shape))
        each.moving_variance.assign(variance * rng.uniform(0.8, 1.25, variance.shape))
    return model


def _last_scale(branch):
    """Return the scale, or the kernel, that a branch ends in, if it does."""
    end = branch._keras_history.operation
    while isinstance(end, keras.layers.Dropout | keras.layers.Activation):
        end = end.input._keras_history.operation
    scale = getattr(end, "gamma", None)
    return getattr(end, "kernel", None) if scale is None else scale


def difference(a, b):
    """Return the largest difference as a share of the largest value; of several outputs, the worst."""
    pairs = zip(keras.tree.flatten(a), keras.tree.flatten(b), strict=True)
    return max(np.abs(np.asarray(a) - np.asarray(b)).max() / np.abs(np.asarray(b)).max() for a, b in pairs)


def one_line(error):
    """Return the message of a caught error, which must be one line."""
    message = str(error.value)
    assert "\n" not in message, message
    return message


def small_input(variant):
    """Return a small input shape that a classifier takes: as small as its kind allows, 75 pixels of large images."""
    height, _, channels = variant.input_shape
    side = height if variant.config.get("auxiliary") else min(height, max(75, variant.min_size))
    return side, side, channels


def image_batch(shape, seed=0, count=2):
    return np.random.default_rng(seed).normal(size=(count, *shape)).astype("float32")


def inputs_of(row, shape, **options):
    """Return two images as the network wants them: those that take raw pixels would hardly see any of unit variance."""
    return image_batch(shape, **options) * (64 if kzoo.info(row.name).preprocessing is RAW else 1)


def kernels(layer):
    """Return the weights of a layer that are multiplied once for every position of its output."""
    names = ("kernel", "depthwise_kernel", "pointwise_kernel")
    return [getattr(layer, name) for name in names if hasattr(layer, name)]


def tensor_from_name(name, shape):
    """Draw the tensor `name` of the reference: float32, decided by its name and shape alone."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    if name.endswith("running_var"):
        return rng.uniform(0.5, 1.5, shape).astype("float32")
    if name.endswith("running_mean"):
        return (0.1 * rng.standard_normal(shape)).astype("float32")
    if name.endswith("weight") and len(shape) == 1:  # a normalisation's scale
        return rng.uniform(0.5, 1.5, shape).astype("float32")
    if name.endswith("weight"):
        fan_in = int(np.prod(shape[1:]))
        return (np.sqrt(1.5 / fan_in) * rng.standard_normal(shape)).astype("float32")
    return (0.1 * rng.standard_normal(shape)).astype("float32")  # biases


def data(count=36, batch=16, classes=10):
    """Three batches, the last of four images."""
    rng = np.random.default_rng(0)
    images = rng.normal(size=(count, 32, 32, 1)).astype("float32")
    return tf.data.Dataset.from_tensor_slices((images, rng.integers(0, classes, count).astype("int32"))).batch(batch)


def adamw():
    return keras.optimizers.AdamW(1e-3, weight_decay=1e-2)


def train(
    kind, replicas, xla, network=kzoo.LeNet5, epochs=2, precision="float32", optimizer=adamw, count=36, **options
):
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy(precision)
    with make_strategy(kind, replicas).scope():
        trainer = Trainer(network(classifier_activation=None, **options), xla=xla)
        optimizer = optimizer()
        if precision == "mixed_float16":
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=2.0**10)
        trainer.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    history = trainer.fit(
        data(count), validation_data=data(count - 16), epochs=epochs, verbose=0, shuffle=False
    ).history
    return history, trainer.network.get_weights()


def assert_equal(ours, theirs):
    """Compare histories and weights."""
    assert ours[0].keys() == theirs[0].keys()
    for name, values in theirs[0].items():
        np.testing.assert_allclose(ours[0][name], values, rtol=1e-5, err_msg=name)
    for a, b in zip(ours[1], theirs[1], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


ADAMW = partial(keras.optimizers.AdamW, 1e-3, weight_decay=1e-2)


def everything():
    return ADAMW(use_ema=True, ema_momentum=0.9, gradient_accumulation_steps=2, global_clipnorm=0.5)


def small_network(classifier_activation=None):
    inputs = keras.Input((32, 32, 1))
    # no bias: before a normalisation its gradient is rounding noise, which Adam would scale up
    x = keras.layers.Conv2D(4, 3, use_bias=False)(inputs)
    x = kzoo.layers.BatchNormalization()(x)
    x = keras.layers.Dropout(0.0)(keras.layers.ReLU()(x))
    return keras.Model(inputs, keras.layers.Dense(10)(keras.layers.GlobalAveragePooling2D()(x)))


def normalized(classifier_activation):
    inputs = keras.Input((32, 32, 1))
    x = kzoo.layers.BatchNormalization()(inputs)
    return keras.Model(inputs, keras.layers.Dense(10)(keras.layers.GlobalAveragePooling2D()(x)))
