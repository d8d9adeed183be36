"""What a shared access allows, and where."""

from __future__ import annotations

from datetime import datetime, timedelta

from uplink._checks import check_flag, check_type, to_timestamp
from uplink._dataclass import dataclass
from uplink.errors import InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# The attributes of `Permission` that are flags. Those of Object Lock are called in C as here, without "allow_".
LOCK_FLAGS = (
    "allow_put_object_retention",
    "allow_get_object_retention",
    "allow_put_object_legal_hold",
    "allow_get_object_legal_hold",
    "allow_bypass_governance_retention",
    "allow_put_bucket_object_lock_configuration",
    "allow_get_bucket_object_lock_configuration",
)
FLAGS = ("allow_download", "allow_upload", "allow_list", "allow_delete", *LOCK_FLAGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What a shared access allows.

    Go counterpart: `uplink.Permission`.

    Attributes:
        allow_download: Whether objects can be read.
        allow_upload: Whether objects can be written. Overwriting one also needs `allow_delete`.
        allow_list: Whether buckets and objects can be listed.
        allow_delete: Whether buckets and objects can be deleted.
        allow_put_object_retention: Whether retentions can be set. Includes to get them.
        allow_get_object_retention: Whether retentions can be seen.
        allow_put_object_legal_hold: Whether legal holds can be added and removed.
        allow_get_object_legal_hold: Whether legal holds can be seen.
        allow_bypass_governance_retention: Whether `bypass_governance_retention=True` has an effect.
        allow_put_bucket_object_lock_configuration: Whether Object Lock can be configured for
            buckets. Creating a bucket with Object Lock needs it, too.
        allow_get_bucket_object_lock_configuration: Whether that configuration can be read.
        not_before: The start of its validity, an aware datetime, or `None`. A grant keeps microseconds.
        not_after: The end of its validity, as `not_before`.
        max_object_ttl: The longest lifetime of new objects, or `None`. An object that is uploaded
            without `expires` then expires after it; one with a later `expires` is refused. It takes
            at least a second; fractions of a second are cut off.

    Raises:
        TypeError: An attribute is of another type.
        InvalidArgumentError: A datetime has no time zone, `not_after` lies before `not_before`, or
            `max_object_ttl` is less than a second.

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
    allow_put_object_retention: bool = False
    allow_get_object_retention: bool = False
    allow_put_object_legal_hold: bool = False
    allow_get_object_legal_hold: bool = False
    allow_bypass_governance_retention: bool = False
    allow_put_bucket_object_lock_configuration: bool = False
    allow_get_bucket_object_lock_configuration: bool = False
    max_object_ttl: timedelta | None = None

    def __post_init__(self) -> None:
        for name in FLAGS:
            check_flag(getattr(self, name), name)
        for name in ("not_before", "not_after"):
            if getattr(self, name) is not None:
                to_timestamp(getattr(self, name), name)
        if self.not_before is not None and self.not_after is not None and self.not_after < self.not_before:
            raise InvalidArgumentError(f"not_after ({self.not_after}) lies before not_before ({self.not_before})")
        if self.max_object_ttl is not None:
            check_type(self.max_object_ttl, timedelta, "max_object_ttl", "a timedelta")
            # The longest duration of Go is some 292 years.
            if not timedelta(seconds=1) <= self.max_object_ttl <= timedelta(days=365 * 290):
                raise InvalidArgumentError(
                    f"max_object_ttl is {self.max_object_ttl}; it takes a second at least, and 290 years at most"
                )

    @classmethod
    def read_only(cls, *, not_before: datetime | None = None, not_after: datetime | None = None) -> Permission:
        """Return a permission to list and to download.

        Go counterpart: `uplink.ReadOnlyPermission`.
        """
        return cls(allow_download=True, allow_list=True, not_before=not_before, not_after=not_after)

    @classmethod
    def write_only(cls, *, not_before: datetime | None = None, not_after: datetime | None = None) -> Permission:
        """Return a permission to upload and to delete.

        Go counterpart: `uplink.WriteOnlyPermission`.
        """
        return cls(allow_upload=True, allow_delete=True, not_before=not_before, not_after=not_after)

    @classmethod
    def full(cls, *, not_before: datetime | None = None, not_after: datetime | None = None) -> Permission:
        """Return a permission for everything, Object Lock included.

        Bypassing a governance retention still takes `bypass_governance_retention=True` in the call.

        Go counterpart: `uplink.FullPermission`.
        """
        return cls(
            allow_download=True,
            allow_upload=True,
            allow_list=True,
            allow_delete=True,
            not_before=not_before,
            not_after=not_after,
            allow_put_object_retention=True,
            allow_get_object_retention=True,
            allow_put_object_legal_hold=True,
            allow_get_object_legal_hold=True,
            allow_bypass_governance_retention=True,
            allow_put_bucket_object_lock_configuration=True,
            allow_get_bucket_object_lock_configuration=True,
        )


@dataclass(frozen=True, slots=True)
class SharePrefix:
    """A bucket, or a prefix in it, that a shared access is restricted to.

    Go counterpart: `uplink.SharePrefix`.

    Attributes:
        bucket: The bucket.
        prefix: How the keys begin, in whole parts between slashes. `""` is the whole bucket.
            `"2026/"` and `"2026"` are all keys below `"2026/"`, and the key `"2026"`. `"20"` does
            not include them.

    Example:
        ```python
        shared = access.share(uplink.Permission.read_only(), uplink.SharePrefix("photos", "2026/"))
        ```
    """

    bucket: str
    prefix: str = ""
