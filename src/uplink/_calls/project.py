"""Calls on projects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from uplink import _ffi
from uplink._calls._arguments import native_config, native_options, native_patience
from uplink._calls._call import Call
from uplink._calls._results import ERROR, Kind, Prepared, no_value
from uplink._calls.access import inspect, with_access
from uplink._handle import ProjectHandle
from uplink.errors import PermissionDeniedError

if TYPE_CHECKING:
    from uplink._config_values import Config
    from uplink._ffi._libuplink import UplinkAccessPointer, UplinkOperationPointer, UplinkProjectPointer
    from uplink._secret import Secret

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

_PROJECT = Kind(lambda ffi, lib: (ffi.typeof("UplinkProjectResult *"), lib.uplink_free_project_result))


def detached_calls() -> int:
    """Return how many calls of this process still run, although no caller waits for them any more.

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
    return _ffi.current().lib.uplink_detached_operations()


def open_project(grant: Secret, config: Config) -> ProjectHandle:
    """Open a project, which does not use the network."""
    boundary = _ffi.current()
    settings, patience = native_config(boundary, config), native_patience(boundary, config)
    budget = boundary.ffi.new("UplinkBudget *", (config.max_in_flight, config.max_connections))[0]
    options = native_options(boundary, config)
    function = boundary.lib.uplink_budget_open_project
    adopt = partial(ProjectHandle.adopt, inspect=partial(inspect, grant))

    def open_with(access: UplinkAccessPointer) -> ProjectHandle:
        return _PROJECT.returned_by(
            boundary, Prepared(function, settings.struct, budget, patience, access, options), adopt
        )

    return with_access(boundary, grant, open_with)


def close_project(project: ProjectHandle) -> Call[None]:
    """Return the call that closes the project's connections, and ends what runs on them."""
    return Call(project, "close the project", project.boundary.lib.uplink_start_close_project, (), ERROR, no_value)


def revoke_access(project: ProjectHandle, grant: Secret) -> Call[None]:
    """Return the call that revokes a grant which was shared from this project's."""
    boundary = project.boundary

    def start(operation: UplinkOperationPointer, native: UplinkProjectPointer) -> None:
        function = boundary.lib.uplink_start_revoke_access
        with_access(boundary, grant, lambda access: function(operation, native, access))

    hint = (PermissionDeniedError, "an access can only revoke accesses that were shared from it, not itself")
    return Call(project, "revoke the access", start, (), ERROR, no_value, changes=True, hint=hint)
