"""Fixtures; functions that several test files use are in helpers.py."""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import pytest
from helpers import ROOT

from kzoo.training.strategy import split_cpu

split_cpu(2)  # before TensorFlow starts: tests of distribution use two logical devices


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
