"""A classifier as a SavedModel: raw images, files of pictures, features."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kzoo.exporting.classifier import Classifier
from kzoo.exporting.copying import values

TOP = 5
# Precisions, and that of the network each is made of
PRECISIONS = {"float32": "float32", "bfloat16": "bfloat16"}
PACKAGES = ()
# Bytes of weights that are written as constants: TensorFlow computes faster with them, but holds some twenty copies,
# which take memory and time to load
CONSTANTS = 32 * 2**20


def write(classifier: Classifier, network: keras.Model, folder: Path, precision: str, images: np.ndarray):
    """Write the SavedModel of a network."""
    module = _module(classifier, *_function(network))
    channels = classifier.prepare.channels
    floats, whole_numbers = (
        tf.TensorSpec((None, None, None, channels), dtype, name="images") for dtype in (tf.float32, tf.uint8)
    )
    signatures = {
        "serving_default": module.__call__.get_concrete_function(floats),
        "serving_uint8": module.__call__.get_concrete_function(whole_numbers),
        "features": module.features.get_concrete_function(floats),
    }
    if channels in (1, 3):
        signatures["from_bytes"] = module.from_bytes.get_concrete_function(
            tf.TensorSpec((None,), tf.string, name="bytes")
        )
    tf.saved_model.save(module, str(folder), signatures=signatures)


def load(folder: Path, precision: str) -> Callable:
    """Return a function from images to probabilities."""
    loaded = tf.saved_model.load(str(folder))  # which the function must keep alive
    return lambda images: loaded.signatures["serving_default"](images=tf.constant(images))["probabilities"].numpy()


def _function(network):
    """Return a function from the network's input to its output and features, and the variables that it reads.

    Weights are constants as far as `CONSTANTS` goes, the small ones first: these are laid out for the processor once,
    and not at every call.
    """
    both = keras.Model(network.inputs[0], [network.outputs[0], before_classifier(network)])
    weights = sorted(network.variables, key=_bytes)
    sizes = list(itertools.accumulate(map(_bytes, weights)))
    count = bisect.bisect(sizes, CONSTANTS)
    arrays = [(weight, values(weight)) for weight in weights[:count]]

    @tf.function(autograph=False)
    def run(inputs):
        constants = [(weight, tf.constant(array)) for weight, array in arrays]
        with keras.StatelessScope(state_mapping=constants):
            output, features = both(inputs, training=False)
        features = tf.cast(features, tf.float32)
        _forget_gradients(tf.compat.v1.get_default_graph())
        return output, tf.reduce_mean(features, list(range(1, features.shape.rank - 1)))

    spec = tf.TensorSpec(network.inputs[0].shape, tf.float32)
    return run.get_concrete_function(spec), [weight.value for weight in weights[count:]]


def _forget_gradients(graph):
    """Take gradients of their own, which silu and grouped convolutions have, from the operations of a graph.

    They cannot be saved without variables, nobody needs them, and each would be warned of when it is loaded.
    """
    for operation in graph.get_operations():
        if "_gradient_op_type" in operation.node_def.attr:
            operation._clear_attr("_gradient_op_type")


def _bytes(weight):
    return math.prod(weight.shape) * tf.as_dtype(weight.dtype).size


def before_classifier(network: keras.Model) -> keras.KerasTensor:
    """Return what the last layer with weights reads, past normalisations."""
    tensor = network.outputs[0]
    while True:
        layer = tensor._keras_history.operation
        if getattr(layer, "weights", None) and not isinstance(layer, keras.layers.BatchNormalization):
            return layer.input
        tensor = layer.input


def _module(classifier, network, variables):
    class Served(tf.Module):
        """What is saved: functions of images and of the bytes of files."""

        @tf.function(autograph=False)
        def __call__(self, images):
            return answer(network(classifier.prepare(images))[0])

        @tf.function(autograph=False)
        def features(self, images):
            return {"features": network(classifier.prepare(images))[1]}

        @tf.function(autograph=False)
        def from_bytes(self, bytes):
            return answer(network(classifier.prepare.normalize(decode(bytes, classifier.prepare)))[0])

    def answer(outputs):
        probabilities = classifier.probabilities(outputs)
        class_id = tf.argmax(probabilities, axis=-1)
        top_probability, top_class_id = tf.math.top_k(probabilities, min(TOP, len(classifier.labels)))
        labels = tf.constant(classifier.labels)
        return {
            "probabilities": probabilities,
            "class_id": class_id,
            "label": tf.gather(labels, class_id),
            "top_probabilities": top_probability,
            "top_class_ids": top_class_id,
            "top_labels": tf.gather(labels, top_class_id),
        }

    served = Served()
    served.kept = variables
    return served


def decode(bytes: tf.Tensor, prepare) -> tf.Tensor:
    """Return the pictures in files, (batch,) strings of JPEG or PNG, in a network's size; several at a time.

    Raises:
        tf.errors.InvalidArgumentError: some are broken; the message has their positions in the batch.
    """

    def one(position, file):
        picture = tf.io.decode_image(file, channels=3, expand_animations=False)
        return position, prepare.resize(tf.ensure_shape(picture, (None, None, 3)))

    shape = (*prepare.size, prepare.channels)
    files = tf.data.Dataset.from_tensor_slices(bytes).enumerate()
    # Errors are dropped at first, since they would not say where they come from. What is missing then is broken.
    pictures = files.map(one, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True).ignore_errors()
    last = tf.data.Dataset.from_tensors((tf.constant(-1, tf.int64), tf.zeros(shape)))  # so that there is one at least
    count = tf.size(bytes, tf.int64)
    found, images = pictures.concatenate(last).batch(count + 1).get_single_element()
    broken = tf.sets.difference(tf.range(count)[None], found[None, :-1]).values
    check = tf.debugging.Assert(
        tf.equal(tf.size(broken), 0),
        ["bytes is neither JPEG nor PNG, or damaged, at these positions of the batch, from 0:", broken],
        summarize=100,
    )
    with tf.control_dependencies([check]):
        return tf.ensure_shape(images[:-1], (None, *shape))
