"""A synchronous and an awaited project that share one native project."""

from __future__ import annotations

from weakref import WeakValueDictionary

from uplink import _ffi
from uplink._access import AccessBase
from uplink._config_values import Config, config_or_default
from uplink._handle import ProjectHandle
from uplink._project import ProjectBase
from uplink.aio.project import Project as AwaitedProject
from uplink.project import Project


class _Sharing(ProjectBase):
    """A project that shares its native project, which is freed with the last project that has it.

    It is closed without a warning when it is collected.
    """

    def _set_closed(self) -> None:
        """Refuse new calls. What runs on the native project, also for other projects, goes on."""
        self._closed = True
        self._natives = {}

    def __del__(self) -> None:  # type: ignore[override]
        """Do not warn."""


class _Plain(_Sharing, Project):
    """A synchronous project."""

    # A pickle of it is a project as any other.
    __module__ = Project.__module__
    __qualname__ = Project.__qualname__


class _Awaited(_Sharing, AwaitedProject):
    """A project of `uplink.aio`."""

    __module__ = AwaitedProject.__module__
    __qualname__ = AwaitedProject.__qualname__


class _Natives(dict[_ffi.Boundary, ProjectHandle]):
    """The native project of each process."""


# The native projects that are in use, by access and configuration.
_in_use: WeakValueDictionary[tuple[AccessBase, Config], _Natives] = WeakValueDictionary()


class Twins:
    """The two projects of an object that has methods of both kinds, such as a filesystem.

    All twins of equal accesses and configurations share connections and budgets, which last as long
    as one of them, or a stream of one, is used.

    Attributes:
        awaited: The project of `uplink.aio`.
        plain: The project of `uplink`.
    """

    def __init__(self, access: AccessBase, config: Config | None) -> None:
        self.awaited: AwaitedProject = _Awaited(access, config)
        self.plain: Project = _Plain(access, config)
        # One native project by process, whichever project opens it. Two threads may open one each, which then share
        # nothing.
        natives = _in_use.setdefault((access, config_or_default(config)), _Natives())
        self.plain._natives = self.awaited._natives = natives

    def close(self) -> None:
        """Close both projects. Other twins of the access can still use theirs."""
        self.plain._set_closed()
        self.awaited._set_closed()
