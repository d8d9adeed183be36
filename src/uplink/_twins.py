"""A synchronous and an awaited project that share one native project."""

from __future__ import annotations

import weakref

from uplink._access import AccessBase
from uplink._config_values import Config
from uplink._types import Self
from uplink.aio.project import Project as AwaitedProject
from uplink.project import Project


class Twins:
    """The two projects of an owner, such as a filesystem, that has methods of both kinds.

    They share connections and budgets. They are closed without a warning when the owner is
    collected, or when the process exits.

    Attributes:
        awaited: The project of `uplink.aio`.
        plain: The project of `uplink`.
    """

    def __init__(self, access: AccessBase, config: Config | None) -> None:
        self.awaited = AwaitedProject(access, config)
        self.plain = Project(access, config)
        # One native project by process, whichever twin opens it.
        self.plain._natives = self.awaited._natives

    def closed_with(self, owner: object) -> Self:
        """Return the twins, which are closed with their owner."""
        weakref.finalize(owner, self.close)
        return self

    def close(self) -> None:
        """Close both projects; libuplink ends what runs on them in the background."""
        self.plain._closed = True
        self.awaited._free()
