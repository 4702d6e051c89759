"""`co chat`: sends a prompt, documents and images to a model; streams the answer."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands.call import replies
from cohere_cli.commands.call.inputs import read_body_files, without_fields_of
from cohere_cli.commands.call.prompt import check_texts, read_argument, read_prompt
from cohere_cli.commands.call.replies import reply_format, selected_channels, show_reply
from cohere_cli.commands.call.session import (
    naming_models,
    open_client,
    presented,
    resolve_settings,
)
from cohere_cli.commands.flags.chat import ChatFlags
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.config.settings import Settings


def chat(
    flags: ChatFlags,
    prompt: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROMPT",
            help="Prompt; words are joined by spaces; @FILE reads it from a file.",
        ),
    ] = None,
) -> None:
    """Chat with a model; ground the answer in documents, with citations.

    Piped input is added to the prompt, unless a flag reads it with -.

    $ co chat "Who wrote it?" -d notes.md

    $ git diff | co chat "Write a commit message for this"

    $ co chat "Who is in the picture?" -i party.jpg --schema 'people int'
    """
    with presented(flags) as terminal:
        run(tuple(prompt or ()), flags, terminal)


def run(words: tuple[str, ...], flags: ChatFlags, terminal: Terminal) -> None:
    """Read the input files, send the request, and show the reply on *terminal*."""
    from cohere_cli.api.protocol.chat import encode_response
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.commands.call.inputs import chat_request
    from cohere_cli.commands.call.replies import (
        check_answer,
        note_lost_citations,
        warn_without_json_prompt,
    )
    from cohere_cli.render.waiting import waiting_line
    from cohere_cli.request.body_file import check_fields

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    if flags.body_schema:
        _show_schema(terminal)
        return
    # --to-compat sends nothing, so it needs no key and has the formats of --dry-run.
    flags = replace(flags, dry_run=True) if flags.to_compat else flags
    output = reply_format(flags)
    check_texts(words, flags, terminal)
    # An unknown field is reported before a missing key or prompt.
    if file := read_body_files(flags, terminal):
        check_fields(ChatBody, file)
        flags = without_fields_of(flags, file)
    settings = resolve_settings(flags, terminal, model=flags.model)
    shown = selected_channels(flags, settings)
    prompt = read_prompt(words, flags, terminal)
    if flags.system is not None:
        flags = replace(flags, system=read_argument(flags.system, terminal))
    body = chat_request(prompt, flags, settings, file, terminal)
    if replies.is_preview(flags):
        _preview(body, flags, settings, terminal, output)
        return
    warn_without_json_prompt(body, terminal)
    note_lost_citations(flags, output, terminal)
    with (
        open_client(settings, terminal, record=flags.record) as client,
        waiting_line(terminal),
        naming_models(body.model, "chat"),
    ):
        show_reply(
            client.chat(body, joined=output != "events"),
            terminal,
            output,
            encode_response,
            shown,
            block=flags.extract,
            check=lambda reply: check_answer(reply, body),
        )


def _preview(
    body: "ChatBody",
    flags: ChatFlags,
    settings: "Settings",
    terminal: Terminal,
    output: str | None,
) -> None:
    if not flags.to_compat:
        url = f"{settings.base_url}/v2/chat"
        replies.preview(body, flags, terminal, url=url, output=output)
        return
    from cohere_cli.commands.compat import compatible

    translated = compatible(body, terminal)
    url = f"{settings.compat_base_url or '/compatibility/v1'}/chat/completions"
    replies.preview(translated, flags, terminal, url=url, output=output)


def _show_schema(terminal: Terminal) -> None:
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.api.protocol.validation import schema_of
    from cohere_cli.render.json import write_json

    write_json(terminal, schema_of(ChatBody))
