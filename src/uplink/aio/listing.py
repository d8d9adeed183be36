"""Iterating over pages."""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol

from uplink._calls._call import Call
from uplink._listing import ListingBase, T
from uplink._types import Self
from uplink.aio._locked import locked


class _Project(Protocol):
    async def _run(self, call: Call[list[T]], timeout: float | None) -> list[T]: ...


class Listing(ListingBase[T]):
    """The items of a listing, which are requested page by page.

    Nothing stays open between two pages.

    Iterate over it once, and stop at any time. Threads that share a listing get each item once, or
    a `BusyError` while another thread waits for a page. As with any iterator, Ctrl-C may lose the
    item that is being returned.

    Example:
        ```python
        async for item in project.list_objects("photos"):
            print(item.key, item.size)
        ```
    """

    _project: _Project

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while True:
            # One step, so several threads never get the same item.
            with suppress(IndexError):
                return self._page.pop()
            if not await locked(self, self._request_page):
                raise StopAsyncIteration

    async def _request_page(self) -> bool:
        """Request the next page if there are no items, and report whether the listing goes on."""
        __tracebackhide__ = True
        if self._page:
            # Another thread has requested it just before.
            return True
        if self._ended:
            return False
        self._set_page(await self._project._run(self._page_after(self._cursor), self._timeout))
        return True
