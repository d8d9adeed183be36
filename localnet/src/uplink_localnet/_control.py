"""The client of the control port of a running network.

`Control` has one method for each request. A method returns a value of the documented form, or
raises one of the subclasses of `LocalNetworkError`: an error is never returned as a value.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field

from uplink_localnet._errors import LocalNetworkError, NotFoundError, RefusedError, ReplyError, UnreachableError
from uplink_localnet._replies import ActiveFault, CallCount, parse_list, parse_member, parse_object

_TIMEOUT = 30.0
_OK, _NOT_FOUND = 200, 404

# The value of the header Server in each reply: the client recognizes a control port by it.
_SERVER = "uplink-localnet"


@dataclass(frozen=True)
class Control:
    """The address of a control port, and the token that the port requires."""

    address: str
    token: str = field(repr=False)

    def add_fault(self, settings: Mapping[str, object]) -> ActiveFault:
        """Add a fault, which is in effect on return, and return it with its number."""
        return ActiveFault.parse(self._request("POST", "/faults", settings))

    def faults(self) -> list[ActiveFault]:
        """Return the faults that are in effect, oldest first."""
        return [ActiveFault.parse(fault) for fault in parse_list(self._request("GET", "/faults"))]

    def hits(self, fault: int) -> int:
        """Return how often a fault struck; `NotFoundError` if no fault ever had this number."""
        return parse_member(self._request("GET", f"/faults/{fault}"), "hits", int)

    def undo_fault(self, fault: int) -> None:
        """Undo one fault; `NotFoundError` if none of this number is in effect."""
        self._request("DELETE", f"/faults/{fault}")

    def undo_faults(self) -> None:
        """Undo all faults."""
        self._request("DELETE", "/faults")

    def calls(self) -> list[CallCount]:
        """Return how often each call came since the network was started."""
        return [CallCount.parse(count) for count in parse_list(self._request("POST", "/calls", {}))]

    def set_limits(self, project: str, limits: Mapping[str, object]) -> dict[str, int]:
        """Set some limits of a project, and return all that are set now."""
        reply = self._request("POST", "/limit", {"project": project, "limits": limits})
        return {name: parse_member(reply, name, int) for name in parse_object(reply)}

    def _request(self, method: str, path: str, body: Mapping[str, object] | None = None) -> object:
        """Send a request and return the JSON value of its reply.

        Raises:
            UnreachableError: There is no connection, or no reply within the time limit.
            RefusedError: The network refused the request; `NotFoundError` for what does not exist.
            ReplyError: The reply is incomplete, no JSON, or comes from another program.
            LocalNetworkError: The body has a value that JSON cannot hold.
        """
        status, text = self._exchange(method, path, None if body is None else _encode(body))
        try:
            reply = json.loads(text)
        except ValueError:  # of the text's encoding, too
            raise ReplyError(f"the control port {self.address} sent a reply that is not JSON") from None
        if status == _OK:
            return reply
        kind = NotFoundError if status == _NOT_FOUND else RefusedError
        raise kind(f"the local network refuses: {parse_member(reply, 'error', str)}")

    def _exchange(self, method: str, path: str, data: str | None) -> tuple[int, bytes]:
        """Send a request and return the status and the body of the reply."""
        import http.client  # noqa: PLC0415 - importing it would be most of what importing this package takes

        connection = http.client.HTTPConnection(self.address, timeout=_TIMEOUT)
        try:
            connection.request(method, path, data, {"Authorization": f"Bearer {self.token}"})
            response = connection.getresponse()
            text = response.read()
        except OSError as error:
            raise UnreachableError(f"cannot reach the control port {self.address} of the network: {error}") from None
        except http.client.IncompleteRead:
            raise ReplyError(f"the control port {self.address} closed the connection before the reply ended") from None
        except http.client.HTTPException:
            raise ReplyError(f"the server at {self.address} is no control port: it does not speak HTTP") from None
        finally:
            connection.close()
        if response.getheader("Server") != _SERVER:
            raise ReplyError(f"the server at {self.address} is no control port: another program has the port now")
        return response.status, text


def _encode(body: Mapping[str, object]) -> str:
    return json.dumps({name: _checked(name, value) for name, value in body.items()}, default=operator.index)


def _checked(name: str, value: object) -> object:
    """Return the value, or raise `LocalNetworkError` if JSON cannot hold it."""
    try:
        json.dumps(value, default=operator.index, allow_nan=False)
    except (TypeError, ValueError):
        raise LocalNetworkError(f"{name} cannot be {value!r}") from None
    return value
