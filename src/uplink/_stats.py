"""What was counted of a project."""

from __future__ import annotations

from uplink._dataclass import dataclass

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


@dataclass(frozen=True, slots=True)
class ProjectStats:
    """What was counted of a project in this process, since it was opened.

    A call is a native call: `put` makes one, and a stream makes one for its opening, one for each
    buffer that it fills or sends, and one for its end. Most counts only grow. Those of calls in
    flight, waiting and detached, and of connections, are those of the moment.

    Attributes:
        calls_started: Number of calls.
        calls_succeeded: Number of calls that ended without an error.
        calls_failed: Number of calls that ended with an error.
        calls_cancelled: Number of calls that were cancelled, by their timeout too.
        calls_in_flight: Number of calls that have not ended, the detached ones included.
        calls_waiting: Number of waits in a queue: for `Config.max_in_flight`,
            `Config.max_connections`, or the pace that the satellite accepts.
        calls_detached: Number of cancelled calls that still run in the background.
        requests: Number of requests to the satellite, repeats included.
        retries: Number of requests, dials of the satellite and parts of transfers that were
            repeated, and of downloads that were opened again.
        slow_downs: How often the pace was lowered, because the satellite refused a request.
        stalls: Number of connections that were closed because no byte moved on them.
        bytes_sent: Bytes of objects that uploads have accepted.
        bytes_received: Bytes of objects that downloads have returned.
        wire_bytes_sent: Bytes that were sent on all connections, with what encryption and
            redundancy add.
        wire_bytes_received: Bytes that were received on all connections.
        waited: Seconds that calls have waited in queues, all together.
        satellite_connections: Number of open connections to the satellite, in use or not.
        node_connections: Number of open connections to storage nodes, in use or not.

    Example:
        ```python
        with access.open_project() as project:
            project.ensure_bucket("photos")
            stats = project.stats()
            assert stats.calls_succeeded == 1
            print(f"{stats.retries} retries, {stats.waited:.1f} s in queues")
        ```
    """

    calls_started: int = 0
    calls_succeeded: int = 0
    calls_failed: int = 0
    calls_cancelled: int = 0
    calls_in_flight: int = 0
    calls_waiting: int = 0
    calls_detached: int = 0
    requests: int = 0
    retries: int = 0
    slow_downs: int = 0
    stalls: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    wire_bytes_sent: int = 0
    wire_bytes_received: int = 0
    waited: float = 0.0
    satellite_connections: int = 0
    node_connections: int = 0


@dataclass(frozen=True, slots=True)
class OperationStats:
    """What was counted of one operation.

    Attributes:
        requests: Number of requests to the satellite, repeats included.
        retries: Number of requests, dials of the satellite and parts of transfers that were
            repeated, and of downloads that were opened again.
        bytes_sent: Bytes of objects that were accepted for sending.
        bytes_received: Bytes of objects that the caller got.
        waited: Seconds in queues.
    """

    requests: int = 0
    retries: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something rare that explains a slow call.

    Attributes:
        kind: The name of its kind in the header, as words: "node down" for `UPLINK_EVENT_NODE_DOWN`.
        subject: What it is about: an address, or a bucket and a key.
        count: How many times it has happened.
        last: When it last happened, in seconds since 1970.
        value: What the header says of the kind, of the last time.
    """

    kind: str
    subject: str
    count: int
    last: float
    value: float
