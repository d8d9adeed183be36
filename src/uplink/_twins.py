"""A synchronous and an awaited project that share one native project."""

from __future__ import annotations

from weakref import WeakValueDictionary

from uplink import _ffi
from uplink._access import AccessBase
from uplink._config_values import Config, config_or_default
from uplink._handle import ProjectHandle
from uplink.aio.project import Project as AwaitedProject
from uplink.project import Project


class _Plain(Project):
    """A project that is closed without a warning when it is collected. Its native project is freed with it."""

    # A pickle of it is a project as any other.
    __module__ = Project.__module__
    __qualname__ = Project.__qualname__

    def __del__(self) -> None:  # type: ignore[override]
        """Do not warn."""


class _Awaited(AwaitedProject):
    """The same for `uplink.aio`."""

    __module__ = AwaitedProject.__module__
    __qualname__ = AwaitedProject.__qualname__

    def __del__(self) -> None:  # type: ignore[override]
        """Do not warn."""


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
        """Close both projects; libuplink ends what runs on them in the background.

        Other twins of the access then open another native project.
        """
        self.plain._closed = True
        self.awaited._free()
        self.plain._natives = self.awaited._natives = {}  # what other twins open belongs to them
