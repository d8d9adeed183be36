"""An extension of Griffe: `uplink._dataclass` makes the same classes as the module `dataclasses` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import griffe

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = "uplink._dataclass."


class UplinkDataclasses(griffe.Extension):
    """Gives Griffe's own extension for dataclasses, which runs later, the names that it looks for."""

    def on_class_members(self, *, cls: griffe.Class, **kwargs: Any) -> None:
        """Rename `dataclass` in the decorators of a class, and `field` in its attributes."""
        values = [decorator.value for decorator in cls.decorators]
        values += [member.value for member in cls.members.values() if isinstance(member, griffe.Attribute)]
        for name in names(values):
            if name.canonical_path.startswith(OURS):
                name.parent = "dataclasses"


def names(values: list[str | griffe.Expr | None]) -> Iterator[griffe.ExprName]:
    """Yield the names of the functions that the values call, or that they are."""
    for value in values:
        called = value.function if isinstance(value, griffe.ExprCall) else value
        if isinstance(called, griffe.ExprName):
            yield called
