"""Classify raw images by one network or several, each image seen once or in ten ways."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from kzoo import registry
from kzoo.applications import imagenet
from kzoo.layers import Preprocessor


def trained(name: str, weights: str, classes: int, **arguments) -> keras.Model:
    """Build a network whose weights tell these classes apart: a classifier that adapts to them knows nothing.

    Args:
        name, arguments: as for `kzoo.build`.
        weights: a tag such as imagenet, or the path of a file.
        classes: of the data it is for.

    Raises:
        ValueError: the weights are of another number of classes, or `kzoo.build` refuses something.
        OSError: they are not there.
    """
    registry.classifier(name)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*new and untrained")
        try:
            return registry.build(name, weights=weights, classes=classes, **arguments)
        except UserWarning as warning:
            raise ValueError(f"these weights do not know the {classes} classes of the data: {warning}") from None


def middle(prepare: Preprocessor, image: np.ndarray) -> tf.Tensor:
    """Return a network's input, (1, height, width, channels), as it is commonly made of an image."""
    return prepare.normalize(prepare.resize(image))[None]


def ten_crops(prepare: Preprocessor, image: np.ndarray) -> tf.Tensor:
    """Return ten inputs, (10, height, width, channels): the corners, the middle, and the mirror images of these.

    They are cut from the middle of the image, which is made as much larger than the network's input as a common crop
    of it is smaller: 224x224 from 256x256, as for AlexNet (section 4.1 of its paper, doi:10.1145/3065386).

    Raises:
        ValueError: images for this network are fitted inside a margin, so there is nothing to cut off.
    """
    if prepare.pad:
        raise ValueError("ten crops do not work for a network whose images are fitted inside a margin, such as LeNet5")
    height, width = prepare.size
    sides = round(height / prepare.crop), round(width / prepare.crop)
    large = Preprocessor(sides, prepare.channels, crop=1.0).resize(image)
    bottom, right = sides[0] - height, sides[1] - width
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = tf.stack([large[top : top + height, left : left + width] for top, left in places])
    return prepare.normalize(tf.concat([crops, crops[:, :, ::-1]], axis=0))


def predict(
    models: Sequence[keras.Model],
    images: Sequence[np.ndarray],
    views: Callable[[Preprocessor, np.ndarray], tf.Tensor] = middle,
) -> np.ndarray:
    """Return the probabilities of classes, (images, classes) float32: the mean over the models and over the views.

    Args:
        models: classifiers that kzoo built, of the same classes. Each is given what it was trained on: its size, its
            levels. Of several outputs the first counts.
        images: raw ones, (height, width, channels) each, 0..255, of any sizes.
        views: makes a network's inputs of an image; `middle` or `ten_crops`.

    Raises:
        ValueError: the models differ in their classes, or one is no classifier, or kzoo did not build it.
    """
    shapes = {model.name: tuple(model.outputs[0].shape[1:]) for model in models}
    for name, shape in shapes.items():
        if len(shape) != 1:
            raise ValueError(f"{name} makes {shape} of an image; accepted are classifiers (include_top=True)")
    if len(set(shapes.values())) > 1:
        counts = ", ".join(f"{name} has {shape[0]}" for name, shape in shapes.items())
        raise ValueError(f"the models of an ensemble have the same classes, but {counts}")
    return np.mean([_probabilities(model, images, views) for model in models], axis=0)


def _probabilities(model, images, views):
    prepare = imagenet.preprocessor(model)
    inputs = [views(prepare, image) for image in images]
    first, *_ = keras.tree.flatten(model(tf.concat(inputs, axis=0), training=False))
    first = tf.cast(first, tf.float32)
    if getattr(model.outputs[0]._keras_history.operation, "activation", None) is keras.activations.linear:
        first = tf.nn.softmax(first)
    return tf.reduce_mean(tf.reshape(first, (len(inputs), -1, first.shape[-1])), axis=1).numpy()
