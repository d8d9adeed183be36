"""The accesses that an edge service has registered for the links of a storage."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from uplink._access import AccessBase
from uplink._permission import Permission, SharePrefix
from uplink.edge import register

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# The number of access key IDs that are kept. One takes some 300 bytes.
_MOST = 10_000


class Links:
    """Access key IDs, each kept until half of its lifetime is over.

    It has no lock, since a lock that is held at a fork would stay locked in the child. Threads that
    need the same new ID at the same time register it twice, and both work.
    """

    def __init__(
        self,
        lifetime: timedelta | None,
        *,
        auth_region: str | None,
        auth_service: str | None,
        certificate_pem: bytes | str | None,
    ) -> None:
        """Describe the links.

        Args:
            lifetime: How long links work; `None` for ever.
            auth_region: As for `uplink.edge.register`, and so are the next two.
            auth_service: The auth service.
            certificate_pem: The certificates to trust.
        """
        self._lifetime = lifetime
        self._auth_region = auth_region
        self._auth_service = auth_service
        self._certificate_pem = certificate_pem
        # By bucket and key: an ID, and until when it is given out.
        self._kept: dict[tuple[str, str], tuple[str, datetime | None]] = {}

    def access_key_id(self, access: AccessBase, bucket: str, key: str, timeout: float | None) -> str:
        """Return the ID of an access to a key, or to all keys below it, and register it if there is none."""
        now = datetime.now(timezone.utc)
        kept, until = self._kept.get((bucket, key), ("", now))
        if until is None or now < until:
            return kept
        ends = None if self._lifetime is None else now + self._lifetime
        credentials = register(
            access.share(Permission.read_only(not_after=ends), SharePrefix(bucket, key)),
            public=True,
            auth_region=self._auth_region,
            auth_service=self._auth_service,
            certificate_pem=self._certificate_pem,
            timeout=timeout,
        )
        self._kept.pop((bucket, key), None)
        # `list` takes the keys in one step, whatever other threads do. The oldest are the first.
        for oldest in list(self._kept)[: max(len(self._kept) - _MOST + 1, 0)]:
            self._kept.pop(oldest, None)
        until = None if self._lifetime is None else now + self._lifetime / 2
        self._kept[bucket, key] = (credentials.access_key_id, until)
        return credentials.access_key_id
