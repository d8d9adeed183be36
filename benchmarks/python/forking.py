"""The time from a fork to the first download in the child, for three generations."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from projects import BUCKET, grant, open_project

import uplink

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Generator

    from meter import Result

_KEY = "small/0"
_GENERATIONS = 3
_THREADS = 3


def forks(options: Namespace) -> Result:
    """Return the seconds of each generation. The parent is idle or busy, or has not loaded the library."""
    if options.api == "unloaded":

        def get() -> bytes:
            with uplink.Access.parse(grant()).open_project() as project:
                return project.get(BUCKET, _KEY)

        return _families(options, get, generations=1)
    with open_project() as project, _traffic(project) if options.api == "busy" else nullcontext():
        return _families(options, lambda: project.get(BUCKET, _KEY), generations=_GENERATIONS)


def _families(options: Namespace, get: Callable[[], bytes], *, generations: int) -> Result:
    families = [_family(options, get, generations) for _ in range(options.count)]
    return {str(number): [family[number - 1] for family in families] for number in range(1, generations + 1)}


def _family(options: Namespace, get: Callable[[], bytes], generations: int) -> list[float]:
    """Fork a child that downloads and then forks the next generation. Return the seconds of each generation.

    Raises:
        RuntimeError: A child failed, and printed the reason.
    """
    reader, writer = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _run_and_exit(lambda: _download_and_fork(options, get, generations, started, writer))
    os.close(writer)
    with os.fdopen(reader) as lines:
        times = [float(line) for line in lines]
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("a forked child failed")
    return times


def _download_and_fork(
    options: Namespace, get: Callable[[], bytes], generations: int, started: float, writer: int
) -> None:
    data = get()
    times = [time.monotonic() - started]
    if len(data) != options.bytes:
        raise RuntimeError(f"got {len(data)} bytes instead of {options.bytes}")
    if generations > 1:
        times += _family(options, get, generations - 1)
    os.write(writer, "".join(f"{seconds}\n" for seconds in times).encode())


def _run_and_exit(run: Callable[[], None]) -> None:
    """Run a function and exit, so that the child does not run the rest of its parent's code."""
    status = 1
    try:
        run()
        status = 0
    except BaseException:  # noqa: BLE001 - it is printed
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


@contextmanager
def _traffic(project: uplink.Project) -> Generator[None, None, None]:
    stop = threading.Event()

    def work(number: int) -> None:
        while not stop.is_set():
            project.put(BUCKET, f"traffic/{number}", bytes(100_000))
            project.get(BUCKET, f"traffic/{number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
