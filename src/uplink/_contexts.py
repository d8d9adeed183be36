"""Errors for `with` or `for` in place of `async with` or `async for`, and the reverse."""

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


class BlockingItems:
    """Refuses `async for`, and names the statement to use."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __aiter__(self) -> NoReturn:
            raise TypeError("a listing of uplink takes `for`; for `async for`, use uplink.aio")


class AwaitedItems:
    """Refuses `for`, and names the statement to use."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __iter__(self) -> NoReturn:
            raise TypeError("a listing of uplink.aio takes `async for`; for `for`, use uplink")


class NoContext:
    """Takes the place of `__enter__` or `__aenter__` in a class whose objects are no context managers.

    Python then shows the reason. The class still has no such attribute.
    """

    __slots__ = ("_reason",)

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def __get__(self, _: object, __: type) -> NoReturn:
        raise AttributeError(self._reason)
