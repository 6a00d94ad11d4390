"""Work spread over the cores of this machine: an ordered `map` that takes few items ahead."""

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TypeVar

from voting.protocol.stack import Spread

Item = TypeVar("Item")
Answer = TypeVar("Answer")

# Items that wait for each process: one in its hands, one in the queue, one being made.
AHEAD = 3


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


def spread_over(processes: int) -> Spread:
    """An ordered map on so many processes (0: as many as there are cores).

    Where a process is killed, what it had not answered is done in this one.
    """
    workers = processes or cores()

    def spread(act: Callable[[Item], Answer], items: Iterable[Item], /) -> Iterator[Answer]:
        source = iter(items)
        first = list(islice(source, 2))
        if workers == 1 or len(first) < 2:
            yield from map(act, chain(first, source))
            return
        # What a process has from this one stays shared memory: its collector need not look through it.
        with ProcessPoolExecutor(workers, initializer=gc.freeze) as pool:
            yield from _ordered(pool, act, chain(first, source), workers * AHEAD)

    return spread


def _ordered(
    pool: ProcessPoolExecutor, act: Callable[[Item], Answer], items: Iterator[Item], ahead: int
) -> Iterator[Answer]:
    waiting: deque[tuple[Item, Future[Answer] | None]] = deque()
    broken = False
    try:
        while True:
            for item in islice(items, ahead - len(waiting)):
                try:
                    waiting.append((item, None if broken else pool.submit(act, item)))
                except BrokenProcessPool:
                    broken = True
                    waiting.append((item, None))
            if not waiting:
                return
            item, future = waiting.popleft()
            try:
                answer = act(item) if future is None else future.result()
            except BrokenProcessPool:
                broken = True
                answer = act(item)
            yield answer
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
