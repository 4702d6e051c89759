"""The built-in tool `search`: the model looks into files by itself."""

from collections.abc import Sequence
from dataclasses import replace
from threading import Event, Lock
from typing import TYPE_CHECKING

from cohere_cli.commands.flags.search import SearchFlags
from cohere_cli.commands.retrieval.finder import PassageFinder
from cohere_cli.errors import CoError
from cohere_cli.terminal import Terminal
from cohere_cli.tools.tool import Approval, Json, Outcome, RunnableTool

if TYPE_CHECKING:
    from cohere_cli.retrieval.search import Candidate

_MOST_PASSAGES = 10


class SearchTool(RunnableTool):
    """Finds passages in *paths* by their words, as `co search --lexical` does."""

    approve: Approval = "always"
    origin = "built-in"
    declaration: Json = {  # noqa: RUF012 - as of other tools, it is not changed
        "type": "function",
        "function": {
            "name": "search",
            "description": "Searches the files of the user for passages that have the "
            "words of a query, best first. Search again with other words if needed.",
            "parameters": {
                "type": "object",
                "properties": {
                    "query": {
                        "type": "string",
                        "description": "Words to look for, such as: travel abroad",
                    }
                },
                "required": ["query"],
            },
        },
    }

    def __init__(self, paths: Sequence[str], terminal: Terminal) -> None:
        self._paths = paths
        # What a search notes would stand between the steps.
        self._terminal = replace(terminal, quiet=True)
        self._lock = Lock()

    def shown(self, arguments: Json) -> str:
        """Return the call as a call in a program."""
        return f"search({arguments['query']!r} in {', '.join(self._paths)})"

    def run(self, arguments: Json, stop: Event) -> Outcome:
        """Return a row for each passage, with its place as id."""
        query = str(arguments["query"])
        finder = PassageFinder(
            query, self._paths, SearchFlags(lexical=True), self._terminal
        )
        try:
            # One index is not made twice at the same time.
            with self._lock:
                found = finder.best(finder.candidates(), _MOST_PASSAGES)
        except CoError as exc:
            return Outcome.failed(str(exc))
        if not found:
            return Outcome([{"found": f"no passage has a word of {query!r}"}])
        return Outcome([{"id": one.document.id, **_fields(one)} for one in found])


def _fields(one: "Candidate") -> Json:
    data = one.document.data
    return data if isinstance(data, dict) else {"text": str(data)}
