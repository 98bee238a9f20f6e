"""What several test files use."""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import pytest

from kzoo.training.strategy import split_cpu

split_cpu(2)  # before TensorFlow starts: tests of distribution use two logical devices

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def fresh_keras():
    """Start each test with the same seed and Keras' own precision."""
    keras.utils.set_random_seed(0)
    yield
    keras.config.set_dtype_policy("float32")


@pytest.fixture
def run_python():
    """Return a function that runs Python code, or a script with arguments, in a process of its own."""

    def run(*arguments, check=True, cwd=None, **environment):
        command = [
            sys.executable,
            *map(str, arguments if len(arguments) > 1 or _is_script(arguments[0]) else ("-c", *arguments)),
        ]
        result = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=600,
            cwd=cwd or ROOT,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", **environment},
        )
        assert not check or result.returncode == 0, result.stdout + result.stderr
        return result

    return run


def _free_ports():
    """Return two ports, one after the other."""
    while True:
        first = random.SystemRandom().randrange(12_000, 32_000)  # another process of pytest has the same seed
        with socket.socket() as one, socket.socket() as two, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", first))
            two.bind(("127.0.0.1", first + 1))
            return first, first + 1


def _by_tf_config(ports, index):
    """Return what tells a process of its cluster."""
    cluster = {"worker": [f"127.0.0.1:{port}" for port in ports]}
    return {"TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})}


def _by_slurm(ports, index):
    """Return what SLURM's srun tells a process of two on one machine."""
    step = {"STEP_NODELIST": "localhost", "STEP_TASKS_PER_NODE": "2", "PROCID": index, "JOB_ID": ports[0] - 12_000}
    return {f"SLURM_{name}": str(value) for name, value in step.items()}


@pytest.fixture
def start_two():
    """Return a function that starts a command in two processes that train together."""
    started = []

    def start(*arguments, cwd=ROOT, slurm=False, **environment):
        ports = _free_ports()
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        for i in range(2):
            told = (_by_slurm if slurm else _by_tf_config)(ports, i)
            command = [sys.executable, *map(str, arguments)]
            started.append(subprocess.Popen(command, cwd=cwd, env={**os.environ, **environment, **told}, **pipes))
        return started[-2:]

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


@pytest.fixture
def on_loopback(start_two):
    """Return a function that runs a command in two processes that train together, and gives what each printed."""

    def run(*arguments, **options):
        workers = start_two(*arguments, **options)
        results = [worker.communicate(timeout=300) for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0], results
        return [output for output, _ in results]

    return run


def _is_script(argument):
    return str(argument).endswith(".py")


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
