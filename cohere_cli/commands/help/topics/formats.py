"""What -o can write: the table of `co help formats`."""

from collections.abc import Iterator
from typing import Any

from cohere_cli.commands.completion.command_tree import Command, build_tree
from cohere_cli.commands.help.layout import Heading, Part, Text
from cohere_cli.commands.help.topics import table

FORMATS = {
    "text": "the answer, the records or the rows as plain text; drawn on a terminal",
    "table": "columns for people",
    "full": "whole records or passages, for people",
    "markdown": "Markdown; citations are footnotes",
    "md": "the same",
    "html": "a page that needs no other file",
    "json": "one JSON object or list, indented on a terminal",
    "jsonl": "one JSON object a line",
    "events": "the server's own events, unchanged, one a line",
    "yaml": "the body of --dry-run as YAML",
    "tsv": "columns between tabs",
    "csv": "columns between commas, with a header",
    "paths": "names of files, each once",
    "trec": "a run file of TREC",
}
"""Each format in one line."""


def page(root: Any) -> Iterator[Part]:
    """Yield the formats, and those of each command."""
    yield Text(
        "Output formats. -o FORMAT chooses one, --json is short for -o json. The "
        "default is for people on a terminal, and for programs in a pipe."
    )
    commands = formats_of_commands(build_tree(root))
    used = {name for names in commands.values() for name in names}
    yield Heading("Formats")
    yield table({name: FORMATS[name] for name in FORMATS if name in used})
    yield Heading("Commands")
    yield table({path: ", ".join(names) for path, names in commands.items()})
    yield Text(
        "`co help schemas` prints the JSON Schemas of json, jsonl and events. "
        "`co config set chat.output markdown` sets a default."
    )


def formats_of_commands(root: Command) -> dict[str, tuple[str, ...]]:
    """Return the formats of each command, by its words; `json` alone for --json."""
    found = {}
    for one in root.all():
        flags = {name: flag for flag in one.flags for name in flag.names}
        if "--output" in flags and (value := flags["--output"].value):
            found[" ".join(one.path)] = value.choices
        elif "--json" in flags:
            found[" ".join(one.path)] = ("json",)
    return found
