"""What an access grant allows."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from uplink._dataclass import dataclass
from uplink._hide import shortened
from uplink._permission import SharePrefix


@dataclass(frozen=True, slots=True)
class AccessInfo:
    """The contents of a grant, as `Access.inspect` returns them.

    They do not show whether the grant was revoked.

    Attributes:
        satellite_address: The satellite, as `id@host:port`.
        allow_download: Whether objects can be read.
        allow_upload: Whether objects can be written.
        allow_list: Whether buckets and objects can be listed.
        allow_delete: Whether buckets and objects can be deleted.
        not_before: The start of its validity, an aware UTC datetime, or `None`.
        not_after: The end of its validity, an aware UTC datetime, or `None`.
        prefixes: The prefixes that it is restricted to, or `None` for the whole project.
        max_object_ttl: The longest lifetime of new objects, or `None`.
        lock_permissions: The permissions for Object Lock, such as `"put_object_retention"`: the
            names of `Permission` without `allow_`.

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
        """Report whether its prefixes contain a key, or all keys below a prefix that ends in "/".

        Args:
            bucket: The bucket.
            key: The key or prefix; `""` for the whole bucket.
        """
        # All prefixes end in "/", but for the whole bucket. "2026/" includes the key "2026".
        return self.prefixes is None or any(
            bucket == prefix.bucket and (key.startswith(prefix.prefix) or key == prefix.prefix[:-1] != "")
            for prefix in self.prefixes
        )

    def why_refused(self, needs: tuple[str, ...], bucket: str | None, key: str | None) -> str | None:
        """Return why the satellite refuses a call, or `None` if the grant does not show it.

        Args:
            needs: Permissions, such as `"allow_list"`. The call needs one of them.
            bucket: The bucket of the call.
            key: The key or prefix of the call; `None` if it concerns the bucket itself.
        """
        now = datetime.now(timezone.utc)
        if self.not_after is not None and self.not_after < now:
            return f"the access expired at {self.not_after}"
        if self.not_before is not None and now < self.not_before:
            return f"the access is not valid before {self.not_before}"
        if bucket is not None and not self._reaches_some(bucket, key):
            place = f"{bucket}/{key or ''}"
            return f"this access does not reach {shortened(place)}"
        if needs and not any(self._allows(name) for name in needs):
            verbs = (name.removeprefix("allow_").replace("_", " ") for name in needs)
            return f"this access does not allow to {' or '.join(verbs)}"
        return None

    def _allows(self, name: str) -> bool:
        return getattr(self, name, False) or name.removeprefix("allow_") in self.lock_permissions

    def _reaches_some(self, bucket: str, key: str | None) -> bool:
        if key is not None or self.prefixes is None:
            return self.reaches(bucket, key or "")
        return any(bucket == prefix.bucket for prefix in self.prefixes)
