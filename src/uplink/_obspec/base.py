"""A store's projects and paths."""

from __future__ import annotations

from uplink._access import AccessBase
from uplink._checks import check_flag, check_type
from uplink._checksums import ChecksumAlgorithm, native_checksum
from uplink._config_values import Config
from uplink._twins import Twins
from uplink.errors import BucketNameInvalidError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class Base:
    """The state of a store."""

    def __init__(
        self,
        access: AccessBase,
        bucket: str,
        prefix: str = "",
        *,
        config: Config | None = None,
        checksum: ChecksumAlgorithm | None = None,
        verify: bool = False,
    ) -> None:
        check_type(bucket, str, "bucket", "a str")
        check_type(prefix, str, "prefix", "a str")
        native_checksum(checksum)  # checks it
        check_flag(verify, "verify")
        if not bucket:
            raise BucketNameInvalidError("the name of the bucket is empty", bucket=bucket)
        self._twins = Twins(access, config)
        self.access: AccessBase = access
        self.bucket: str = bucket
        self.prefix: str = below(prefix)
        self.config: Config = self._twins.plain.config
        self.checksum: ChecksumAlgorithm | None = checksum
        self.verify: bool = verify

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__qualname__} of {self.bucket}/{self.prefix}>"

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Base) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def _values(self) -> tuple[object, ...]:
        return self.access, self.bucket, self.prefix, self.config, self.checksum, self.verify

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), *self._values())

    def _key(self, path: str) -> str:
        check_type(path, str, "a path", "a str")
        # An empty path below a prefix would be the prefix's own marker.
        return f"{self.prefix}{path}" if path else ""


def _restore(
    kind: type[Base],
    access: AccessBase,
    bucket: str,
    prefix: str,
    config: Config,
    checksum: ChecksumAlgorithm | None = None,
    verify: bool = False,
) -> Base:
    # Pickles of earlier releases lack the last two.
    return kind(access, bucket, prefix, config=config, checksum=checksum, verify=verify)


def below(prefix: str) -> str:
    """Return a prefix with a slash at its end, unless it is empty."""
    return f"{prefix.rstrip('/')}/" if prefix.rstrip("/") else ""
