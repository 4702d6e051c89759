"""The tools that `co mcp serve` offers: `search`, `rerank` and `ask` of folders.

Each call is one of the command of that name, with a terminal in memory.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from cohere_cli.commands.mcp.confinement import Confinement
from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal

Json = dict[str, Any]

_MOST = 50  # passages
_MOST_DOCUMENTS = 1000
_PATHS: Json = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Files or folders, relative to the folders served. Default: all.",
}
_GLOB: Json = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Only files that match, such as *.md; !name leaves out.",
}


class Answer(NamedTuple):
    """What a tool gives back: a text for a model, and the same as an object."""

    text: str
    data: Json


class ServedTool(NamedTuple):
    """A tool: what it is for, the schema of its arguments, and what runs it."""

    description: str
    schema: Json
    run: Callable[[Mapping[str, Any]], Answer]


def _schema(properties: Json, *required: str) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": [*required],
        "additionalProperties": False,
    }


def _text(description: str) -> Json:
    return {"type": "string", "minLength": 1, "description": description}


def _count(description: str, most: int = _MOST) -> Json:
    return {
        "type": "integer",
        "minimum": 1,
        "maximum": most,
        "description": description,
    }


@dataclass(frozen=True, slots=True)
class FolderService:
    """Folders, and how they are searched for another program."""

    confinement: Confinement
    terminal: Terminal
    profile: str | None
    lexical: bool
    allow_ask: bool

    @classmethod
    def of(
        cls,
        folders: Sequence[str],
        terminal: Terminal,
        *,
        profile: str | None,
        lexical: bool,
        allow_ask: bool,
    ) -> "FolderService":
        """Return the service of *folders*; raises `CoError` for what cannot work."""
        if lexical and allow_ask:
            hint = "leave out one of them"
            raise UsageProblem("--lexical sends nothing, --allow-ask does", hint=hint)
        return cls(Confinement(folders), terminal, profile, lexical, allow_ask)

    @property
    def tools(self) -> dict[str, ServedTool]:
        """The tools by name; those that send something only where that is wanted."""
        folders = ", ".join(self.confinement.roots)
        found = {"search": self._search_tool(folders)}
        if not self.lexical:
            found["rerank"] = self._rerank_tool()
        if self.allow_ask:
            found["ask"] = self._ask_tool(folders)
        return found

    def _search_tool(self, folders: str) -> ServedTool:
        what = f"Find the passages of the files in {folders} that answer a query."
        properties = {
            "query": _text("What to find, in words that the files have."),
            "paths": _PATHS,
            "glob": _GLOB,
            "passages": _count("How many passages; default 10."),
        }
        return ServedTool(what, _schema(properties, "query"), self._search)

    def _rerank_tool(self) -> ServedTool:
        what = (
            "Order texts by how well they answer a query: `documents`, or the lines "
            "and records of files in the folders, `paths`."
        )
        properties = {
            "query": _text("What the best document answers."),
            "documents": {
                "type": "array",
                "items": {"type": "string"},
                "minItems": 1,
                "maxItems": _MOST_DOCUMENTS,
                "description": "Texts to order.",
            },
            "paths": _PATHS,
            "top_n": _count("How many documents; default 10.", _MOST_DOCUMENTS),
        }
        return ServedTool(what, _schema(properties, "query"), self._rerank)

    def _ask_tool(self, folders: str) -> ServedTool:
        what = f"Answer a question from the files in {folders}, with citations."
        properties = {
            "question": _text("The question."),
            "paths": _PATHS,
            "glob": _GLOB,
            "passages": _count("How many passages the model reads; default 20."),
        }
        return ServedTool(what, _schema(properties, "question"), self._ask)

    def _search(self, given: Mapping[str, Any]) -> Answer:
        from cohere_cli.commands.flags.search import SearchFlags
        from cohere_cli.commands.retrieval.search import run

        flags = SearchFlags(
            profile=self.profile,
            lexical=self.lexical,
            glob=given.get("glob"),
            passages=given.get("passages", 10),
            output="json",
        )
        sources = self.confinement.sources(given.get("paths", ()))
        data = self._output(
            lambda own: run(_literal(given["query"]), sources, flags, own)
        )
        found = data.get("results", [])
        text = "\n\n".join(f"{one['id']}\n{one['text']}" for one in found)
        return Answer(text or "nothing found", data)

    def _rerank(self, given: Mapping[str, Any]) -> Answer:
        from cohere_cli.commands.flags.rerank import RerankFlags
        from cohere_cli.commands.rerank import run

        flags = RerankFlags(
            profile=self.profile,
            query=_literal(given["query"]),
            top_n=given.get("top_n", 10),
            output="json",
            yes=True,
        )
        documents, paths = given.get("documents"), given.get("paths")
        if (documents is None) == (paths is None):
            raise UsageProblem("one of documents and paths is needed")
        if documents is not None:
            lines = "".join(f"{json.dumps({'text': one})}\n" for one in documents)
            data = self._output(lambda own: run(("-",), flags, own), lines.encode())
        else:
            sources = self.confinement.sources(paths or ())
            data = self._output(lambda own: run(sources, flags, own))
        ranked = data.get("results", [])
        return Answer("\n".join(map(_ranked_line, ranked)) or "nothing ranked", data)

    def _ask(self, given: Mapping[str, Any]) -> Answer:
        from cohere_cli.commands.flags.ask import AskFlags
        from cohere_cli.commands.retrieval.ask import run

        flags = AskFlags(
            profile=self.profile,
            glob=given.get("glob"),
            passages=given.get("passages", 20),
            output="json",
            history=False,
        )
        sources = self.confinement.sources(given.get("paths", ()))
        question = _literal(given["question"])
        return _cited(self._output(lambda own: run(question, sources, flags, own)))

    def _output(self, run: Callable[[Terminal], None], stdin: bytes = b"") -> Json:
        """Return the object that a command writes, and its notes as `notes`.

        The notes, as of files that cannot be read, are on standard error, too.
        """
        with Path(os.devnull).open(encoding="utf-8") as nothing:
            own = Terminal.fake(stdin, environ=self.terminal.environ)
            own = own if stdin else replace(own, stdin=nothing)
            try:
                run(own)
            finally:
                notes = own.noted.splitlines()
                for line in notes:
                    self.terminal.note(line)
        written: Json = json.loads(own.written or b"{}")
        return {**written, "notes": [one.removeprefix("co: ") for one in notes]}


def _literal(text: str) -> str:
    """Return *text* for a command, which would read the file of one that begins @."""
    return f"@{text}" if text.startswith("@") else text


def _ranked_line(one: Json) -> str:
    document = one.get("document", {})
    text = document.get("text") if isinstance(document, dict) else document
    shown = text if isinstance(text, str) else json.dumps(document)
    return f"{one['index']}\t{one['relevance_score']:.4f}\t{shown}"


def _cited(reply: Json) -> Answer:
    """Return an answer with numbers of its sources, and the list of them."""
    message = reply.get("message", {})
    blocks = message.get("content") or []
    answer = "".join(one.get("text", "") for one in blocks if one.get("type") == "text")
    citations, sources = [], dict[str, Json]()
    for one in message.get("citations") or []:
        ids = [source.get("id", "") for source in one.get("sources", [])]
        for source in one.get("sources", []):
            document = source.get("document", {})
            sources.setdefault(source.get("id", ""), _source(document))
        span = {name: one.get(name) for name in ("start", "end", "text")}
        citations.append({**span, "sources": ids})
    places = "".join(f"\n[{at}] {name}" for at, name in enumerate(sources, 1))
    text = f"{answer}\n{places}" if places else answer
    data = {
        "answer": answer,
        "citations": citations,
        "sources": [{"id": name, **one} for name, one in sources.items()],
        "finish_reason": reply.get("finish_reason"),
        "notes": reply["notes"],
    }
    return Answer(text, data)


def _source(document: Any) -> Json:
    kept = ("path", "title", "text")
    fields = document if isinstance(document, dict) else {}
    return {name: fields[name] for name in kept if name in fields}
