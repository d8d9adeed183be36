"""Talking to the control port of a running network."""

from __future__ import annotations

import json
import operator
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from uplink_localnet._errors import LocalNetworkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    End = Literal["satellite"] | int

_TIMEOUT = 30.0
_OK, _NOT_FOUND = 200, 404


@dataclass(frozen=True)
class Control:
    """Where a running network is told what to do, and the token that it asks for."""

    address: str
    token: str = field(repr=False)

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> tuple[int, Any]:
        """Ask for something.

        Returns:
            The status and the answer.

        Raises:
            LocalNetworkError: Nothing answers, or not what was hoped for.
        """
        import http.client  # noqa: PLC0415 - importing it would be most of what importing this package takes

        data = None if body is None else _encode(body)
        connection = http.client.HTTPConnection(self.address, timeout=_TIMEOUT)
        try:
            connection.request(method, path, data, {"Authorization": f"Bearer {self.token}"})
            response = connection.getresponse()
            text = response.read().decode()
        except OSError as error:
            raise LocalNetworkError(
                f"the control port {self.address} of the network does not answer: {error}"
            ) from None
        finally:
            connection.close()
        try:
            answer = json.loads(text)
        except ValueError:
            answer = {"error": text.strip()}
        if response.status not in {_OK, _NOT_FOUND}:
            raise LocalNetworkError(f"the local network refuses: {answer['error']}")
        return response.status, answer

    def calls(self, ends: tuple[End, ...], *, hit: bool) -> Counter[str]:
        """Count the calls that came to these ends, or those of them that a fault struck."""
        wanted = check_ends(ends)
        _, counts = self.ask("POST", "/calls", {})
        found: Counter[str] = Counter()
        for count in counts:
            number = count["hit" if hit else "came"]
            if number and (not wanted or count["end"] in wanted):
                found[count["call"]] += number
        return found

    def hits(self, fault: int) -> int:
        """Return how often a fault struck."""
        status, answer = self.ask("GET", f"/faults/{fault}")
        if status == _NOT_FOUND:
            raise LocalNetworkError(f"{answer['error']}: the network was started anew")
        hits: int = answer["hits"]
        return hits


def check_ends(ends: Iterable[object]) -> set[End]:
    """Return the satellite and the numbers of nodes that are asked for, and refuse anything else."""
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


def _encode(body: Mapping[str, object]) -> str:
    return json.dumps({name: _checked(name, value) for name, value in body.items()}, default=operator.index)


def _checked(name: str, value: object) -> object:
    """Return a value that JSON can hold."""
    try:
        json.dumps(value, default=operator.index, allow_nan=False)
    except (TypeError, ValueError):
        raise LocalNetworkError(f"{name} cannot be {value!r}") from None
    return value
