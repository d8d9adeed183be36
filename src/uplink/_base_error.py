"""The class that all errors inherit. Programs know it as `uplink.errors.UplinkError`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink import _numbers
from uplink._hide import hide_secrets, shortened

# The end of the message of a call that the satellite refuses for no reason that the grant shows.
PERHAPS_REVOKED = "; perhaps the access was revoked"

# The attributes that `UplinkError.args` has.
_IN_ARGS = frozenset(("message", "native_message", "bucket", "key", "outcome_unknown"))


class UplinkError(Exception):
    """The base class of all errors of this package.

    Attributes:
        code: The number that the header of libuplink has for this kind of error, `UPLINK_ERROR_…` or `EDGE_ERROR_…`,
            an `int`.
        message: What went wrong, for people.
        native_message: The message of the Go library, or `""` if the Go library was not called.
        bucket: The bucket of the call, or `None`.
        key: The object key of the call, or `None`.
        retryable: Whether the same call may succeed a little later. A class attribute.
        outcome_unknown: Whether the call may have made its change all the same, for example if a commit does not end
            in time.
        results: What `delete_objects` did before this error ended it; empty for other calls.

    Example:
        ```python
        import pickle
        from uplink.errors import ObjectNotFoundError

        error = ObjectNotFoundError("no such object", bucket="photos", key="cat.jpg")
        assert isinstance(error, FileNotFoundError) and error.filename == "photos/cat.jpg"
        assert pickle.loads(pickle.dumps(error)).key == "cat.jpg"
        ```
    """

    retryable = False
    results: tuple[object, ...] = ()
    # The name of the code in the header, without `UPLINK_ERROR_` or the other prefix.
    _code = "INTERNAL"
    _prefix = "UPLINK_ERROR_"
    _errno = 0
    # Whether nothing was changed, and libuplink has repeated the call already.
    _unchanged = False

    def __init__(
        self,
        message: str,
        native_message: str = "",
        bucket: str | None = None,
        key: str | None = None,
        outcome_unknown: bool = False,
    ) -> None:
        # Any text may have a grant in it by mistake, and messages get into logs.
        message, native_message = hide_secrets(message), hide_secrets(native_message)
        if isinstance(self, OSError):
            OSError.__init__(self, self._errno, message, _location(bucket, key))
        else:
            super().__init__(message)
        self.message = message
        self.native_message = native_message
        self.bucket = bucket
        self.key = key
        self.outcome_unknown = outcome_unknown

    if not TYPE_CHECKING:  # for type checkers, it is a plain attribute, as in all exceptions

        @property
        def args(self) -> tuple[object, ...]:
            """The arguments that make an equal error, for tools that send errors to other processes as JSON."""
            if not hasattr(self, "outcome_unknown"):  # `__init__` has raised
                return ()
            given = (self.message, self.native_message, self.bucket, self.key, self.outcome_unknown)
            # Defaults at the end are left out. The message has no default.
            usual = (..., "", None, None, False)
            return given[: max(index for index in range(5) if given[index] != usual[index]) + 1]

        @args.setter
        def args(self, values: tuple[object, ...]) -> None:
            # Code that adds to a message assigns to them.
            UplinkError.__init__(self, *values)

    @property
    def code(self) -> int:
        """The number that the header of libuplink has for this kind of error."""
        code: int = getattr(_numbers, self._prefix + self._code)
        return code

    def __str__(self) -> str:
        location = _location(self.bucket, self.key)
        text = self.message if location is None else f"{self.message} ({shortened(hide_secrets(location))!r})"
        return f"{text}; whether it happened is unknown" if self.outcome_unknown else text

    def __repr__(self) -> str:
        return hide_secrets(f"{type(self).__name__}({', '.join(map(repr, self.args))})")

    def __reduce__(self) -> tuple[object, ...]:
        # All that `args` does not have, such as the notes.
        further = {name: value for name, value in vars(self).items() if name not in _IN_ARGS}
        return (type(self), self.args, further) if further else (type(self), self.args)


def _location(bucket: str | None, key: str | None) -> str | None:
    """Return what an error is about, for its message and its `filename`."""
    if bucket is None:
        return None
    return bucket if key is None else f"{bucket}/{key}"
