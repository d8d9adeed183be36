"""What is raised."""

from __future__ import annotations


class LocalNetworkError(Exception):
    """The local network did not come up, or cannot do what was asked of it.

    Attributes:
        log: The end of what the network has logged, empty if nothing.
    """

    def __init__(self, message: str, log: str = "") -> None:
        """Make the error from what happened and the end of the log."""
        super().__init__(f"{message}\n{log}" if log else message)
        self.log = log
