"""A base for classes that only the methods of a project instantiate."""

from __future__ import annotations

from uplink._types import Self


class Made:
    """A class without a constructor for users, so that `help` shows none.

    `_new` and `_begin` make its objects.
    """

    __slots__ = ()

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} is not to be called: the methods of a project return one")

    @classmethod
    def _new(cls) -> Self:
        return cls.__new__(cls)
