"""What libuplink has counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink._calls._results import ERROR, Prepared, no_value
from uplink._stats import Event, OperationStats, ProjectStats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkOperationPointer
    from uplink._handle import ProjectHandle

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


def project_stats(project: ProjectHandle) -> ProjectStats:
    """Return the counts of an open project."""
    boundary = project.boundary
    counted = boundary.ffi.new("UplinkProjectStats *", (boundary.ffi.sizeof("UplinkProjectStats"),))
    pointer = project.pointer()
    ERROR.returned_by(boundary, Prepared(boundary.lib.uplink_project_stats, pointer, counted), no_value)
    return ProjectStats(
        calls_started=counted.calls_started,
        calls_succeeded=counted.calls_succeeded,
        calls_failed=counted.calls_failed,
        calls_cancelled=counted.calls_canceled,
        calls_in_flight=counted.calls_in_flight,
        calls_waiting=counted.calls_waiting,
        calls_detached=counted.calls_detached,
        requests=counted.requests,
        retries=counted.retries,
        slow_downs=counted.slow_downs,
        stalls=counted.stalls,
        bytes_sent=counted.bytes_sent,
        bytes_received=counted.bytes_received,
        wire_bytes_sent=counted.wire_bytes_sent,
        wire_bytes_received=counted.wire_bytes_received,
        waited=counted.waited_nanoseconds / 1e9,
        satellite_connections=counted.satellite_connections,
        node_connections=counted.node_connections,
    )


def operation_stats(boundary: Boundary, operation: UplinkOperationPointer) -> OperationStats:
    """Return the counts of an operation, all 0 if it was taken, detached or never started."""
    counted = boundary.ffi.new("UplinkOperationStats *", (boundary.ffi.sizeof("UplinkOperationStats"),))
    boundary.lib.uplink_operation_stats(operation, counted)
    return OperationStats(
        requests=counted.requests,
        retries=counted.retries,
        bytes_sent=counted.bytes_sent,
        bytes_received=counted.bytes_received,
        waited=counted.waited_nanoseconds / 1e9,
    )


def take_events(boundary: Boundary) -> Iterator[Event]:
    """Iterate over the events of the process since the last time, oldest first."""
    lib = boundary.lib
    kinds = {
        lib.UPLINK_EVENT_REQUEST_REFUSED: "request refused",
        lib.UPLINK_EVENT_WRITE_REFUSED: "write refused",
        lib.UPLINK_EVENT_SLOWED_DOWN: "slowed down",
        lib.UPLINK_EVENT_REDIALED: "redialed",
        lib.UPLINK_EVENT_RESUMED: "resumed",
        lib.UPLINK_EVENT_STALLED: "stalled",
        lib.UPLINK_EVENT_NODE_DOWN: "node down",
        lib.UPLINK_EVENT_REPEATED: "repeated",
    }
    event = boundary.ffi.new("UplinkEvent *", (boundary.ffi.sizeof("UplinkEvent"),))
    while lib.uplink_next_event(event):
        subject = boundary.ffi.unpack(event.subject, event.subject_length)
        yield Event(
            kind=kinds[event.kind],
            subject=subject.decode("utf-8", "replace"),
            count=event.count,
            last=event.last_nanoseconds / 1e9,
            value=event.value,
        )


def has_events(boundary: Boundary) -> bool:
    """Report whether there are events to take."""
    return boundary.lib.uplink_has_events()
