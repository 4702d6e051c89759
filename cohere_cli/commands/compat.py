"""`co compat`: the same prompt for a server that speaks OpenAI's shape."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.commands import preview
from cohere_cli.commands.asking import (
    answer,
    body_file_of,
    channels_of,
    format_of,
    prompt_from,
)
from cohere_cli.commands.connected import connected, settled
from cohere_cli.errors import UsageProblem
from cohere_cli.options.compat import CompatFlags
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.compose.body_file import BodyFile
    from cohere_cli.config.settings import Settings


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
    from cohere_cli.commands.compat_body import composed
    from cohere_cli.config.destination import is_coheres_shape

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    output = _format(flags)
    # What sends nothing needs no key.
    unsent = replace(flags, dry_run=True) if flags.check or flags.to_native else flags
    settings = settled(unsent, terminal, model=flags.model, compat=True)
    prompt = prompt_from(words, terminal, named=_named(flags))
    file = body_file_of(flags, terminal)
    cohere = settings.sandbox or is_coheres_shape(settings.compat_base_url)
    data = composed(
        prompt, flags, terminal, model=settings.model, cohere=cohere, file=file
    )
    where = file.where("") if file else ""
    if flags.check:
        from cohere_cli.commands.translating import check

        check(data, terminal, output, where)
    elif flags.to_native:
        from cohere_cli.commands.translating import native

        body = native(data, terminal, where)
        url = f"{settings.base_url}/v2/chat"
        preview.preview(body, flags, terminal, url=url, output=output)
    else:
        _ask(data, file, flags, settings, terminal, cohere=cohere, output=output)


def _named(flags: CompatFlags) -> tuple[str | None, ...]:
    """Return the files that the flags name, any of which may be standard input."""
    files = (*(flags.file or ()), *(flags.tools or ()), *(flags.image or ()))
    return (*files, flags.response_format, flags.key_file)


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
    from cohere_cli.api.compat import completion_of
    from cohere_cli.commands.compat_body import for_another, for_cohere

    shown = channels_of(flags, settings)
    usage = "usage" in shown or output == "json"
    body = (
        for_cohere(data, file, terminal)
        if cohere
        else for_another(data, file, terminal, usage=usage)
    )
    if preview.is_asked(flags):
        base = settings.compat_base_url or "/compatibility/v1"
        url = f"{base}/chat/completions"
        preview.preview(body, flags, terminal, url=url, output=output)
        return
    record = flags.record
    with connected(settings, terminal, compat=True, record=record) as client:
        answer(client.compat(body), terminal, output, completion_of, shown)


def _format(flags: CompatFlags) -> str | None:
    """Return the output format; refuse one that what is asked for does not have."""
    if flags.check and flags.to_native:
        hint = "leave one of them out"
        raise UsageProblem("--check and --to-native are two questions", hint=hint)
    if not (flags.check or flags.to_native):
        if flags.output == "jsonl":
            hint = "add --check, or ask for -o json"
            raise UsageProblem("jsonl is a format of --check alone", hint=hint)
        return format_of(flags)
    mode, formats = ("--to-native", _NATIVE) if flags.to_native else ("--check", _CHECK)
    output = "json" if flags.json else flags.output
    if output not in (None, *formats):
        hint = f"choose one of {', '.join(formats)}"
        raise UsageProblem(f"{mode} has no output format {output!r}", hint=hint)
    return output


_CHECK = ("text", "json", "jsonl")
_NATIVE = ("json", "yaml")
