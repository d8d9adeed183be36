"""The exceptions of the package. Users catch `LocalNetworkError`; the subclasses stay internal."""

from __future__ import annotations


class LocalNetworkError(Exception):
    """The local network did not start, or refused or failed a request.

    Attributes:
        log: The end of the network's log, empty if there is none.
    """

    def __init__(self, message: str, log: str = "") -> None:
        """Make the error from what happened and the end of the log."""
        super().__init__(f"{message}\n{log}" if log else message)
        self.log = log


class UnreachableError(LocalNetworkError):
    """The control port takes no connection, or sends no reply in time."""


class RefusedError(LocalNetworkError):
    """The network received the request and refused it."""


class NotFoundError(RefusedError):
    """The network has nothing of the requested name or number."""


class ReplyError(LocalNetworkError):
    """The reply is incomplete, has the wrong form, or comes from another program."""
