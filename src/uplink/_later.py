"""Attributes of classes that are made when they are first used."""

from __future__ import annotations

import sys
import typing
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FunctionType
    from typing import Any

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class Later:
    """An attribute of a class that is made when it is first used. What is made then takes its place."""

    def __init__(self, make: Callable[[type, str], object]) -> None:
        """Describe the attribute.

        Args:
            make: Returns the attribute, from the class that has it and its name.
        """
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner
        self._name = name

    def __get__(self, instance: object, owner: type) -> object:
        made = self._make(self._owner, self._name)
        setattr(self._owner, self._name, made)
        bind = getattr(type(made), "__get__", None)
        return made if bind is None else bind(made, instance, owner)


def families(base: type, package: str, methods: dict[str, str]) -> type:
    """Return a class that has the methods of further classes. Each is imported when one of its methods is first used.

    Args:
        base: The class that they all extend.
        package: The package that has the modules of the classes.
        methods: By the module and the name of a class, the names of its methods, with spaces between them.
    """
    namespace: dict[str, object] = {"__module__": package}
    for place, names in methods.items():
        module, _, kind = place.rpartition(".")
        make = partial(_method, module=f"{package}.{module}", kind=kind)
        namespace.update({name: Later(make) for name in names.split()})
    return type("Families", (base,), namespace)


def _method(_: type, name: str, *, module: str, kind: str) -> object:
    """Import the class of a method, and return the method."""
    # Not by `import uplink`, which imports every module, as far as tools that look at statements know.
    family: type = getattr(sys.modules["uplink"]._import_module(module), kind)
    method: FunctionType = vars(family)[name]
    # Python's messages about arguments have this name, and a program knows only the class that has all families.
    _rename(method, f"{module.rpartition('.')[0]}.project", f"Project.{name}")
    return method


def _rename(method: FunctionType, module: str, name: str) -> None:
    """Set the module and the qualified name of a method, under which `typing` also has to find its overloads."""
    # Since Python 3.11. Before, nothing finds them.
    find: Callable[[FunctionType], Sequence[Any]] = getattr(typing, "get_overloads", lambda _: ())
    for function in find(method):
        function.__module__, function.__qualname__ = module, name
        typing.overload(function)
    # Last, since another thread that does the same finds the overloads by this name.
    method.__module__, method.__qualname__ = module, name
