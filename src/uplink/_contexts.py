"""Says which statement enters an object, where it was entered with the other one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class BlockingContext:
    """Entered with `with`."""

    __slots__ = ()

    # Type checkers find the mistake by themselves, as long as they do not know of these.
    if not TYPE_CHECKING:

        async def __aenter__(self) -> NoReturn:
            raise TypeError("what comes from uplink is entered with `with`; for `async with`, use uplink.aio")

        async def __aexit__(self, *_: object) -> None:
            """Never called, but looked for before `__aenter__` is."""


class AwaitedContext:
    """Entered with `async with`."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __enter__(self) -> NoReturn:
            raise TypeError("what comes from uplink.aio is entered with `async with`; for `with`, use uplink")

        def __exit__(self, *_: object) -> None:
            """Never called, but looked for before `__enter__` is."""
