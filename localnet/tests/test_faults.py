"""The Python side of faults; what a client does under them is tested with the package `uplink`."""

from __future__ import annotations

import inspect
import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from uplink_localnet import Fault, Faults, LocalNetwork, LocalNetworkError, executable

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def running() -> Iterator[LocalNetwork]:
    """One network for all tests of this module."""
    with LocalNetwork(nodes=3) as network:
        yield network


@pytest.fixture
def network(running: LocalNetwork) -> Iterator[LocalNetwork]:
    """The network; its faults are undone after the test."""
    yield running
    running.faults.undo()


def address(network: LocalNetwork) -> tuple[str, int]:
    """Return the satellite's host and port."""
    host, port = network.satellite_address.split("@")[1].rsplit(":", 1)
    return host, int(port)


def seconds_to_reply(network: LocalNetwork) -> float:
    """Return how long a new connection takes to get the satellite's reply to nonsense."""
    begin = time.monotonic()
    with socket.create_connection(address(network), timeout=5) as connection:
        connection.sendall(b"DRPC!!!1" + b"\x16\x03\x01\x00\x05hello")
        assert connection.recv(1)
        return time.monotonic() - begin


def fastest_reply(network: LocalNetwork, enough: float) -> float:
    """Return the least time of up to 30 replies. A loaded machine adds time, so one that is fast enough counts."""
    best = float("inf")
    for _ in range(30):
        best = min(best, seconds_to_reply(network))
        if best < enough:
            break
    return best


def test_a_fault_ends_with_its_block(network: LocalNetwork) -> None:
    with network.faults.satellite(down=True) as fault:
        assert network.faults.active() == [fault]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address(network), timeout=5)
    assert network.faults.active() == []
    seconds_to_reply(network)


def test_blocks_may_overlap(network: LocalNetwork) -> None:
    first, second = network.faults.nodes(0, down=True), network.faults.nodes(0, 1, down=True)
    assert [fault.id for fault in network.faults.active()] == [first.id, second.id]
    first.undo()
    first.undo()
    assert network.faults.active() == [second]
    with second, network.faults.nodes(corrupting=True, full=True):
        network.faults.undo()
    assert network.faults.active() == []


def test_settings_are_the_arguments(network: LocalNetwork) -> None:
    faults = network.faults
    assert faults.nodes(1, 2, delay=0.5, skew=timedelta(hours=-1)).settings == {
        "nodes": [1, 2],
        "delay": 0.5,
        "skew": -3600,
    }
    assert faults.satellite(refusing=True).settings == {
        "satellite": True,
        "refusing": True,
        "code": "Unavailable",
        "text": "failed on demand",
    }
    assert faults.links(rtt=0.1, cut_after=0).settings == {
        "satellite": True,
        "all_nodes": True,
        "rtt": 0.1,
        "cut_after": 0,
    }
    assert faults.links("satellite", 2, mbit=8).settings == {"satellite": True, "nodes": [2], "mbit": 8}
    assert faults.wide_area().settings["rtt"] == 0.04
    assert faults.call("GetObject", times=None, after=True, cut_after=7).settings == {
        "satellite": True,
        "call": "GetObject",
        "nth": 1,
        "times": 0,
        "after": True,
        "cut_after": 7,
    }
    assert faults.call("Upload", code="Internal").settings["all_nodes"]
    assert faults.call("Upload", nodes=(2,), nth=3).settings["nodes"] == [2]
    assert len(faults.active()) == 8


def test_names_are_those_of_the_command_line() -> None:
    usage = subprocess.run([executable(), "fault", "--help"], check=True, capture_output=True, text=True).stdout
    flags = set(re.findall(r"^  --([a-z-]+)", usage, re.MULTILINE))
    methods = (Faults.nodes, Faults.satellite, Faults.call, Faults.links)
    names = {name.replace("_", "-") for method in methods for name in inspect.signature(method).parameters}
    assert flags - {"call", "wan"} == names - {"self", "numbers", "ends", "name", "nodes"}


