"""Time functions beside each other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

WARM_UP = 2


def in_turns(runs: Mapping[str, Callable], rounds: int, warm_up: int = WARM_UP) -> dict[str, float]:
    """Return the median time of each function in milliseconds; they take turns, so that a slow moment slows all."""
    times = {name: [] for name in runs}
    for turn in range(warm_up + rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if turn >= warm_up:
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: statistics.median(each) for name, each in times.items()}
