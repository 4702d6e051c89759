"""`co chat`: sends a prompt, documents and images to a model; streams the answer."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cohere_cli.commands.call import replies
from cohere_cli.commands.call.inputs import read_body_files, without_fields_of
from cohere_cli.commands.call.prompt import check_texts, read_argument, read_prompt
from cohere_cli.commands.call.replies import reply_format, selected_channels
from cohere_cli.commands.call.session import (
    call_budget,
    limited_events,
    naming_models,
    open_client,
    open_client_of,
    presented,
    report_limits,
    resolve_settings,
)
from cohere_cli.commands.flags.chat import ChatFlags
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.connection import Connection
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.commands.call.tool_steps import ToolSteps
    from cohere_cli.config.settings import Settings
    from cohere_cli.conversation.conversation import Conversation


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

    Piped input is added to the prompt, unless a flag reads it with -. Without a
    prompt, on a terminal: a conversation.

    $ co chat "Who wrote it?" -d notes.md

    $ git diff | co chat "Write a commit message for this"

    $ co chat "Who is in the picture?" -i party.jpg --schema 'people int'
    """
    with presented(flags) as terminal:
        run(tuple(prompt or ()), flags, terminal)


def run(words: tuple[str, ...], flags: ChatFlags, terminal: Terminal) -> None:
    """Read the input files, send the request, and show the reply on *terminal*."""
    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    if flags.body_schema:
        _show_schema(terminal)
        return
    # --to-compat sends nothing, so it needs no key and has the formats of --dry-run.
    flags = replace(flags, dry_run=True) if flags.to_compat else flags
    reply_format(flags)
    if not words and terminal.stdin.isatty():
        from cohere_cli.commands.session.start import chat_session, wants_session

        if wants_session(flags, terminal):
            chat_session(flags, terminal, answer)
            return
    if flags.editor and flags.edit is None:
        words = _written(words, terminal)
    is_written = flags.editor or (flags.edit is not None and not words)
    conversation = None
    if flags.goes_on:
        from cohere_cli.commands.call.conversation import going_on

        conversation, prompt, is_over = going_on(flags, "chat", words, terminal)
        if is_over:
            return
        words = (prompt,) if prompt else words
    if flags.tool_results:
        from cohere_cli.commands.call.tool_steps import take_results

        take_results(flags.tool_results, conversation, terminal)
    is_written = is_written and not replies.is_preview(flags)
    with _keeping_draft(words, terminal) if is_written else nullcontext():
        check_texts(words, flags, terminal)
        answer(
            lambda own: read_prompt(words, own, terminal), flags, terminal, conversation
        )


def answer(
    read: Callable[[ChatFlags], str],
    flags: ChatFlags,
    terminal: Terminal,
    conversation: "Conversation | None" = None,
    connection: "Connection | None" = None,
) -> None:
    """Send one request and show the reply; tools that the model calls are run."""
    if not (flags.tools or flags.tool or flags.mcp or flags.tools_only):
        send_turn(read, flags, terminal, conversation, connection)
        return
    from cohere_cli.commands.call.tool_steps import answer_with_tools

    answer_with_tools(
        send_turn,
        read,
        flags,
        terminal,
        conversation=conversation,
        connection=connection,
    )


def _written(words: tuple[str, ...], terminal: Terminal) -> tuple[str, ...]:
    """Return the prompt that the user writes in the editor, which begins as *words*."""
    from cohere_cli.commands.call.editor import written_prompt

    text = read_argument(words[0], terminal) if len(words) == 1 else " ".join(words)
    prompt = written_prompt(text, terminal)
    # A text that begins with @ names no file here.
    return (f"@{prompt}" if prompt.startswith("@") else prompt,)


def _keeping_draft(
    words: tuple[str, ...], terminal: Terminal
) -> AbstractContextManager[None]:
    from cohere_cli.commands.call.editor import keeping_draft

    return keeping_draft(words[0].removeprefix("@"), terminal)


