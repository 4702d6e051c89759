"""The flags of every command that calls the API."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any, get_type_hints

import typer

_GIVEN, _SHOWN, _MODEL = "What it is given", "What is shown", "The model"
_MANY, _CALL = "Many requests", "The call"
_PANELS = (_GIVEN, _SHOWN, _MODEL, _MANY, _CALL)


def sort_key(flag: Any) -> tuple[int, bool]:
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


@dataclass(frozen=True, kw_only=True)
class CallFlags:
    """What every command that calls the API takes."""

    profile: Annotated[
        str | None,
        call_flag(
            "--profile",
            "-p",
            metavar="NAME",
            text="Profile to use; `sandbox` needs no key. [CO_PROFILE]",
        ),
    ] = None
    base_url: Annotated[
        str | None,
        call_flag("--base-url", metavar="URL", text="Address of the API. [CO_API_URL]"),
    ] = None
    key_file: Annotated[
        str | None,
        call_flag(
            "--key-file",
            metavar="FILE",
            text="File that holds the API key; - is standard input.",
        ),
    ] = None
    timeout: Annotated[
        float | None,
        call_flag("--timeout", metavar="SECONDS", text="Seconds of silence to bear."),
    ] = None
    max_time: Annotated[
        float | None,
        call_flag(
            "--max-time",
            metavar="SECONDS",
            text="Seconds that the whole call may take.",
        ),
    ] = None
    retries: Annotated[
        int | None,
        call_flag(
            "--retries", metavar="N", text="Times to ask again after a passing failure."
        ),
    ] = None
    quiet: Annotated[bool, call_flag("--quiet", text="Say nothing but errors.")] = False
    verbose: Annotated[
        bool, call_flag("--verbose", "-v", text="Say what is sent where, and retries.")
    ] = False
    dry_run: Annotated[
        bool, call_flag("--dry-run", text="Print the request body; send nothing.")
    ] = False
    curl: Annotated[
        bool,
        call_flag("--curl", text="Print the call as a curl command; send nothing."),
    ] = False
    elide: Annotated[
        bool, call_flag("--elide", text="Shorten long texts in --dry-run and --curl.")
    ] = False


def expand_flags(command: Callable[..., None]) -> Callable[..., None]:
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
    return sorted(parameters, key=lambda one: sort_key(one.annotation.__metadata__[0]))
