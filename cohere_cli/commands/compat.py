"""`co compat`: the same prompt for a server that speaks OpenAI's shape."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.commands import replies
from cohere_cli.commands.flags.compat import CompatFlags
from cohere_cli.commands.inputs import read_body_files, read_prompt
from cohere_cli.commands.replies import reply_format, selected_channels, show_reply
from cohere_cli.commands.session import open_client, resolve_settings
from cohere_cli.errors import RequestRefused, UsageProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.protocol.requests import ChatBody, CompatBody
    from cohere_cli.config.settings import Settings
    from cohere_cli.request.body_file import BodyFile
    from cohere_cli.request.openai.lint import Finding
    from cohere_cli.request.openai.losses import Loss


def compat(
    flags: CompatFlags,
    prompt: Annotated[
        list[str] | None,
        typer.Argument(metavar="PROMPT", help="The prompt, as one word or many."),
    ] = None,
) -> None:
    """Ask through the OpenAI-compatible endpoint, of Cohere or of another server.

    Here --base-url is the whole base, such as http://127.0.0.1:8000/v1.

    co compat "Write a haiku about recursion"

    co compat -f request.json --check
    """
    run(tuple(prompt or ()), flags, Terminal.system())


def run(words: tuple[str, ...], flags: CompatFlags, terminal: Terminal) -> None:
    """Read what the flags name, then ask, or say what asking would be."""
    from cohere_cli.commands.inputs import compat_request
    from cohere_cli.config.resolution import is_cohere_compat_url

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    output = _format(flags)
    # What sends nothing needs no key.
    unsent = replace(flags, dry_run=True) if flags.check or flags.to_native else flags
    settings = resolve_settings(unsent, terminal, model=flags.model, compat=True)
    prompt = read_prompt(words, terminal, named=flags.input_files())
    file = read_body_files(flags, terminal)
    cohere = settings.sandbox or is_cohere_compat_url(settings.compat_base_url)
    data = compat_request(
        prompt, flags, terminal, model=settings.model, cohere=cohere, file=file
    )
    where = file.where("") if file else ""
    if flags.check:
        check(data, terminal, output, where)
    elif flags.to_native:
        body = native(data, terminal, where)
        url = f"{settings.base_url}/v2/chat"
        replies.preview(body, flags, terminal, url=url, output=output)
    else:
        _ask(data, file, flags, settings, terminal, cohere=cohere, output=output)


def _ask(
    data: Mapping[str, Any],
    file: "BodyFile | None",
    flags: CompatFlags,
    settings: "Settings",
    terminal: Terminal,
    *,
    cohere: bool,
    output: str | None,
) -> None:
    from cohere_cli.api.protocol.compat import encode_completion
    from cohere_cli.commands.inputs import cohere_compat_body, other_server_body

    shown = selected_channels(flags, settings)
    usage = "usage" in shown or output == "json"
    body = (
        cohere_compat_body(data, file, terminal)
        if cohere
        else other_server_body(data, file, terminal, usage=usage)
    )
    if replies.is_preview(flags):
        base = settings.compat_base_url or "/compatibility/v1"
        url = f"{base}/chat/completions"
        replies.preview(body, flags, terminal, url=url, output=output)
        return
    record = flags.record
    with open_client(settings, terminal, compat=True, record=record) as client:
        show_reply(client.compat(body), terminal, output, encode_completion, shown)


def _format(flags: CompatFlags) -> str | None:
    """Return the output format; refuse one that what is asked for does not have."""
    if flags.check and flags.to_native:
        hint = "leave one of them out"
        raise UsageProblem("--check and --to-native are two questions", hint=hint)
    if not (flags.check or flags.to_native):
        if flags.output == "jsonl":
            hint = "add --check, or ask for -o json"
            raise UsageProblem("jsonl is a format of --check alone", hint=hint)
        return reply_format(flags)
    mode, formats = ("--to-native", _NATIVE) if flags.to_native else ("--check", _CHECK)
    output = "json" if flags.json else flags.output
    if output not in (None, *formats):
        hint = f"choose one of {', '.join(formats)}"
        raise UsageProblem(f"{mode} has no output format {output!r}", hint=hint)
    return output


_CHECK = ("text", "json", "jsonl")
_NATIVE = ("json", "yaml")


_STYLES = {"supported": "green", "ignored": "yellow", "refused": "bold red"}


def check(
    data: Mapping[str, Any], terminal: Terminal, output: str | None, where: str
) -> None:
    """Say what Cohere's endpoint makes of each field of *data*, which is OpenAI's.

    Raises `RequestRefused` if it would refuse any; *where* is the file it is from.
    """
    from cohere_cli.request.openai.lint import lint

    found = lint(data)
    _show(found, terminal, output)
    if refused := sum(one.verdict == "refused" for one in found):
        many = f"{refused} field{'s' if refused > 1 else ''}"
        said = f"Cohere's endpoint would refuse {many} of this body"
        hint = "--to-native says it in the words of `co chat`, as far as they go"
        raise RequestRefused(said, where=where, hint=hint)


def _show(found: "Iterable[Finding]", terminal: Terminal, output: str | None) -> None:
    from dataclasses import asdict

    from cohere_cli.render.json import write_json_list

    if output in ("json", "jsonl"):
        items = (asdict(one) for one in found)
        write_json_list(terminal, items, lines=output == "jsonl")
        return
    from cohere_cli.render.tables.columns import write_columns

    write_columns(terminal, [_row(one) for one in found])


def _row(one: "Finding") -> list[tuple[str, str]]:
    why = f"{one.why}; instead: {one.instead}" if one.instead else one.why
    return [(one.verdict, _STYLES[one.verdict]), (one.path, "bold"), (why, "")]


def native(data: Mapping[str, Any], terminal: Terminal, where: str) -> "ChatBody":
    """Return OpenAI's body *data* as one of `/v2/chat`; say what it does not say."""
    from cohere_cli.request.openai.to_cohere import to_native

    told = to_native(data, where=where)
    _say(told.losses, terminal)
    return told.body


def compatible(body: "ChatBody", terminal: Terminal) -> "CompatBody":
    """Return *body* in OpenAI's words; say what they tell otherwise.

    Raises `RequestRefused` where they leave something out: without its documents a
    question is another one.
    """
    from cohere_cli.request.openai.from_cohere import to_openai

    told = to_openai(body)
    _say(told.losses, terminal)
    lost = [loss.path for loss in told.losses if loss.is_left_out]
    if lost:
        said = f"OpenAI's shape has no words for {', '.join(lost)}"
        raise RequestRefused(said, hint="leave that out, or ask with `co chat`")
    return told.body


def _say(losses: "Iterable[Loss]", terminal: Terminal) -> None:
    for loss in losses:
        terminal.note(f"co: {loss.path}: {loss.what}: {loss.why}")
