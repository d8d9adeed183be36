"""The client of the control port, against servers that reply wrongly."""

from __future__ import annotations

import json
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from uplink_localnet import Fault, LocalNetwork, LocalNetworkError
from uplink_localnet._control import Control
from uplink_localnet._errors import NotFoundError, RefusedError, ReplyError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OWN = "Server: uplink-localnet\r\n"


def response(body: str | bytes, *, status: str = "200 OK", headers: str = OWN, length: int | None = None) -> bytes:
    """Return an HTTP response, which may have another length than its header has."""
    data = body.encode() if isinstance(body, str) else body
    length = len(data) if length is None else length
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n".encode() + data


@pytest.fixture
def reply() -> Iterator[Callable[[bytes], Control]]:
    """Return a function that makes a control port: it replies with these bytes once, and closes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads = []

        def serve(data: bytes) -> None:
            connection, _ = listener.accept()
            with connection:
                received = b""
                while b"\r\n\r\n" not in received:
                    received += connection.recv(65536)
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):  # closing with unread data would reset the connection
                    pass

        def control(data: bytes) -> Control:
            threads.append(threading.Thread(target=serve, args=(data,), daemon=True))
            threads[-1].start()
            return Control("{}:{}".format(*listener.getsockname()), "token")

        yield control
        for thread in threads:
            thread.join(5)


def one_sentence(error: LocalNetworkError) -> str:
    """Return the error's message, which must be one line without words of Python's library."""
    text = str(error)
    assert "\n" not in text
    for word in ("json", "Expecting", "http.client", "IncompleteRead", "Traceback", "KeyError"):
        assert word not in text
    return text


FAULT = {"id": 3, "hits": 2, "satellite": True, "down": True}


def test_good_replies(reply):
    assert reply(response(json.dumps(FAULT))).hits(3) == 2
    added = reply(response(json.dumps(FAULT))).add_fault({"satellite": True})
    assert (added.id, added.settings) == (3, {"satellite": True, "down": True})
    assert reply(response(json.dumps([FAULT]))).faults() == [added]
    assert reply(response('{"storage": 7}')).set_limits("", {}) == {"storage": 7}
    [count] = reply(response('[{"end": 1, "call": "Upload", "came": 4, "hit": 1}]')).calls()
    assert (count.end, count.call, count.came, count.hit) == (1, "Upload", 4, 1)
    reply(response("{}")).undo_fault(3)
    reply(response("{}")).undo_faults()
    chunked = f"HTTP/1.1 200 OK\r\n{OWN}Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n"
    assert reply(chunked.encode()).faults() == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400 Bad Request", RefusedError),
        ("403 Forbidden", RefusedError),
        ("404 Not Found", NotFoundError),
        ("500 Internal Server Error", RefusedError),
        ("503 Service Unavailable", RefusedError),
    ],
)
def test_an_error_is_never_a_value(reply, status, kind):
    text = json.dumps({"error": "it does not work", "hits": 3, "id": 3})
    for request in (
        lambda control: control.hits(3),
        lambda control: control.add_fault({}),
        lambda control: control.undo_fault(3),
        lambda control: control.undo_faults(),
        lambda control: control.faults(),
        lambda control: control.calls(),
        lambda control: control.set_limits("", {}),
    ):
        with pytest.raises(kind) as caught:
            request(reply(response(text, status=status)))
        assert one_sentence(caught.value) == "the local network refuses: it does not work"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (response('{"hits": 1}', length=99), "closed the connection before the reply ended"),
        (f"HTTP/1.1 200 OK\r\n{OWN}Transfer-Encoding: chunked\r\n\r\n63\r\n[".encode(), "before the reply ended"),
        (f"HTTP/1.1 200 OK\r\n{OWN}\r\n".encode() + b'{"hits": ', "that is not JSON"),
        (response('{"hits": '), "that is not JSON"),
        (response(b'{"hits": "\xff"}'), "that is not JSON"),
        (response(""), "that is not JSON"),
        (response("404 page not found\n", status="404 Not Found"), "that is not JSON"),
        (response('"gone"', status="404 Not Found"), "of the wrong form: it is not an object"),
        (response("{}", status="500 Internal Server Error"), "of the wrong form: error is not a text"),
        (response("{}"), "of the wrong form: hits is not a whole number"),
        (response("[]"), "of the wrong form: it is not an object"),
        (response("null"), "of the wrong form: it is not an object"),
        (response('{"hits": "3"}'), "of the wrong form: hits is not a whole number"),
        (response('{"hits": true}'), "of the wrong form: hits is not a whole number"),
        (response('{"hits": 1}', headers=""), "another program has the port now"),
        (response("<html>", headers="Server: nginx\r\n"), "another program has the port now"),
        (response("{}", status="404 Not Found", headers="Server: nginx\r\n"), "another program has the port now"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "does not speak HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "does not speak HTTP"),
    ],
)
def test_replies_that_cannot_be_used(reply, data, text):
    with pytest.raises(ReplyError) as caught:
        reply(data).hits(3)
    assert text in one_sentence(caught.value)
    with pytest.raises(ReplyError):
        reply(data).add_fault({})


def test_counts_and_faults_of_the_wrong_form(reply):
    count = {"end": "satellite", "call": "GetObject", "came": 1, "hit": 0}
    for wrong in ({**count, "end": "node"}, {**count, "end": None}, {**count, "came": 1.5}, {"end": 1}, [], "x"):
        with pytest.raises(ReplyError, match="of the wrong form"):
            reply(response(json.dumps([wrong]))).calls()
    for wrong in ({}, {"id": "3"}, []):
        with pytest.raises(ReplyError, match="of the wrong form"):
            reply(response(json.dumps(wrong))).add_fault({})
    with pytest.raises(ReplyError, match="storage is not a whole number"):
        reply(response('{"storage": "1GB"}')).set_limits("", {})


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "{}:{}".format(*listener.getsockname())
    with pytest.raises(UnreachableError, match=f"cannot reach the control port {address} of the network: ") as caught:
        Control(address, "token").faults()
    one_sentence(caught.value)


def test_a_connection_without_a_reply(reply, monkeypatch):
    with pytest.raises(UnreachableError):
        reply(b"").faults()
    monkeypatch.setattr("uplink_localnet._control._TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(UnreachableError, match="timed out"):
        Control("{}:{}".format(*listener.getsockname()), "token").faults()


def test_the_token_is_secret_and_needed():
    with LocalNetwork(nodes=1) as network:
        control = network._control()
        assert control.token not in repr(control)
        with pytest.raises(RefusedError, match="the token is missing or wrong"):
            Control(control.address, "another").undo_faults()
        with pytest.raises(NotFoundError, match="there is no fault 9"):
            control.undo_fault(9)
        Fault(9, {}, network._control).undo()
