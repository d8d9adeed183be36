"""How soon a call returns after it is stopped, at a random moment while it is in flight."""

from __future__ import annotations

import asyncio
import collections
import multiprocessing
import os
import random
import signal
import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from projects import BUCKET, grant, open_project

import uplink
from uplink.errors import DeadlineExceededError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Generator
    from multiprocessing.connection import Connection

    from meter import Result

    Call = Callable[..., Any]
    # Stops the call after a delay. Returns the seconds until the call has returned, or nothing if it ended before.
    Attempt = Callable[[Call, float], "float | None"]

_SMALL = bytes(1024)
_REMOTE = bytes(512 * 1024)
_LARGE = bytes(4 * 1024 * 1024)
# Wait until Go's library has begun the object for the first bytes. Before that, it could still cancel the commit.
_BEGUN = 0.01
# The delay until a call on a frozen network is stopped. On a working network, it is at most the duration of the call.
_EARLIEST, _LATEST = 0.001, 0.021
_FREEZING = 0.003
_TOO_LONG = 5.0


def cancellation(options: Namespace) -> Result:
    """Return the seconds of each kind of call. If a network's process is given, it is frozen while the calls run."""
    ways = {"task": _tasks, "timeout": _timeouts, "interrupt": _interrupts}
    with ways[options.api]() as (interface, attempt):
        return {
            name: _samples(options, lambda prepare=prepare: prepare(interface), interface, attempt)
            for name, prepare in _KINDS.items()
            if options.api != "timeout" or name != "iteration"  # its timeout applies to each page
        }


# ---- The ways to stop a call ----


@dataclass(frozen=True)
class _Interface:
    """The differences of `uplink` and `uplink.aio`: how to run a call, and how to iterate over a listing."""

    project: Any
    run: Callable[[Any], Any]
    first: Call
    rest: Call


@contextmanager
def _tasks() -> Generator[tuple[_Interface, Attempt], None, None]:
    with _awaited() as interface:
        yield interface, lambda call, delay: interface.run(_cancel(call, delay))


@contextmanager
def _timeouts() -> Generator[tuple[_Interface, Attempt], None, None]:
    with _awaited() as interface:
        yield interface, lambda call, delay: interface.run(_expire(call, delay))


@contextmanager
def _interrupts() -> Generator[tuple[_Interface, Attempt], None, None]:
    pipe, end = multiprocessing.Pipe()
    # Fork before the library is loaded.
    sender = multiprocessing.get_context("fork").Process(target=_send_interrupts, args=(end, os.getpid()))
    sender.start()
    try:
        with open_project() as project:
            interface = _Interface(project, lambda result: result, next, lambda listing: collections.deque(listing, 0))
            yield interface, lambda call, delay: _interrupt(pipe, call, delay)
    finally:
        pipe.send(None)
        sender.join()


@contextmanager
def _awaited() -> Generator[_Interface, None, None]:
    loop = asyncio.new_event_loop()
    run = loop.run_until_complete
    project = run(uplink.aio.open_project(uplink.aio.Access.parse(grant())))
    run(project.get(BUCKET, "warm-up"))
    yield _Interface(project, run, anext, _iterate)
    run(project.close())
    run(loop.shutdown_asyncgens())
    loop.close()


async def _iterate(listing: Any) -> None:
    async for _ in listing:
        pass


async def _cancel(call: Call, delay: float) -> float | None:
    task = asyncio.ensure_future(call())
    await asyncio.wait([task], timeout=delay)
    asked = time.perf_counter()
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return time.perf_counter() - asked
    return None


async def _expire(call: Call, delay: float) -> float | None:
    deadline = time.perf_counter() + delay
    try:
        await call(timeout=delay)
    except DeadlineExceededError:
        return time.perf_counter() - deadline
    return None


def _interrupt(pipe: Connection, call: Call, delay: float) -> float | None:
    ended = False
    try:
        pipe.send(delay)
        call()
        ended = True
        time.sleep(_TOO_LONG)
        raise RuntimeError("the interrupt did not come")
    except KeyboardInterrupt:
        caught = time.monotonic()
    sent: float = pipe.recv()
    return None if ended else caught - sent


def _send_interrupts(pipe: Connection, process: int) -> None:
    for delay in iter(pipe.recv, None):
        time.sleep(delay)
        sent = time.monotonic()
        os.kill(process, signal.SIGINT)
        pipe.send(sent)


# ---- The calls that are stopped ----


def _stat(interface: _Interface) -> Call:
    return lambda **timeout: interface.project.stat_object(BUCKET, "warm-up", **timeout)


def _page(interface: _Interface) -> Call:
    return lambda **timeout: interface.first(interface.project.list_objects(BUCKET, prefix="small/", **timeout))


def _iteration(interface: _Interface) -> Call:
    listing = interface.project.list_objects(BUCKET, prefix="small/")
    interface.run(interface.first(listing))
    return lambda: interface.rest(listing)


def _put(interface: _Interface) -> Call:
    return lambda **timeout: interface.project.put(BUCKET, "cancelled", _SMALL, **timeout)


def _write(interface: _Interface) -> Call:
    upload = interface.run(interface.project.upload_object(BUCKET, "cancelled"))
    return lambda **timeout: upload.write(_LARGE, **timeout)


def _commit(interface: _Interface) -> Call:
    upload = interface.run(interface.project.upload_object(BUCKET, "cancelled"))
    interface.run(upload.write(_REMOTE))
    time.sleep(_BEGUN)
    return upload.commit  # type: ignore[no-any-return]


def _read(interface: _Interface) -> Call:
    download = interface.run(interface.project.download_object(BUCKET, "stream"))
    interface.run(download.read(1))
    return download.read  # type: ignore[no-any-return]


_KINDS = {
    "stat": _stat,
    "page": _page,
    "iteration": _iteration,
    "put": _put,
    "write": _write,
    "commit": _commit,
    "read": _read,
}


def _samples(options: Namespace, prepare: Callable[[], Call], interface: _Interface, attempt: Attempt) -> list[float]:
    latest = _LATEST if options.network else statistics.median(_duration(interface, prepare()) for _ in range(3))
    samples: list[float] = []
    for _ in range(10 * options.count):
        call = prepare()
        with _frozen(options.network):
            sample = attempt(call, random.uniform(_EARLIEST, latest))
        if sample is not None:
            samples.append(sample)
        if len(samples) == options.count:
            return samples
    raise RuntimeError("most calls end before they can be stopped")


def _duration(interface: _Interface, call: Call) -> float:
    started = time.perf_counter()
    interface.run(call())
    return time.perf_counter() - started


@contextmanager
def _frozen(network: int) -> Generator[None, None, None]:
    if not network:
        yield
        return
    os.kill(network, signal.SIGSTOP)
    try:
        time.sleep(_FREEZING)
        yield
    finally:
        os.kill(network, signal.SIGCONT)
