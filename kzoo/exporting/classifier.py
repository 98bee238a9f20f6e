"""What every format is made of: a network in the precision asked for, and what surrounds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np
import tensorflow as tf

from kzoo._printing import fault_of_name
from kzoo.applications import imagenet
from kzoo.applications.assembly import without_auxiliaries
from kzoo.exporting.copying import copy
from kzoo.exporting.drawing import draw
from kzoo.exporting.folding import fold, functional
from kzoo.exporting.verifying import PICTURES
from kzoo.layers import Preprocessor
from kzoo.registry import Preprocessing

# Layers that take pixels: bfloat16 would round them
OF_PIXELS = (keras.layers.Normalization, keras.layers.Rescaling, Preprocessor)


@dataclass(frozen=True)
class Classifier:
    """A model and what its export needs to know of it.

    Args:
        model: as it was given, without auxiliary classifiers.
        prepare: from raw images to its input.
        labels: names of its classes.
        logits: whether it ends without a softmax.
    """

    model: keras.Model
    prepare: Preprocessor
    labels: Sequence[str]
    logits: bool

    @classmethod
    def of(cls, model, labels=None, preprocessing: Preprocessing | None = None) -> Classifier:
        """Check a model and find out about it; see `kzoo.export` for the arguments and what is raised."""
        model = without_auxiliaries(functional(model))
        activation = _final_activation(model)
        classes = model.output_shape[-1]
        labels = [str(i) for i in range(classes)] if labels is None else checked_labels(labels, classes)
        prepare = imagenet.preprocessor(model, preprocessing=preprocessing)
        return cls(model, prepare, labels, activation is keras.activations.linear)

    def network(self, precision: str, folded: bool) -> keras.Model:
        """Return a copy of the network for inference, "float32" or "bfloat16", with the normalisations folded."""
        network = fold(self.exact) if folded else copy(self.exact)
        if precision == "float32":
            return network
        cast = recast(network, precision)
        cast.folding = getattr(network, "folding", None)
        return cast

    @cached_property
    def exact(self) -> keras.Model:
        """The model, or a copy of it in float32 if it computes in another precision."""
        if all(layer.dtype_policy.name == "float32" for layer in self.model.layers):
            return self.model
        return recast(self.model, "float32")

    def probabilities(self, outputs: tf.Tensor) -> tf.Tensor:
        """Return what the network's outputs mean, float32."""
        outputs = tf.cast(outputs, tf.float32)
        return tf.nn.softmax(outputs) if self.logits else outputs

    def expected(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities that the model gives for images of its size, 0..255, in float32."""
        return self.probabilities(self.exact(self.prepare.normalize(images), training=False)).numpy()

    def sized(self, images: Sequence[np.ndarray] | np.ndarray | None) -> np.ndarray:
        """Return raw images in the network's size, 0..255 float32; drawn ones where none are given.

        Raises:
            ValueError: they are no images.
        """
        if images is None:
            return draw(*self.prepare.size, self.prepare.channels, PICTURES)
        return np.stack([self.prepare.resize(image) for image in checked_images(images, self.prepare.channels)])

    def function(self, network: keras.Model):
        """Return a concrete function from `images`, of the network's size, to `probabilities`."""

        @tf.function(autograph=False)
        def classify(images):
            outputs = network(self.prepare.normalize(images), training=False)
            return {"probabilities": tf.identity(self.probabilities(outputs), name="probabilities")}

        shape = (None, *self.prepare.size, self.prepare.channels)
        return classify.get_concrete_function(tf.TensorSpec(shape, tf.float32, name="images"))


def checked_labels(labels: Sequence[str], classes: int) -> list[str]:
    """Return names of classes as a list.

    Raises:
        ValueError: they are not one name a class, on one line each.
    """
    if isinstance(labels, str | bytes) or not isinstance(labels, Iterable):
        raise ValueError(f"labels={labels!r} is a {type(labels).__name__}; give a list of one name a class")
    labels = list(labels)
    if len(labels) != classes:
        raise ValueError(f"labels has {len(labels)} names, but the model has {classes} classes; give one name a class")
    for i, label in enumerate(labels):
        if not isinstance(label, str):
            raise ValueError(f"labels[{i}]={label!r} is a {type(label).__name__}; give names, strings")
        if fault := fault_of_name(label):
            raise ValueError(f"labels[{i}]={label!r} {fault}; give names of one line")
    return [str(label) for label in labels]


def checked_images(images: Sequence[np.ndarray] | np.ndarray, channels: int) -> list[np.ndarray]:
    """Return raw images for a network of so many channels as arrays.

    Raises:
        ValueError: they are no images, or have other channels than it can be given.
    """
    if isinstance(images, str | bytes) or not isinstance(images, Iterable):
        raise ValueError(f"images is a {type(images).__name__}; give arrays (height, width, channels) of 0..255")
    try:
        arrays = [np.asarray(image) for image in images]
    except ValueError as error:  # rows of several lengths
        raise ValueError(f"images are no arrays ({error}); give arrays (height, width, channels) of 0..255") from None
    if not arrays:
        raise ValueError("images has none; give some, or leave the argument out")
    return [checked_image(array, i, channels) for i, array in enumerate(arrays)]


def checked_image(array: np.ndarray, i: int, channels: int) -> np.ndarray:
    """Return a raw image, `images[i]`, for a network of so many channels as it is.

    Raises:
        ValueError: it is no image, or has other channels than the network can be given.
    """
    accepted = (1, 2, 3, 4) if channels in (1, 3) else (channels,)
    if array.dtype.kind not in "uif" or array.ndim != 3 or 0 in array.shape or array.shape[-1] not in accepted:
        raise ValueError(
            f"images[{i}] has shape {array.shape} and type {array.dtype}; accepted are numbers of 0..255, "
            f"(height, width, channels) with {' or '.join(map(str, accepted))} channels"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"images[{i}] has values that are no numbers; accepted are 0..255")
    return array


def recast(model: keras.Model, precision: str) -> keras.Model:
    """Return a copy of a model whose layers compute, and keep their weights, in a precision.

    Layers that take pixels, and the one that gives the model's output, stay in float32.
    """
    exact = {tensor._keras_history.operation.name for tensor in model.outputs}

    def clone(layer):
        config = layer.get_config()
        if "dtype" in config:
            config["dtype"] = "float32" if layer.name in exact or isinstance(layer, OF_PIXELS) else precision
        return type(layer).from_config(config)

    return copy(model, clone)


def _final_activation(model):
    last = model.outputs[0]._keras_history.operation
    activation = getattr(last, "activation", None)
    if activation is None or len(model.outputs) != 1 or len(model.output_shape) != 2:
        raise ValueError(
            f"{model.name} ends in {last.name!r} with output {model.output_shape}, not in classes; "
            "export a model with its classifier (include_top=True)"
        )
    return activation
