"""Immutable values with named fields, cheaper to import than dataclasses."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, Self, dataclass_transform, get_origin

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
        from dataclasses import dataclass

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
