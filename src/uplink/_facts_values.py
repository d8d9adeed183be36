"""What a satellite knows about a project and its objects."""

from __future__ import annotations

from datetime import datetime

from uplink._dataclass import dataclass

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


@dataclass(frozen=True, slots=True)
class EdgeURLOverrides:
    """The edge services of a project that does not use those of everybody.

    Go counterpart: `project.EdgeURLOverrides` of the private packages.

    Attributes:
        auth_service: The address of the service that registers accesses.
        public_linksharing: The URL of the link sharing service for everybody.
        internal_linksharing: The URL of the link sharing service inside the operator's network.

    Example:
        ```python
        with access.open_project() as project:
            overrides = project.get_project_info().edge_url_overrides
            print("the edge services of everybody" if overrides is None else overrides.auth_service)
        ```
    """

    auth_service: str
    public_linksharing: str
    internal_linksharing: str


@dataclass(frozen=True, slots=True)
class ProjectInfo:
    """What the satellite knows about the project of an access.

    Go counterpart: `project.Info` of the private packages.

    Attributes:
        public_id: The ID of the project that the satellite shows, for instance in its console: a
            UUID as a text.
        created: The time of its creation, an aware UTC datetime; `None` if the satellite does not
            give it.
        salt: The bytes that encryption keys are derived from, together with a passphrase.
        edge_url_overrides: Its own edge services; `None` if it uses those of everybody.

    Example:
        ```python
        with access.open_project() as project:
            print(project.get_project_info().public_id)
        ```
    """

    public_id: str
    created: datetime | None
    salt: bytes
    edge_url_overrides: EdgeURLOverrides | None = None


@dataclass(frozen=True, slots=True)
class License:
    """A license of the account that owns the project.

    Go counterpart: `license.Entry` of the private packages.

    Attributes:
        type: What it is for.
        expires: The time when it expires, an aware UTC datetime; `None` if it does not.
        key: The license itself.

    Example:
        ```python
        with access.open_project() as project:
            for license in project.list_licenses():
                print(license.type, license.expires)
        ```
    """

    type: str
    expires: datetime | None
    key: bytes


@dataclass(frozen=True, slots=True)
class IPSummary:
    """The storage nodes of an object.

    Go counterpart: `object.IPSummary` of the private packages.

    Attributes:
        ip_ports: The address of each node, as `address:port`; empty for an object of up to 4 KiB,
            which the satellite keeps itself.
        segment_count: Number of segments, of 64 MiB each.
        piece_count: Number of pieces on nodes.
        reliable_piece_count: Number of pieces on nodes that the satellite takes to be reliable.
        placement_constraint: The number that the satellite has for where the pieces may be; 0 for
            everywhere.

    Example:
        ```python
        with access.open_project() as project:
            project.ensure_bucket("photos")
            project.put("photos", "cat.jpg", bytes(100_000))
            summary = project.get_object_ip_summary("photos", "cat.jpg")
            assert summary.piece_count >= len(summary.ip_ports) > 0
        ```
    """

    ip_ports: tuple[str, ...]
    segment_count: int
    piece_count: int
    reliable_piece_count: int
    placement_constraint: int
