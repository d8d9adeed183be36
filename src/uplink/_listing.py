"""What synchronous and awaited listings have in common."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, SupportsIndex, TypeAlias, TypeVar
from weakref import ref

from uplink._calls._call import Call
from uplink._calls.listing import PAGE_SIZE, OnMore, Page
from uplink._checks import check_type, whole_number
from uplink._driver import Started
from uplink._hide import hide_secrets, shortened
from uplink._lock import Lock
from uplink._made import Made
from uplink._types import Self
from uplink._values import Bucket, Object, Part, UploadInfo
from uplink.errors import InternalError, InvalidArgumentError, UplinkError, VersionInvalidError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T", Bucket, Object, Part, UploadInfo)

PageAfter: TypeAlias = Callable[[str, int, OnMore[T]], Call[Page[T]]]


class ListingBase(Made, Generic[T]):
    """The position of a listing.

    Its cursor, and the items of the page that were not given out yet.
    """

    _project: Any
    _page_after: PageAfter[T]
    _name: Callable[[T], str]
    _keep: Callable[[T], bool] | None
    _unnamed: str
    _timeout: float | None
    # The number of items to give out after this page, or `None`.
    _left: int | None
    _skipping: bool
    _passed_unnamed: bool
    _cursor: str
    # In reverse, so that the next item is the last.
    _page: list[T]
    _ended: bool
    # The cursor of the page that was requested ahead, and its operation.
    _ahead: tuple[str, Started[Page[T]]] | None
    _lock: Lock

    @classmethod
    def _of(
        cls,
        project: Any,  # noqa: ANN401 - synchronous or awaited
        page_after: PageAfter[T],
        *,
        name: Callable[[T], str],
        keep: Callable[[T], bool] | None = None,
        cursor: str,
        unnamed: str = "",
        limit: SupportsIndex | None,
        timeout: float | None,
    ) -> Self:
        """Return a listing.

        Args:
            project: Runs the calls.
            page_after: Returns the call for the page of so many items at most after a cursor.
            name: Returns an item's name, which is the cursor to the item after it.
            keep: Reports whether an item is part of the listing; `None` if all are.
            cursor: The name to start after; `""` for the start.
            unnamed: The item whose name is the prefix itself. C's cursors lack the prefix, so the
                cursor to the item after this one would be empty, which means the start.
            limit: The number of items at most, or `None`.
            timeout: Seconds for each page.

        Raises:
            InvalidArgumentError: The limit is negative.
        """
        self = cls._new()
        self._project = project
        self._page_after = page_after
        self._name = name
        self._keep = keep
        self._unnamed = unnamed
        self._timeout = timeout
        self._left = _checked_limit(limit)
        # For a start after the unnamed item, list from the start and skip past it.
        self._skipping = cursor == unnamed != ""
        self._passed_unnamed = False
        self._cursor = cursor or unnamed
        self._page = []
        self._ended = self._left == 0
        self._ahead = None
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
            return f"before {shortened(hide_secrets(self._name(self._page[-1])))!r}"
        if self._ended:
            return "ended"
        return f"after {shortened(hide_secrets(self._cursor))!r}" if self._cursor else "at its start"

    def _check_open(self) -> None:
        """Do nothing: a listing is never closed."""

    def _fail(self, error: BaseException) -> None:
        """Do nothing: a page that failed can be requested again."""

    def _page_call(self, cursor: str, count: int) -> Call[Page[T]]:
        """Return the call for the page of so many items at most after the cursor."""
        # The call is part of a page that is requested ahead. With a strong reference to the
        # listing, a listing that is dropped would keep its operation.
        this = ref(self)

        def on_more(last: T, found: int) -> None:
            listing = this()
            if listing is not None:
                listing._on_more(last, found)

        return self._page_after(cursor, count, on_more)

    def _next_call(self) -> Call[Page[T]]:
        """Return the call for the next page."""
        again = bool(self._unnamed) and (self._skipping or self._passed_unnamed)
        return self._page_call(self._cursor, self._count(self._left, again=again))

    def _count(self, left: int | None, *, again: bool = False) -> int:
        """Return how many items to request if so many are left to give out.

        Args:
            left: The number of items to give out.
            again: Whether the unnamed item may come and be skipped.
        """
        if left is None or self._keep is not None:
            return PAGE_SIZE
        # With the unnamed item alone, a listing does not get past it.
        least = 2 if self._unnamed else 1
        return min(max(left + again, least), PAGE_SIZE)

    def _on_more(self, last: T, found: int) -> None:
        """Request the page after this one ahead, if the listing needs it.

        Args:
            last: The last item of this page.
            found: The number of items of this page.
        """
        name = self._name(last)
        left = None if self._left is None else self._left - found
        if name not in {self._unnamed, self._cursor} and (left is None or left > 0):
            # The page itself has come: an error comes when the page after it is needed.
            with suppress(UplinkError):
                self._ahead = name, self._start_ahead(self._page_call(name, self._count(left)))

    def _start_ahead(self, call: Call[Page[T]]) -> Started[Page[T]]:
        """Start a call, and do not wait for it."""
        raise NotImplementedError

    def _take_ahead(self) -> Started[Page[T]] | None:
        """Return the operation that gives the next page if it was requested ahead."""
        ahead, self._ahead = self._ahead, None
        return ahead[1] if ahead is not None and ahead[0] == self._cursor else None

    def _set_page(self, page: Page[T]) -> None:
        """Make a page the current one: its items, and the cursor to the page after it."""
        found, more = page
        cursor = next((name for name in map(self._name, reversed(found)) if name != self._unnamed), self._cursor)
        if more and cursor == self._cursor:
            # The same page would come for ever.
            raise InternalError(f"the listing does not get past {cursor!r}: the satellite gives the same page again")
        before = self._passed_unnamed, self._skipping
        try:
            items = self._selected(found)[: self._left][::-1]
            left = None if self._left is None else self._left - len(items)
            ended = not more or left == 0
            # These lines call nothing, so an interrupt leaves either the page before or this one.
            self._ended, self._cursor, self._left, self._page = ended, cursor, left, items
        except BaseException:
            self._passed_unnamed, self._skipping = before
            raise

    def _selected(self, items: list[T]) -> list[T]:
        """Return the items to give out."""
        if self._keep is None and not self._unnamed:
            return items
        return [item for item in items if self._selects(item)]

    def _selects(self, item: T) -> bool:
        """Report whether to give out an item."""
        if self._name(item) == self._unnamed:
            # As the last item of a page it comes again with the next page, whose cursor is the item
            # before it.
            again, self._passed_unnamed = self._passed_unnamed, True
            if again or self._skipping:
                self._skipping = False
                return False
        return not self._skipping and (self._keep is None or self._keep(item))


def _checked_limit(limit: SupportsIndex | None) -> int | None:
    if limit is None:
        return None
    number = whole_number(limit, "limit")
    if number < 0:
        raise InvalidArgumentError(f"limit is {number}; it takes the number of items at most, or None for all")
    return number


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


def version_name(key: str, version: bytes | None) -> str:
    """Return the name of a version for a cursor: unlike the key, it differs from those of other versions."""
    return f"{(version or b'').hex()}/{key}"


def split_version_name(name: str) -> tuple[str, bytes | None]:
    """Return the key and the version of a name that `version_name` has made."""
    version, _, key = name.partition("/")
    return key, bytes.fromhex(version) or None


def check_version_cursor(parent: str, cursor: str, bucket: str) -> None:
    """Check that a listing of versions can start after a key.

    Raises:
        InvalidArgumentError: The cursor is the listed prefix.
    """
    if cursor and cursor == parent:
        # C's cursors lack the prefix, so this one would be empty, which means the start.
        raise InvalidArgumentError(
            f"a listing of the versions below {parent!r} cannot start after the key {cursor!r}; list a shorter prefix",
            bucket=bucket,
        )


def first_version_name(parent: str, cursor: str, version: bytes | None, bucket: str) -> str:
    """Return the name to start a listing of versions after; `""` for the start.

    Raises:
        TypeError: The version is not `bytes`.
        InvalidArgumentError: There is a version and no cursor, or the cursor is the listed prefix.
        VersionInvalidError: The version is empty.
    """
    check_version_cursor(parent, cursor, bucket)
    if version is None:
        return version_name(cursor, None) if cursor else ""
    check_type(version, bytes, "version_cursor", "bytes")
    if not version:
        raise VersionInvalidError("version_cursor is empty; it takes the version of an item", bucket=bucket, key=cursor)
    if not cursor:
        raise InvalidArgumentError("version_cursor takes a cursor, too: the key of the version", bucket=bucket)
    return version_name(cursor, version)
