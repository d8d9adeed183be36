"""Transfers on a network that fails: the bytes are right or a typed error is raised, and nothing is half there."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

import uplink
from uplink import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from uplink_localnet import Fault

TIMEOUT = 15
# Calls that fail go on for as long as these attempts take.
CONFIG = uplink.Config(retry=uplink.Retry(attempts=4, delay=0.05, longest_delay=0.3))
BUSY = {"code": "ResourceExhausted", "text": "Too Many Requests"}


@dataclasses.dataclass(frozen=True)
class Failure:
    """A fault of the network, from the start of a transfer or from its middle."""

    name: str
    add: Callable[[Any], Fault] | None = None
    # Limits of the project, in place of a fault.
    limits: dict[str, int] = dataclasses.field(default_factory=dict)
    # Whether it begins while the transfer is under way, and ends after a moment.
    passes: bool = False
    # Whether it is so slight that the transfer must succeed.
    is_slight: bool = False
    # "up" or "down" if it concerns one direction only.
    way: str = ""
    # Whether an upload may stay pending: its abort may not arrive, or the response with its id.
    leaves_pending: bool = False

    def concerns(self, family: Any) -> bool:
        return self.way in {"", "up" if family.goes_up else "down"}


def _refused(call: str, **options: Any) -> Failure:
    return Failure(f"{call} is refused", lambda faults: faults.call(call, times=2, **BUSY, **options), is_slight=True)


def _lost(call: str) -> Failure:
    add = lambda faults: faults.call(call, cut_after=0, after=True)  # noqa: E731
    return Failure(f"the reply to {call} is lost", add, leaves_pending=call in WRITES)


def _broken(call: str, bytes_: int) -> Failure:
    return Failure(f"{call} breaks after {bytes_}", lambda faults: faults.call(call, cut_after=bytes_, times=3))


WRITES = ["BeginObject", "BeginSegment", "CommitSegment", "MakeInlineSegment", "CommitObject", "DeleteObjects"]
READS = ["DownloadObject", "GetObject", "ListObjects"]
FAILURES = [
    Failure("two nodes are down", lambda faults: faults.nodes(0, 1, down=True), is_slight=True),
    Failure("two nodes corrupt", lambda faults: faults.nodes(3, 4, corrupting=True), is_slight=True, way="down"),
    Failure("two nodes are full", lambda faults: faults.nodes(5, 6, full=True), is_slight=True, way="up"),
    Failure("two nodes are frozen", lambda faults: faults.nodes(7, 8, frozen=True), is_slight=True),
    Failure("nodes are slow", lambda faults: faults.nodes(delay=0.02), is_slight=True),
    Failure("the satellite is slow", lambda faults: faults.satellite(delay=0.05), is_slight=True),
    Failure("all nodes corrupt", lambda faults: faults.nodes(corrupting=True), way="down"),
    Failure("all nodes have lost everything", lambda faults: faults.nodes(losing=True), way="down"),
    Failure("all nodes are full", lambda faults: faults.nodes(full=True), way="up"),
    Failure("all nodes refuse", lambda faults: faults.nodes(refusing=True)),
    Failure("all nodes are down for a moment", lambda faults: faults.nodes(down=True), passes=True),
    Failure("all nodes stall for a moment", lambda faults: faults.nodes(frozen=True), passes=True, is_slight=True),
    Failure("the satellite is down", lambda faults: faults.satellite(down=True), leaves_pending=True),
    Failure(
        "the satellite is down for a moment",
        lambda faults: faults.satellite(down=True),
        passes=True,
        leaves_pending=True,
    ),
    Failure(
        "the satellite stalls for a moment",
        lambda faults: faults.satellite(frozen=True),
        passes=True,
        is_slight=True,
    ),
    Failure(
        "the satellite refuses for a moment",
        lambda faults: faults.satellite(refusing=True),
        passes=True,
        leaves_pending=True,
    ),
    Failure("links to nodes break", lambda faults: faults.links(*range(10), cut_after=300_000)),
    Failure(
        "links to the satellite break",
        lambda faults: faults.links("satellite", cut_after=20_000),
        leaves_pending=True,
    ),
    Failure("all links break at once", lambda faults: faults.links(cut_after=2_000), leaves_pending=True),
    *map(_refused, WRITES + READS),
    *map(_lost, WRITES + READS),
    _broken("Upload", 100_000),
    _broken("Download", 100_000),
    Failure("requests are limited", limits={"requests": 15}, is_slight=True),
    Failure("writes to a key are limited", limits={"key_writes": 1}, is_slight=True),
    Failure("the storage is full", limits={"storage": 1}, way="up", leaves_pending=True),
    Failure("the bandwidth is used up", limits={"bandwidth": 1}, way="down"),
    Failure(
        "permissions end",
        lambda faults: faults.call("CommitObject", code="PermissionDenied", text="no"),
        way="up",
        leaves_pending=True,
    ),
    Failure(
        "storage ends",
        lambda faults: faults.call("BeginSegment", code="ResourceExhausted", text="Exceeded Storage Limit"),
        way="up",
        leaves_pending=True,
    ),
]


@contextlib.contextmanager
def failing(failure, local, faults, moment):
    """Let the network fail. What passes begins once calls have come, and ends after a moment."""
    if failure.limits:
        local.limit(**failure.limits)
        try:
            yield
        finally:
            local.limit(**dict.fromkeys(failure.limits, 0))
        return
    if not failure.passes:
        with failure.add(faults):
            yield
        return
    before = sum(local.calls().values())
    stopped = threading.Event()

    def pass_by():
        while sum(local.calls().values()) < before + 3 and not stopped.wait(0.002):
            pass
        with failure.add(faults):
            stopped.wait(moment)

    thread = threading.Thread(target=pass_by)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def check(transfer, failure, interface, network, faults, moment):
    """Run the transfer while the network fails."""
    failed = None
    start = time.monotonic()
    with failing(failure, network.local, faults, moment):
        try:
            result = transfer.run(interface, TIMEOUT, CONFIG)
        except errors.UplinkError as error:
            failed = error
    assert time.monotonic() - start < TIMEOUT + 20  # on a loaded machine
    if failed is None:
        transfer.check_success(result)
    else:
        assert not failure.is_slight, repr(failed)
        assert not isinstance(failed, errors.InternalError), repr(failed)
        transfer.check_failure()
        deadline = time.monotonic() + 10
        while uplink.detached_calls() and time.monotonic() < deadline:
            time.sleep(0.01)
        left = transfer.pending() - transfer.family.leaves_pending
        assert not left or failure.leaves_pending, (left, repr(failed))
        # The calls that come later succeed.
        transfer.check_success(transfer.run(interface, 60))


def interface_of(transfer, failure):
    """Return "sync" or "async": each family and each failure gets both."""
    return ("sync", "async")[(len(transfer.family.name) + FAILURES.index(failure)) % 2]


@pytest.mark.heavy
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name.replace(" ", "-"))
def test_each_failure_of_each_transfer(transfer, failure, storj_network, storj_faults):
    if failure.concerns(transfer.family):
        check(transfer, failure, interface_of(transfer, failure), storj_network, storj_faults, moment=2)


# For `make test`: each family but the largest, and the failures that differ most.
FEW = {
    "upload_file": "two-nodes-are-full",
    "upload_parts": "CommitSegment-is-refused",
    "download_file": "all-nodes-are-down-for-a-moment",
    "get": "two-nodes-corrupt",
    "get_ranges": "the-satellite-stalls-for-a-moment",
    "put": "links-to-nodes-break",
    "upload_tree": "the-satellite-is-down-for-a-moment",
    "download_tree": "Download-breaks-after-100000",
    "sync_up": "the-reply-to-CommitObject-is-lost",
    "sync_down": "all-nodes-have-lost-everything",
    "read_file": "two-nodes-are-down",
    "write_file": "storage-ends",
}


@pytest.mark.parametrize("name", FEW)
def test_one_failure_of_each_transfer(transfers, families, name, storj_network, storj_faults):
    transfer = transfers(families[name])
    (failure,) = (failure for failure in FAILURES if failure.name.replace(" ", "-") == FEW[name])
    check(transfer, failure, interface_of(transfer, failure), storj_network, storj_faults, moment=0.3)
