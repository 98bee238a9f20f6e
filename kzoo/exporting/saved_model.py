"""Models as SavedModels in TensorFlow Serving's layout."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import keras
import tensorflow as tf

from kzoo._files import whole
from kzoo.applications import imagenet
from kzoo.applications.assembly import without_auxiliaries
from kzoo.registry import Preprocessing


def export(
    model: keras.Model,
    path: str | os.PathLike,
    labels: Sequence[str] | None = None,
    preprocessing: Preprocessing | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a model as a SavedModel that takes and gives raw images, and return where it is.

    A classifier's signature `serving_default` takes `images`, (batch, height, width, channels) float32 in 0..255 of
    any height and width, and gives `probabilities` (batch, classes), `class_id` (batch,) and `label` (batch,);
    `serving_uint8` is the same for bytes. The loaded object, called with either kind, gives the same. A generative
    model has the signatures that its `served` names, such as `sample` of `count` and `seed`, which are methods of the
    loaded object, too. `tf.saved_model.load` is all that is needed.

    Args:
        model: a classifier that kzoo built, or any functional one together with `preprocessing`. Auxiliary classifiers
            are left out. Or an algorithm of `kzoo.generative`, which takes neither `labels` nor `preprocessing`.
        path: `<name>/<version>`, the version a number; or `<name>`, for the next free version, from 1.
        labels: names of the classes. Default: their numbers.
        preprocessing: how raw images become the model's input. Default: as for those that its
            weights were trained on, or as its row in the registry says.
        overwrite: whether a version that is there already may be replaced.

    Raises:
        FileExistsError: the version is there already.
        ValueError: the model is not a classifier, its preprocessing is not known, or labels are too few or many.
    """
    path = destination(path, overwrite)
    if hasattr(model, "served"):
        if labels is not None or preprocessing is not None:
            raise ValueError("labels and preprocessing are of classifiers; leave them out to export a generative model")
        return _export_functions(*model.served(), path)
    model = without_auxiliaries(model)
    activation = _final_activation(model)
    classes = model.output_shape[-1]
    labels = [str(i) for i in range(classes)] if labels is None else [str(label) for label in labels]
    if len(labels) != classes:
        raise ValueError(f"labels has {len(labels)} names, but the model has {classes} classes; give one name a class")
    preprocessor = imagenet.preprocessor(model, preprocessing=preprocessing)
    module = _module(plain_copy(model), preprocessor, labels, softmax=activation is keras.activations.linear)
    with whole(path) as new:
        signatures = {
            "serving_default": module.__call__.get_concrete_function(_spec(preprocessor, tf.float32)),
            "serving_uint8": module.__call__.get_concrete_function(_spec(preprocessor, tf.uint8)),
        }
        tf.saved_model.save(module, str(new), signatures=signatures)
    return path


def _export_functions(networks, functions, path):
    module = tf.Module()
    module.weights = [variable.value for network in networks for variable in network.variables]
    signatures = {}
    for name, (function, inputs) in functions.items():
        program = tf.function(function, autograph=False)
        setattr(module, name, program)
        signatures[name] = program.get_concrete_function(*inputs)
    with whole(path) as new:
        tf.saved_model.save(module, str(new), signatures=signatures)
    return path


def destination(path: str | os.PathLike, overwrite: bool = False) -> Path:
    """Return `<name>/<version>` for a path that may leave the version out; it is the next free one then.

    Raises:
        FileExistsError: the version is there already, and `overwrite` is not set.
    """
    path = Path(path)
    if not path.name.isdigit():
        versions = [int(child.name) for child in path.glob("*") if child.name.isdigit()]
        return path / str(max(versions, default=0) + 1)
    if path.exists() and not overwrite:
        free = destination(path.parent)
        raise FileExistsError(f"{path} is there already; export to {free}, or pass overwrite=True to replace it")
    return path


def _final_activation(model):
    if not isinstance(model, keras.Model) or not hasattr(model, "outputs"):
        raise ValueError(f"model is a {type(model).__name__}; accepted is a functional keras.Model, as kzoo builds")
    last = model.outputs[0]._keras_history.operation
    activation = getattr(last, "activation", None)
    if activation is None or len(model.outputs) != 1 or len(model.output_shape) != 2:
        raise ValueError(
            f"{model.name} ends in {last.name!r} with output {model.output_shape}, not in classes; "
            "export a model with its classifier (include_top=True)"
        )
    return activation


def plain_copy(model):
    """Copy a model out of the strategy it was trained under, whose mirrored variables a SavedModel cannot hold."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


def _spec(preprocessor, dtype):
    return tf.TensorSpec((None, None, None, preprocessor.channels), dtype, name="images")


def _module(model, preprocessor, labels, softmax):
    class Classifier(tf.Module):
        """What is saved: weights, and one function for bytes and floats."""

        def __init__(self):
            super().__init__()
            self.weights = [variable.value for variable in model.variables]

        @tf.function(autograph=False)
        def __call__(self, images):
            probabilities = tf.cast(model(preprocessor(images), training=False), tf.float32)
            if softmax:
                probabilities = tf.nn.softmax(probabilities)
            class_id = tf.argmax(probabilities, axis=-1)
            return {"probabilities": probabilities, "class_id": class_id, "label": tf.gather(labels, class_id)}

    return Classifier()
