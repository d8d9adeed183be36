"""The exceptions of obspec, each of which is also one of `uplink.errors`."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from obspec import exceptions

from uplink import errors

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# obspec finds the meaning of an exception by the name of its class.
_MODULE = "uplink.obspec"


class NotFoundError(errors.NotFoundError, exceptions.NotFoundError):
    """There is no such object, or no such bucket."""

    __module__ = _MODULE
    _code = "OBJECT_NOT_FOUND"


class AlreadyExistsError(errors.PreconditionFailedError, exceptions.AlreadyExistsError):
    """An object has the path, and it must not be replaced."""

    __module__ = _MODULE


class InvalidPathError(errors.ObjectKeyInvalidError, exceptions.InvalidPathError):
    """The path is empty, too long, or cannot be encoded as UTF-8."""

    __module__ = _MODULE


class PermissionDeniedError(errors.PermissionDeniedError, exceptions.PermissionDeniedError):
    """The access does not allow it, or a retention or a legal hold protects the object."""

    __module__ = _MODULE


class UnauthenticatedError(errors.UnauthenticatedError, exceptions.UnauthenticatedError):
    """The API key of the access is not of its satellite."""

    __module__ = _MODULE


class NotSupportedError(errors.UnsupportedError, exceptions.NotSupportedError):
    """The satellite does not implement it."""

    __module__ = _MODULE


class NotImplementedError(errors.UnsupportedError, exceptions.NotImplementedError):  # noqa: A001 - obspec's name
    """Storj has nothing like it: tags of objects, and updates of one version."""

    __module__ = _MODULE


class PreconditionError(errors.UplinkError, exceptions.PreconditionError):
    """The object is not the one that the options require."""

    __module__ = _MODULE


class NotModifiedError(errors.UplinkError, exceptions.NotModifiedError):
    """The object is the one that the options exclude."""

    __module__ = _MODULE


# The first class that an error is of counts.
_KINDS: tuple[tuple[type[errors.UplinkError], type[errors.UplinkError]], ...] = (
    (errors.NotFoundError, NotFoundError),
    (errors.PreconditionFailedError, AlreadyExistsError),
    (errors.ObjectKeyInvalidError, InvalidPathError),
    (errors.UnauthenticatedError, UnauthenticatedError),
    (errors.PermissionDeniedError, PermissionDeniedError),
    (errors.ObjectLockedError, PermissionDeniedError),
    (errors.UnsupportedError, NotSupportedError),
)


@contextmanager
def translated() -> Generator[None, None, None]:
    """Replace the errors of a block by those that obspec knows, and let the others pass."""
    try:
        yield
    except exceptions.BaseError:
        raise
    except errors.UplinkError as error:
        for kind, known in _KINDS:
            if isinstance(error, kind):
                raise known(*error.args) from error
        raise
