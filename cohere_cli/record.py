"""Immutable values with named fields, cheaper to declare than dataclasses."""

from collections.abc import Mapping
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from types import MappingProxyType
from typing import (
    Any,
    ClassVar,
    NoReturn,
    Self,
    TypeVar,
    dataclass_transform,
    get_origin,
)

KindT = TypeVar("KindT")

EMPTY: Mapping[Any, Any] = MappingProxyType({})
"""The default of a field that holds an object."""


@dataclass_transform(frozen_default=True)
class Record:
    """A value whose fields are those that its class annotates.

    Declared, called and type-checked like a frozen dataclass, but without code that
    is compiled for each class: 1.2 ms each at import, for some forty classes that
    every call needs. Defaults are class attributes, so they must be immutable.
    Fields named in `_ignored` are not compared and not shown.
    """

    _fields: ClassVar[Mapping[str, None]] = {}  # in their order
    _required: ClassVar[frozenset[str]] = frozenset()
    _ignored: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        own = (name for name, kind in cls.__annotations__.items() if _is_field(kind))
        names = (*cls._fields, *own)
        cls._fields = dict.fromkeys(names)
        cls._required = frozenset(name for name in names if not hasattr(cls, name))

    def __init__(self, *values: Any, **named: Any) -> None:
        given = self.__dict__
        if values:
            given.update(zip(self._fields, values, strict=False))
        given.update(named)
        known = self._required <= given.keys() <= self._fields.keys()
        if not known or len(given) < len(values) + len(named):
            raise TypeError(f"{type(self).__name__} has the fields {[*self._fields]}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Let pydantic read the class as the dataclass that it is equal to."""
        return handler(dataclass(init=False, repr=False, eq=False)(source))

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """Return the names of the fields, those of base classes first."""
        return tuple(cls._fields)

    def replace(self, **changes: Any) -> Self:
        """Return a copy in which the fields in *changes* have new values."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, **changes)
        return copy

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._compared() == self._compared()

    def __hash__(self) -> int:
        return hash(tuple(self._compared().values()))

    def __repr__(self) -> str:
        values = (f"{name}={value!r}" for name, value in self._compared().items())
        return f"{type(self).__name__}({', '.join(values)})"

    def _compared(self) -> dict[str, Any]:
        names = (name for name in self._fields if name not in self._ignored)
        return {name: getattr(self, name) for name in names}


def _is_field(kind: Any) -> bool:
    return ClassVar not in (kind, get_origin(kind))


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_class(kind: type[KindT]) -> type[KindT]:
    """Make *kind* a frozen dataclass that shares its methods with all others.

    `fields`, `field` and `replace` work as ever. `dataclass` itself compiles methods
    of its own for each class: with those of the flags and the settings, that took a
    tenth of a short call.
    """
    made = dataclass(init=False, repr=False, eq=False, match_args=False)(kind)
    for name, method in _METHODS.items():
        setattr(made, name, method)
    return made


def _init(self: Any, *values: Any, **named: Any) -> None:
    given = dict(zip(_names(self), values, strict=False)) | named
    if len(given) < len(values) + len(named):
        raise TypeError(f"{type(self).__name__} has the fields {_names(self)}")
    for one in fields(self):
        self.__dict__[one.name] = given.pop(one.name, one.default)
        if self.__dict__[one.name] is MISSING:
            self.__dict__[one.name] = _made_default(self, one)
    if given:
        raise TypeError(f"{type(self).__name__} has no field {', '.join(given)}")
    if hasattr(self, "__post_init__"):
        self.__post_init__()


def _made_default(self: Any, one: Any) -> Any:
    if one.default_factory is MISSING:
        raise TypeError(f"{type(self).__name__} needs the field {one.name}")
    return one.default_factory()


def _names(self: Any) -> list[str]:
    return [one.name for one in fields(self)]


def _compared(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, one.name) for one in fields(self) if one.compare)


def _eq(self: Any, other: object) -> bool:
    return type(self) is type(other) and _compared(self) == _compared(other)


def _hash(self: Any) -> int:
    return hash(_compared(self))


def _repr(self: Any) -> str:
    shown = [
        f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr
    ]
    return f"{type(self).__name__}({', '.join(shown)})"


def _refuse(self: Any, name: str, *_: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot change {name!r} of {type(self).__name__}")


_METHODS = {
    "__init__": _init,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
}
