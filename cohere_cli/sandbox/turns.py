"""What a conversation asks: its last question, with the images and results to it."""

from collections.abc import Iterable, Iterator
from itertools import takewhile

from cohere_cli.api.bodies import (
    AssistantMessage,
    DocumentContent,
    ImageContent,
    ImageUrl,
    Message,
    SystemMessage,
    TextContent,
    ThinkingContent,
    ToolMessage,
    UserMessage,
    as_json,
)

Turns = tuple[Message, ...]
Content = (
    str
    | tuple[TextContent | ImageContent, ...]
    | tuple[TextContent | ThinkingContent, ...]
    | tuple[TextContent | DocumentContent, ...]
    | tuple[TextContent, ...]
    | None
)


def question(messages: Turns) -> str:
    """Return the text of the last user turn; empty where nobody asked anything."""
    asked = _last_user(messages)
    return text_of(asked.content) if asked else ""


def images(messages: Turns) -> tuple[ImageUrl, ...]:
    """Return the images of the last user turn."""
    asked = _last_user(messages)
    blocks = asked.content if asked else ()
    return tuple(b.image_url for b in blocks if isinstance(b, ImageContent))


def results(messages: Turns) -> tuple[ToolMessage, ...]:
    """Return the tools' results that came since anybody else spoke."""
    last = takewhile(lambda turn: isinstance(turn, ToolMessage), reversed(messages))
    return tuple(turn for turn in last if isinstance(turn, ToolMessage))[::-1]


def everything_said(messages: Turns) -> Iterator[str]:
    """Yield all text of the conversation: what is billed as input tokens."""
    for turn in messages:
        yield text_of(turn.content)
        match turn:
            case AssistantMessage(tool_plan=plan, tool_calls=calls):
                yield plan or ""
                called = (call.function for call in calls or () if call.function)
                yield from (f"{each.name}{each.arguments}" for each in called)
            case ToolMessage(content=tuple(blocks)):
                documents = (b for b in blocks if isinstance(b, DocumentContent))
                yield from (str(as_json(block.document)) for block in documents)
            case SystemMessage() | UserMessage() | ToolMessage():
                pass


def text_of(content: Content) -> str:
    """Return the text blocks of *content*, one a line."""
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(_texts(content))


def _texts(blocks: Iterable[object]) -> Iterator[str]:
    return (block.text for block in blocks if isinstance(block, TextContent))


def _last_user(messages: Turns) -> UserMessage | None:
    users = (turn for turn in reversed(messages) if isinstance(turn, UserMessage))
    return next(users, None)
