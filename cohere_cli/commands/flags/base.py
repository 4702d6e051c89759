"""Flags of every command that calls the API, and how a flag class is declared."""

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import field, fields
from math import isfinite
from typing import Annotated, Any, ClassVar, Literal, cast, get_type_hints

import typer

from cohere_cli.errors import UsageProblem
from cohere_cli.record import value_class

_MODEL, _INPUT, _TALK = "Model", "Input", "Conversation"
_ANSWER, _SAMPLING = "Answer", "Sampling"
_OUTPUT, _EVALUATION = "Output", "Evaluation"
_BATCHING, _CONNECTION = "Batching", "Connection"
HELP = "Help"
"""The group of -h, --help and --version."""

GROUPS = (
    _MODEL,
    _INPUT,
    _TALK,
    _ANSWER,
    _SAMPLING,
    _OUTPUT,
    _EVALUATION,
    _BATCHING,
    _CONNECTION,
    HELP,
)
"""The headings of the flags of a command, in the order of the help."""


class CommonGroup(str):
    """The group of a flag that the short help has, too.

    Of what a flag is declared with, Typer hands on its group ("panel") alone.
    """

    __slots__ = ()


# Why a profile cannot have a default of a flag.
SENDS_NOTHING = "with it nothing is sent"
ONE_CALL = "it is the input of one call"
SETTING = "the setting {} is for that"
USE_OUTPUT = "set output to json"

OPTIONAL = "[{}]"
"""The metavar of a flag's value that may be missing; else it is attached: -x2."""


def sort_key(flag: Any) -> tuple[int, bool]:
    """Return a sort key: by group, then flags with a short name first."""
    has_short = any(len(name) == len("-x") for name in flag.param_decls)
    return GROUPS.index(flag.rich_help_panel), not has_short


def between(least: float, most: float) -> Callable[[float | None], float | None]:
    """Return a callback that checks the range of a flag, ends included.

    Unlike `min` and `max`, it is not in the help, for ends that say nothing there.
    """

    def check(value: float | None) -> float | None:
        if value is None or least <= value <= most:
            return value
        problem = f"{value} is not in the range {least}<=x<={most}"
        raise typer.BadParameter(problem)

    return check


def _flag(
    group: str,
    names: tuple[str, ...],
    text: str,
    *,
    body_field: str = "",
    encode: Callable[[Any], Any] | None = None,
    input_file: bool = False,
    text_file: bool = False,
    no_default: str = "",
    is_common: bool = False,
    **more: Any,
) -> Any:
    """Declare a flag of *group* with the help *text*.

    *body_field* is the field of the request that the flag sets, its value passed
    through *encode*. *input_file*: the value names a file, which may be `-`;
    *text_file*: `@FILE` does. *no_default* is why a profile cannot have a default.
    *is_common*: the short help (`-h`) has the flag, too.
    """
    panel = CommonGroup(group) if is_common else group
    option: Any = typer.Option(*names, help=text, rich_help_panel=panel, **more)
    option.body_field, option.encode = body_field, encode
    option.input_file, option.text_file = input_file, text_file
    option.no_default = no_default
    return option


def flag_options(kind: type["DisplayFlags"]) -> Mapping[str, Any]:
    """Return the declared option of each flag of a flag class."""
    # mypy takes the hash of the class's values for that of the class.
    return _options(cast("Any", kind))


