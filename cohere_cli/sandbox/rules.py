"""What the API refuses of a chat body that has the right shape."""

import re
from collections import Counter
from collections.abc import Iterator

from cohere_cli.api.bodies import (
    ChatBody,
    Document,
    ImageContent,
    SystemMessage,
    Tool,
    UserMessage,
)
from cohere_cli.sandbox.evidence import id_of
from cohere_cli.sandbox.refusals import Refused, invalid

_MOST_IMAGES = 20
_TOOL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(body: ChatBody) -> None:
    """Raise `Refused` for the first rule that *body* breaks."""
    for refusal in _broken(body):
        raise refusal


def _broken(body: ChatBody) -> Iterator[Refused]:
    yield from _in_turns(body)
    yield from _in_documents(body.documents or ())
    yield from _in_tools(body.tools or ())
    if body.tool_choice == "REQUIRED" and not body.tools:
        yield invalid("tool_choice cannot be REQUIRED if no tools are given")
    wants_json = body.response_format and body.response_format.type == "json_object"
    if wants_json and body.documents:
        yield invalid("response_format is not supported with RAG.")


def _in_turns(body: ChatBody) -> Iterator[Refused]:
    systems = [isinstance(turn, SystemMessage) for turn in body.messages]
    if True in systems[systems.index(False) if False in systems else 0 :]:
        yield invalid("system turn must be the first in the list")
    if sum(_images(body)) > _MOST_IMAGES:
        yield invalid(f"a request may have at most {_MOST_IMAGES} images")


def _images(body: ChatBody) -> Iterator[bool]:
    for turn in body.messages:
        if isinstance(turn, UserMessage):
            yield from (isinstance(block, ImageContent) for block in turn.content)


def _in_documents(documents: tuple[str | Document, ...]) -> Iterator[Refused]:
    for at, document in enumerate(documents):
        data = document if isinstance(document, str) else document.data
        if not (data.strip() if isinstance(data, str) else data):
            yield invalid(f"document at index {at} cannot be empty")
    ids = Counter(id_of(f"doc:{at}", each) for at, each in enumerate(documents))
    if max(ids.values(), default=0) > 1:
        yield invalid("duplicate document ID")


def _in_tools(tools: tuple[Tool, ...]) -> Iterator[Refused]:
    for tool in tools:
        if not _TOOL_NAME.fullmatch(tool.function.name):
            yield invalid(
                f"tool name '{tool.function.name}' may have only letters, digits and "
                "underscores, and may not start with a digit"
            )
    names = Counter(tool.function.name for tool in tools)
    if max(names.values(), default=0) > 1:
        yield invalid("tool names must be unique")
