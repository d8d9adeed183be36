"""What synchronous and awaited projects have in common."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable

from uplink import _ffi, _tracing
from uplink._access import AccessBase
from uplink._calls import project as calls
from uplink._calls.stats import project_stats
from uplink._checks import check_type
from uplink._config_values import Config, config_or_default
from uplink._handle import ProjectHandle
from uplink._stats import ProjectStats
from uplink.errors import ClosedError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class ProjectBase:
    """A project's access and configuration, and its native project in each process."""

    def __init__(self, access: AccessBase, config: Config | None = None) -> None:
        check_type(access, AccessBase, "a project", "an Access, such as Access.parse gives")
        self.access = access
        self.config: Config = config_or_default(config)
        # By process: a forked child cannot use the native project of its parent.
        self._natives: dict[_ffi.Boundary, ProjectHandle] = {}
        self._closed = False
        # The native project that was closed last, and its counts when it was freed.
        self._ended: ProjectHandle | None = None
        self._last_stats = ProjectStats()

    def stats(self) -> ProjectStats:
        """Return what was counted of the project in this process: calls, retries, bytes, connections.

        It uses no network, and takes some microseconds. Before the first call all counts are 0. After
        the close they are those of the end. A forked child counts from 0.

        Example:
            ```python
            stats = project.stats()
            print(stats.calls_in_flight, stats.bytes_sent, stats.retries)
            ```
        """
        native = next((native for boundary, native in list(self._natives.items()) if boundary.alive), self._ended)
        if native is None or not native.boundary.alive:
            return ProjectStats()
        try:
            return project_stats(native)
        except ClosedError:
            return self._last_stats

    def _handle(self) -> ProjectHandle:
        """Return the native project of this process, which is opened at its first use."""
        self._check_open()
        boundary = _ffi.current()
        native = self._natives.get(boundary)
        if native is None:
            _tracing.find_provider()
            opened = calls.open_project(self.access._grant, self.config)
            # Another thread may have been faster.
            native = self._natives.setdefault(boundary, opened)
            if native is not opened:
                opened.free()
            try:
                # Another thread may have closed the project before there was a native one to close.
                self._check_open()
            except ClosedError:
                self._free()
                raise
        return native

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError("the project is closed")

    def _set_closed(self) -> ProjectHandle | None:
        """Refuse new calls, and return the native project of this process.

        Of concurrent calls, one gets it.
        """
        self._closed = True
        alive = [boundary for boundary in list(self._natives) if boundary.alive]
        native = self._natives.pop(alive[0], None) if alive else None
        self._ended = native or self._ended
        return native

    def _end(self, native: ProjectHandle) -> None:
        """Keep the counts of a native project, and free it."""
        self._last_stats = project_stats(native)
        native.free()

    def _free(self) -> None:
        """Close the project; libuplink ends what runs on it in the background."""
        native = self._set_closed()
        if native is not None:
            self._end(native)

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # Late in the interpreter's shutdown modules have no globals, so no warning can be given.
        if is_finalizing() or getattr(self, "_closed", True):
            return
        warning = f"unclosed project {self!r}"
        if self._set_closed() is not None:
            # Its handles are freed with it.
            warnings.warn(warning, ResourceWarning, source=self, stacklevel=2)

    def __repr__(self) -> str:
        if not hasattr(self, "_closed"):
            return object.__repr__(self)
        state = "closed" if self._closed else "open"
        return f"<{type(self).__module__}.{type(self).__qualname__} at {self.access.satellite_address}, {state}>"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.access, self.config)