def test_nonsense_is_refused(network: LocalNetwork) -> None:
    faults = network.faults
    for match, ask in {
        "no node 3": lambda: faults.nodes(3, down=True),
        "what happens": faults.nodes,
        "rtt must be": lambda: faults.links(rtt=-1),
        'no code "Nonsense"; there are': lambda: faults.call("GetObject", code="Nonsense"),
        'no call "BeginObjekt"; there are BeginObject, ': lambda: faults.call("BeginObjekt"),
        'no call "Dowload"; there are Download, ': lambda: faults.call("Dowload"),
        "nodes have no call BeginObject": lambda: faults.call("BeginObject", nodes=(1,)),
        "nth must be at least 1": lambda: faults.call("GetObject", nth=0),
        "times must be at least 1": lambda: faults.call("GetObject", times=0),
        "down and frozen contradict": lambda: faults.nodes(0, down=True, frozen=True),
        "refusing and delay contradict": lambda: faults.satellite(refusing=True, delay=1),
        "delay cannot be nan": lambda: faults.satellite(delay=float("nan")),
        "delay must be a number, not a text": lambda: faults.satellite(delay="long"),  # type: ignore[arg-type]
        'neither "satellite" nor': lambda: faults.links("satelite", rtt=1),  # type: ignore[arg-type]
        "'0' is neither": lambda: network.calls("0"),  # type: ignore[arg-type]
        "not both": lambda: faults.call("GetObject", code="NotFound", cut_after=1),
    }.items():
        with pytest.raises(LocalNetworkError, match=match):
            ask()
    assert faults.active() == []


def test_counts_without_calls(network: LocalNetwork) -> None:
    before = network.calls()
    seconds_to_reply(network)
    assert network.calls() - before == {}
    assert network.calls("satellite", 0, 2, hit=True)["BeginObject"] == 0
    with network.faults.satellite(frozen=True) as fault:
        with socket.create_connection(address(network), timeout=0.2) as connection:
            connection.sendall(b"DRPC!!!1")
            with pytest.raises(TimeoutError):
                connection.recv(1)
            deadline = time.monotonic() + 10
            while not fault.hits() and time.monotonic() < deadline:
                time.sleep(0.01)
        assert fault.hits() == 1
    assert fault.hits() == 1
    with pytest.raises(LocalNetworkError, match="started anew"):
        Fault(fault.id + 100, {}, fault._control).hits()


def test_needs_a_network_that_runs() -> None:
    network = LocalNetwork(nodes=3)
    with pytest.raises(LocalNetworkError, match="not running"):
        network.faults.undo()
    with network, network.faults.satellite(frozen=True):
        network.stop()
    with network:
        assert network.faults.active() == []
    with pytest.raises(ValueError, match="first"), network, network.faults.satellite(frozen=True):  # noqa: PT012
        network._process._popen.kill()
        raise ValueError("the first error")


def test_the_port_requires_the_token(network: LocalNetwork) -> None:
    control = network._control()
    assert control.address.startswith("127.0.0.1:")
    assert control.token not in repr(network.faults.satellite(delay=0.1)) + repr(network)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"http://{control.address}/faults", timeout=5)
    assert caught.value.code == 403
    caught.value.close()


def test_a_round_trip_takes_its_time(network: LocalNetwork) -> None:
    quick = fastest_reply(network, 0)
    with network.faults.wide_area():
        # A round trip for the connection, and one for the reply.
        slow = fastest_reply(network, quick + 0.08 * 1.15)
    assert 0.08 * 0.85 < slow - quick < 0.08 * 1.15


def test_far_away_from_the_start() -> None:
    with LocalNetwork(nodes=3, wan=True) as network:
        network.faults.undo()
        assert 0.08 * 0.85 < fastest_reply(network, 0.1) < 0.1


def test_from_the_command_line(network: LocalNetwork) -> None:
    control = network._control()
    environment = {**os.environ, "UPLINK_LOCALNET_TOKEN": control.token}

    def run(*arguments: str) -> str:
        command = [executable(), "fault", *arguments[:1], "--control", control.address, *arguments[1:]]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    added = json.loads(run("0,2", "--delay", "20ms"))
    [active] = network.faults.active()
    assert (active.id, active.settings) == (added["id"], {"nodes": [0, 2], "delay": 0.02})
    assert json.loads(run("list")) == {**added, "hits": 0}
    run("undo")
    assert network.faults.active() == []
    for target, effects, text in [
        ("satellite", ["--call", "BeginObjekt"], 'there is no call "BeginObjekt"; there are BeginObject, '),
        ("0", ["--down", "--frozen"], "down and frozen contradict each other"),
        ("0", ["--delay=-1s"], "delay must be between 0 and a million seconds, not -1"),
        ("7", ["--down"], "there is no node 7"),
    ]:
        with pytest.raises(subprocess.CalledProcessError) as caught:
            run(target, *effects)
        assert text in caught.value.stderr
        assert caught.value.stderr.count("\n") == 1
