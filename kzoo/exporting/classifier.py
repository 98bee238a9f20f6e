"""The serving spec of classifiers: network, preprocessing and labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kzoo._printing import fault_of_name
from kzoo.applications import imagenet
from kzoo.applications.assembly import remove_auxiliary_classifiers
from kzoo.exporting.classifier_module import make_classifier_module, write_warmup_requests
from kzoo.exporting.cloning import cast_layers, clone, in_float32
from kzoo.exporting.folding import fold, functional
from kzoo.exporting.schemas import PREPROCESSING, write_labels
from kzoo.exporting.serving import LoadedFunctions, Prepared, ServingSpec
from kzoo.exporting.synthetic_images import dead_leaves
from kzoo.exporting.verification import NUM_SYNTHETIC_IMAGES, NUM_VERIFIED, TOLERANCES, Comparison
from kzoo.graph import output_activation, producer
from kzoo.layers import Preprocessor
from kzoo.registry import ModelRecord, Preprocessing, record_of


@dataclass(frozen=True)
class Classifier(ServingSpec):
    """A model with its preprocessing and labels.

    Args:
        model: without auxiliary classifiers.
        preprocessor: maps raw images to its input.
        labels: names of its classes.
        logits: whether its outputs are logits.
        images: raw images of the network's size, float32 in 0..255: int8 is calibrated on all, and exports are verified
            on the first `NUM_VERIFIED`.
    """

    kind = "classifier"
    precisions = ("float32", "bfloat16", "int8", "auto")

    model: keras.Model
    preprocessor: Preprocessor
    labels: Sequence[str]
    logits: bool
    images: np.ndarray

    @classmethod
    def from_model(cls, model, labels=None, preprocessing: Preprocessing | None = None, images=None) -> Classifier:
        """Validate a model, its labels and images; arguments and exceptions are those of `kzoo.export`."""
        model = remove_auxiliary_classifiers(functional(model))
        activation = _final_activation(model)
        classes = model.output_shape[-1]
        labels = record_of(model).labels if labels is None else labels
        labels = [str(i) for i in range(classes)] if labels is None else validate_labels(labels, classes)
        preprocessor = imagenet.preprocessor(model, preprocessing=preprocessing)
        images = resize_images(images, preprocessor)
        return cls(model, preprocessor, labels, activation is keras.activations.linear, images)

    def prepare(self, precision: str, fold_batch_norm: bool) -> Prepared:
        """Return the functions with the network in a precision, its BatchNormalizations folded or not."""
        network = self.network(precision, fold_batch_norm)
        return Prepared(
            partial(make_classifier_module, self, network, precision),
            lambda: {"model": self.function(network)},
            {"model": [{"images": image[None]} for image in self.images]},
            {"folding": asdict(network.folding) if fold_batch_norm else None},
        )

    def verify(self, functions: LoadedFunctions, precision: str, tolerance: float | None) -> Comparison:
        """Compare an export's probabilities with the model's."""
        tolerance = TOLERANCES[precision] if tolerance is None else tolerance
        return Comparison.of(classify_with(functions)(self.images[:NUM_VERIFIED]), self.expected, tolerance)

    @cached_property
    def expected(self) -> np.ndarray:
        """The model's own probabilities of the images that exports are verified on; the same in each precision."""
        return self.predict(self.images[:NUM_VERIFIED])

    @property
    def name(self) -> str:  # type: ignore[override] # read-only, as the field of a frozen dataclass
        """The name of the model."""
        return self.model.name

    @property
    def record(self) -> ModelRecord:  # type: ignore[override] # as above
        """What is known of the model."""
        return record_of(self.model)

    def run_example(self, functions: LoadedFunctions):
        """Classify an image."""
        return classify_with(functions)(self.images[:1])

    def metadata(self) -> dict[str, Any]:
        """Return parameters, classes, input size and preprocessing."""
        return {
            "parameters": self.model.count_params(),
            "classes": len(self.labels),
            "input": [*self.preprocessor.size, self.preprocessor.channels],
            "preprocessing": {key: getattr(self.preprocessor, key) for key in PREPROCESSING},
        }

    def write_extra(self, folder: Path, format: str, name: str):
        """Write labels.txt and, for a SavedModel, warm-up requests."""
        write_labels(folder / "labels.txt", self.labels)
        if format == "savedmodel":
            write_warmup_requests(self.preprocessor, folder / "tf_serving_warmup_requests", name)

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
        return in_float32(self.model)

    def probabilities(self, outputs: tf.Tensor) -> tf.Tensor:
        """Return the probabilities of the network's outputs, float32."""
        outputs = tf.cast(outputs, tf.float32)
        return tf.nn.softmax(outputs) if self.logits else outputs

    def predict(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities of images of the network's size, 0..255, computed in float32."""
        return self.probabilities(self.float32_model(self.preprocessor.normalize(images), training=False)).numpy()

    def function(self, network: keras.Model):
        """Return a concrete function that maps `images`, of the network's size, to `probabilities`."""

        @tf.function(autograph=False)
        def classify(images):
            outputs = network(self.preprocessor.normalize(images), training=False)
            return {"probabilities": tf.identity(self.probabilities(outputs), name="probabilities")}

        shape = (None, *self.preprocessor.size, self.preprocessor.channels)
        return classify.get_concrete_function(tf.TensorSpec(shape, tf.float32, name="images"))


def classify_with(functions: LoadedFunctions) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function of an export of a classifier that maps images to probabilities."""
    run = functions["model"] if "model" in functions else functions["serving_default"]
    return lambda images: run(images=images)["probabilities"]


def resize_images(images: Sequence[np.ndarray] | np.ndarray | None, preprocessor: Preprocessor) -> np.ndarray:
    """Resize raw images to a network's input size, float32 in 0..255; by default return synthetic images.

    Raises:
        ValueError: they are not images.
    """
    if images is None:
        height, width = preprocessor.size
        return dead_leaves(height, width, preprocessor.channels, NUM_SYNTHETIC_IMAGES)
    return np.stack([preprocessor.resize(image) for image in validate_images(images, preprocessor.channels)])


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


def _final_activation(model):
    last, activation = producer(model.outputs[0]), output_activation(model)
    if activation is None or len(model.outputs) != 1 or len(model.output_shape) != 2:
        raise ValueError(
            f"{model.name} ends in {last.name!r} with output {model.output_shape}, not in classes; "
            "export a model with its classifier (include_top=True)"
        )
    return activation
