"""Iterating over pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from uplink._calls._common import PAGE_SIZE, Call
from uplink._hide import hide_secrets
from uplink._made import Made
from uplink._turns import Turns
from uplink._types import Self
from uplink._values import Bucket, Object, UploadInfo
from uplink.errors import InternalError

T = TypeVar("T", "Bucket", "Object", "UploadInfo")


class _Project(Protocol):
    async def _run(self, call: Call[list[T]], timeout: float | None) -> list[T]: ...


class Listing(Made, Generic[T]):
    """What a listing gives, asked for page by page; it holds nothing open between two pages.

    Iterate over it once. It may be left at any time. Threads that share one get each item once, or a `BusyError` while
    another of them waits for a page. As with any iterator, Ctrl-C may cost the item that is just given.

    Example:
        ```python
        async for item in project.list_objects("photos"):
            print(item.key, item.size)
        ```
    """

    def _begin(
        self,
        project: _Project,
        ask: Callable[[str], Call[list[T]]],
        *,
        name: Callable[[T], str],
        keep: Callable[[T], bool],
        cursor: str,
        unnamed: str = "",
        timeout: float | None,
    ) -> Self:
        """Set where to begin, and how to go on.

        Args:
            project: Runs the calls.
            ask: Gives the call for the page after a cursor.
            name: Gives an item's name, which is the cursor to what follows it.
            keep: Reports whether an item is part of the listing.
            cursor: Where to start.
            unnamed: The one name that cannot be a cursor: relative to the prefix it is empty, as is "no cursor".
            timeout: Seconds for each page.
        """
        self._project = project
        self._ask: Callable[[str], Call[list[T]]] = ask
        self._name: Callable[[T], str] = name
        self._keep: Callable[[T], bool] = keep
        self._unnamed = unnamed
        self._timeout = timeout
        # In C the unnamed item is an empty cursor: list from the start, and skip past it.
        self._skipping = cursor == unnamed != ""
        self._passed = False
        self._cursor = cursor or unnamed
        self._page: list[T] = []
        self._ended = False
        self._turns = Turns("listing")
        return self

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a listing cannot be copied or pickled")

    def __repr__(self) -> str:
        if not hasattr(self, "_turns"):
            return object.__repr__(self)
        position = f"after {hide_secrets(self._cursor)!r}" if self._cursor else "at its start"
        return f"<{type(self).__module__}.{type(self).__qualname__} {'ended' if self._ended else position}>"

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while True:
            # One step, so several threads never get the same item.
            with suppress(IndexError):
                return self._page.pop()
            if not await self._turn_page():
                raise StopAsyncIteration

    async def _turn_page(self) -> bool:
        """Ask for the next page unless there are items, and report whether there was one to ask for."""
        __tracebackhide__ = True
        turn = object()
        try:
            self._turns.take(turn)
            # Another thread may have had its turn just before.
            more = bool(self._page) or (not self._ended and await self._ask_for_page())
            self._turns.give_back(turn)
            return more
        except BaseException:
            self._turns.give_back(turn)
            raise

    async def _ask_for_page(self) -> bool:
        __tracebackhide__ = True
        page = await self._project._run(self._ask(self._cursor), self._timeout)
        ended = len(page) < PAGE_SIZE
        cursor = next((name for name in map(self._name, reversed(page)) if name != self._unnamed), self._cursor)
        if not ended and cursor == self._cursor:
            # The same page would come for ever.
            raise InternalError(f"the listing does not get past {cursor!r}: the satellite gives the same page again")
        before = self._passed, self._skipping
        try:
            items = [item for item in page if self._selects(item)][::-1]
            # These lines call nothing, so an interrupt leaves either the page before or this one.
            self._ended, self._cursor, self._page = ended, cursor, items
        except BaseException:
            self._passed, self._skipping = before
            raise
        return True

    def _selects(self, item: T) -> bool:
        if self._name(item) == self._unnamed:
            # At the end of a page it comes again with the next one, whose cursor is the item before it.
            again, self._passed = self._passed, True
            if again or self._skipping:
                self._skipping = False
                return False
        return not self._skipping and self._keep(item)
