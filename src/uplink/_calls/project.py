"""Calls on projects and buckets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from uplink import _ffi, errors
from uplink._calls._common import (
    PAGE_SIZE,
    Call,
    adopt,
    bucket_record,
    check_bucket,
    config_struct,
    patience_struct,
    raise_error,
    take_nothing,
    taker,
    text,
)
from uplink._calls.access import inspect, parsed

if TYPE_CHECKING:
    from uplink._handle import Handle
    from uplink._secret import Secret
    from uplink._values import Bucket, Config

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


def detached_calls() -> int:
    """Return how many calls that nobody waits for any more are still under way in this process.

    Cancelling a call and running out of its time return at once. What the network has to finish all the same, such as
    a commit that was sent, or cleaning up after an abort, goes on in the background. It still counts against
    `Config.max_in_flight` and `Config.max_connections`, so it cannot pile up: new calls wait until there is room.

    Example:
        ```python
        import time

        while uplink.detached_calls():
            time.sleep(0.01)
        ```
    """
    count: int = _ffi.current().lib.uplink_detached_operations()
    return count


def open_project(grant: Secret, config: Config) -> Handle:
    """Open a project, which asks no network."""
    boundary = _ffi.current()
    result = boundary.ffi.new("UplinkProjectResult *")
    with parsed(boundary, grant) as access, config_struct(boundary, config) as native_config:
        try:
            budget = boundary.ffi.new("UplinkBudget *", (config.max_in_flight, config.max_connections))
            patience = patience_struct(boundary, config)
            result[0] = boundary.lib.uplink_budget_open_project(native_config, budget[0], patience[0], access)
            raise_error(boundary, result.error)
            return adopt(boundary, "project", result, partial(inspect, grant))
        finally:
            boundary.lib.uplink_free_project_result(result[0])


def close_project(project: Handle) -> Call[None]:
    """Close the project's connections and end what runs on them."""

    def start(operation: Any) -> None:
        project.boundary.lib.uplink_start_close_project(operation, project.pointer())

    return Call(project.boundary, "close the project", start, take_nothing(project.boundary))


def revoke_access(project: Handle, grant: Secret) -> Call[None]:
    """Revoke a grant that was shared from this project's."""
    boundary = project.boundary

    def start(operation: Any) -> None:
        with parsed(boundary, grant) as access:
            boundary.lib.uplink_start_revoke_access(operation, project.pointer(), access)

    return Call(boundary, "revoke the access", start, take_nothing(boundary), changes=True)


def _bucket_call(
    project: Handle, verb: str, function: str, bucket: str, *, changes: bool, needs: str = ""
) -> Call[Bucket]:
    boundary = project.boundary
    native_bucket = check_bucket(bucket)
    start_function = getattr(boundary.lib, f"uplink_start_{function}")

    def start(operation: Any) -> None:
        start_function(operation, project.pointer(), native_bucket)

    return Call(
        boundary,
        f"{verb} the bucket",
        start,
        taker(boundary, "bucket", lambda result: bucket_record(boundary, result.bucket), bucket),
        changes=changes,
        bucket=bucket,
        needs=(needs,) if needs else (),
        inspect=project.inspect,
    )


def stat_bucket(project: Handle, bucket: str) -> Call[Bucket]:
    """Ask about a bucket."""
    return _bucket_call(project, "stat", "stat_bucket", bucket, changes=False)


def create_bucket(project: Handle, bucket: str) -> Call[Bucket]:
    """Create a bucket, which must be new."""
    return _bucket_call(project, "create", "create_bucket", bucket, changes=True, needs="allow_upload")


def ensure_bucket(project: Handle, bucket: str) -> Call[Bucket]:
    """Create a bucket unless it exists."""
    return _bucket_call(project, "ensure", "ensure_bucket", bucket, changes=True)


def delete_bucket(project: Handle, bucket: str, *, with_objects: bool) -> Call[Bucket]:
    """Delete a bucket."""
    function = "delete_bucket_with_objects" if with_objects else "delete_bucket"
    return _bucket_call(project, "delete", function, bucket, changes=True, needs="allow_delete")


def check_may_delete_objects(project: Handle, bucket: str) -> None:
    """Raise what a satellite does not say: without the permission to list, it leaves a bucket's objects alone."""
    reason = project.inspect and project.inspect().why_refused(("allow_list",), bucket, None)
    if reason:
        raise errors.PermissionDeniedError(
            f"deleting a bucket with its objects takes allow_list, too: {reason}", bucket=bucket
        )


def list_buckets(project: Handle, cursor: str) -> Call[list[Bucket]]:
    """Ask for the page of buckets after the cursor."""
    boundary = project.boundary
    native_cursor = text(cursor, "cursor")

    def start(operation: Any) -> None:
        cursor_buffer = boundary.ffi.new("char[]", native_cursor)
        options = boundary.ffi.new("UplinkListBucketsOptions *", {"cursor": cursor_buffer})
        boundary.lib.uplink_start_list_buckets(operation, project.pointer(), options, PAGE_SIZE)

    def records(result: Any) -> list[Bucket]:
        page = result.page
        return [bucket_record(boundary, item) for item in page.items[0 : page.count]]

    take = taker(boundary, "bucket_page", records)
    return Call(boundary, "list the buckets", start, take, inspect=project.inspect)
