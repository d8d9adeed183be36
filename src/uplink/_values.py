"""The plain values that go into calls and come out of them."""

from __future__ import annotations

import operator
import os
from collections.abc import (
    Iterator,
    Mapping,
)
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from types import NoneType
from typing import SupportsIndex

from uplink._types import Buffer
from uplink.errors import InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket.

    Go counterpart: `uplink.Bucket`.

    Attributes:
        name: Its name.
        created: When it was created, an aware UTC datetime.

    Example:
        ```python
        with access.open_project() as project:
            bucket = project.ensure_bucket("photos")
            print(bucket.name, bucket.created.isoformat())
        ```
    """

    name: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Object:
    """An object, or a prefix that a listing which is not recursive stops at.

    Go counterpart: `uplink.Object`.

    Attributes:
        key: Its full key; that of a prefix ends in "/". A key may have any bytes: those that are not UTF-8 are decoded
            with `"surrogateescape"`, and a NUL that another client has put into a key is part of it here, too.
        is_prefix: Whether it stands for all keys that begin with `key`.
        size: Its size in bytes, or `None` where the listing was not asked for it, and for a prefix.
        created: When it was committed, an aware UTC datetime in whole seconds; `None` as for `size`.
        expires: When it expires, or `None` if it does not, and where the listing was not asked for it.
        metadata: Its custom metadata, or `None` where the listing was not asked for it, and for a prefix.

    Example:
        ```python
        with access.open_project() as project:
            project.ensure_bucket("photos")
            item = project.put("photos", "cat.jpg", b"...", metadata={"camera": "x100"})
            assert (item.key, item.size, item.metadata) == ("cat.jpg", 3, {"camera": "x100"})
        ```
    """

    key: str
    is_prefix: bool = False
    size: int | None = None
    created: datetime | None = None
    expires: datetime | None = None
    # Mappings have no hash.
    metadata: Mapping[str, str] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class UploadInfo:
    """An upload that was begun, and neither committed nor aborted; or a prefix, as a listing gives it.

    Go counterpart: `uplink.UploadInfo`.

    Attributes:
        key: The full key of the object that it is to become; that of a prefix ends in "/".
        upload_id: What distinguishes it from other uploads to the same key; `""` for a prefix.
        is_prefix: Whether it stands for all keys that begin with `key`.
        created: When it was begun, an aware UTC datetime in whole seconds; `None` for a prefix.
        expires: When the object is to expire, or `None` if it is not.

    Example:
        ```python
        with access.open_project() as project:
            project.ensure_bucket("photos")
            for upload in project.list_uploads("photos", recursive=True):
                print(upload.key, upload.created)
        ```
    """

    key: str
    upload_id: str
    is_prefix: bool = False
    created: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What a shared access allows.

    Go counterpart: `uplink.Permission`.

    Attributes:
        allow_download: Whether objects can be read.
        allow_upload: Whether objects can be written. Overwriting one also needs `allow_delete`.
        allow_list: Whether buckets and objects can be listed.
        allow_delete: Whether buckets and objects can be deleted.
        not_before: From when on it is valid, an aware datetime, or `None`.
        not_after: Until when it is valid, an aware datetime, or `None`.

    Raises:
        TypeError: Something is of another type.
        InvalidArgumentError: A datetime has no time zone, or `not_after` lies before `not_before`.

    Example:
        ```python
        from datetime import datetime, timedelta, timezone

        tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
        shared = access.share(uplink.Permission(allow_download=True, not_after=tomorrow), uplink.SharePrefix("photos"))
        ```
    """

    allow_download: bool = False
    allow_upload: bool = False
    allow_list: bool = False
    allow_delete: bool = False
    not_before: datetime | None = None
    not_after: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("allow_download", "allow_upload", "allow_list", "allow_delete"):
            check_flag(getattr(self, name), name)
        start = None if self.not_before is None else to_timestamp(self.not_before, "not_before")
        end = None if self.not_after is None else to_timestamp(self.not_after, "not_after")
        if start is not None and end is not None and end < start:
            raise InvalidArgumentError(f"not_after ({self.not_after}) lies before not_before ({self.not_before})")

    @classmethod
    def read_only(cls, *, not_before: datetime | None = None, not_after: datetime | None = None) -> Permission:
        """Allow to list and to download. Go counterpart: `uplink.ReadOnlyPermission`."""
        return cls(allow_download=True, allow_list=True, not_before=not_before, not_after=not_after)

    @classmethod
    def write_only(cls, *, not_before: datetime | None = None, not_after: datetime | None = None) -> Permission:
        """Allow to upload and to delete. Go counterpart: `uplink.WriteOnlyPermission`."""
        return cls(allow_upload=True, allow_delete=True, not_before=not_before, not_after=not_after)

    @classmethod
    def full(cls, *, not_before: datetime | None = None, not_after: datetime | None = None) -> Permission:
        """Allow everything. Go counterpart: `uplink.FullPermission`."""
        return cls(
            allow_download=True,
            allow_upload=True,
            allow_list=True,
            allow_delete=True,
            not_before=not_before,
            not_after=not_after,
        )


