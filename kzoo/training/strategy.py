"""Distribution strategies."""

from __future__ import annotations

import json
import os
from functools import cache

import tensorflow as tf
from tensorflow.python.distribute.cluster_resolver.slurm_cluster_resolver import expand_hostlist, expand_tasks_per_node

STRATEGIES = ("mirrored", "multiworker", "none")


def make_strategy(kind: str = "mirrored", replicas: int | None = None) -> tf.distribute.Strategy:
    """Make a distribution strategy; call it before TensorFlow has initialized its devices.

    Args:
        kind: "mirrored" for all GPUs of this machine, or its CPU; "multiworker" for the workers of TF_CONFIG, or the
            processes of a SLURM step (`srun`); "none" for no distribution.
        replicas: how many devices of this machine to use. Default: all GPUs, or one CPU. Without a GPU, more than one
            splits the CPU into as many logical devices, which is for tests, not for speed.

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
    # cached: a second strategy of the same devices would reuse the first one's collective keys
    return tf.distribute.MirroredStrategy(devices)


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Return whether this process is the chief, which writes files."""
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
        _check_tf_config(config)
        return _from_tf_config(config)
    if "SLURM_STEP_NODELIST" in os.environ:
        return _from_slurm(*(os.environ[f"SLURM_{name}"] for name in SLURM_VARIABLES))
    raise ValueError(
        f"strategy='multiworker' needs srun, or the environment variable TF_CONFIG, such as {TF_CONFIG_EXAMPLE}"
    )


TF_CONFIG_EXAMPLE = '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'


def _check_tf_config(config):
    """Check that TF_CONFIG has workers and the task of this process; otherwise TensorFlow would hang, or crash."""
    try:
        parsed = json.loads(config)
        cluster, task = parsed["cluster"], parsed["task"]
        is_valid = isinstance(cluster[task["type"]][task["index"]], str) and task["index"] >= 0
    except (ValueError, TypeError, LookupError):
        is_valid = False
    if not is_valid:
        raise ValueError(f"TF_CONFIG={config[:200]!r} does not work; accepted are such as {TF_CONFIG_EXAMPLE}")


@cache
def _from_tf_config(config):
    # cached, as above
    return tf.distribute.MultiWorkerMirroredStrategy()


# Environment variables of each process of `srun`, without their prefix: hosts, tasks of each, own task, job
SLURM_VARIABLES = ("STEP_NODELIST", "STEP_TASKS_PER_NODE", "PROCID", "JOB_ID")


@cache
def _from_slurm(hostlist, tasks_per_node, task_id, job_id):
    # TensorFlow's own resolver sorts hosts by name, n10 before n2, and so assigns processes to the wrong ones; and it
    # divides by the number of GPUs.
    base_port = 12_000 + int(job_id) % 20_000  # jobs on the same host should have different ports
    hosts_and_counts = zip(expand_hostlist(hostlist), expand_tasks_per_node(tasks_per_node), strict=True)
    workers = [f"{host}:{base_port + i}" for host, count in hosts_and_counts for i in range(count)]
    cluster = tf.train.ClusterSpec({"worker": workers})
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        cluster, task_type="worker", task_id=int(task_id), rpc_layer="grpc"
    )
    return tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver)


def _devices(replicas):
    """Return the names of the devices; without a GPU the CPU is split."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        if replicas and replicas > len(gpus):
            raise ValueError(f"replicas={replicas}, but this machine has {len(gpus)} GPUs; at most that many work")
        return [f"GPU:{i}" for i in range(replicas or len(gpus))]
    split_cpu(replicas or 1)
    return [f"CPU:{i}" for i in range(replicas or 1)]


def split_cpu(count: int):
    """Split the CPU into `count` logical devices.

    Raises:
        ValueError: TensorFlow has initialized fewer devices already.
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
