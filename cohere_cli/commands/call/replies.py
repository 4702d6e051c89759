"""Shows a reply, previews a request, and checks what an answer must have."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from cohere_cli.errors import (
    AnswerIncomplete,
    CoError,
    OutputUnwritable,
    UsageProblem,
)
from cohere_cli.record import EMPTY
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.protocol.events import ChatEvent
    from cohere_cli.api.protocol.reply import Reply
    from cohere_cli.api.protocol.requests import ChatBody, CompatBody, RawCompatBody
    from cohere_cli.commands.call.turn_record import Fitted
    from cohere_cli.commands.flags.answer import AnswerFlags
    from cohere_cli.commands.flags.base import CallFlags
    from cohere_cli.config.settings import Settings
    from cohere_cli.conversation.conversation import Conversation


def reply_format(flags: "AnswerFlags") -> str | None:
    """Return the output format of the flags; None means the default."""
    chosen = flags.output
    if chosen == "events" and flags.stream is False:
        hint = "leave out --no-stream, or use -o json"
        raise UsageProblem("-o events needs a streamed reply", hint=hint)
    if chosen == "yaml" and not flags.dry_run:
        hint = "add --dry-run, or use -o json"
        raise UsageProblem("-o yaml needs --dry-run", hint=hint)
    if flags.extract is not None and chosen not in (None, "text", "yaml"):
        hint = "leave out one of them"
        raise UsageProblem(f"-x writes code alone, -o {chosen} more", hint=hint)
    if re.fullmatch("-?0+|-[0-9]+", flags.extract or ""):
        raise UsageProblem(f"-x{flags.extract} names no block", hint="-x1 is the first")
    return chosen


def selected_channels(flags: "AnswerFlags", settings: "Settings") -> frozenset[str]:
    """Return the channels to show: those of the flags, else those of the profile."""
    from cohere_cli.render.renderer import DEFAULT_CHANNELS

    shown = DEFAULT_CHANNELS
    if settings.show or settings.hide or flags.show or flags.hide:
        shown = _chosen_channels(flags, settings)
    return shown | {"usage"} if flags.usage else shown


def _chosen_channels(flags: "AnswerFlags", settings: "Settings") -> frozenset[str]:
    from cohere_cli.render.channels import select_channels

    usual = select_channels(",".join(settings.show), ",".join(settings.hide))
    return select_channels(
        ",".join(flags.show or ()), ",".join(flags.hide or ()), usual
    )


def waiting(terminal: Terminal) -> AbstractContextManager[None]:
    """Return what shows how long the block lasts, until it writes; see `waiting_line`.

    Where nothing can be drawn, that is not even imported.
    """
    if not (terminal.can_redraw or terminal.can_redraw_notes):
        return nullcontext()
    from cohere_cli.render.waiting import waiting_line

    return waiting_line(terminal)


def note_lost_citations(
    flags: "AnswerFlags", output: str | None, terminal: Terminal
) -> None:
    """Print a note if --show asks for citations where text in a pipe has none."""
    asked = {name.strip() for one in flags.show or () for name in one.split(",")}
    is_drawn = terminal.shows_output or terminal.can_style
    if "citations" in asked and output in (None, "text") and not is_drawn:
        formats = "-o markdown and -o json include them"
        terminal.note(f"co: citations are shown only on a terminal ({formats})")


OnEnd = Callable[["Reply", BaseException | None], None]
"""Takes the reply, and what ended it early, if anything."""


def recorder(
    body: Any,
    flags: "AnswerFlags",
    settings: "Settings",
    terminal: Terminal,
    *,
    command: str,
    conversation: "Conversation | None" = None,
    fitted: "Fitted | None" = None,
    call: Mapping[str, Any] = EMPTY,
) -> OnEnd | None:
    """Return what adds the turn to its conversation and to the history at its end.

    *call* has what the body does not say. The history is opened only then: it costs
    the answer no time. None where nothing is recorded.
    """
    is_kept = keeps_history(flags, settings)
    if not is_kept and conversation is None:
        return None
    began = time.time()

    def record(reply: "Reply", error: BaseException | None) -> None:
        from cohere_cli.commands.call.turn_record import Fitted, Sent, record_turn

        named = flags.profile or terminal.environ.get("CO_PROFILE")
        made = {"profile": named, "base_url": flags.base_url, **call}
        sent = Sent(
            command,
            fitted or Fitted.alone(body),
            settings.profile,
            settings.compat_base_url if command == "compat" else settings.base_url,
            {name: one for name, one in made.items() if one},
            began,
        )
        record_turn(conversation, sent, reply, error, terminal, is_kept=is_kept)

    return record


def keeps_history(flags: "AnswerFlags", settings: "Settings") -> bool:
    """Whether turns are kept: of a sandbox only if they are asked for."""
    for chosen in (flags.history, settings.history):
        if chosen is not None:
            return chosen
    return flags.goes_on or not settings.sandbox


def show_reply(
    events: "Iterable[ChatEvent]",
    terminal: Terminal,
    output: str | None,
    shape: "Callable[[Reply], dict[str, Any]]",
    shown: frozenset[str] | None = None,
    *,
    block: str | None = None,
    check: "Callable[[Reply], str]" = lambda _: "",
    on_end: OnEnd | None = None,
    is_step: "Callable[[Reply], bool] | None" = None,
    calls: Mapping[str, str] = EMPTY,
    remedy: str = "what arrived was written; the same command asks again",
) -> None:
    """Show a reply as its events arrive, or only the code *block* that is named.

    *check* raises if the whole is incomplete, and returns a note for standard error.
    *on_end* gets the reply once it is shown. *is_step* tells of a reply that calls
    tools which are run: more follows, so that it needs no code block. *calls* are
    `call_titles` of the request. *remedy* is the hint of an `AnswerIncomplete` that has
    none of its own.
    """
    from cohere_cli.api.protocol.reply import Reply, accumulate
    from cohere_cli.render import create_renderer, is_live

    reply, note, is_whole = Reply(), "", False
    pairs: Iterator[tuple[ChatEvent, Reply]] = iter(())
    try:
        with _with_remedy(remedy):
            if block is None and is_live(terminal, output):
                events = _begun(events)
            pairs = accumulate(events)
            with create_renderer(
                terminal, output, shape, shown=shown, block=block, calls=calls
            ) as renderer:
                for event, reply in pairs:
                    renderer.show(event, reply)
                note = check(reply)
                is_whole = True
                if block is not None and not (is_step and is_step(reply)):
                    from cohere_cli.render.markdown.code_blocks import check_block

                    check_block(reply, block)
    except BaseException as exc:
        if on_end is not None:
            # An answer without the code that is wanted is an answer.
            on_end(*_rest(pairs, reply, None if is_whole else exc))
        raise
    if on_end is not None:
        on_end(reply, None)
    # After the last line of the answer, which may be on the same terminal.
    if note:
        terminal.note(f"co: {note}")


def _rest(
    pairs: "Iterable[tuple[ChatEvent, Reply]]",
    reply: "Reply",
    error: BaseException | None,
) -> "tuple[Reply, BaseException | None]":
    """Return the reply to keep, and what ended it.

    What a full disk does not take is read to its end, for the history.
    """
    if isinstance(error, OutputUnwritable):
        try:
            for _, reply in pairs:  # noqa: B007, PLR1704 - the last one
                pass
        except CoError as exc:
            return reply, exc
        return reply, None
    return reply, error


def _begun(events: "Iterable[ChatEvent]") -> "Iterable[ChatEvent]":
    """Return *events* once the first is there; import what draws them meanwhile.

    That takes 100 ms, in which the server can work.
    """
    from threading import Thread

    from cohere_cli.render import load_live

    # Without a thread it is imported afterwards.
    with suppress(RuntimeError):
        Thread(target=load_live, daemon=True).start()
    events = iter(events)
    first = tuple(islice(events, 1))
    return chain(first, events)


@contextmanager
def _with_remedy(remedy: str) -> Iterator[None]:
    try:
        yield
    except AnswerIncomplete as exc:
        exc.hint = exc.hint or remedy
        raise


def is_preview(flags: "CallFlags") -> bool:
    """Whether the request is printed instead of sent."""
    return flags.dry_run or flags.curl


def preview(
    body: Any,
    flags: "CallFlags",
    terminal: Terminal,
    *,
    url: str,
    output: str | None = None,
) -> None:
    """Print the body, or the curl command that sends it to *url*."""
    from cohere_cli.api.protocol.requests import to_json
    from cohere_cli.render.preview import shorten_strings, write_body, write_curl

    data = to_json(body)
    data = shorten_strings(data) if flags.elide else data
    if flags.curl:
        write_curl(terminal, url, data)
    else:
        write_body(terminal, data, output)


def warn_without_json_prompt(body: "ChatBody", terminal: Terminal) -> None:
    """Print a hint if JSON is required and the prompt does not mention it.

    The API documentation warns that such an answer may be cut off at the token limit.
    """
    if not _wants_json(body):
        return
    from cohere_cli.api.protocol.requests import to_json
    from cohere_cli.request.schema.parse import mentions_json

    if not mentions_json(to_json(body.messages)):
        terminal.note(
            "hint: mention JSON in the prompt; otherwise the answer may be cut off"
        )


def check_answer(reply: "Reply", body: "ChatBody | CompatBody | RawCompatBody") -> str:
    """Raise `AnswerIncomplete` if a tool call or JSON that *body* requires is missing.

    Return a note about missing log probabilities, which are no part of the answer.
    """
    from cohere_cli.api.protocol.requests import to_json

    wanted = to_json(body)
    if _requires_call(wanted.get("tool_choice")) and not reply.tool_calls:
        message = "the answer has no tool call, which tool_choice requires"
        raise AnswerIncomplete(message)
    schema = _wanted_schema(wanted.get("response_format") or {})
    if schema is not None and not reply.tool_calls:
        _check_json(reply, schema)
    if getattr(body, "logprobs", None) and not reply.logprobs:
        return "the server returned no log probabilities"
    return ""


def _requires_call(choice: Any) -> bool:
    # A name or an object is one tool that must be called; other servers have `any`.
    return choice is not None and str(choice).lower() not in ("none", "auto")


def _wanted_schema(form: Mapping[str, Any]) -> Any:
    """Return the schema of the JSON that is required; None if none is."""
    match form:
        case {"type": "json_object"}:
            schema = form.get("json_schema") or form.get("schema")
            return schema or {"type": "object"}
        case {"type": "json_schema"}:
            # The server may know more keywords than `find_violation`.
            return {}
        case _:
            return None


def _check_json(reply: "Reply", schema: Mapping[str, Any]) -> None:
    from cohere_cli.api.protocol.events import finish_outcome
    from cohere_cli.request.schema.validate import find_violation

    if violation := find_violation(reply.text, schema):
        problem = f"the answer does not match the schema: {violation}"
        # The same request would be cut off again.
        is_cut_off = finish_outcome(reply.finish_reason or "") == "cut off"
        hint = "raise --max-tokens" if is_cut_off else ""
        raise AnswerIncomplete(problem, hint=hint)


def _wants_json(body: "ChatBody") -> bool:
    wanted = body.response_format
    return wanted is not None and wanted.type == "json_object"
