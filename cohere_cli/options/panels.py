"""Where a flag stands in the help: the panels, and how to put a flag in one."""

from collections.abc import Callable
from typing import Any

import typer

_GIVEN, _SHOWN, _MODEL = "What it is given", "What is shown", "The model"
_MANY, _CALL = "Many requests", "The call"
_PANELS = (_GIVEN, _SHOWN, _MODEL, _MANY, _CALL)


def standing(flag: Any) -> tuple[int, bool]:
    """Return what to sort flags by: their panels, those with a short name first."""
    has_short = any(len(name) == len("-x") for name in flag.param_decls)
    return _PANELS.index(flag.rich_help_panel), not has_short


def between(least: float, most: float) -> Callable[[float | None], float | None]:
    """Return a check of a flag's value, for ranges too long to stand in the help.

    Of `min` and `max` Typer makes a column of its own, and cuts flags' names for it.
    """

    def check(value: float | None) -> float | None:
        if value is None or least <= value <= most:
            return value
        said = f"{value} is not in the range {least}<=x<={most}"
        raise typer.BadParameter(said)

    return check


def call_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about the call: where it goes, and how it is made."""
    return typer.Option(*names, help=text, rich_help_panel=_CALL, **more)


def model_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about the model, and how it draws its words."""
    return typer.Option(*names, help=text, rich_help_panel=_MODEL, **more)


def given_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about what the model is given beside the prompt."""
    return typer.Option(*names, help=text, rich_help_panel=_GIVEN, **more)


def shown_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about what is shown, and how."""
    return typer.Option(*names, help=text, rich_help_panel=_SHOWN, **more)


def sent_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about many requests: how large, how many at once, how often."""
    return typer.Option(*names, help=text, rich_help_panel=_MANY, **more)
