"""A tool that can be run: what it declares, what approves it, what it gives back."""

from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any, Literal, NamedTuple

from cohere_cli.record import EMPTY

Approval = Literal["ask", "always", "never"]
"""Whether a call of a tool is asked about, always runs, or never does."""

Json = Mapping[str, Any]


class Outcome(NamedTuple):
    """What came of a call.

    `rows` are the documents of the result, each an object with any fields: at least
    one, also of a tool that failed, which tells the model why. An `id` in a row names
    it in citations. `problem` is why the tool failed, in one line, "" if it did not.
    """

    rows: Sequence[Json]
    problem: str = ""

    @classmethod
    def failed(cls, problem: str, output: str = "") -> "Outcome":
        """Return the outcome of a call that failed; *output* is what it wrote."""
        return cls(
            [{"error": problem} | ({"output": output} if output else {})], problem
        )


class RunnableTool:
    """A tool that can be run; `declaration` is in the shape of the API.

    `origin` says where it comes from, for people: a file, a server, "built in".
    """

    approve: Approval = "ask"
    declaration: Json = EMPTY
    origin: str = ""

    @property
    def name(self) -> str:
        """The name by which the model calls it."""
        return str(self.declaration["function"]["name"])

    @property
    def schema(self) -> Json:
        """The JSON Schema of its arguments."""
        found: Json = self.declaration["function"].get("parameters") or EMPTY
        return found

    def shown(self, arguments: Json) -> str:
        """Return what a call would do, exactly: for a command, its words as in a shell.

        The text may hold anything: it is made safe where it is shown.
        """
        raise NotImplementedError

    def run(self, arguments: Json, stop: Event) -> Outcome:
        """Run it; give up soon after *stop* is set. Never raises for its own faults.

        *arguments* have been checked against the schema.
        """
        raise NotImplementedError
