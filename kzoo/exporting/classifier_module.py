"""The SavedModel of a classifier: signatures for raw images, encoded images and features, and warm-up requests."""

from __future__ import annotations

import bisect
import itertools
import math
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kzoo._batches import pad_if_empty
from kzoo._extras import missing
from kzoo.data.images import FORMATS, decode_image
from kzoo.exporting.cloning import to_numpy
from kzoo.graph import producer
from kzoo.layers import Preprocessor

TOP_K = 5
# Bytes of weights that are written as constants. TensorFlow reorders constants for the CPU once, and
# variables at every call, which takes a quarter of bfloat16's latency for one image, and hardly any of float32's; but
# it holds some twenty copies of constants, which take memory and time to load.
CONSTANT_BYTES = {"float32": 4 * 2**20, "bfloat16": 32 * 2**20}


def _function(network, constant_bytes: int):
    """Return a function that maps the network's input to its output and features, and the variables that it reads.

    Args:
        constant_bytes: bytes of weights that are constants, the small ones first.
    """
    model = keras.Model(network.inputs[0], [network.outputs[0], classifier_input(network)])
    weights = sorted(network.variables, key=_size_in_bytes)
    sizes = list(itertools.accumulate(map(_size_in_bytes, weights)))
    count = bisect.bisect(sizes, constant_bytes)
    constants = [(weight, to_numpy(weight)) for weight in weights[:count]]

    @partial(concrete_function, tf.TensorSpec(network.inputs[0].shape, tf.float32))
    def run(inputs):
        with keras.StatelessScope(state_mapping=[(weight, tf.constant(array)) for weight, array in constants]):
            output, features = model(inputs, training=False)
        features = tf.cast(features, tf.float32)
        _clear_gradient_types(tf.compat.v1.get_default_graph())
        return output, tf.reduce_mean(features, list(range(1, features.shape.rank - 1)))

    return run, [weight.value for weight in weights[count:]]


def concrete_function(spec: tf.TensorSpec, function: Callable) -> Callable:
    """Trace a function of one tensor."""
    return tf.function(function, autograph=False).get_concrete_function(spec)


def _clear_gradient_types(graph):
    """Remove custom gradients, which silu and grouped convolutions have, from the operations of a graph.

    They cannot be saved without variables, inference does not need them, and loading would warn of each.
    """
    for operation in graph.get_operations():
        if "_gradient_op_type" in operation.node_def.attr:
            operation._clear_attr("_gradient_op_type")


def _size_in_bytes(weight):
    return math.prod(weight.shape) * tf.as_dtype(weight.dtype).size


def classifier_input(network: keras.Model) -> keras.KerasTensor:
    """Return the input of the last layer with weights that is not a BatchNormalization."""
    tensor = network.outputs[0]
    while True:
        layer = producer(tensor)
        if getattr(layer, "weights", None) and not isinstance(layer, keras.layers.BatchNormalization):
            return layer.input
        tensor = layer.input


