"""Texts that no traceback and no log may show."""

from __future__ import annotations

import re

from uplink.errors import InvalidArgumentError, UplinkError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# All surrogates but those of "surrogateescape", which stand for bytes.
_SURROGATE = "[\ud800-\udc7f\udd00-\udfff]"


class Secret:
    """A grant, an API key or a passphrase on its way to libuplink.

    Many tools show the local variables of a traceback's frames, by their `repr`. So a function with
    a secret as a parameter wraps it first, and deletes the parameter. No other variable of this
    package holds a secret.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        # Not checked here: the frame of an error would show the parameter.
        self._text = text

    def __repr__(self) -> str:
        return "<hidden>"

    def reveal(self) -> str:
        """Return the text. Keep it in no variable."""
        return self._text

    def encoded(self, name: str, error: type[UplinkError] = InvalidArgumentError) -> bytes:
        """Return the text for C. Keep it in no variable.

        Args:
            name: What the text is.
            error: The exception for a text with a NUL or a surrogate.

        Raises:
            TypeError: The secret is not a `str`.
        """
        if not isinstance(self._text, str):
            raise TypeError(f"{name} takes a str, not {type(self._text).__name__}")
        if "\0" in self._text:
            raise error(f"{name} has a NUL in it")
        # A UnicodeEncodeError would have the text in its arguments.
        if re.search(_SURROGATE, self._text):
            raise error(f"{name} has a surrogate in it")
        return self._text.encode("utf-8", "surrogateescape")
