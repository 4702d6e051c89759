"""The flags, each declared once, and how a command takes a whole class of them.

A flag that was not given is None: what holds then is decided later, in one place
(`config`). A command names a flag class as the type of one parameter; `unpacked`
shows Typer one option for each field.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, get_type_hints

import typer

_CALL = "The call"
_MODEL = "The model"


AnswerFormat = Literal["text", "json", "events"]
RankingFormat = Literal["table", "text", "json", "jsonl"]
RecordFormat = Literal["auto", "lines", "jsonl", "json", "yaml", "csv", "tsv"]


def _call(*names: str, text: str, **more: Any) -> Any:
    return typer.Option(*names, help=text, rich_help_panel=_CALL, **more)


def _model(*names: str, text: str, **more: Any) -> Any:
    return typer.Option(*names, help=text, rich_help_panel=_MODEL, **more)


@dataclass(frozen=True, kw_only=True)
class CallFlags:
    """What every command that calls the API takes."""

    profile: Annotated[
        str | None,
        _call(
            "--profile",
            "-p",
            metavar="NAME",
            text="Profile to use; `sandbox` needs no key. [CO_PROFILE]",
        ),
    ] = None
    base_url: Annotated[
        str | None,
        _call("--base-url", metavar="URL", text="Address of the API. [CO_API_URL]"),
    ] = None
    key_file: Annotated[
        str | None,
        _call(
            "--key-file",
            metavar="FILE",
            text="File that holds the API key; - is standard input.",
        ),
    ] = None
    timeout: Annotated[
        float | None,
        _call("--timeout", metavar="SECONDS", text="Seconds of silence to bear."),
    ] = None
    max_time: Annotated[
        float | None,
        _call(
            "--max-time",
            metavar="SECONDS",
            text="Seconds that the whole call may take.",
        ),
    ] = None
    retries: Annotated[
        int | None,
        _call(
            "--retries", metavar="N", text="Times to ask again after a passing failure."
        ),
    ] = None
    quiet: Annotated[bool, _call("--quiet", text="Say nothing but errors.")] = False
    verbose: Annotated[
        bool, _call("--verbose", "-v", text="Say what is sent where, and retries.")
    ] = False
    dry_run: Annotated[
        bool, _call("--dry-run", text="Print the request body; send nothing.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class AnswerFlags(CallFlags):
    """What every command that gets an answer from a model takes."""

    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            "-f",
            metavar="FILE",
            help="Request body in JSON or YAML, in the API's own field names; "
            "flags override it. - is standard input.",
        ),
    ] = None
    system: Annotated[
        str | None,
        typer.Option("--system", "-s", metavar="TEXT", help="System message."),
    ] = None
    stream: Annotated[
        bool | None,
        typer.Option(
            "--stream/--no-stream",
            help="Show the answer as it comes, or fetch it whole.",
            show_default="stream",
        ),
    ] = None
    output: Annotated[
        AnswerFormat | None,
        typer.Option(
            "--output", "-o", help="Format of the answer.", show_default="text"
        ),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Short for -o json.")] = False
    quiet: Annotated[bool, _call("--quiet", "-q", text="Say nothing but errors.")] = (
        False
    )
    model: Annotated[
        str | None,
        _model(
            "--model",
            "-m",
            metavar="NAME",
            text="Model. [CO_MODEL]",
            show_default="the profile's",
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        _model("--max-tokens", metavar="N", min=0, text="Longest answer, in tokens."),
    ] = None
    temperature: Annotated[
        float | None,
        _model(
            "--temperature",
            "-T",
            metavar="X",
            min=0,
            text="Randomness; 0 is the least.",
        ),
    ] = None
    seed: Annotated[
        int | None,
        _model(
            "--seed", metavar="N", text="Same seed, same body: the same answer, mostly."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class ChatFlags(AnswerFlags):
    """What `co chat` takes."""

    document: Annotated[
        list[str] | None,
        typer.Option(
            "--document",
            "-d",
            metavar="FILE",
            help="File to ground the answer in: text, Markdown, JSON, JSON lines, "
            "YAML, CSV; - is standard input. Repeatable.",
        ),
    ] = None
    temperature: Annotated[
        float | None,
        _model(
            "--temperature", "-T", metavar="X", min=0, max=1, text="Randomness, 0 to 1."
        ),
    ] = None
    seed: Annotated[
        int | None,
        _model(
            "--seed",
            metavar="N",
            min=0,
            text="Same seed, same body: the same answer, mostly.",
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class CompatFlags(AnswerFlags):
    """What `co compat` takes."""

    top_p: Annotated[
        float | None,
        _model(
            "--top-p",
            metavar="X",
            min=0,
            max=1,
            text="Share of likely tokens to draw from.",
        ),
    ] = None
    stop: Annotated[
        list[str] | None,
        _model("--stop", metavar="TEXT", text="Text that ends the answer. Repeatable."),
    ] = None
    frequency_penalty: Annotated[
        float | None,
        _model("--frequency-penalty", metavar="X", text="Discourage repetition."),
    ] = None
    presence_penalty: Annotated[
        float | None,
        _model("--presence-penalty", metavar="X", text="Encourage new words."),
    ] = None
    reasoning_effort: Annotated[
        str | None,
        _model(
            "--reasoning-effort", metavar="WORD", text="Cohere takes `none` and `high`."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class RerankFlags(CallFlags):
    """What `co rerank` takes."""

    query: Annotated[
        str | None,
        typer.Option(
            "--query", "-q", metavar="TEXT", help="What to look for; @FILE reads it."
        ),
    ] = None
    top_n: Annotated[
        int | None,
        typer.Option(
            "--top-n", "-n", metavar="N", min=0, help="Keep the best N; 0 is all."
        ),
    ] = None
    input: Annotated[
        RecordFormat,
        typer.Option("--input", help="Format of what is read."),
    ] = "auto"
    output: Annotated[
        RankingFormat | None,
        typer.Option(
            "--output",
            "-o",
            help="Format of the ranking.",
            show_default="table on a terminal, text in a pipe",
        ),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Short for -o json.")] = False
    model: Annotated[
        str | None,
        _model(
            "--model", "-m", metavar="NAME", text="Model.", show_default="the profile's"
        ),
    ] = None
    max_tokens_per_doc: Annotated[
        int | None,
        _model(
            "--max-tokens-per-doc",
            metavar="N",
            min=1,
            text="Tokens of a document that are read.",
        ),
    ] = None
    priority: Annotated[
        int | None,
        _model("--priority", metavar="N", min=0, max=999, text="0 is served first."),
    ] = None


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
    hints = get_type_hints(kind, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
        for field in fields(kind)
    ]
