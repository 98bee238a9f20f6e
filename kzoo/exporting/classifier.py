"""The classifier that all formats are written from: network, preprocessing and labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np
import tensorflow as tf

from kzoo._printing import fault_of_name
from kzoo.applications import imagenet
from kzoo.applications.assembly import remove_auxiliary_classifiers
from kzoo.exporting.cloning import clone
from kzoo.exporting.folding import fold, functional
from kzoo.exporting.synthetic_images import dead_leaves
from kzoo.exporting.verification import NUM_SYNTHETIC_IMAGES
from kzoo.graph import output_activation, producer
from kzoo.layers import Preprocessor
from kzoo.registry import Preprocessing, record_of

# Layers whose inputs are pixels, which bfloat16 would round
PIXEL_LAYERS = (keras.layers.Normalization, keras.layers.Rescaling, Preprocessor)


@dataclass(frozen=True)
class Classifier:
    """A model with its preprocessing and labels.

    Args:
        model: without auxiliary classifiers.
        preprocessor: maps raw images to its input.
        labels: names of its classes.
        logits: whether its outputs are logits.
    """

    model: keras.Model
    preprocessor: Preprocessor
    labels: Sequence[str]
    logits: bool

    @classmethod
    def from_model(cls, model, labels=None, preprocessing: Preprocessing | None = None) -> Classifier:
        """Validate a model and its labels; arguments and exceptions are those of `kzoo.export`."""
        model = remove_auxiliary_classifiers(functional(model))
        activation = _final_activation(model)
        classes = model.output_shape[-1]
        labels = record_of(model).labels if labels is None else labels
        labels = [str(i) for i in range(classes)] if labels is None else validate_labels(labels, classes)
        preprocessor = imagenet.preprocessor(model, preprocessing=preprocessing)
        return cls(model, preprocessor, labels, activation is keras.activations.linear)

    def network(self, precision: str, fold_batch_norm: bool) -> keras.Model:
        """Return a clone for inference, "float32" or "bfloat16", its BatchNormalizations folded or not."""
        network = fold(self.float32_model) if fold_batch_norm else clone(self.float32_model)
        if precision == "float32":
            return network
        cast = cast_layers(network, precision)
        cast.folding = getattr(network, "folding", None)
        return cast

    @cached_property
    def float32_model(self) -> keras.Model:
        """The model, or a float32 clone if it computes in another precision."""
        if all(layer.dtype_policy.name == "float32" for layer in self.model.layers):
            return self.model
        return cast_layers(self.model, "float32")

    def probabilities(self, outputs: tf.Tensor) -> tf.Tensor:
        """Return the probabilities of the network's outputs, float32."""
        outputs = tf.cast(outputs, tf.float32)
        return tf.nn.softmax(outputs) if self.logits else outputs

    def predict(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities of images of the network's size, 0..255, computed in float32."""
        return self.probabilities(self.float32_model(self.preprocessor.normalize(images), training=False)).numpy()

    def resize(self, images: Sequence[np.ndarray] | np.ndarray | None) -> np.ndarray:
        """Resize raw images to the network's input size, float32 in 0..255; by default return synthetic images.

        Raises:
            ValueError: they are not images.
        """
        if images is None:
            return dead_leaves(*self.preprocessor.size, self.preprocessor.channels, NUM_SYNTHETIC_IMAGES)
        return np.stack(
            [self.preprocessor.resize(image) for image in validate_images(images, self.preprocessor.channels)]
        )

    def function(self, network: keras.Model):
        """Return a concrete function that maps `images`, of the network's size, to `probabilities`."""

        @tf.function(autograph=False)
        def classify(images):
            outputs = network(self.preprocessor.normalize(images), training=False)
            return {"probabilities": tf.identity(self.probabilities(outputs), name="probabilities")}

        shape = (None, *self.preprocessor.size, self.preprocessor.channels)
        return classify.get_concrete_function(tf.TensorSpec(shape, tf.float32, name="images"))


def validate_labels(labels: Sequence[str], classes: int) -> list[str]:
    """Return class names as a list.

    Raises:
        ValueError: they are not one string of one line for each class.
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


def validate_images(images: Sequence[np.ndarray] | np.ndarray, channels: int) -> list[np.ndarray]:
    """Return raw images as arrays.

    Raises:
        ValueError: they are not images, or their channels cannot be converted to so many.
    """
    if isinstance(images, str | bytes) or not isinstance(images, Iterable):
        raise ValueError(f"images is a {type(images).__name__}; give arrays (height, width, channels) of 0..255")
    try:
        arrays = [np.asarray(image) for image in images]
    except ValueError as error:  # ragged
        raise ValueError(f"images are no arrays ({error}); give arrays (height, width, channels) of 0..255") from None
    if not arrays:
        raise ValueError("images has none; give some, or leave the argument out")
    return [validate_image(array, i, channels) for i, array in enumerate(arrays)]


def validate_image(array: np.ndarray, i: int, channels: int) -> np.ndarray:
    """Return a raw image, `images[i]`, as it is.

    Raises:
        ValueError: it is not an image, or its channels cannot be converted to so many.
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


def cast_layers(model: keras.Model, precision: str) -> keras.Model:
    """Clone a model with layers that compute, and have weights, in a precision.

    Layers whose inputs are pixels, and the output layer, stay in float32.
    """
    outputs = {producer(tensor).name for tensor in model.outputs}

    def clone_layer(layer):
        config = layer.get_config()
        if "dtype" in config:
            config["dtype"] = "float32" if layer.name in outputs or isinstance(layer, PIXEL_LAYERS) else precision
        return type(layer).from_config(config)

    return clone(model, clone_layer)


def _final_activation(model):
    last, activation = producer(model.outputs[0]), output_activation(model)
    if activation is None or len(model.outputs) != 1 or len(model.output_shape) != 2:
        raise ValueError(
            f"{model.name} ends in {last.name!r} with output {model.output_shape}, not in classes; "
            "export a model with its classifier (include_top=True)"
        )
    return activation
