"""Calls for what a satellite knows about a project and its objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink._calls._arguments import encode, encode_bucket, encode_object
from uplink._calls._call import Call
from uplink._calls._results import Kind
from uplink._calls.settings import as_str
from uplink._checks import from_timestamp
from uplink._facts_values import EdgeURLOverrides, IPSummary, License, ProjectInfo

if TYPE_CHECKING:
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        UplinkIPSummaryResult,
        UplinkLicensesResult,
        UplinkProjectInfoResult,
        UplinkText,
    )
    from uplink._handle import ProjectHandle

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


def _as_bytes(boundary: Boundary, text: UplinkText) -> bytes:
    return boundary.ffi.unpack(text.data, text.length)


_PROJECT_INFO = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkProjectInfoResult *"), lib.uplink_free_project_info_result),
    lambda lib: lib.uplink_operation_take_project_info,
)


def get_project_info(project: ProjectHandle) -> Call[ProjectInfo]:
    """Return the call that asks for what the satellite knows about the project."""
    start = project.boundary.lib.uplink_start_get_project_info
    return Call(project, "get the project's info", start, (), _PROJECT_INFO, _as_info)


def _as_info(boundary: Boundary, result: UplinkProjectInfoResult) -> ProjectInfo:
    info = result.info
    overrides = EdgeURLOverrides(
        as_str(boundary, info.edge_auth_service),
        as_str(boundary, info.edge_public_linksharing),
        as_str(boundary, info.edge_internal_linksharing),
    )
    return ProjectInfo(
        _uuid(_as_bytes(boundary, info.public_id)),
        from_timestamp(info.created, info.created_nanoseconds),
        _as_bytes(boundary, info.salt),
        overrides if info.has_edge_url_overrides else None,
    )


def _uuid(octets: bytes) -> str:
    """Return the text of a UUID. The module uuid takes some milliseconds to import."""
    digits = octets.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


_LICENSES = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkLicensesResult *"), lib.uplink_free_licenses_result),
    lambda lib: lib.uplink_operation_take_licenses,
)


def list_licenses(project: ProjectHandle, kind: str, bucket: str | None) -> Call[list[License]]:
    """Return the call that asks for the licenses of the project's account."""
    ffi = project.boundary.ffi
    texts = (encode(kind, "license_type", nul=True), b"" if bucket is None else encode_bucket(bucket))
    memory = [ffi.new("char[]", text) for text in texts]
    fields = [(chars, len(text)) for chars, text in zip(memory, texts, strict=True)]
    options = ffi.new("UplinkListLicensesOptions *", (ffi.sizeof("UplinkListLicensesOptions"), fields[0], fields[1]))
    start = project.boundary.lib.uplink_start_list_licenses
    return Call(project, "list the licenses", start, (options,), _LICENSES, _as_licenses, bucket, keep=memory)


def _as_licenses(boundary: Boundary, result: UplinkLicensesResult) -> list[License]:
    found = result.licenses
    return [
        License(
            as_str(boundary, item.type),
            from_timestamp(item.expires, item.expires_nanoseconds),
            _as_bytes(boundary, item.key),
        )
        for item in found.items[0 : found.count]
    ]


_IP_SUMMARY = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkIPSummaryResult *"), lib.uplink_free_ip_summary_result),
    lambda lib: lib.uplink_operation_take_ip_summary,
)


def get_object_ip_summary(project: ProjectHandle, bucket: str, key: str) -> Call[IPSummary]:
    """Return the call that asks for the nodes of an object."""
    start = project.boundary.lib.uplink_start_get_object_ip_summary
    name, where, needs = "get the nodes of the object", encode_object(bucket, key), ("allow_download",)
    return Call(project, name, start, where, _IP_SUMMARY, _as_summary, bucket, key, needs=needs)


def _as_summary(boundary: Boundary, result: UplinkIPSummaryResult) -> IPSummary:
    found = result.summary
    return IPSummary(
        tuple(as_str(boundary, address) for address in found.ip_ports[0 : found.count]),
        found.segment_count,
        found.piece_count,
        found.reliable_piece_count,
        found.placement_constraint,
    )
