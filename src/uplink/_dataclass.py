"""`dataclass` and `field` as the standard library has them, for frozen classes with slots, in less time.

The module `dataclasses` imports `inspect`, which takes 6 ms, and compiles some six methods of each class, which takes
1 ms. Here the methods are shared but for `__init__`, which is compiled when it is first used. The functions of
`dataclasses` work with these classes: what they look for is made by `dataclasses` itself when they look.
"""

from __future__ import annotations

import sys
from functools import partial
from types import FunctionType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

from uplink._later import Later
from uplink._types import Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass, field

__all__ = ["dataclass", "field"]

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")


class _Missing:
    """Stands for no default, and in a signature for a default that is made by each call."""

    def __repr__(self) -> str:
        return "<factory>"


_MISSING = _Missing()


class _Field:
    """What a class says about a field beside its type."""

    __slots__ = ("compare", "default", "default_factory", "hash")

    def __init__(
        self,
        *,
        default: object = _MISSING,
        default_factory: Callable[[], object] | None = None,
        hash: bool | None = None,  # noqa: A002 - as in `dataclasses`
        compare: bool = True,
    ) -> None:
        self.default = default
        self.default_factory = default_factory
        self.hash = hash
        self.compare = compare

    @property
    def hashed(self) -> bool:
        """Whether it is a part of the hash."""
        return self.compare if self.hash is None else self.hash

    def value(self) -> object:
        """Return the default."""
        return self.default if self.default_factory is None else self.default_factory()

    def options(self) -> dict[str, Any]:
        """Return the arguments of the same field for `dataclasses.field`."""
        given: dict[str, Any] = {"hash": self.hash, "compare": self.compare}
        if self.default is not _MISSING:
            given["default"] = self.default
        if self.default_factory is not None:
            given["default_factory"] = self.default_factory
        return given


class _Value:
    """The methods that all dataclasses of this package have in common."""

    __slots__ = ()
    if TYPE_CHECKING:  # as annotations they would be among those of the fields
        _fields: dict[str, _Field]
        # The names of the fields, of those that are compared, and of those that make the hash.
        _names: tuple[str, ...]
        _compared: tuple[str, ...]
        _hashed: tuple[str, ...]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._names)
        return f"{type(self).__qualname__}({fields})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._compared)

    def __hash__(self) -> int:
        return hash(tuple([getattr(self, name) for name in self._hashed]))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        _refuse(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        _refuse(f"cannot delete field {name!r}")

    def __getstate__(self) -> list[object]:
        return [getattr(self, name) for name in _names_of(type(self))]

    def __setstate__(self, state: list[object]) -> None:
        # A pickle of an older version may have fewer fields: the others get their defaults.
        names = _names_of(type(self))
        further = [self._fields[name].value() for name in names[len(state) :]]
        for name, value in zip(names, [*state, *further]):  # noqa: B905 - a newer version may have more
            object.__setattr__(self, name, value)

    def __replace__(self, **changes: object) -> Self:
        """Return a copy with changes, for `copy.replace`."""
        return type(self)(**{name: getattr(self, name) for name in self._names} | changes)


def _names_of(cls: type[_Value]) -> tuple[str, ...]:
    """Return the names of the fields, with those of a class of `dataclasses` that extends one of this package."""
    # The latter class has no `_names` of its own. The attribute would import `dataclasses` for the former.
    return cls._names if "_names" in vars(cls) else tuple(vars(cls).get("__dataclass_fields__", cls._names))


def _refuse(message: str) -> NoReturn:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415

    raise FrozenInstanceError(message)


def _dataclass(*, frozen: bool, slots: bool, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """Return a decorator that makes a class a frozen dataclass with slots. Base classes have no fields."""
    if not (frozen and slots):
        raise TypeError("the dataclasses of this package are frozen and have slots")

    def decorate(cls: type[T]) -> type[T]:
        namespace = {name: value for name, value in vars(cls).items() if name not in {"__dict__", "__weakref__"}}
        fields: dict[str, tuple[object, _Field]] = {}
        for name, kind in cls.__annotations__.items():
            given = namespace.pop(name, _MISSING)
            fields[name] = kind, given if isinstance(given, _Field) else _Field(default=given)
        names = tuple(fields)
        namespace |= {
            "__qualname__": cls.__qualname__,
            "__slots__": names,
            "__match_args__": () if kw_only else names,
            "__init__": Later(partial(_compile_init, fields=fields, kw_only=kw_only)),
            "_fields": {name: given for name, (_, given) in fields.items()},
            "_names": names,
            "_compared": tuple([name for name in names if fields[name][1].compare]),
            "_hashed": tuple([name for name in names if fields[name][1].hashed]),
        }
        for name in ("__dataclass_fields__", "__dataclass_params__"):
            namespace[name] = Later(partial(_of_standard_library, fields=fields, kw_only=kw_only))
        return cast("type[T]", type(cls.__name__, (_Value,), namespace))

    return decorate


def _of_standard_library(_: type, attribute: str, *, fields: dict[str, tuple[object, _Field]], kw_only: bool) -> object:
    """Return an attribute by which `dataclasses` knows its classes, of such a class with the same fields."""
    import dataclasses  # noqa: PLC0415

    given = [(name, kind, dataclasses.field(**said.options())) for name, (kind, said) in fields.items()]
    return getattr(dataclasses.make_dataclass("Value", given, frozen=True, kw_only=kw_only), attribute)


def _compile_init(
    cls: type, attribute: str, *, fields: dict[str, tuple[object, _Field]], kw_only: bool
) -> Callable[..., None]:
    """Return the method `__init__` of a class. One for all classes would be slower, and have no signature."""
    # Each slot sets itself: `object.__setattr__` would find the slot by its name, and an `Object` would take 2.1 µs, in
    # place of 0.7.
    known: dict[str, object] = {f"_set_{name}": getattr(cls, name).__set__ for name in fields}
    known["_made"] = _MISSING
    parameters = ["self", *["*"] * kw_only]
    lines: list[str] = []
    for name, (_, given) in fields.items():
        default, value = "", name
        if given.default_factory is not None:
            known[f"_make_{name}"] = given.default_factory
            default, value = "=_made", f"_make_{name}() if {name} is _made else {name}"
        elif given.default is not _MISSING:
            known[f"_default_{name}"] = given.default
            default = f"=_default_{name}"
        parameters.append(name + default)
        lines.append(f"_set_{name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    method = f"def __init__({', '.join(parameters)}):\n  " + "\n  ".join(lines)
    found: dict[str, Callable[..., FunctionType]] = {}
    # Its globals are the module's, so that tools find the types of the annotations.
    text = f"def make({', '.join(known)}):\n {method}\n return __init__"
    exec(text, vars(sys.modules[cls.__module__]), found)  # noqa: S102 - a text of names of this package
    init = found["make"](**known)
    init.__qualname__ = f"{cls.__qualname__}.{attribute}"
    init.__annotations__ = {name: kind for name, (kind, _) in fields.items()} | {"return": None}
    return init


if not TYPE_CHECKING:  # for type checkers, they are those of the standard library
    dataclass, field = _dataclass, _Field
