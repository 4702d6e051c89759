"""`co compat`: sends a prompt to an OpenAI-compatible endpoint."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.commands.call import replies
from cohere_cli.commands.call.inputs import read_body_files, without_fields_of
from cohere_cli.commands.call.prompt import check_texts, read_argument, read_prompt
from cohere_cli.commands.call.replies import reply_format, selected_channels, show_reply
from cohere_cli.commands.call.session import (
    call_budget,
    limited_events,
    naming_models,
    open_client,
    presented,
    report_limits,
    resolve_settings,
)
from cohere_cli.commands.flags.compat import CompatFlags
from cohere_cli.errors import RequestRefused, UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.api.protocol.requests import ChatBody, CompatBody
    from cohere_cli.commands.call.turn_record import Fitted
    from cohere_cli.config.settings import Settings
    from cohere_cli.conversation.conversation import Conversation
    from cohere_cli.request.body_file import BodyFile
    from cohere_cli.request.openai.lint import Finding
    from cohere_cli.request.openai.losses import Loss


def compat(
    flags: CompatFlags,
    prompt: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROMPT",
            help="Prompt; words are joined by spaces; @FILE reads it from a file.",
        ),
    ] = None,
) -> None:
    """Send a prompt to an OpenAI-compatible endpoint.

    It is Cohere's or another server's. Here --base-url is the full base URL, such as
    http://127.0.0.1:8000/v1.

    $ co compat "Write a haiku about recursion"

    $ co compat -f request.json --check
    """
    with presented(flags) as terminal:
        run(tuple(prompt or ()), flags, terminal)


def run(words: tuple[str, ...], flags: CompatFlags, terminal: Terminal) -> None:
    """Read the inputs; then send the request, or check, translate or preview it."""
    from cohere_cli.commands.call.inputs import compat_request

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    output = _format(flags)
    conversation, earlier = None, None
    if flags.goes_on:
        from cohere_cli.commands.call import conversation as current

        going = current.going_on(flags, "compat", words, terminal)
        if going.is_over:
            return
        words = (going.prompt,) if going.prompt else words
        conversation = going.conversation
        flags = current.flags_of(conversation, flags, terminal.environ)
        earlier = current.earlier_file(conversation, flags, "compat")
    check_texts(words, flags, terminal)
    file = read_body_files(flags, terminal, earlier)
    sends_nothing = flags.check or flags.to_native
    if file and not sends_nothing:
        _check_fields(file, flags, terminal)
    if file:
        flags = without_fields_of(flags, file)
    # A request that is not sent needs no key.
    unsent = replace(flags, dry_run=True) if sends_nothing else flags
    settings = resolve_settings(unsent, terminal, model=flags.model, compat=True)
    if conversation is not None and not sends_nothing:
        from cohere_cli.commands.call.conversation import require_same_server

        url = settings.compat_base_url
        require_same_server(conversation, flags, url, terminal)
    prompt = read_prompt(words, flags, terminal)
    if flags.system is not None:
        flags = replace(flags, system=read_argument(flags.system, terminal))
    cohere = _is_cohere(settings)
    data = compat_request(
        prompt, flags, terminal, model=settings.model, cohere=cohere, file=file
    )
    where = file.where("") if file else ""
    fitted = None
    if conversation is not None:
        from cohere_cli.commands.call.conversation import fit

        fitted = fit(conversation, data, terminal)
        data = fitted.body
    if flags.check:
        check(data, terminal, output, where)
    elif flags.to_native:
        body = native(data, terminal, where)
        url = f"{settings.base_url}/v2/chat"
        replies.preview(body, flags, terminal, url=url, output=output)
    else:
        _ask(
            data,
            file,
            flags,
            settings,
            terminal,
            talk=(conversation, fitted),
            cohere=cohere,
            output=output,
        )


def _check_fields(file: "BodyFile", flags: CompatFlags, terminal: Terminal) -> None:
    """Refuse unknown fields before a missing key or prompt is reported."""
    from cohere_cli.request.compat import check_compat_fields

    keyless, quiet = replace(flags, dry_run=True), replace(terminal, quiet=True)
    if _is_cohere(resolve_settings(keyless, quiet, model=flags.model, compat=True)):
        check_compat_fields(file)


def _is_cohere(settings: "Settings") -> bool:
    from cohere_cli.config.resolution import is_cohere_compat_url

    return settings.sandbox or is_cohere_compat_url(settings.compat_base_url)


def _ask(
    data: Mapping[str, Any],
    file: "BodyFile | None",
    flags: CompatFlags,
    settings: "Settings",
    terminal: Terminal,
    *,
    talk: "tuple[Conversation | None, Fitted | None]",
    cohere: bool,
    output: str | None,
) -> None:
    from cohere_cli.api.protocol.compat import encode_completion
    from cohere_cli.commands.call.inputs import cohere_compat_body, other_server_body

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

    conversation, fitted = talk
    on_end = replies.recorder(
        body,
        flags,
        settings,
        terminal,
        command="compat",
        conversation=conversation,
        fitted=fitted and fitted._replace(body=body),
    )
    counted = limited_events(body, call_budget(flags, settings, terminal))
    record = flags.record
    with (
        open_client(settings, terminal, compat=True, record=record) as client,
        replies.waiting(terminal),
        naming_models(str(getattr(body, "model", "")), "chat"),
    ):
        show_reply(
            counted(client.compat(body, think_tags=_has_think_tags(flags, settings))),
            terminal,
            output,
            encode_completion,
            shown,
            block=flags.extract,
            check=lambda reply: replies.check_answer(reply, body),
            on_end=on_end,
        )
        report_limits(client, shown, terminal)


def _has_think_tags(flags: CompatFlags, settings: "Settings") -> bool:
    given = flags.think_tags
    return settings.think_tags if given is None else given


def _format(flags: CompatFlags) -> str | None:
    """Return the output format; refuse one that the mode does not have."""
    if flags.check and flags.to_native:
        problem = "--check and --to-native cannot be combined"
        raise UsageProblem(problem, hint="remove one of them")
    mode = "--check" if flags.check else "--to-native" if flags.to_native else ""
    if not mode:
        if flags.output == "jsonl":
            hint = "add --check, or use -o json"
            raise UsageProblem("output format jsonl needs --check", hint=hint)
        return reply_format(flags)
    output = flags.output
    if output not in (None, *_FORMATS[mode]):
        hint = f"choose one of {', '.join(_FORMATS[mode])}"
        raise UsageProblem(f"{mode} has no output format {output!r}", hint=hint)
    return output


_FORMATS = {"--check": ("text", "json", "jsonl"), "--to-native": ("json", "yaml")}
_STYLES = {"supported": "green", "ignored": "yellow", "refused": "bold red"}


def check(
    data: Mapping[str, Any], terminal: Terminal, output: str | None, where: str
) -> None:
    """Print what Cohere's endpoint does with each field of *data*, an OpenAI body.

    Raises `RequestRefused` if it would refuse one; *where* is the body's file.
    """
    from cohere_cli.request.openai.lint import lint

    found = lint(data)
    _print_findings(found, terminal, output)
    if refused := sum(one.verdict == "refused" for one in found):
        problem = (
            f"Cohere's endpoint would refuse {plural(refused, 'field')} of this body"
        )
        hint = "--to-native translates the body for `co chat`, as far as possible"
        raise RequestRefused(problem, where=where, hint=hint)


def _print_findings(
    found: "Iterable[Finding]", terminal: Terminal, output: str | None
) -> None:
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
    """Translate *data*, an OpenAI body, to `/v2/chat`; report losses on stderr."""
    from cohere_cli.request.openai.to_cohere import to_native

    translation = to_native(data, where=where)
    _report(translation.losses, terminal)
    return translation.body


def compatible(body: "ChatBody", terminal: Terminal) -> "CompatBody":
    """Translate *body* to OpenAI's format; report changes on stderr.

    Raises `RequestRefused` if a field would be left out: it changes the question.
    """
    from cohere_cli.request.openai.from_cohere import to_openai

    translation = to_openai(body)
    _report(translation.losses, terminal)
    lost = [loss.path for loss in translation.losses if loss.is_left_out]
    if lost:
        problem = f"OpenAI's format cannot express {', '.join(lost)}"
        raise RequestRefused(
            problem,
            hint=f"remove {'it' if len(lost) == 1 else 'them'}, or use `co chat`",
        )
    return translation.body


def _report(losses: "Iterable[Loss]", terminal: Terminal) -> None:
    for loss in losses:
        terminal.note(f"co: {loss.path}: {loss.what}: {loss.why}")
