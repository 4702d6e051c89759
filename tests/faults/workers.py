"""Many trials of one kind, spread over the processors, each repeatable by its number."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context

from tests.faults.tally import Tally

Trials = Callable[[int, int], list[str]]
"""Runs *count* trials that *seed* decides, and returns what failed."""

_PORTION = 5000
_MOST_TOLD = 20


def tallied(name: str, trials: Trials, *, seed: int, count: int) -> Tally:
    """Run *count* of *trials* in portions, each with a seed that follows from *seed*."""
    sizes = [min(_PORTION, count - at) for at in range(0, count, _PORTION)]
    seeds = [seed * 1_000_003 + at for at in range(len(sizes))]
    failures = list(chain.from_iterable(_spread(trials, seeds, sizes)))
    return Tally(name, count - len(failures), count, failures[:_MOST_TOLD])


def _spread(trials: Trials, seeds: list[int], sizes: list[int]) -> Iterator[list[str]]:
    if len(sizes) == 1:
        return map(trials, seeds, sizes)
    # Forked: what is imported is not imported once more by each.
    with ProcessPoolExecutor(os.cpu_count(), get_context("fork")) as workers:
        return iter(list(workers.map(trials, seeds, sizes)))
