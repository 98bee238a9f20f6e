"""Interleaved timing of functions."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping

WARMUP_ROUNDS = 2


def time_interleaved(
    functions: Mapping[str, Callable], rounds: int, warmup_rounds: int = WARMUP_ROUNDS
) -> dict[str, float]:
    """Return the median latency of each function, in milliseconds.

    Calls are interleaved, so that a slow moment slows all functions, and shuffled in each round: some functions leave
    threads spinning for a while, which would always slow the same next one.
    """
    times: dict[str, list[float]] = {name: [] for name in functions}
    names, order = list(functions), random.Random(0)
    for number in range(warmup_rounds + rounds):
        order.shuffle(names)
        for name in names:
            start = time.perf_counter()
            functions[name]()
            if number >= warmup_rounds:
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: statistics.median(each) for name, each in times.items()}
