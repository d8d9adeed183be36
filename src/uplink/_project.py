"""What synchronous and awaited projects have in common."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable

from uplink import _ffi
from uplink._access import AccessBase
from uplink._calls import project as calls
from uplink._checks import check_type
from uplink._config_values import Config, config_or_default
from uplink._handle import ProjectHandle
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

    def _handle(self) -> ProjectHandle:
        """Return the native project of this process, which is opened at its first use."""
        self._check_open()
        boundary = _ffi.current()
        native = self._natives.get(boundary)
        if native is None:
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
        return self._natives.pop(alive[0], None) if alive else None

    def _free(self) -> None:
        """Close the project; libuplink ends what runs on it in the background."""
        native = self._set_closed()
        if native is not None:
            native.free()

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
