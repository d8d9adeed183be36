"""Hides secrets in texts of errors, which get into logs."""

from __future__ import annotations

import re

_DIGITS = {digit: value for value, digit in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
# No API key is as short.
_SHORTEST = 60
# Digits to examine at most, which takes a second. A run that needs more is hidden whole.
_MOST_STEPS = 500_000
# Compiled at first use, as few programs need it.
_RUN = f"[{''.join(_DIGITS)}]{{{_SHORTEST},}}"


def hide_secrets(text: str) -> str:
    """Replace the grants and API keys in a text, and nothing else."""
    return re.sub(_RUN, lambda match: _hide_in_run(match[0]), text)


def _hide_in_run(run: str) -> str:
    """Replace the secrets in a text of base58's digits alone."""
    # Both begin with one byte 0, the version, which is the digit 1.
    starts = [match.start() for match in re.finditer("1(?!1)", run)]
    if len(starts) * len(run) > _MOST_STEPS:
        return "<hidden>"
    for start in starts:
        length = _secret_length(run[start:])
        if length:
            return f"{run[:start]}<hidden>{_hide_in_run(run[start + length :])}"
    return run


def _secret_length(run: str) -> int:
    """Return how many digits at the start of the text are a grant or an API key; 0 if it does not start with one."""
    number = 0
    for length, digit in enumerate(run, 1):
        number = number * 58 + _DIGITS[digit]
        # A macaroon begins with 2, a grant with the tag of its first field, 10; these are two and four bits.
        if length >= _SHORTEST and number.bit_length() % 8 in {2, 4} and _is_serialized(number):
            return length
    return 0


def _is_serialized(number: int) -> bool:
    size = (number.bit_length() + 7) // 8
    if number >> 8 * (size - 1) not in {2, 10}:
        return False
    import hashlib  # noqa: PLC0415 - takes longer to import than the whole package, and few texts need it

    data = b"\0" + number.to_bytes(size, "big")
    return hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]
