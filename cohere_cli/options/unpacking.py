"""How a command takes a whole class of flags as one parameter."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_type_hints

from cohere_cli.options.call import CallFlags
from cohere_cli.options.panels import standing


def unpacked(command: Callable[..., None]) -> Callable[..., None]:
    """Return *command* with each parameter of a flag class replaced by its fields."""
    hints = get_type_hints(command, include_extras=True)
    signature = inspect.signature(command)
    classes = {name: kind for name, kind in hints.items() if _is_flag_class(kind)}
    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if name in classes:
            parameters += _parameters_of(classes[name])
        else:
            kind = inspect.Parameter.KEYWORD_ONLY
            parameters.append(parameter.replace(kind=kind, annotation=hints[name]))

    @functools.wraps(command)
    def packed(**given: Any) -> None:
        for name, kind in classes.items():
            given[name] = kind(
                **{field.name: given.pop(field.name) for field in fields(kind)}
            )
        command(**given)

    packed.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    packed.__annotations__ = {one.name: one.annotation for one in parameters}
    return packed


def _is_flag_class(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, CallFlags)


def _parameters_of(kind: type[CallFlags]) -> list[inspect.Parameter]:
    """Return a parameter a field, in the order of the help.

    Where that leaves a choice, a command's own stand before those that it shares.
    """
    hints = get_type_hints(kind, include_extras=True)
    own_first = [
        name for base in kind.__mro__ for name in vars(base).get("__annotations__", ())
    ]
    own_first_fields = sorted(fields(kind), key=lambda one: own_first.index(one.name))
    parameters = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
        for field in own_first_fields
    ]
    return sorted(parameters, key=lambda one: standing(one.annotation.__metadata__[0]))
