"""Which calls may run: those that a flag, a file or a person allows."""

from collections.abc import Callable, Sequence
from enum import Enum
from fnmatch import fnmatchcase

from cohere_cli.tools.call import Call


class Answer(Enum):
    """What a person answers to the question whether a call may run."""

    YES = "y"
    NO = "n"
    EDIT = "e"
    ALWAYS = "a"


Ask = Callable[[Call], tuple[Answer, Call]]
"""Asks about a call; the call that is returned may have other arguments."""


class Approval:
    """What is allowed: names and patterns of --allow, and what was allowed for good.

    Nothing is allowed by itself: a tool says whether it is asked about. *always* are
    the names of tools that were allowed for good; more are added to it.
    """

    def __init__(
        self, allowed: Sequence[str] = (), always: set[str] | None = None
    ) -> None:
        self._patterns = allowed
        self._always = set[str]() if always is None else always

    def is_given(self, call: Call) -> bool:
        """Whether *call* may run without a question."""
        tool = call.tool
        if tool is None or tool.approve == "never":
            return False
        is_named = any(fnmatchcase(call.name, one) for one in self._patterns)
        return is_named or tool.approve == "always" or call.name in self._always

    def needs_question(self, call: Call) -> bool:
        """Whether *call* runs only if a person allows it."""
        tool = call.tool
        return tool is not None and tool.approve != "never" and not self.is_given(call)

    def decide(self, call: Call, ask: Ask) -> Call:
        """Return *call* if it may run, else with the problem that it may not."""
        if call.is_harmless or self.is_given(call):
            return call
        if not self.needs_question(call):
            return refused(call, "the tool is declared with `approve: never`")
        answer, call = ask(call)
        if answer is Answer.ALWAYS:
            self._always.add(call.name)
        return refused(call) if answer is Answer.NO else call


def refused(call: Call, why: str = "the user did not allow this call") -> Call:
    """Return *call* as one that does not run, because of *why*."""
    return call._replace(tool=None, problem=why)
