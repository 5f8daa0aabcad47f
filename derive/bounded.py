"""Calls in processes of their own, bounded in time and memory: none takes another down, all end in an answer.

Local calls share some processes; on a Dask cluster each worker has a process beside it. Either way a call
that does not finish, or takes its process down, ends in a `Failure` with the reason.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures import TimeoutError as Expired
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

Task = TypeVar("Task")

AHEAD = 2
"""Tasks that a process has at hand, so that it need not wait for the next one."""
PATIENCE = 1000
"""Calls that a cluster is given at a time; it holds no more than these."""


@dataclass(frozen=True)
class Failure:
    """A call without a result, and why."""

    reason: str


@dataclass(frozen=True)
class Limits:
    """What a call may take: seconds, and bytes of memory for its process (None: no limit)."""

    seconds: float
    memory: int | None = None


class Unreachable(ValueError):
    """The cluster cannot be reached, or the library for it is not installed."""


def run(
    function: Callable[[Task], Any],
    tasks: Iterable[Task],
    jobs: int,
    limits: Limits,
    together: Callable[[Task], Any] = lambda task: None,
) -> Iterator[tuple[Task, Any | Failure]]:
    """(task, result) for each task, as they end, from `jobs` processes.

    Tasks that stand side by side and have one key, `together`, share a process, and what it remembers, as long as every
    process has something to do.
    """
    rows = deque(deque(row) for _, row in groupby(tasks, key=together))
    own: list[deque[Task]] = [deque() for _ in range(max(1, jobs))]

    with ExitStack() as stack:
        pools = [stack.enter_context(_pool(1, limits.memory)) for _ in own]
        running: dict[Any, tuple[Task, int]] = {}

        def give(worker: int) -> None:
            """A process the next task: of its row, of a new one, or the last of the longest that another has."""
            if not own[worker] and rows:
                own[worker] = rows.popleft()
            if own[worker] or max(own, key=len):
                task = own[worker].popleft() if own[worker] else max(own, key=len).pop()
                running[pools[worker].schedule(function, args=[task], timeout=limits.seconds)] = task, worker

        for worker in [*range(len(pools))] * AHEAD:
            give(worker)
        try:
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    task, worker = running.pop(future)
                    give(worker)
                    yield task, _outcome(future, limits)
        except BaseException:  # an interrupt does not wait for what is running
            for pool in pools:
                pool.stop()
            raise


def run_on(
    address: str, function: Callable[[Task], Any], tasks: Iterable[Task], limits: Limits
) -> Iterator[tuple[Task, Any | Failure]]:
    """(task, result) for each task, as they end, from the workers of the Dask scheduler at `address`.

    A task whose worker is lost is given to another, up to Dask's own number of retries.
    """
    try:
        from distributed import Client
        from distributed import as_completed as completed
    except ImportError:
        raise Unreachable("a scheduler needs Dask: pip install 'derive[cluster]'") from None
    try:
        client = Client(address, timeout="20s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise Unreachable(f"no Dask scheduler answers at {address}: {error}") from None
    waiting = iter(tasks)
    with client:
        given: dict[Any, Task] = {}

        def give() -> Any:
            for task in waiting:
                future = client.submit(beside, function, task, limits, pure=False, retries=2)
                given[future.key] = task
                return future
            return None

        queue = completed([f for _ in range(PATIENCE) if (f := give()) is not None], loop=client.loop)
        for future in queue:
            task = given.pop(future.key)
            lost = future.exception()
            yield task, future.result() if lost is None else Failure(f"{type(lost).__name__}: {lost}")
            if (further := give()) is not None:
                queue.add(further)


def beside(function: Callable[[Task], Any], task: Task, limits: Limits) -> Any | Failure:
    """The result of a call in the one process beside this one."""
    return _outcome(_own(limits.memory).schedule(function, args=[task], timeout=limits.seconds), limits)


@cache
def _own(memory: int | None) -> ProcessPool:
    # a Dask worker is a daemon by default, and a daemon may not have children; this one's children end with it
    if multiprocessing.current_process().daemon:
        multiprocessing.current_process().daemon = False
    return _pool(1, memory)


def _pool(jobs: int, memory: int | None) -> ProcessPool:
    context = multiprocessing.get_context("spawn")
    return ProcessPool(max_workers=jobs, context=context, initializer=_begin, initargs=[memory])


def _begin(memory: int | None) -> None:
    """What a process of a pool does first: it bounds its memory, and ends when the process that started it does.

    The limit in time is kept by that one: were it killed, a call could go on for ever.
    """
    limit_memory(memory)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def limit_memory(most: int | None) -> None:
    """Bound the memory of this process, where the system can."""
    if most is not None:
        try:
            import resource
        except ImportError:
            return
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _outcome(future: Any, limits: Limits) -> Any | Failure:
    try:
        return future.result()
    except Expired:
        return Failure(f"not finished in {limits.seconds:g} seconds")
    except ProcessExpired as error:
        return Failure(f"its process ended with exit code {error.exitcode}")
    except MemoryError:
        return Failure(f"more than {(limits.memory or 0) / 2**30:.3g} GiB of memory")
    except Exception as error:  # noqa: BLE001 - whatever a call dies of, the others go on
        return Failure(f"{type(error).__name__}: {error}")


__all__ = ["Failure", "Limits", "Unreachable", "run", "run_on"]
