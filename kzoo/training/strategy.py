"""On which devices a model is trained."""

from __future__ import annotations

import json
import os
from functools import cache

import tensorflow as tf
from tensorflow.python.distribute.cluster_resolver.slurm_cluster_resolver import expand_hostlist, expand_tasks_per_node

STRATEGIES = ("mirrored", "multiworker", "none")


def make_strategy(kind: str = "mirrored", replicas: int | None = None) -> tf.distribute.Strategy:
    """Make a distribution strategy; call it before TensorFlow has touched a device.

    Args:
        kind: "mirrored" for all GPUs of this machine, or its CPU; "multiworker" for the machines that TF_CONFIG
            names, or the processes of a step of SLURM (`srun`); "none" for no distribution at all.
        replicas: how many devices of this machine to use. Default: all GPUs, or one CPU. Without a GPU, more than one
            splits the CPU into as many logical devices, which is for trying out, not for speed.

    Raises:
        ValueError: an unknown kind, more replicas than there are GPUs, TF_CONFIG missing, or TensorFlow has started.
    """
    if kind not in STRATEGIES:
        raise ValueError(f"strategy={kind!r} is unknown; accepted are {', '.join(STRATEGIES)}")
    if replicas is not None and (replicas < 1 or (kind == "none" and replicas > 1)):
        raise ValueError(
            f"replicas={replicas} does not work with strategy={kind!r}; "
            f"accepted: {'1' if kind == 'none' else 'a whole number from 1'}"
        )
    if kind == "none":
        return tf.distribute.get_strategy()
    if kind == "multiworker":
        return _multiworker(replicas)
    return _mirrored(tuple(_devices(replicas)))


@cache
def _mirrored(devices):
    # one for the same devices: a second one would number its reductions as the first did, and TensorFlow mix them up
    return tf.distribute.MirroredStrategy(devices)


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Tell whether this process is the one that writes files."""
    resolver = strategy.cluster_resolver
    return resolver is None or resolver.task_type in (None, "chief") or _first_worker_without_chief(resolver)


def _first_worker_without_chief(resolver):
    chief = "chief" in resolver.cluster_spec().jobs
    return resolver.task_type == "worker" and resolver.task_id == 0 and not chief


def _multiworker(replicas):
    if replicas not in (None, 1):
        raise ValueError(
            f"replicas={replicas} does not work with strategy='multiworker'; leave it out: all GPUs are used"
        )
    if config := os.environ.get("TF_CONFIG"):
        _check_cluster(config)
        return _of_cluster(config)
    if "SLURM_STEP_NODELIST" in os.environ:
        return _of_step(*(os.environ[f"SLURM_{name}"] for name in STEP))
    raise ValueError(f"strategy='multiworker' needs srun, or the environment variable TF_CONFIG, such as {EXAMPLE}")


EXAMPLE = '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'


def _check_cluster(config):
    """See that TF_CONFIG names machines and which of them this process is; TensorFlow would wait, or die, without."""
    try:
        given = json.loads(config)
        machines, place = given["cluster"], given["task"]
        fits = isinstance(machines[place["type"]][place["index"]], str) and place["index"] >= 0
    except (ValueError, TypeError, LookupError):
        fits = False
    if not fits:
        raise ValueError(f"TF_CONFIG={config[:200]!r} does not work; accepted are such as {EXAMPLE}")


@cache
def _of_cluster(config):
    # one for the same cluster, as with devices
    return tf.distribute.MultiWorkerMirroredStrategy()


# What SLURM tells each process that srun starts: of its machines, and which process it is
STEP = ("STEP_NODELIST", "STEP_TASKS_PER_NODE", "PROCID", "JOB_ID")


@cache
def _of_step(hosts, tasks, process, job):
    # TensorFlow's own resolver sorts the machines by name, n10 before n2, and so gives processes the wrong ones; and it
    # divides by the number of GPUs.
    first = 12_000 + int(job) % 20_000  # jobs that share a machine should not share a port
    places = zip(expand_hostlist(hosts), expand_tasks_per_node(tasks), strict=True)
    workers = [f"{host}:{first + i}" for host, count in places for i in range(count)]
    cluster = tf.train.ClusterSpec({"worker": workers})
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        cluster, task_type="worker", task_id=int(process), rpc_layer="grpc"
    )
    return tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver)


def _devices(replicas):
    """Return the names of the devices, splitting the CPU where there is no GPU."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        if replicas and replicas > len(gpus):
            raise ValueError(f"replicas={replicas}, but this machine has {len(gpus)} GPUs; at most that many work")
        return [f"GPU:{i}" for i in range(replicas or len(gpus))]
    split_cpu(replicas or 1)
    return [f"CPU:{i}" for i in range(replicas or 1)]


def split_cpu(count: int):
    """Make `count` logical devices of the CPU.

    Raises:
        ValueError: TensorFlow has started already, with fewer devices.
    """
    cpu = tf.config.list_physical_devices("CPU")[0]
    existing = len(tf.config.get_logical_device_configuration(cpu) or [None])
    if existing >= count:
        return
    try:
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * count)
    except RuntimeError:
        raise ValueError(
            f"replicas={count}, but TensorFlow has started with {existing} CPU device(s); "
            "call make_strategy before anything else uses TensorFlow, or start a new process"
        ) from None
