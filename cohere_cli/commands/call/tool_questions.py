"""Asks the person at the terminal whether a call of a tool may run."""

import json
from collections.abc import Sequence

from cohere_cli.commands.call.editor import edited_text
from cohere_cli.errors import ConfigProblem
from cohere_cli.terminal import Terminal, clean_line
from cohere_cli.tools.approval import Answer
from cohere_cli.tools.call import Call, checked
from cohere_cli.tools.tool import RunnableTool

# What a line of a note shows whole. A call of which something is hidden is not asked
# about.
_MOST_SHOWN = 3_500
_QUESTION = "Run it? [y]es, [N]o, [e]dit, [a]lways in this conversation: "


class ToolQuestions:
    """Shows a call exactly as it would run, and asks about it; the default is no."""

    def __init__(self, terminal: Terminal, tools: Sequence[RunnableTool]) -> None:
        self._terminal = terminal
        self._tools = {tool.name: tool for tool in tools}

    @property
    def are_possible(self) -> bool:
        """Whether there is a person to ask."""
        terminal = self._terminal
        return terminal.shows_notes and not terminal.environ.get("CI")

    def ask(self, call: Call) -> tuple[Answer, Call]:
        """Return the answer, and the call, whose arguments the person may change."""
        while True:
            if not self._show(call):
                return Answer.NO, call
            typed = self._terminal.ask(_QUESTION)
            answer = _ANSWERS.get((typed or "").lower(), Answer.NO)
            if answer is not Answer.EDIT:
                return answer, call
            call = self._edited(call)

    def _show(self, call: Call) -> bool:
        """Write what would run; return whether all of it can be seen."""
        tool = self._tools[call.name]
        # As it is written: what is hidden in it takes more characters then.
        line = clean_line(tool.shown(call.arguments))
        terminal = self._terminal
        origin = f" ({tool.origin})" if tool.origin else ""
        if len(line) > _MOST_SHOWN:
            what = f"its {len(line):,} characters are too many to be shown"
            terminal.say(f"co: {call.name}{origin} is not run: {what}")
            return False
        terminal.say(f"co: the model wants to run {call.name}{origin}:")
        terminal.say(f"    {line}")
        return True

    def _edited(self, call: Call) -> Call:
        """Return *call* with the arguments as they are left in the editor."""
        text = json.dumps(dict(call.arguments), indent=2, ensure_ascii=False)
        try:
            edited = edited_text(text, self._terminal)
        except ConfigProblem as exc:
            self._terminal.report(exc)
            return call
        changed = checked(call._replace(text=edited, tool=None), self._tools)
        if changed.problem:
            self._terminal.say(f"co: not changed: {changed.problem}")
            return call
        is_changed = call.is_changed or changed.arguments != call.arguments
        return changed._replace(is_changed=is_changed)


_ANSWERS = {
    "y": Answer.YES,
    "yes": Answer.YES,
    "e": Answer.EDIT,
    "edit": Answer.EDIT,
    "a": Answer.ALWAYS,
    "always": Answer.ALWAYS,
}