def send_turn(
    read: Callable[[ChatFlags], str],
    flags: ChatFlags,
    terminal: Terminal,
    conversation: "Conversation | None" = None,
    connection: "Connection | None" = None,
    *,
    steps: "ToolSteps | None" = None,
) -> None:
    """Send one request and show the reply; the turn is recorded.

    *read* returns the prompt. The request goes on from the turns of *conversation*.
    *connection* is one that is open already; *steps* has the tools, and knows which
    replies are not the answer yet.
    """
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.commands.call.inputs import chat_request
    from cohere_cli.request.body_file import check_fields

    earlier, fitted = None, None
    if conversation is not None:
        from cohere_cli.commands.call.conversation import earlier_file, flags_of

        flags = flags_of(conversation, flags, terminal.environ)
        if not flags.file:
            conversation.answer_pending_calls()
        earlier = earlier_file(conversation, flags, "chat")
    # An unknown field is reported before a missing key or prompt.
    if file := read_body_files(flags, terminal, earlier):
        check_fields(ChatBody, file)
        flags = without_fields_of(flags, file)
    settings = resolve_settings(flags, terminal, model=flags.model)
    if conversation is not None:
        from cohere_cli.commands.call.conversation import require_same_server

        require_same_server(conversation, flags, settings.base_url, terminal)
    selected_channels(flags, settings)  # what is wrong with them
    prompt = read(flags)
    if flags.system is not None:
        flags = replace(flags, system=read_argument(flags.system, terminal))
    tools = steps.new_declarations() if steps else None
    body = chat_request(prompt, flags, settings, file, terminal, tools=tools)
    if conversation is not None:
        from cohere_cli.commands.call.conversation import fit

        fitted = fit(conversation, body, terminal)
        body = fitted.body
    request = _Request(body, flags, settings, terminal, steps)
    if replies.is_preview(flags):
        request.preview()
        return
    on_end = replies.recorder(
        body,
        flags,
        settings,
        terminal,
        command="chat",
        conversation=conversation,
        fitted=fitted,
    )
    request.send(on_end, connection)


class _Request(NamedTuple):
    """A request, and how it is sent and its reply shown."""

    body: "ChatBody"
    flags: ChatFlags
    settings: "Settings"
    terminal: Terminal
    steps: "ToolSteps | None"

    def send(
        self, on_end: replies.OnEnd | None, connection: "Connection | None"
    ) -> None:
        """Send it, on *connection* if that is open already; show the reply."""
        from cohere_cli.api.protocol.chat import encode_response
        from cohere_cli.render import is_live

        body, flags, settings, terminal, steps = self
        output = flags.output
        shown = selected_channels(flags, settings)
        if steps and not is_live(terminal, output):
            # What is run, and what is left to the user, is noted one by one.
            shown -= {"tools"}
        counted = limited_events(body, call_budget(flags, settings, terminal))
        replies.warn_without_json_prompt(body, terminal)
        replies.note_lost_citations(flags, output, terminal)
        opened = (
            open_client(settings, terminal, record=flags.record)
            if connection is None
            else open_client_of(connection, terminal, record=flags.record)
        )
        with (
            opened as client,
            replies.waiting(terminal),
            naming_models(body.model, "chat"),
        ):
            replies.show_reply(
                counted(client.chat(body, joined=output != "events")),
                terminal,
                output,
                steps.shape if steps else encode_response,
                shown,
                block=flags.extract,
                check=lambda reply: replies.check_answer(reply, body),
                on_end=on_end,
                is_step=steps.is_step if steps else None,
                calls=_call_titles(body),
            )
            report_limits(client, shown, terminal)

    def preview(self) -> None:
        """Print it instead, or its translation."""
        body, flags, settings, terminal, _ = self
        output = flags.output
        if not flags.to_compat:
            url = f"{settings.base_url}/v2/chat"
            replies.preview(body, flags, terminal, url=url, output=output)
            return
        from cohere_cli.commands.compat import compatible

        translated = compatible(body, terminal)
        url = f"{settings.compat_base_url or '/compatibility/v1'}/chat/completions"
        replies.preview(translated, flags, terminal, url=url, output=output)


def _call_titles(body: "ChatBody") -> dict[str, str]:
    """Return the titles of the calls whose results are in *body*."""
    if not any(message.role == "tool" for message in body.messages):
        return {}
    from cohere_cli.api.protocol.requests import to_json
    from cohere_cli.render.tables.tool_calls import call_titles

    return call_titles(to_json(body.messages))


def _show_schema(terminal: Terminal) -> None:
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.api.protocol.validation import schema_of
    from cohere_cli.render.json import write_json
    from cohere_cli.tools.schema import with_run_fields

    write_json(terminal, with_run_fields(schema_of(ChatBody)))
