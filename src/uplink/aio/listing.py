"""Iterating over pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from uplink._calls._common import PAGE_SIZE
from uplink.aio._driver import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from uplink._calls._common import Call
    from uplink._values import Bucket, Object

T = TypeVar("T", "Bucket", "Object")


class Listing(Generic[T]):
    """What a listing gives, asked for page by page; it holds nothing open between two pages.

    Iterate over it once. It may be left at any time.

    Example:
        ```python
        async for item in project.list_objects("photos"):
            print(item.key, item.size)
        ```
    """

    def __init__(
        self,
        ask: Callable[[str], Call[list[T]]],
        name: Callable[[T], str],
        keep: Callable[[T], bool],
        cursor: str,
        timeout: float | None,
    ) -> None:
        """Make a listing.

        Args:
            ask: Gives the call for the page after a cursor; an empty page is the last.
            name: Gives an item's place in the order, which becomes the cursor.
            keep: Tells whether an item is part of the listing.
            cursor: Where to start.
            timeout: Seconds for each page.
        """
        self._ask: Callable[[str], Call[list[T]]] = ask
        self._name: Callable[[T], str] = name
        self._keep: Callable[[T], bool] = keep
        self._cursor = cursor
        self._timeout = timeout
        self._page: list[T] = []
        self._ended = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while not self._page:
            if self._ended:
                raise StopAsyncIteration
            page = await run(self._ask(self._cursor), self._timeout)
            if page:
                self._cursor = self._name(page[-1])
            self._ended = len(page) < PAGE_SIZE
            self._page = [item for item in reversed(page) if self._keep(item)]
        return self._page.pop()
