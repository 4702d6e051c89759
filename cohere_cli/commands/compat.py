"""`co compat`: the same prompt for a server that speaks OpenAI's shape."""

from dataclasses import replace
from typing import Annotated

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
from cohere_cli.options.compat import CompatFlags
from cohere_cli.terminal import Terminal


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
    """
    run(tuple(prompt or ()), flags, Terminal.system())


def run(words: tuple[str, ...], flags: CompatFlags, terminal: Terminal) -> None:
    """Read what the flags name, ask, and show the answer on *terminal*."""
    from cohere_cli.api.compat import completion_of
    from cohere_cli.compose.compat import compat_body

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    output, shown = format_of(flags), channels_of(flags)
    settings = settled(flags, terminal, model=flags.model, compat=True)
    named = (*(flags.file or ()), flags.key_file)
    body = compat_body(
        prompt_from(words, terminal, named=named),
        system=flags.system,
        flags=flags.fields(),
        default_model=settings.model,
        file=body_file_of(flags, terminal),
    )
    if preview.is_asked(flags):
        base = settings.compat_base_url or "/compatibility/v1"
        url = f"{base}/chat/completions"
        preview.preview(body, flags, terminal, url=url, output=output)
        return
    record = flags.record
    with connected(settings, terminal, compat=True, record=record) as client:
        answer(client.compat(body), terminal, output, completion_of, shown)
