"""The server's ends of connections: the satellite, and the storage nodes by their numbers."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Literal

from uplink_localnet._errors import LocalNetworkError

End = Literal["satellite"] | int


def check_ends(ends: Iterable[object]) -> set[End]:
    """Return the ends as a set.

    Raises:
        LocalNetworkError: An end is neither `"satellite"` nor a whole number.
    """
    checked: set[End] = set()
    for end in ends:
        if end == "satellite":
            checked.add("satellite")
            continue
        try:
            checked.add(operator.index(end))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        except TypeError:
            raise LocalNetworkError(f'{end!r} is neither "satellite" nor the number of a node') from None
    return checked
