"""An object that is being opened: it can be awaited, or entered as a context."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

from uplink._contexts import AwaitedContext
from uplink.errors import BusyError

if TYPE_CHECKING:

    class _Context(Protocol):
        async def __aenter__(self) -> Any: ...

        async def __aexit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            traceback: TracebackType | None,
            /,
        ) -> None: ...


T_co = TypeVar("T_co", bound="_Context", covariant=True)


class Opening(Coroutine[Any, Any, T_co], AwaitedContext):
    """An object that is being opened. Use it once: await it, or enter it with `async with`.

    Example:
        ```python
        download = await project.download_object("photos", "cat.jpg")
        await download.close()
        async with project.download_object("photos", "cat.jpg") as download:
            data = await download.read()
        ```
    """

    __slots__ = ("_coroutine", "_is_used", "_opened", "_refused", "_task")

    def __init__(self, coroutine: Coroutine[Any, Any, T_co]) -> None:
        self._coroutine = coroutine
        self._is_used = False
        # The task that runs it, by `send`.
        self._task: asyncio.Task[Any] | None = None

    def __repr__(self) -> str:
        return "<not open yet: await it, or enter it with `async with`>"

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"no attribute {name!r} before it is open: await it, or enter it with `async with`")

    def __await__(self) -> Generator[Any, Any, T_co]:
        self._use()
        return self._coroutine.__await__()

    def _use(self) -> None:
        """Raise an error if this was awaited or entered before."""
        if self._is_used:
            raise BusyError("it was awaited or entered before; call the function that made it again")
        self._is_used = True

    def send(self, value: Any, /) -> Any:
        """Go on, as a coroutine does. So a task can be made of it."""
        return self._go_on(self._coroutine.send, value)

    def throw(self, *error: Any) -> Any:
        """Raise an error inside, as a coroutine does."""
        return self._go_on(self._coroutine.throw, *error)

    def _go_on(self, step: Callable[..., Any], *arguments: Any) -> Any:
        try:
            task = asyncio.current_task()
        except RuntimeError:  # not in a loop of asyncio, which the call explains
            task = None
        if self._task is None or task is not self._task:
            self._use()
            self._task = task
        try:
            return step(*arguments)
        except BaseException:  # the end, also `StopIteration`
            self._task = None
            raise

    def close(self) -> None:
        """Cancel the opening."""
        self._coroutine.close()

    if not TYPE_CHECKING:

        def __enter__(self) -> NoReturn:
            self._refused = True
            super().__enter__()

        def __del__(self) -> None:
            # After the error about `with`, Python would also warn that nothing awaits the coroutine.
            if getattr(self, "_refused", False):
                self._coroutine.close()

    async def __aenter__(self) -> T_co:
        self._use()
        self._opened = await self._coroutine
        await self._opened.__aenter__()
        return self._opened

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._opened.__aexit__(kind, error, traceback)
