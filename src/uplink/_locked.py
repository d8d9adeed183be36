# Generated from src/uplink/aio/_locked.py by tools/generate_sync.py; change that instead.
"""Runs the calls that wait, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from uplink._lock import Lockable

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

P = ParamSpec("P")
T = TypeVar("T")


def locked(owner: Lockable, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work while no other call uses its owner, and return its result.

    An error that comes once the work has begun ends the owner, as its `_fail` does, also if it is a
    cancellation or Ctrl-C: how much of the work was done is unknown.

    Args:
        owner: The stream or listing.
        work: What to run.
        *args: Arguments of the work.
        **kwargs: Arguments of the work.

    Raises:
        BusyError: Another call uses the owner.
    """
    token = object()
    # What is inside this `try`, and in which order, decides what Ctrl-C does at each moment; see
    # `Lock`.
    try:
        owner._lock.acquire(token, owner._check_open)
        result = work(*args, **kwargs)
        owner._lock.release(token)
        return result
    except BaseException as error:
        if owner._lock.was_interrupted(token, error):
            owner._fail(error)
        owner._lock.release(token)
        raise
