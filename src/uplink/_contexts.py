"""Errors for `with` in place of `async with`, and the reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class BlockingContext:
    """Refuses `async with`, and names the statement to use."""

    __slots__ = ()

    # Hidden from type checkers, so that they report the mistake.
    if not TYPE_CHECKING:

        async def __aenter__(self) -> NoReturn:
            raise TypeError("objects of uplink take `with`; for `async with`, use uplink.aio")

        async def __aexit__(self, *_: object) -> None:
            """Never called, but Python looks it up before it calls `__aenter__`."""


class AwaitedContext:
    """Refuses `with`, and names the statement to use."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __enter__(self) -> NoReturn:
            raise TypeError("objects of uplink.aio take `async with`; for `with`, use uplink")

        def __exit__(self, *_: object) -> None:
            """Never called, but Python looks it up before it calls `__enter__`."""