def make_classifier_module(classifier, network: keras.Model, precision: str):
    """Return the module to save, and its signatures.

    Args:
        classifier: a `kzoo.exporting.classifier.Classifier`.
        network: its clone for inference, in a precision.

    TensorFlow writes the function of a signature twice, and rebuilds its operations one by one when loading; a function
    that it calls exists once. Therefore each signature is little else than a call of `classify_images` or
    `classify_files`.
    """
    run_network, variables = _function(network, CONSTANT_BYTES[precision])
    preprocessor = classifier.preprocessor
    float_images, uint8_images = (
        tf.TensorSpec((None, None, None, preprocessor.channels), dtype, name="images")
        for dtype in (tf.float32, tf.uint8)
    )
    files = tf.TensorSpec((None,), tf.string, name="bytes")

    def postprocess(outputs):
        probabilities = classifier.probabilities(outputs)
        class_id = tf.argmax(probabilities, axis=-1)
        top_probability, top_class_id = tf.math.top_k(probabilities, min(TOP_K, len(classifier.labels)))
        labels = tf.constant(classifier.labels)
        return {
            "probabilities": probabilities,
            "class_id": class_id,
            "label": tf.gather(labels, class_id),
            "top_probabilities": top_probability,
            "top_class_ids": top_class_id,
            "top_labels": tf.gather(labels, top_class_id),
        }

    @partial(concrete_function, float_images)
    def classify_images(images):
        outputs, features = run_network(preprocessor(pad_if_empty(images)))
        count = tf.shape(images)[0]
        return postprocess(outputs[:count]), {"features": features[:count]}

    class Served(tf.Module):
        """The saved object: a function of images, float32 or uint8."""

        @tf.function(autograph=False)
        def __call__(self, images):
            return classify_images(tf.cast(images, tf.float32))[0]

    served = Served()
    served.tracked_variables = variables
    signatures = {
        "serving_default": served.__call__.get_concrete_function(float_images),
        "serving_uint8": served.__call__.get_concrete_function(uint8_images),
        "features": concrete_function(float_images, lambda images: classify_images(images)[1]),
    }
    if preprocessor.channels in (1, 3):  # as encoded images have

        @partial(concrete_function, files)
        def classify_files(bytes):
            images = pad_if_empty(decode_images(bytes, preprocessor))
            return postprocess(run_network(preprocessor.normalize(images))[0][: tf.size(bytes)])

        signatures["from_bytes"] = concrete_function(files, lambda bytes: classify_files(bytes))
    return served, signatures


def decode_images(bytes: tf.Tensor, preprocessor) -> tf.Tensor:
    """Decode images, (batch,) strings, in parallel and resize them to a network's input size.

    Each is decoded by `kzoo.data.images.decode_image`.

    Raises:
        tf.errors.InvalidArgumentError: some cannot be decoded; the message has their positions in the batch.
    """

    def decode_one(position, file):
        return position, preprocessor.resize(decode_image(file))

    shape = (*preprocessor.size, preprocessor.channels)
    files = tf.data.Dataset.from_tensor_slices(bytes).enumerate()
    # Errors have no position: they are ignored here, and positions that are missing afterwards are broken files.
    decoded = files.map(decode_one, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True).ignore_errors()
    sentinel = tf.data.Dataset.from_tensors((tf.constant(-1, tf.int64), tf.zeros(shape)))  # at least one element
    count = tf.size(bytes, tf.int64)
    positions, images = decoded.concatenate(sentinel).batch(count + 1).get_single_element()
    broken = tf.sets.difference(tf.range(count)[None], positions[None, :-1]).values
    check = tf.debugging.Assert(
        tf.equal(tf.size(broken), 0),
        [f"bytes is none of {FORMATS}, damaged or too large, at these positions of the batch, from 0:", broken],
        summarize=100,
    )
    with tf.control_dependencies([check]):
        return tf.ensure_shape(images[:-1], (None, *shape))


def write_warmup_requests(preprocessor: Preprocessor, path: Path, name: str):
    """Write warm-up requests of TensorFlow Serving, one for each signature; they are optional."""
    if missing("tensorflow_serving"):
        warnings.warn(
            "requests that warm TensorFlow Serving up are left out; pip install 'kzoo[serving]' for them", stacklevel=2
        )
        return
    from tensorflow_serving.apis.prediction_log_pb2 import PredictionLog

    image = np.zeros((1, *preprocessor.size, preprocessor.channels), "uint8")
    requests: dict[str, dict[str, np.ndarray | list[bytes]]] = {
        "serving_default": {"images": image.astype("float32")},
        "serving_uint8": {"images": image},
        "features": {"images": image.astype("float32")},
    }
    if image.shape[-1] in (1, 3):
        requests["from_bytes"] = {"bytes": [tf.io.encode_jpeg(image[0]).numpy()]}
    with tf.io.TFRecordWriter(str(path)) as file:
        for signature, inputs in requests.items():
            log = PredictionLog()
            request = log.predict_log.request
            request.model_spec.name, request.model_spec.signature_name = name, signature
            for key, value in inputs.items():
                request.inputs[key].CopyFrom(tf.make_tensor_proto(value))
            file.write(log.SerializeToString())
