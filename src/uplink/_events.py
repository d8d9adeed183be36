"""Describes the events that explain a slow call."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from uplink._stats import Event


def number(count: int, one: str, more: str = "") -> str:
    """Return a number of things: "1 request", "2 requests"."""
    return f"{count} {one if count == 1 else more or one + 's'}"


# By the kind of an event.
_TEXTS: dict[str, Callable[[Event], str]] = {
    "request refused": lambda event: (
        f"{event.subject} refused {number(event.count, 'request')}, since there are too many; they are sent again"
    ),
    "write refused": lambda event: (
        f"{event.subject} is written too often; {number(event.count, 'refused write')} are sent again"
    ),
    "slowed down": lambda event: f"{event.subject} gets at most {event.value:.3g} requests a second for now",
    "redialed": lambda event: f"{event.subject} cannot be reached; it is dialed again in {event.value:.2f} s",
    "resumed": lambda event: f"the download of {event.subject} goes on from other nodes, at byte {event.value:.0f}",
    "stalled": lambda event: (
        f"no byte moved for {event.value:.3g} s on {number(event.count, 'connection')} to {event.subject}: closed"
    ),
    "node down": lambda event: (
        f"the storage node {event.subject} is down or slow: {number(event.count, 'call')} failed, "
        f"the last one after {event.value:.2f} s"
    ),
    "repeated": lambda event: (
        f"a part of a transfer failed, and is tried again in {event.value:.2f} s ({number(event.count, 'time')}): "
        f"{event.subject}"
    ),
}


def describe(event: Event) -> str:
    """Return the event as a sentence, with its age if it is older than a second."""
    text = _TEXTS[event.kind](event)
    age = time.time() - event.last
    return f"{text} ({age:.0f} s ago)" if age >= 1 else text
