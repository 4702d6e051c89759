"""`co compat`: the same prompt for a server that speaks OpenAI's shape."""

from dataclasses import replace
from typing import Annotated

import typer

from cohere_cli.commands.asking import (
    answer,
    body_file_of,
    format_of,
    prompt_from,
    show_body,
)
from cohere_cli.commands.connected import connected, settled
from cohere_cli.options import CompatFlags
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
    output = format_of(flags)
    prompt = prompt_from(words, terminal, named=(flags.file, flags.key_file))
    settings = settled(flags, terminal, model=flags.model, compat=True)
    body = compat_body(
        prompt,
        system=flags.system,
        flags={
            "model": flags.model,
            "stream": flags.stream,
            "max_tokens": flags.max_tokens,
            "temperature": flags.temperature,
            "seed": flags.seed,
            "top_p": flags.top_p,
            "stop": tuple(flags.stop) if flags.stop else None,
            "frequency_penalty": flags.frequency_penalty,
            "presence_penalty": flags.presence_penalty,
            "reasoning_effort": flags.reasoning_effort,
        },
        default_model=settings.model,
        file=body_file_of(flags, terminal),
    )
    if flags.dry_run:
        show_body(body, terminal)
        return
    with connected(settings, terminal, compat=True) as client:
        answer(client.compat(body), terminal, output, completion_of)