@dataclass(frozen=True, slots=True)
class SharePrefix:
    """What a shared access is restricted to.

    Go counterpart: `uplink.SharePrefix`.

    Attributes:
        bucket: The bucket.
        prefix: The start of the keys, in whole parts between slashes: `""` for the whole bucket, `"2026/"` for what
            lies below it. `"2026"` means the same; both also open an object of the key `"2026"`, and `"20"` neither.

    Example:
        ```python
        shared = access.share(uplink.Permission.read_only(), uplink.SharePrefix("photos", "2026/"))
        ```
    """

    bucket: str
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """When a call that failed is made again.

    A call that only reads is repeated after every error whose `retryable` is true, except after a time limit. A call
    that changes something is repeated if it certainly changed nothing. `Project.put` is repeated if its source can be
    read again, which a generator cannot. A download goes on where it was when its nodes or connections fail, and counts
    its tries anew with each byte. An operation on an open upload is not repeated. The `timeout` of a call bounds all
    its tries together; how long one try takes does not matter.

    Two things happen without a new try. Where the satellite cannot be reached, calls of every kind, also on streams,
    connect again up to `attempts` times: nothing has happened yet. Where it refuses requests because there are too
    many, they wait and are made again for up to a minute, or until the `timeout`; with `attempts=1` they are not.

    Attributes:
        attempts: How often a call is made at most; 1 to try only once.
        delay: Seconds before the second try. It doubles for each further one, and up to a half is taken off at random.
        longest_delay: What the delay does not grow beyond, in seconds.

    Raises:
        TypeError: Something is not a number.
        InvalidArgumentError: There are no attempts, or a delay is negative.

    Example:
        ```python
        config = uplink.Config(retry=uplink.Retry(attempts=1))
        with access.open_project(config=config) as project:
            project.ensure_bucket("photos")
        ```
    """

    attempts: int = 3
    delay: float = 0.25
    longest_delay: float = 5.0

    def __post_init__(self) -> None:
        if whole_number(self.attempts, "attempts") < 1:
            raise InvalidArgumentError(f"attempts is {self.attempts!r}; it takes at least one")
        for name in ("delay", "longest_delay"):
            if not at_least(0, getattr(self, name), name, "seconds"):
                raise InvalidArgumentError(
                    f"{name} is {getattr(self, name)!r}; it takes seconds, and not less than none"
                )

    def delays(self) -> Iterator[float]:
        """Give the seconds to wait after each try but the last."""
        for number in range(self.attempts - 1):
            # Far beyond any delay, a float would overflow.
            longest = min(float(self.delay) * 2.0 ** min(number, 100), float(self.longest_delay))
            # Between a half and the whole of it, which keeps clients apart.
            yield longest * (0.5 + os.urandom(1)[0] / 510)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How to connect.

    Go counterpart: `uplink.Config`.

    Attributes:
        user_agent: What the satellite attributes the traffic to, for instance `"my-app/1.0"`; `""` for nothing.
        dial_timeout: How long connecting to the satellite or a node may take, in seconds.
        stall_timeout: After how many seconds a storage node is given up, if a call waits for it and no byte moves, in
            either direction. The call goes on with other nodes, and fails where there are too few. The satellite's
            answer may rightly take longer; only the `timeout` of a call bounds it.
        max_in_flight: How many calls ask the satellite at the same time; the others queue. Each takes a connection.
        max_connections: How many connections to storage nodes may be open. An upload counts as 110 of them, a download
            as 40, both of objects that are larger than 4 KiB. What does not fit in queues.
        retry: When a call that failed is made again.

    Raises:
        TypeError: Something is of another type.
        InvalidArgumentError: The user agent has a NUL in it, a timeout is not between 1 ms and 24 days, or a budget
            is not positive.

    Example:
        ```python
        project = access.open_project(config=uplink.Config(user_agent="my-app/1.0", dial_timeout=5.0))
        project.close()
        ```
    """

    user_agent: str = ""
    dial_timeout: float = 10.0
    stall_timeout: float = 20.0
    max_in_flight: int = 64
    max_connections: int = 2048
    retry: Retry = field(default_factory=Retry)

    def __post_init__(self) -> None:
        check_type(self.user_agent, str, "user_agent", "a str")
        check_type(self.retry, Retry, "retry", "a Retry")
        if "\0" in self.user_agent:
            raise InvalidArgumentError("the user agent has a NUL in it")
        for name in ("dial_timeout", "stall_timeout"):
            seconds = getattr(self, name)
            if not (at_least(0.001, seconds, name, "seconds") and seconds < 2**31 / 1000):
                raise InvalidArgumentError(f"{name} is {seconds!r}; it takes seconds, from 0.001 to {2**31 // 1000}")
        for name in ("max_in_flight", "max_connections"):
            if not 1 <= whole_number(getattr(self, name), name) < 2**31:
                raise InvalidArgumentError(
                    f"{name} is {getattr(self, name)!r}; it takes a number from 1 to {2**31 - 1}"
                )


def config_or_default(config: Config | None) -> Config:
    """Return the configuration, or that of a caller who gave none."""
    check_type(config, (Config, NoneType), "config", "a Config")
    return config or Config()


def check_type(value: object, kind: type | tuple[type, ...], name: str, what: str) -> None:
    """Raise a `TypeError` which says what the argument of this name takes."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} takes {what}, not {type(value).__name__}")


