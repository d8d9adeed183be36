"""Calls on the versioning of buckets, and on Object Lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink._calls._arguments import Native, encode_bucket, encode_object, native_version
from uplink._calls._call import Call
from uplink._calls._records import retention_of
from uplink._calls._results import ERROR, Kind, no_value
from uplink._calls._stored import native_retention
from uplink._checks import check_flag, check_type
from uplink._retention import MODES, DefaultRetention, ObjectLockConfiguration, Retention, mode_of
from uplink._values import Versioning
from uplink.errors import InternalError

if TYPE_CHECKING:
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        UplinkLegalHoldResult,
        UplinkLockOptionsPointer,
        UplinkObjectLockConfigurationResult,
        UplinkRetentionResult,
        UplinkVersioningResult,
    )
    from uplink._handle import ProjectHandle

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# By their numbers in C, `UPLINK_VERSIONING_…`.
_STATES: tuple[Versioning, ...] = ("unsupported", "unversioned", "enabled", "suspended")

_VERSIONING = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkVersioningResult *"), lib.uplink_free_versioning_result),
    lambda lib: lib.uplink_operation_take_versioning,
)
_CONFIGURATION = Kind(
    lambda ffi, lib: (
        ffi.typeof("UplinkObjectLockConfigurationResult *"),
        lib.uplink_free_object_lock_configuration_result,
    ),
    lambda lib: lib.uplink_operation_take_object_lock_configuration,
)
_RETENTION = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkRetentionResult *"), lib.uplink_free_retention_result),
    lambda lib: lib.uplink_operation_take_retention,
)
_LEGAL_HOLD = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkLegalHoldResult *"), lib.uplink_free_legal_hold_result),
    lambda lib: lib.uplink_operation_take_legal_hold,
)


def _version_options(
    project: ProjectHandle, version: bytes | None, bucket: str, key: str
) -> Native[UplinkLockOptionsPointer]:
    """Return the options of a call that take only a version."""
    ffi = project.boundary.ffi
    name = native_version(project.boundary, version, bucket, key)
    return Native(ffi.new("UplinkLockOptions *", (ffi.sizeof("UplinkLockOptions"), *name)), name)


def get_bucket_versioning(project: ProjectHandle, bucket: str) -> Call[Versioning]:
    """Return the call that asks for the versioning of a bucket."""
    start = project.boundary.lib.uplink_start_get_bucket_versioning
    return Call(project, "get the versioning", start, (encode_bucket(bucket),), _VERSIONING, _as_state, bucket)


def _as_state(_boundary: Boundary, result: UplinkVersioningResult) -> Versioning:
    if not 0 <= result.versioning < len(_STATES):
        raise InternalError(f"the satellite reports a versioning of {result.versioning}")
    return _STATES[result.versioning]


def set_bucket_versioning(project: ProjectHandle, bucket: str, enabled: bool) -> Call[None]:
    """Return the call that enables or suspends the versioning of a bucket."""
    check_flag(enabled, "enabled")
    start = project.boundary.lib.uplink_start_set_bucket_versioning
    arguments, needs = (encode_bucket(bucket), bool(enabled)), ("allow_upload",)
    return Call(project, "set the versioning", start, arguments, ERROR, no_value, bucket, changes=True, needs=needs)


def get_bucket_object_lock_configuration(project: ProjectHandle, bucket: str) -> Call[ObjectLockConfiguration]:
    """Return the call that asks for the Object Lock of a bucket."""
    return Call(
        project,
        "get the Object Lock configuration",
        project.boundary.lib.uplink_start_get_bucket_object_lock_configuration,
        (encode_bucket(bucket),),
        _CONFIGURATION,
        _as_configuration,
        bucket,
        needs=("allow_get_bucket_object_lock_configuration",),
    )


def _as_configuration(_boundary: Boundary, result: UplinkObjectLockConfigurationResult) -> ObjectLockConfiguration:
    found = result.default_retention
    mode = mode_of(found.mode)
    default = None if mode is None else DefaultRetention(mode=mode, days=found.days or None, years=found.years or None)
    return ObjectLockConfiguration(enabled=result.enabled, default_retention=default)


def set_bucket_object_lock_configuration(
    project: ProjectHandle, bucket: str, configuration: ObjectLockConfiguration
) -> Call[None]:
    """Return the call that sets the Object Lock of a bucket."""
    check_type(configuration, ObjectLockConfiguration, "configuration", "an ObjectLockConfiguration")
    boundary, default = project.boundary, configuration.default_retention
    native = (0, 0, 0) if default is None else (MODES[default.mode], default.days or 0, default.years or 0)
    options = boundary.ffi.new(
        "UplinkObjectLockConfigurationOptions *",
        (
            boundary.ffi.sizeof("UplinkObjectLockConfigurationOptions"),
            bool(configuration.enabled),
            dict(zip(("mode", "days", "years"), native, strict=True)),
        ),
    )
    return Call(
        project,
        "set the Object Lock configuration",
        boundary.lib.uplink_start_set_bucket_object_lock_configuration,
        (encode_bucket(bucket), options),
        ERROR,
        no_value,
        bucket,
        changes=True,
        needs=("allow_put_bucket_object_lock_configuration",),
    )


def get_object_retention(
    project: ProjectHandle, bucket: str, key: str, version: bytes | None
) -> Call[Retention | None]:
    """Return the call that asks for the retention of a version."""
    options = _version_options(project, version, bucket, key)
    return Call(
        project,
        "get the retention",
        project.boundary.lib.uplink_start_get_object_retention,
        (*encode_object(bucket, key), options.struct),
        _RETENTION,
        _as_retention,
        bucket,
        key,
        needs=("allow_get_object_retention",),
        keep=options,
    )


def _as_retention(_boundary: Boundary, result: UplinkRetentionResult) -> Retention | None:
    return retention_of(result.retention)


def set_object_retention(
    project: ProjectHandle, bucket: str, key: str, retention: Retention | None, version: bytes | None, bypass: bool
) -> Call[None]:
    """Return the call that sets or removes the retention of a version."""
    boundary = project.boundary
    check_flag(bypass, "bypass_governance_retention")
    native, length = native_version(boundary, version, bucket, key)
    struct_size = boundary.ffi.sizeof("UplinkSetRetentionOptions")
    options = boundary.ffi.new("UplinkSetRetentionOptions *", (struct_size, native, length, bool(bypass)))
    wanted = boundary.ffi.new("UplinkRetention *", native_retention(retention))[0]
    further = (("allow_bypass_governance_retention", bucket, key),) if bypass else ()
    return Call(
        project,
        "set the retention",
        boundary.lib.uplink_start_set_object_retention,
        (*encode_object(bucket, key), wanted, options),
        ERROR,
        no_value,
        bucket,
        key,
        changes=True,
        needs=("allow_put_object_retention",),
        also_needs=further,
        keep=native,
    )


def get_object_legal_hold(project: ProjectHandle, bucket: str, key: str, version: bytes | None) -> Call[bool]:
    """Return the call that asks whether a version has a legal hold."""
    options = _version_options(project, version, bucket, key)
    return Call(
        project,
        "get the legal hold",
        project.boundary.lib.uplink_start_get_object_legal_hold,
        (*encode_object(bucket, key), options.struct),
        _LEGAL_HOLD,
        _as_enabled,
        bucket,
        key,
        needs=("allow_get_object_legal_hold",),
        keep=options,
    )


def _as_enabled(_boundary: Boundary, result: UplinkLegalHoldResult) -> bool:
    return result.enabled


def set_object_legal_hold(
    project: ProjectHandle, bucket: str, key: str, enabled: bool, version: bytes | None
) -> Call[None]:
    """Return the call that adds or removes the legal hold of a version."""
    check_flag(enabled, "enabled")
    options = _version_options(project, version, bucket, key)
    return Call(
        project,
        "set the legal hold",
        project.boundary.lib.uplink_start_set_object_legal_hold,
        (*encode_object(bucket, key), bool(enabled), options.struct),
        ERROR,
        no_value,
        bucket,
        key,
        changes=True,
        needs=("allow_put_object_legal_hold",),
        keep=options,
    )
