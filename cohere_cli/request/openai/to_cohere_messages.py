"""Translates the messages of an OpenAI body to those of `/v2/chat`."""

from collections.abc import Iterable, Mapping

from cohere_cli.api.protocol.requests import (
    AssistantMessage,
    CalledFunction,
    ImageContent,
    ImageUrl,
    Message,
    SystemMessage,
    TextContent,
    ThinkingContent,
    ToolCall,
    ToolMessage,
    UserContent,
    UserMessage,
)
from cohere_cli.api.protocol.validation import InvalidBody, Path, Violation
from cohere_cli.request.openai.fields import field_at
from cohere_cli.request.openai.losses import Losses
from cohere_cli.request.openai.request import (
    AssistantPart,
    AssistantTurn,
    Call,
    ImagePart,
    OtherPart,
    RefusalPart,
    SystemTurn,
    Text,
    TextPart,
    ToolTurn,
    Turn,
    UserPart,
    UserTurn,
)
from cohere_cli.strict_json import loads


def translate_messages(turns: Iterable[Turn], losses: Losses) -> tuple[Message, ...]:
    """Translate *turns*; system messages move to the front, as the API requires.

    Raises `InvalidBody` where the arguments of a call are not a JSON object.
    """
    numbered = enumerate(turns)
    messages = [_message(turn, ("messages", at), losses) for at, turn in numbered]
    places = (at for at, each in enumerate(messages) if _is_system(each))
    for rank, at in enumerate(places):
        if rank != at:
            why = "system messages come first"
            losses.add(("messages", at), why, what="moved to the beginning")
    return tuple(sorted(messages, key=lambda each: not _is_system(each)))


def _is_system(message: Message) -> bool:
    return isinstance(message, SystemMessage)


def _message(turn: Turn, path: Path, losses: Losses) -> Message:
    match turn:
        case SystemTurn(content=content):
            return SystemMessage(_text(content))
        case UserTurn(content=content):
            return UserMessage(_user_content(content, path, losses))
        case AssistantTurn():
            return _assistant_message(turn, path, losses)
        case ToolTurn(content=content):
            return ToolMessage(turn.tool_call_id, _text(content))


def _text(content: Text) -> str | tuple[TextContent, ...]:
    if isinstance(content, str):
        return content
    return tuple(TextContent(part.text) for part in content)


def _user_content(
    content: str | tuple[UserPart, ...], path: Path, losses: Losses
) -> str | tuple[UserContent, ...]:
    if isinstance(content, str):
        return content
    blocks: list[UserContent] = []
    for at, part in enumerate(content):
        match part:
            case TextPart(text=text):
                blocks.append(TextContent(text))
            case ImagePart(image_url=image):
                blocks.append(ImageContent(ImageUrl(image.url, image.detail)))
            case OtherPart(type=kind):
                here = (*path, "content", at)
                losses.add(here, field_at((*here, "type"), kind).why)
    return tuple(blocks)


def _assistant_message(
    turn: AssistantTurn, path: Path, losses: Losses
) -> AssistantMessage:
    text = _assistant_content(turn.content, path, losses)
    thinking = _thinking(turn, path, losses)
    if not turn.tool_calls:
        return AssistantMessage((*thinking, *_blocks(text)) if thinking else text)
    # The API takes text beside tool calls only as their plan.
    plan = "".join(block.text for block in _blocks(text))
    calls = enumerate(turn.tool_calls)
    return AssistantMessage(
        content=thinking or None,
        tool_plan=plan or None,
        tool_calls=tuple(_call(each, (*path, "tool_calls", at)) for at, each in calls),
    )


def _thinking(
    turn: AssistantTurn, path: Path, losses: Losses
) -> tuple[ThinkingContent, ...]:
    """Return the thinking of *turn*; some servers send it under both names."""
    thought = turn.reasoning_content or turn.reasoning
    if turn.reasoning not in (None, "", thought):
        losses.add((*path, "reasoning"), "reasoning_content takes precedence")
    return (ThinkingContent(thought),) if thought else ()


def _assistant_content(
    content: str | tuple[AssistantPart, ...] | None, path: Path, losses: Losses
) -> str | tuple[TextContent, ...] | None:
    if content is None or isinstance(content, str):
        return content
    for at, part in enumerate(content):
        if isinstance(part, RefusalPart):
            here = (*path, "content", at)
            losses.add(here, "refusals are ordinary answers", what="sent as text")
    return tuple(TextContent(_words(part)) for part in content)


def _words(part: AssistantPart) -> str:
    match part:
        case TextPart(text=text):
            return text
        case RefusalPart(refusal=refusal):
            return refusal


def _blocks(content: str | tuple[TextContent, ...] | None) -> tuple[TextContent, ...]:
    if isinstance(content, str):
        return (TextContent(content),)
    return content or ()


def _call(call: Call, path: Path) -> ToolCall:
    arguments = call.function.arguments
    _check_arguments(arguments, (*path, "function", "arguments"))
    return ToolCall(call.id, CalledFunction(call.function.name, arguments))


def _check_arguments(text: str, path: Path) -> None:
    """Check that *text* is a JSON object; some servers write none as "null" or ""."""
    try:
        value = loads(text or "null")
    except ValueError as exc:
        raise InvalidBody(Violation(path, "wrong", "must be JSON text")) from exc
    if value is not None and not isinstance(value, Mapping):
        raise InvalidBody(
            Violation(path, "wrong", "must be the JSON text of an object")
        )
