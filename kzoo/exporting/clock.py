"""Time functions beside each other."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping

WARM_UP = 2


def in_turns(runs: Mapping[str, Callable], rounds: int, warm_up: int = WARM_UP) -> dict[str, float]:
    """Return the median time of each function in milliseconds.

    They take turns, so that a slow moment slows all, in an order that changes: some leave threads spinning for a while,
    which would slow the same one each time.
    """
    times, names, order = {name: [] for name in runs}, list(runs), random.Random(0)
    for turn in range(warm_up + rounds):
        order.shuffle(names)
        for name in names:
            start = time.perf_counter()
            runs[name]()
            if turn >= warm_up:
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: statistics.median(each) for name, each in times.items()}
