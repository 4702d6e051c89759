"""The steps of an answer whose model calls tools: asked about, run, and sent back."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cohere_cli.commands.call.conversation import server_flags_of
from cohere_cli.commands.call.replies import is_preview, selected_channels
from cohere_cli.commands.call.session import resolve_endpoint, resolve_settings
from cohere_cli.commands.call.tool_questions import ToolQuestions
from cohere_cli.commands.call.tool_selection import selected_tools
from cohere_cli.conversation.conversation import Conversation
from cohere_cli.errors import AnswerIncomplete, CoError, ToolDenied, UsageProblem
from cohere_cli.render import is_live
from cohere_cli.render.tables.tool_calls import calls_in
from cohere_cli.terminal import Terminal
from cohere_cli.text import listed, plural
from cohere_cli.tools.approval import Approval
from cohere_cli.tools.call import Call, calls_of, ends_whole
from cohere_cli.tools.run import Result, run_calls, tool_messages

if TYPE_CHECKING:
    from cohere_cli.api.connection import Connection
    from cohere_cli.api.protocol.reply import Reply
    from cohere_cli.api.protocol.requests import Tool
    from cohere_cli.commands.flags.chat import ChatFlags
    from cohere_cli.config.settings import Settings
    from cohere_cli.tools.mcp.servers import OpenServers

Send = Callable[..., None]
"""Sends one turn: `send_turn` of `co chat`."""

# What the first request has read; the later ones have it from the turn before.
_READ_ONCE: dict[str, Any] = {
    "document": None,
    "file": None,
    "image": None,
    "json_object": False,
    "param": None,
    "preset": None,
    "record": None,
    "schema": None,
    "system": None,
    "tool_choice": None,
    "tools": None,
    "without": None,
}


def answer_with_tools(
    send: Send,
    read: "Callable[[ChatFlags], str]",
    flags: "ChatFlags",
    terminal: Terminal,
    *,
    conversation: Conversation | None,
    connection: "Connection | None",
) -> None:
    """Send a prompt, and run what the model calls, until it answers.

    Each step is a turn of *conversation*, by default a new one. Raises `ToolDenied`
    where a call is not allowed and there is no terminal to ask on, and
    `AnswerIncomplete` where the model still calls tools after --max-steps.
    """
    conversation = Conversation() if conversation is None else conversation
    flags = server_flags_of(conversation, flags, terminal.environ)
    settings = resolve_settings(flags, terminal, model=flags.model)
    flags = replace(flags, resolved=settings)
    with _opened_servers(flags, terminal) as servers:
        flags = replace(flags, servers=servers or flags.servers)
        steps = ToolSteps(flags, settings, terminal, conversation)
        _take_steps(steps, send, read, flags, connection=connection)


def _take_steps(
    steps: "ToolSteps",
    send: Send,
    read: "Callable[[ChatFlags], str]",
    flags: "ChatFlags",
    *,
    connection: "Connection | None",
) -> None:
    terminal, conversation = steps.terminal, steps.conversation
    if "search" in (flags.tool or ()):
        # The model looks into them, instead of getting them whole.
        flags = replace(flags, document=None)
    if is_preview(flags):
        send(read, flags, terminal, conversation, connection, steps=steps)
        return
    with _connected(flags.resolved, terminal, connection) as opened:
        send(read, flags, terminal, conversation, opened, steps=steps)
        later = replace(flags, **_READ_ONCE)
        with steps.reported():
            while steps.run():
                step = _without_required_call(later, conversation)
                send(_no_prompt, step, terminal, conversation, opened, steps=steps)
        steps.report_usage()


@contextmanager
def _opened_servers(
    flags: "ChatFlags", terminal: Terminal
) -> "Iterator[OpenServers | None]":
    """Yield the servers of --mcp and of -d, all of which have been started."""
    if not flags.mcp:
        yield None
        return
    from cohere_cli.commands.call.mcp_servers import names_in, servers_of, start

    with servers_of(flags, terminal) as servers:
        start(servers, [*flags.mcp, *names_in(flags.document or ())], terminal)
        yield servers


def _without_required_call(
    flags: "ChatFlags", conversation: Conversation
) -> "ChatFlags":
    """Let the model answer: one call was required, and not one in each step."""
    if conversation.body().get("tool_choice") == "REQUIRED":
        return replace(flags, without=["tool_choice"])
    return flags


def _no_prompt(_: "ChatFlags") -> str:
    return ""


@contextmanager
def _connected(
    settings: "Settings", terminal: Terminal, connection: "Connection | None"
) -> "Iterator[Connection]":
    """Yield *connection*, or one for all steps: a sandbox starts once."""
    if connection is not None:
        yield connection
    else:
        with resolve_endpoint(settings, terminal) as opened:
            yield opened


class ToolSteps:
    """The tools of a call, and the steps that it has taken.

    `declared` is what the API gets of the tools. Raises `InputProblem` for a file of
    tools that is wrong, and `UsageProblem` for an unknown tool.
    """

    def __init__(
        self,
        flags: "ChatFlags",
        settings: "Settings",
        terminal: Terminal,
        conversation: Conversation,
    ) -> None:
        self._flags = flags
        self.terminal = terminal
        self.conversation = conversation
        self._shown = selected_channels(flags, settings)
        secrets = [settings.key] if settings.key else []
        selected = selected_tools(flags, terminal, flags.servers, secrets)
        self.declared = [one.declared for one in selected]
        self._tools = [one.runnable for one in selected if one.runnable is not None]
        # The model's calls of these are for the user to run.
        self._left_alone = {one.name for one in selected if one.runnable is None}
        self._approval = Approval(flags.allow or (), conversation.allowed)
        self._done: list[dict[str, Any]] = []
        self._held: dict[str, Any] = {}
        self._count = 0
        self._began = len(conversation.turns)

    def new_declarations(self) -> "Sequence[Tool]":
        """Return what the next request declares: all in the first step, then nothing.

        The later ones have them from the turn before.
        """
        return () if self._count else self.declared

    def is_step(self, reply: "Reply") -> bool:
        """Whether *reply* is not the answer, because it calls tools that run here."""
        names = [call.name for call in reply.tool_calls.values()]
        return bool(names and self._tools) and self._left_alone.isdisjoint(names)

    def shape(self, reply: "Reply") -> dict[str, Any]:
        """Return what `-o json` writes of *reply*: nothing of one that is a step."""
        from cohere_cli.api.protocol.chat import encode_response

        response = encode_response(reply)
        if self.is_step(reply):
            self._held = response
            return {}
        self._held = {}
        return self._with_steps(response)

    @contextmanager
    def reported(self) -> Iterator[None]:
        """Have -o json write the last step where an error ends the steps."""
        from cohere_cli.render.json import write_json

        try:
            yield
        except CoError as exc:
            if self._flags.output == "json" and self._held:
                error = {"complete": False, "error": exc.as_object()}
                write_json(self.terminal, self._with_steps(self._held) | error)
            raise

    def _with_steps(self, response: dict[str, Any]) -> dict[str, Any]:
        return response | ({"steps": self._done} if self._done else {})

    def run(self) -> bool:
        """Run the calls of the last turn, if any; return whether there were some.

        Their results are what the next request begins with.
        """
        calls = self._calls()
        if not calls:
            self._note_left_alone()
            return False
        self._count += 1
        self._require_more_steps()
        results = run_calls(self._decided(calls))
        messages = tool_messages(results)
        self.conversation.results = messages
        self._done.append({**self._held, "results": messages})
        self._show(results, messages)
        return True

    def _calls(self) -> list[Call]:
        turn = self.conversation.last
        if turn is None or turn.status != "complete" or not self._tools:
            return []
        calls = calls_of(turn.reply.get("message") or {}, self._tools)
        if any(call.name in self._left_alone for call in calls):
            return []
        if calls and not ends_whole(turn.finish_reason):
            what = "the model was stopped while it called tools, and none of them runs"
            hint = "raise --max-tokens, or leave out --stop"
            raise AnswerIncomplete(f"{what} ({turn.finish_reason})", hint=hint)
        return calls

    def _note_left_alone(self) -> None:
        """Name the calls that are left to the user, where only text is written."""
        turn, output = self.conversation.last, self._flags.output
        message = turn.reply.get("message") if turn else None
        calls = [one for _, one, _ in calls_in([message])]
        is_text = output in (None, "text", "markdown")
        if calls and is_text and not is_live(self.terminal, output):
            named = f"{plural(len(calls), 'call')} left to you: {listed(calls)}"
            self.terminal.note(f"co: {named} (-o json has the arguments)")

    def _require_more_steps(self) -> None:
        """Raise `AnswerIncomplete` after --max-steps, unless the user wants more."""
        most = self._flags.max_steps
        if self._count <= most or (self._count - 1) % most:
            return
        steps = plural(self._count - 1, "step")
        question = f"co: the model still calls tools after {steps}; go on?"
        if not self.terminal.confirm(question):
            what = f"the model still calls tools after {steps}"
            raise AnswerIncomplete(what, hint=f"--max-steps {most * 2} lets it go on")

    def _decided(self, calls: Sequence[Call]) -> list[Call]:
        questions = ToolQuestions(self.terminal, self._tools)
        asked = [one for one in calls if self._approval.needs_question(one)]
        if asked and not questions.are_possible:
            raise _denied(asked)
        return [self._approval.decide(call, questions.ask) for call in calls]

    def _show(
        self, results: Sequence[Result], messages: Sequence[dict[str, Any]]
    ) -> None:
        terminal = self.terminal
        if self._flags.output == "events":
            from cohere_cli.render.json import format_json

            step = {"type": "co-step", "step": self._count, "results": messages}
            terminal.write(f"{format_json(terminal, step)}\n")
        if "results" in self._shown and not terminal.quiet:
            from cohere_cli.render.tables.tool_results import result_lines

            is_short = not terminal.shows_output
            for line in result_lines(results, terminal.width, is_short=is_short):
                terminal.say(line)
        elif is_live(terminal, self._flags.output):
            # What comes next is apart from the calls.
            terminal.draw("\n")

    def report_usage(self) -> None:
        """Write the tokens of all steps, if --usage is given and there were some."""
        if "usage" not in self._shown or not self._count:
            return
        from cohere_cli.render.usage import billed_tokens

        turns = [*self.conversation.turns.values()][self._began :]
        counts = [billed_tokens(turn.usage) for turn in turns]
        read, written = (sum(one[at] or 0 for one in counts) for at in (0, 1))
        total = f"{read:,} in, {written:,} out billed"
        self.terminal.say(f"co: {plural(len(turns), 'step')} in all: {total}")


def take_results(
    source: str, conversation: Conversation | None, terminal: Terminal
) -> None:
    """Have the next request of *conversation* begin with the results in *source*.

    The file has a list of objects with `tool_call_id`, or the `name` of the tool, and
    `result`: a text, an object, or a list of objects. Raises `InputProblem` for one
    that is wrong, and `UsageProblem` where no results are awaited.
    """
    from cohere_cli.documents.reader import read_value
    from cohere_cli.tools.results_file import messages_of_file

    calls = conversation.pending_calls() if conversation else []
    if conversation is None or not calls:
        hint = "add -c or --resume, to go on with a turn that calls tools"
        what = "--tool-results: no call of a tool awaits a result"
        raise UsageProblem(what, hint=hint)
    value = read_value(source, terminal.stdin.buffer)
    conversation.results = messages_of_file(value, calls, source)


def _denied(calls: Sequence[Call]) -> ToolDenied:
    """Return the error for *calls* for which there is no terminal to ask on."""
    names = dict.fromkeys(call.name for call in calls)
    wanted = "; ".join(
        call.tool.shown(call.arguments) for call in calls if call.tool is not None
    )
    allowed = " ".join(f"--allow {name}" for name in names)
    what = (
        f"the model wants to run {', '.join(names)}, and there is no terminal to ask on"
    )
    problem = ToolDenied(what, hint=f"{allowed} allows it: {wanted}")
    problem.details = {
        "calls": [
            {
                "id": call.id,
                "name": call.name,
                "arguments": json.loads(call.text or "{}"),
            }
            for call in calls
        ]
    }
    return problem
