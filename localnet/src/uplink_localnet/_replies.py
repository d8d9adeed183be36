"""The forms of the control port's replies. A reply of another form raises `ReplyError`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, cast

from uplink_localnet._ends import End
from uplink_localnet._errors import ReplyError

_T = TypeVar("_T")

# How messages name the types of JSON values.
_WORDS: dict[type[object], str] = {dict: "an object", list: "a list", str: "a text", int: "a whole number"}


@dataclass(frozen=True)
class CallCount:
    """How often a call of one name came to one end, and how many of these a fault struck."""

    end: End
    call: str
    came: int
    hit: int

    @classmethod
    def parse(cls, reply: object) -> CallCount:
        """Return the count in a JSON value."""
        end = parse_object(reply).get("end")
        return cls(
            end="satellite" if end == "satellite" else _typed("end", end, int),
            call=parse_member(reply, "call", str),
            came=parse_member(reply, "came", int),
            hit=parse_member(reply, "hit", int),
        )


@dataclass(frozen=True)
class ActiveFault:
    """A fault as the network reports it."""

    id: int
    settings: dict[str, object]

    @classmethod
    def parse(cls, reply: object) -> ActiveFault:
        """Return the fault in a JSON value."""
        settings = {name: value for name, value in parse_object(reply).items() if name not in {"id", "hits"}}
        return cls(parse_member(reply, "id", int), settings)


def parse_list(reply: object) -> list[object]:
    """Return a JSON value that must be a list."""
    return cast("list[object]", _typed("it", reply, list))


def parse_object(reply: object) -> dict[str, object]:
    """Return a JSON value that must be an object."""
    return cast("dict[str, object]", _typed("it", reply, dict))


def parse_member(reply: object, name: str, kind: type[_T]) -> _T:
    """Return a member of a JSON object, which must have exactly this type."""
    return _typed(name, parse_object(reply).get(name), kind)


def _typed(name: str, value: object, kind: type[_T]) -> _T:
    """Return the value, which must have exactly this type: to `isinstance`, a bool is an int."""
    if type(value) is not kind:
        raise ReplyError(f"the control port sent a reply of the wrong form: {name} is not {_WORDS[kind]}")
    return value
