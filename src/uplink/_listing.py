"""What synchronous and awaited listings have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from uplink._calls._call import Call
from uplink._calls.listing import PAGE_SIZE
from uplink._checks import check_type
from uplink._hide import hide_secrets
from uplink._lock import Lock
from uplink._made import Made
from uplink._types import Self
from uplink._values import Bucket, Object, UploadInfo
from uplink.errors import InternalError, InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T", "Bucket", "Object", "UploadInfo")


class ListingBase(Made, Generic[T]):
    """The position of a listing.

    Its cursor, and the items of the page that were not given out yet.
    """

    def _begin(
        self,
        project: Any,  # noqa: ANN401 - synchronous or awaited
        page_after: Callable[[str], Call[list[T]]],
        *,
        name: Callable[[T], str],
        keep: Callable[[T], bool],
        cursor: str,
        unnamed: str = "",
        timeout: float | None,
    ) -> Self:
        """Set what to list, and where to start.

        Args:
            project: Runs the calls.
            page_after: Returns the call for the page after a cursor.
            name: Returns an item's name, which is the cursor to the item after it.
            keep: Reports whether an item is part of the listing.
            cursor: The name to start after; `""` for the start.
            unnamed: The item whose name is the prefix itself. C's cursors lack the prefix, so the
                cursor to the item after this one would be empty, which means the start.
            timeout: Seconds for each page.
        """
        self._project = project
        self._page_after: Callable[[str], Call[list[T]]] = page_after
        self._name: Callable[[T], str] = name
        self._keep: Callable[[T], bool] = keep
        self._unnamed = unnamed
        self._timeout = timeout
        # For a start after the unnamed item, list from the start and skip past it.
        self._skipping = cursor == unnamed != ""
        self._passed_unnamed = False
        self._cursor = cursor or unnamed
        # In reverse, so that the next item is the last.
        self._page: list[T] = []
        self._ended = False
        self._lock = Lock("listing")
        return self

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a listing cannot be copied or pickled")

    def __repr__(self) -> str:
        if not hasattr(self, "_lock"):
            return object.__repr__(self)
        return f"<{type(self).__module__}.{type(self).__qualname__} {self._position()}>"

    def _position(self) -> str:
        if self._page:
            return f"before {hide_secrets(self._name(self._page[-1]))!r}"
        if self._ended:
            return "ended"
        return f"after {hide_secrets(self._cursor)!r}" if self._cursor else "at its start"

    def _check_open(self) -> None:
        """Do nothing: a listing is never closed."""

    def _fail(self, error: BaseException) -> None:
        """Do nothing: a page that failed can be requested again."""

    def _set_page(self, page: list[T]) -> None:
        """Make a page the current one: its items, and the cursor to the page after it."""
        ended = len(page) < PAGE_SIZE
        cursor = next((name for name in map(self._name, reversed(page)) if name != self._unnamed), self._cursor)
        if not ended and cursor == self._cursor:
            # The same page would come for ever.
            raise InternalError(f"the listing does not get past {cursor!r}: the satellite gives the same page again")
        before = self._passed_unnamed, self._skipping
        try:
            items = [item for item in page if self._selects(item)][::-1]
            # These lines call nothing, so an interrupt leaves either the page before or this one.
            self._ended, self._cursor, self._page = ended, cursor, items
        except BaseException:
            self._passed_unnamed, self._skipping = before
            raise

    def _selects(self, item: T) -> bool:
        """Report whether to give out an item."""
        if self._name(item) == self._unnamed:
            # As the last item of a page it comes again with the next page, whose cursor is the item
            # before it.
            again, self._passed_unnamed = self._passed_unnamed, True
            if again or self._skipping:
                self._skipping = False
                return False
        return not self._skipping and self._keep(item)


def parent_of(prefix: str, cursor: str, bucket: str) -> str:
    """Return the part of a prefix that a satellite can list: up to the last slash.

    Raises:
        TypeError: The prefix or the cursor is not a `str`.
        InvalidArgumentError: The cursor does not begin with that part.
    """
    check_type(prefix, str, "prefix", "a str")
    check_type(cursor, str, "cursor", "a str")
    parent = prefix[: prefix.rfind("/") + 1]
    if cursor and not cursor.startswith(parent):
        raise InvalidArgumentError(
            f"the cursor {cursor!r} does not begin with {parent!r}; it takes a full key", bucket=bucket
        )
    return parent
