"""Hides secrets in the messages of errors, which get into logs."""

from __future__ import annotations

import re

_DIGITS = {digit: value for value, digit in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
# Number of digits of the shortest secret.
_SHORTEST = 60
# Number of characters of a long text to show at each of its ends.
_SHOWN = 100
# Number of digits to examine at most, which takes a second. A run that needs more is hidden whole.
_MOST_STEPS = 500_000
# Compiled at its first use, since few programs need it.
_RUN = f"[{''.join(_DIGITS)}]{{{_SHORTEST},}}"


def shortened(text: str) -> str:
    """Return the text without its middle if it is long, for messages. A key may have a million characters."""
    if len(text) <= 2 * _SHOWN + 40:
        return text
    return f"{text[:_SHOWN]}… ({len(text)} characters) …{text[-_SHOWN:]}"


def hide_secrets(text: str) -> str:
    """Return the text with its grants and API keys replaced."""
    return re.sub(_RUN, lambda match: _hide_in_run(match[0]), text)


def _hide_in_run(run: str) -> str:
    """Return a text of base58 digits with its secrets replaced."""
    # A grant and an API key begin with one byte 0, their version, which is the digit 1.
    starts = [match.start() for match in re.finditer("1(?!1)", run)]
    if len(starts) * len(run) > _MOST_STEPS:
        return "<hidden>"
    for start in starts:
        length = _secret_length(run[start:])
        if length:
            return f"{run[:start]}<hidden>{_hide_in_run(run[start + length :])}"
    return run


def _secret_length(run: str) -> int:
    """Return the number of digits in the secret that the text starts with, or 0 if there is none."""
    number = 0
    for length, digit in enumerate(run, 1):
        number = number * 58 + _DIGITS[digit]
        # After the version, a macaroon has the byte 2, and a grant the byte 10, the tag of its first
        # field. The numbers 2 and 10 have two and four bits, and each further byte has eight.
        if length >= _SHORTEST and number.bit_length() % 8 in {2, 4} and _is_serialized(number):
            return length
    return 0


def _is_serialized(number: int) -> bool:
    size = (number.bit_length() + 7) // 8
    if number >> 8 * (size - 1) not in {2, 10}:
        return False
    import hashlib  # noqa: PLC0415 - importing it takes longer than importing this package, and few texts need it

    data = b"\0" + number.to_bytes(size, "big")
    return hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]
