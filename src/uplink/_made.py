"""Classes whose objects only the methods of a project make."""

from __future__ import annotations

from uplink._types import Self


class Made:
    """Has no constructor that `help` could show; `_begin` takes its place."""

    __slots__ = ()

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} is not to be called: the methods of a project return one")

    @classmethod
    def _new(cls) -> Self:
        return cls.__new__(cls)
