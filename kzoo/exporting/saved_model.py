"""A classifier as a SavedModel: raw images, files of pictures, features."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kzoo._batches import zeros_if_empty
from kzoo.data.pictures import FORMATS
from kzoo.data.pictures import decode as decode_picture
from kzoo.exporting.classifier import Classifier
from kzoo.exporting.copying import values

TOP = 5
# Precisions, and that of the network each is made of. No int8, though two libraries write it for TensorFlow: its own
# quantizer's is up to six times slower than float32 (ResNet50), and wrong in grouped convolutions; Intel's Neural
# Compressor 3.10 is twice as fast as float32, and wrong in dense layers and behind depthwise convolutions.
PRECISIONS = {"float32": "float32", "bfloat16": "bfloat16"}
PACKAGES = ()
# Bytes of weights that are written as constants. TensorFlow lays these out for the processor once, and variables at
# every call, which takes a quarter of bfloat16's time for one image, and of float32's hardly any; but it holds some
# twenty copies of them, which take memory and time to load.
CONSTANTS = {"float32": 4 * 2**20, "bfloat16": 32 * 2**20}


def write(classifier: Classifier, network: keras.Model, folder: Path, precision: str, images: np.ndarray):
    """Write the SavedModel of a network."""
    module, signatures = _module(classifier, *_function(network, CONSTANTS[precision]))
    tf.saved_model.save(module, str(folder), signatures=signatures)


def load(folder: Path, precision: str) -> Callable:
    """Return a function from images to probabilities."""
    loaded = tf.saved_model.load(str(folder))  # which the function must keep alive
    return lambda images: loaded.signatures["serving_default"](images=tf.constant(images))["probabilities"].numpy()


def _function(network, constants: int):
    """Return a function from the network's input to its output and features, and the variables that it reads.

    Args:
        constants: bytes of weights that are constants, the small ones first.
    """
    both = keras.Model(network.inputs[0], [network.outputs[0], before_classifier(network)])
    weights = sorted(network.variables, key=_bytes)
    sizes = list(itertools.accumulate(map(_bytes, weights)))
    count = bisect.bisect(sizes, constants)
    arrays = [(weight, values(weight)) for weight in weights[:count]]

    @partial(concrete, tf.TensorSpec(network.inputs[0].shape, tf.float32))
    def run(inputs):
        with keras.StatelessScope(state_mapping=[(weight, tf.constant(array)) for weight, array in arrays]):
            output, features = both(inputs, training=False)
        features = tf.cast(features, tf.float32)
        _forget_gradients(tf.compat.v1.get_default_graph())
        return output, tf.reduce_mean(features, list(range(1, features.shape.rank - 1)))

    return run, [weight.value for weight in weights[count:]]


def concrete(spec: tf.TensorSpec, function: Callable) -> Callable:
    """Return a function of one tensor as a graph."""
    return tf.function(function, autograph=False).get_concrete_function(spec)


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
    """Return what is saved, and its signatures.

    TensorFlow writes the function of a signature twice, and builds its operations again one by one when it loads them;
    what such a function calls is there once. Therefore each is a call of `of_images` or `of_files` and little else.
    """
    prepare = classifier.prepare
    floats, whole_numbers = (
        tf.TensorSpec((None, None, None, prepare.channels), dtype, name="images") for dtype in (tf.float32, tf.uint8)
    )
    files = tf.TensorSpec((None,), tf.string, name="bytes")

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

    @partial(concrete, floats)
    def of_images(images):
        outputs, features = network(prepare(zeros_if_empty(images)))
        count = tf.shape(images)[0]
        return answer(outputs[:count]), {"features": features[:count]}

    class Served(tf.Module):
        """What is saved: a function of images, float32 or uint8."""

        @tf.function(autograph=False)
        def __call__(self, images):
            return of_images(tf.cast(images, tf.float32))[0]

    served = Served()
    served.kept = variables
    signatures = {
        "serving_default": served.__call__.get_concrete_function(floats),
        "serving_uint8": served.__call__.get_concrete_function(whole_numbers),
        "features": concrete(floats, lambda images: of_images(images)[1]),
    }
    if prepare.channels in (1, 3):  # which files of pictures have

        @partial(concrete, files)
        def of_files(bytes):
            images = zeros_if_empty(decode(bytes, prepare))
            return answer(network(prepare.normalize(images))[0][: tf.size(bytes)])

        signatures["from_bytes"] = concrete(files, lambda bytes: of_files(bytes))
    return served, signatures


def decode(bytes: tf.Tensor, prepare) -> tf.Tensor:
    """Return the pictures in files, (batch,) strings, in a network's size; several at a time.

    Each is decoded as by `kzoo.data.pictures.decode`, which says what is taken.

    Raises:
        tf.errors.InvalidArgumentError: some are broken; the message has their positions in the batch.
    """

    def one(position, file):
        return position, prepare.resize(decode_picture(file))

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
        [f"bytes is none of {FORMATS}, damaged or too large, at these positions of the batch, from 0:", broken],
        summarize=100,
    )
    with tf.control_dependencies([check]):
        return tf.ensure_shape(images[:-1], (None, *shape))