@functools.cache  # the hints of all flags take a millisecond each time
def _options(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    # The fields without one are no flags.
    hints = {one.name: hints[one.name] for one in fields(kind)}
    return {
        name: hint.__metadata__[0]
        for name, hint in hints.items()
        if hasattr(hint, "__metadata__")
    }


def model_flag(*names: str, text: str, **more: Any) -> Any:
    """Declare a flag of group Model: which model, and how it works."""
    return _flag(_MODEL, names, text, **more)


def given_flag(*names: str, text: str, **more: Any) -> Any:
    """Declare a flag of group Input: what is read."""
    return _flag(_INPUT, names, text, **more)


def talk_flag(*names: str, text: str, **more: Any) -> Any:
    """Declare a flag of group Conversation: what the request goes on from."""
    return _flag(_TALK, names, text, **more)


def answer_flag(*names: str, text: str, **more: Any) -> Any:
    """Declare a flag of group Answer: what is required of it."""
    return _flag(_ANSWER, names, text, **more)


def sampling_flag(*names: str, text: str, **more: Any) -> Any:
    """Declare a flag of group Sampling: how tokens are chosen."""
    return _flag(_SAMPLING, names, text, **more)


def shown_flag(*names: str, text: str, **more: Any) -> Any:
    """Declare a flag of group Output: what is written."""
    return _flag(_OUTPUT, names, text, **more)


def judged_flag(*names: str, text: str, **more: Any) -> Any:
    """Declare a flag of group Evaluation: what answers are compared with."""
    return _flag(_EVALUATION, names, text, **more)


def sent_flag(*names: str, text: str, **more: Any) -> Any:
    """Declare a flag of group Batching: how many requests there are."""
    return _flag(_BATCHING, names, text, **more)


def call_flag(*names: str, text: str, **more: Any) -> Any:
    """Declare a flag of group Connection: the server and the way to it."""
    return _flag(_CONNECTION, names, text, **more)


ColourChoice = Literal["auto", "always", "never"]


@value_class
class DisplayFlags:
    """Flags of every command that shows a result."""

    color: Annotated[
        ColourChoice | None,
        shown_flag(
            "--color",
            metavar="WHEN",
            text="auto, always or never. [FORCE_COLOR, NO_COLOR]",
            show_default="auto",
        ),
    ] = None
    width: Annotated[
        int | None,
        shown_flag(
            "--width",
            metavar="N",
            callback=between(0, 10_000),
            text="Columns; 0: only the terminal wraps lines.",
            show_default="the terminal's",
        ),
    ] = None


@value_class
class PagerFlags:
    """The flag of every command whose output a pager can show."""

    pager: Annotated[
        bool,
        shown_flag("--pager", text="Show the output in $PAGER, on a terminal."),
    ] = False


@value_class
class PagedFlags(DisplayFlags, PagerFlags):
    """Flags of every command that shows a result without a call."""


@value_class
class CallFlags(DisplayFlags):
    """Flags of every command that calls the API."""

    profile: Annotated[
        str | None,
        call_flag(
            "--profile",
            "-p",
            metavar="NAME",
            is_common=True,
            text="Profile to use; `sandbox` needs no key. [CO_PROFILE]",
            no_default="it chooses the profile",
        ),
    ] = None
    base_url: Annotated[
        str | None,
        call_flag(
            "--base-url",
            metavar="URL",
            text="Base URL of the API. [CO_API_URL]",
            no_default=SETTING.format("base_url"),
        ),
    ] = None
    key_file: Annotated[
        str | None,
        call_flag(
            "--key-file",
            metavar="FILE",
            input_file=True,
            text="Read the API key from a file; - is standard input.",
            no_default="`co auth login` stores a key",
        ),
    ] = None
    timeout: Annotated[
        float | None,
        call_flag(
            "--timeout",
            metavar="SECONDS",
            text="Seconds to wait without receiving data.",
            show_default="60 for a stream, else 300",
        ),
    ] = None
    max_time: Annotated[
        float | None,
        call_flag(
            "--max-time",
            metavar="SECONDS",
            text="Maximum seconds for the whole call, retries included.",
        ),
    ] = None
    retries: Annotated[
        int | None,
        call_flag(
            "--retries",
            metavar="N",
            text="Retries after a transient failure.",
            show_default="2; 5 in a batch",
        ),
    ] = None
    quiet: Annotated[bool, shown_flag("--quiet", text="Print only errors.")] = False
    verbose: Annotated[
        bool,
        shown_flag(
            "--verbose",
            "-v",
            text="Log each request: model, status, bytes, request id, times.",
        ),
    ] = False
    errors: Annotated[
        Literal["text", "json"] | None,
        shown_flag(
            "--errors",
            metavar="FORMAT",
            text="Errors, warnings and notes as text, or as lines of json. [CO_ERRORS]",
            show_default="text",
            no_default="it is read before the profile; set CO_ERRORS",
        ),
    ] = None
    dry_run: Annotated[
        bool,
        shown_flag(
            "--dry-run",
            is_common=True,
            text="Print the request body; send nothing.",
            no_default=SENDS_NOTHING,
        ),
    ] = False
    curl: Annotated[
        bool,
        shown_flag(
            "--curl",
            text="Print the request as a curl command; send nothing.",
            no_default=SENDS_NOTHING,
        ),
    ] = False
    elide: Annotated[
        bool,
        shown_flag("--elide", text="Shorten long strings in --dry-run and --curl."),
    ] = False

    def fields(self) -> dict[str, Any]:
        """Return the fields of the request that the flags set; None: not given."""
        return {
            option.body_field: _encoded(getattr(self, name), option.encode)
            for name, option in flag_options(type(self)).items()
            if option.body_field
        }

    def input_files(self) -> list[str]:
        """Return the files that the flags name, any of which may be `-`."""
        values = [
            getattr(self, name)
            for name, option in flag_options(type(self)).items()
            if option.input_file
        ]
        lists = ([one] if isinstance(one, str) else one or () for one in values)
        return [source for sources in lists for source in sources]


@value_class
class DefaultedFlags(CallFlags):
    """Flags that can have defaults in a profile.

    `command` is the table of the profile that holds them, and `defaulted` the names of
    the flags whose values are such defaults. `profiles` are those that were read for
    them, None if none were. `resolved` are the settings of a session, which its first
    turn has resolved; None for any other call.
    """

    command: ClassVar[str]

    max_cost: Annotated[
        float | None,
        call_flag(
            "--max-cost",
            metavar="DOLLARS",
            min=0,
            text="Send no request that may exceed this total.",
        ),
    ] = None
    no_defaults: Annotated[
        bool,
        call_flag(
            "--no-defaults",
            text="Leave out the defaults of flags in the profile.",
            no_default="it leaves the defaults out",
        ),
    ] = False
    defaulted: frozenset[str] = frozenset()
    profiles: Any = field(default=None, repr=False)
    resolved: Any = field(default=None, repr=False)


def _encoded(value: Any, encode: Callable[[Any], Any] | None) -> Any:
    return value if value is None or encode is None else encode(value)


Fill = Callable[[type["DisplayFlags"], dict[str, Any], Collection[str]], "DisplayFlags"]
"""Makes the flags of a class of their values, and the names of those that are given."""


def _as_given(
    kind: type["DisplayFlags"], values: dict[str, Any], _: Collection[str]
) -> "DisplayFlags":
    return kind(**values)


def expand_flags(
    command: Callable[..., None], fill: Fill = _as_given
) -> Callable[..., None]:
    """Replace each parameter of *command* that is a flag class by its fields.

    *fill* makes the flags, and may add the defaults that a profile has for them.
    """
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
    parameters += [_CONTEXT] if classes else []

    @functools.wraps(command)
    def expanded(**values: Any) -> None:
        given = _given(values.pop(_CONTEXT.name, None), values)
        _require_numbers(values)
        _require_models(values.get("model"))
        _set_json_format(values)
        for name, kind in classes.items():
            own = {flag: values.pop(flag) for flag in flag_options(kind)}
            values[name] = fill(kind, own, given)
        _run(command, values)

    expanded.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    expanded.__annotations__ = {one.name: one.annotation for one in parameters}
    return expanded


_CONTEXT = inspect.Parameter(
    "typer_context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context
)


def _given(context: typer.Context | None, values: Mapping[str, Any]) -> set[str]:
    """Return the names of the parameters that are on the command line."""
    if context is None:
        return set()
    sources = {name: context.get_parameter_source(name) for name in values}
    return {name for name, one in sources.items() if one and one.name == "COMMANDLINE"}


def _run(command: Callable[..., None], values: Mapping[str, Any]) -> None:
    """Run *command*; an error that a default may cause has a hint about it."""
    try:
        command(**values)
    except UsageProblem as exc:
        flags = (one for one in values.values() if isinstance(one, DefaultedFlags))
        if names := sorted(name for one in flags for name in one.defaulted):
            also = f"--no-defaults leaves out the profile's {', '.join(names)}"
            exc.hint = f"{exc.hint}; {also}" if exc.hint else also
        raise


def _require_numbers(values: Mapping[str, Any]) -> None:
    """Raise `UsageProblem` for nan or infinity, which a range may not exclude."""
    for name, value in values.items():
        if isinstance(value, float) and not isfinite(value):
            raise UsageProblem(f"--{name.replace('_', '-')} must be a finite number")


def _require_models(given: str | list[str] | None) -> None:
    """Raise `UsageProblem` for the name of a model that is blank."""
    for name in [given] if isinstance(given, str) else given or ():
        if not name.strip():
            raise UsageProblem("--model is blank", hint="`co models list` lists names")


def _set_json_format(values: dict[str, Any]) -> None:
    """Set the format of --json; raise `UsageProblem` if --output names another."""
    if not (values.get("json") and "output" in values):
        return
    if (output := values["output"]) not in (None, "json"):
        hint = "leave out one of them"
        raise UsageProblem(f"--json and -o {output} name two formats", hint=hint)
    values["output"] = "json"


def _is_flag_class(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, DisplayFlags)


def _parameters_of(kind: type[DisplayFlags]) -> list[inspect.Parameter]:
    """Return one parameter for each field, in the order of the help.

    Within a panel, a command's own flags come before inherited ones.
    """
    hints = get_type_hints(kind, include_extras=True)
    own_first = [
        name for base in kind.__mro__ for name in vars(base).get("__annotations__", ())
    ]
    options = flag_options(kind)
    own_first_fields = sorted(
        (one for one in fields(kind) if one.name in options),
        key=lambda one: own_first.index(one.name),
    )
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
