"""What an access grant says of itself."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from uplink._values import SharePrefix


class AccessInfo(NamedTuple):
    """What a grant says of itself, as `Access.inspect` returns it. Whether it was revoked, only the satellite knows.

    Attributes:
        satellite_address: The satellite, as `id@host:port`.
        allow_download: Whether objects can be read.
        allow_upload: Whether objects can be written.
        allow_list: Whether buckets and objects can be listed.
        allow_delete: Whether buckets and objects can be deleted.
        not_before: From when on it is valid, an aware UTC datetime, or `None`.
        not_after: Until when it is valid, an aware UTC datetime, or `None`.
        prefixes: What it is restricted to, or `None` for the whole project.
        max_object_ttl: How long new objects live at most, or `None`.
        lock_permissions: What it allows of Object Lock, such as `"put_object_retention"`, given an API key for that.

    Example:
        ```python
        info = access.share(uplink.Permission.read_only(), uplink.SharePrefix("photos", "2026/")).inspect()
        assert info.allow_download and not info.allow_delete
        assert info.reaches("photos", "2026/cat.jpg") and not info.reaches("photos", "2025/cat.jpg")
        ```
    """

    satellite_address: str
    allow_download: bool
    allow_upload: bool
    allow_list: bool
    allow_delete: bool
    not_before: datetime | None
    not_after: datetime | None
    prefixes: tuple[SharePrefix, ...] | None
    max_object_ttl: timedelta | None
    lock_permissions: frozenset[str]

    def reaches(self, bucket: str, key: str = "") -> bool:
        """Return whether its prefixes contain a key, or all keys below a prefix that ends in "/".

        Args:
            bucket: The bucket.
            key: The key or prefix; `""` for the whole bucket.
        """
        return self.prefixes is None or any(
            bucket == prefix.bucket and (key.startswith(prefix.prefix) or key == prefix.prefix[:-1] != "")
            for prefix in self.prefixes
        )

    def why_refused(self, needs: tuple[str, ...], bucket: str | None, key: str | None) -> str | None:
        """Return why the satellite refuses a call, or `None` if the grant does not show it.

        Args:
            needs: The permissions of which the call needs one, such as `"allow_list"`.
            bucket: The bucket that the call is about.
            key: The key or prefix that it is about; `None` if it is about the bucket itself.
        """
        now = datetime.now(timezone.utc)
        if self.not_after is not None and self.not_after < now:
            return f"the access expired at {self.not_after}"
        if self.not_before is not None and now < self.not_before:
            return f"the access is not valid before {self.not_before}"
        if bucket is not None and not self._reaches_some(bucket, key):
            return f"this access does not reach {bucket}/{key or ''}"
        if needs and not any(getattr(self, name) for name in needs):
            return f"this access does not allow to {' or '.join(name.removeprefix('allow_') for name in needs)}"
        if needs == ("allow_upload",) and key is not None and not self.allow_delete:
            return "this access does not allow to delete, which replacing an object takes; or it was revoked"
        return None

    def _reaches_some(self, bucket: str, key: str | None) -> bool:
        if key is not None or self.prefixes is None:
            return self.reaches(bucket, key or "")
        return any(bucket == prefix.bucket for prefix in self.prefixes)
