"""Raises what `delete_objects` reports, for callers that need exceptions."""

from __future__ import annotations

from uplink._values import Deletion
from uplink.errors import InternalError, ObjectLockedError, PermissionDeniedError, UplinkError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

_ERRORS: dict[str, tuple[type[UplinkError], str]] = {
    "denied": (PermissionDeniedError, "the access does not allow to delete it"),
    "locked": (ObjectLockedError, "a retention or a legal hold protects it"),
    "failed": (InternalError, "the satellite could not delete it"),
}


def check_deleted(bucket: str, deletions: list[Deletion]) -> None:
    """Raise an error for the first object that could not be deleted."""
    for deletion in deletions:
        if deletion.status in _ERRORS:
            kind, message = _ERRORS[deletion.status]
            raise kind(message, bucket=bucket, key=deletion.key)