def check_flag(value: object, name: str) -> None:
    """Raise a `TypeError` for any other value than `True` and `False`: a text such as "no" would count as true."""
    kind = type(value)
    if (kind.__module__, kind.__name__) not in {("numpy", "bool"), ("numpy", "bool_")}:
        check_type(value, bool, name, "True or False")


def octets(buffer: Buffer, name: str, *, writable: bool = False) -> memoryview:
    """Return a view of a buffer's bytes, or raise a `TypeError` which says what the argument of this name takes."""
    try:
        view = memoryview(buffer)
    except TypeError as error:
        what = "a writable buffer, such as a bytearray" if writable else "a buffer, such as bytes"
        if isinstance(buffer, str) and not writable:
            raise TypeError(f"{name} takes bytes, not str; encode the text first") from error
        raise TypeError(f"{name} takes {what}, not {type(buffer).__name__}") from error
    with view:
        if writable and view.readonly:
            raise TypeError(f"{name} takes a writable buffer")
        if not view.c_contiguous:
            raise TypeError(f"{name} takes a contiguous buffer; copy this one with bytes() first")
        # One without bytes cannot be cast if it has several dimensions.
        return view.cast("B") if view.nbytes else memoryview(bytearray())


def release(view: memoryview) -> None:
    """Release a view, unless native code still uses it: then it is released with its last reference."""
    # An error would replace the exception that is being handled.
    with suppress(BufferError):
        view.release()


class Releasing:
    """Releases a view at the end of a `with`, as `release` does."""

    __slots__ = ("_view",)

    def __init__(self, view: memoryview) -> None:
        self._view = view

    def __enter__(self) -> memoryview:
        return self._view

    def __exit__(self, *_: object) -> None:
        release(self._view)


def at_least(least: float, value: float, name: str, what: str) -> bool:
    """Compare a number of any kind, or raise a `TypeError` which says what the argument of this name takes."""
    try:
        return bool(value >= least)
    except TypeError as error:
        raise TypeError(f"{name} takes {what}, not {type(value).__name__}") from error


def whole_number(value: SupportsIndex, name: str) -> int:
    """Return the number as an int, whatever kind of whole number it is, such as numpy's."""
    try:
        return operator.index(value)
    except TypeError as error:
        raise TypeError(f"{name} takes a whole number, not {type(value).__name__}") from error


def to_timestamp(moment: datetime, name: str) -> int:
    """Return whole seconds since 1970 UTC, as the C interface wants them."""
    check_type(moment, datetime, name, "a datetime")
    if moment.utcoffset() is None:
        raise InvalidArgumentError(
            f"{name} has no time zone; give an aware datetime, such as datetime.now(timezone.utc)"
        )
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    if not 0 < seconds < _YEAR_10000:
        raise InvalidArgumentError(
            f"{name} is {moment}; it must lie after 1970-01-01 and before the year 10000, in UTC"
        )
    return seconds


_EPOCH = datetime.fromtimestamp(0, timezone.utc)
# No time from there on can be sent, nor stand in a grant. With an offset, a datetime reaches it.
_YEAR_10000 = 253_402_300_800


def from_timestamp(seconds: int) -> datetime | None:
    """Return an aware UTC datetime, or `None` for 0, which stands for "none" in the C interface."""
    return datetime.fromtimestamp(seconds, timezone.utc) if seconds else None
