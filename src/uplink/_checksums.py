"""The checksums that uploads store with objects."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Literal, TypeAlias

from uplink._checks import check_type
from uplink.errors import InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

ChecksumAlgorithm: TypeAlias = Literal["sha256", "blake3"]
if not TYPE_CHECKING:  # type checkers know no docstrings of aliases
    ChecksumAlgorithm.__doc__ = "The checksums that uploads store; see the argument `checksum` of `Project.put`."
# Their numbers in C, `UPLINK_CHECKSUM_…`.
_ALGORITHMS: dict[str | None, int] = {None: 0, "sha256": 1, "blake3": 2}


def native_checksum(checksum: str | None) -> int:
    """Return the number of an algorithm for C.

    Raises:
        TypeError: It is no `str`.
        InvalidArgumentError: There is no such algorithm.
    """
    check_type(checksum, (str, NoneType), "checksum", "a str")
    if checksum not in _ALGORITHMS:
        raise InvalidArgumentError(f'checksum is {checksum!r}; it takes "sha256", "blake3" or None')
    return _ALGORITHMS[checksum]


def check_verified_range(verify: bool, offset: int, length: int | None, bucket: str, key: str) -> None:
    """Raise an error if a download is verified that is not of a whole object."""
    if verify and (offset != 0 or length is not None):
        message = "a range of an object cannot be verified: its checksum is that of all bytes"
        raise InvalidArgumentError(message, bucket=bucket, key=key)
