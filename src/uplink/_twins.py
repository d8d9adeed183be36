"""A synchronous and an awaited project that share one native project."""

from __future__ import annotations

from uplink._access import AccessBase
from uplink._config_values import Config
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


class Twins:
    """The two projects of an object that has methods of both kinds, such as a filesystem.

    They share connections and budgets, which last as long as one of them, or a stream of one, is
    used.

    Attributes:
        awaited: The project of `uplink.aio`.
        plain: The project of `uplink`.
    """

    def __init__(self, access: AccessBase, config: Config | None) -> None:
        self.awaited: AwaitedProject = _Awaited(access, config)
        self.plain: Project = _Plain(access, config)
        # One native project by process, whichever twin opens it.
        self.plain._natives = self.awaited._natives

    def close(self) -> None:
        """Close both projects; libuplink ends what runs on them in the background."""
        self.plain._closed = True
        self.awaited._free()
