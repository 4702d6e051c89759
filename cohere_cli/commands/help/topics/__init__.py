"""Help about topics, `co help TOPIC`, with a module for each that has a table."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from cohere_cli.commands.help.layout import Heading, Part, Row, Rows, Text


class Topic(NamedTuple):
    """A topic: one line about it, and the module whose `page` returns its parts."""

    summary: str
    module: str


TOPICS = {
    "environment": Topic("the variables that are read", "environment"),
    "exit-codes": Topic("what each exit code means", "exit_codes"),
    "formats": Topic("what -o can write, by command", "formats"),
    "pipes": Topic("what goes to standard output, and what is read", "pipes"),
    "schemas": Topic("JSON Schemas of what is written for programs", ""),
    "self-hosted": Topic("other servers, and candidates of your own", "self_hosted"),
}
"""The topics by name."""


def topic_page(name: str, root: Any) -> Iterator[Part]:
    """Yield the page of a topic that is a text; *root* is Typer's root command."""
    module = import_module(f"{__name__}.{TOPICS[name].module}")
    page: Callable[[Any], Iterator[Part]] = module.page
    yield from page(root)


def topics_page() -> Iterator[Part]:
    """Yield the list of topics."""
    yield Text("Usage: co help TOPIC, or co help COMMAND for the help of a command")
    yield Heading("Topics")
    yield table({name: one.summary for name, one in TOPICS.items()})


def table(texts: Mapping[str, str]) -> Rows:
    """Return names and their texts in two columns."""
    return Rows(tuple(Row(name, text) for name, text in texts.items()), is_table=True)
