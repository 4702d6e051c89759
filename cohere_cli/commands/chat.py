"""`co chat`: ask a model, grounded in documents, and show the answer as it comes."""

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
from cohere_cli.options import ChatFlags
from cohere_cli.terminal import Terminal


def chat(
    flags: ChatFlags,
    prompt: Annotated[
        list[str] | None,
        typer.Argument(metavar="PROMPT", help="The prompt, as one word or many."),
    ] = None,
) -> None:
    """Ask a model; ground the answer in documents, and see what it cites.

    Piped input is added to the prompt, unless a flag names it with -.

    co chat "Who wrote it?" -d notes.md

    git diff | co chat "Write a commit message for this"
    """
    run(tuple(prompt or ()), flags, Terminal.system())


def run(words: tuple[str, ...], flags: ChatFlags, terminal: Terminal) -> None:
    """Read what the flags name, ask, and show the answer on *terminal*."""
    from cohere_cli.api.chat import response_of
    from cohere_cli.compose.chat import chat_body
    from cohere_cli.documents.readers import read_documents

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    output = format_of(flags)
    sources = tuple(flags.document or ())
    named = (*sources, flags.file, flags.key_file)
    prompt = prompt_from(words, terminal, named=named)
    settings = settled(flags, terminal, model=flags.model)
    body = chat_body(
        prompt,
        system=flags.system,
        documents=tuple(read_documents(sources, terminal.stdin.buffer)),
        flags={
            "model": flags.model,
            "stream": flags.stream,
            "max_tokens": flags.max_tokens,
            "temperature": flags.temperature,
            "seed": flags.seed,
        },
        default_model=settings.model,
        file=body_file_of(flags, terminal),
    )
    if flags.dry_run:
        show_body(body, terminal)
        return
    with connected(settings, terminal) as client:
        answer(client.chat(body), terminal, output, response_of)
