"""What `/v2/chat` answers: which of the sandbox's few skills a request asks for."""

import binascii
import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from cohere_cli.api.protocol.requests import (
    AssistantMessage,
    ChatBody,
    DocumentContent,
    ImageContent,
    ImageUrl,
    Message,
    SystemMessage,
    TextContent,
    ThinkingContent,
    Tool,
    ToolMessage,
    UserMessage,
    to_json,
)
from cohere_cli.sandbox.answers.answer import Answer, Call, limit_tokens, stop_at
from cohere_cli.sandbox.answers.json_filler import fill_schema
from cohere_cli.sandbox.answers.quotes import (
    NO_MATCH,
    from_documents,
    from_results,
    quote_evidence,
)
from cohere_cli.sandbox.answers.text import (
    content_words,
    first_tokens,
    split_identifier,
    tokens,
)
from cohere_cli.sandbox.messages import invalid

PLAIN = (
    "This is the sandbox: a stand-in for the API on this machine, with no model behind "
    "it. It can quote documents with exact citations, call the tools that you declare, "
    "fill a JSON schema and rank texts, but it cannot talk."
)
_DEFAULT_SCHEMA = {
    "type": "object",
    "properties": {"answer": {"const": PLAIN}},
    "required": ["answer"],
}


def answer_chat(body: ChatBody) -> Answer:
    """Return the answer to *body*, within the limits that it sets."""
    return within_limits(body, _apply_options(body, _answer(body)))


def within_limits(body: ChatBody, answer: Answer) -> Answer:
    """End *answer* where *body* wants it to end.

    One token is one piece of `pieces.pieces`; thinking counts.
    """
    answer = stop_at(answer, body.stop_sequences or ())
    return answer if body.max_tokens is None else limit_tokens(answer, body.max_tokens)


def input_tokens(body: ChatBody) -> int:
    """Count the pieces of all that was sent for the model to read."""
    read = (*all_texts(body.messages), *_attachment_texts(body))
    return sum(len(tokens(text)) for text in read)


def _attachment_texts(body: ChatBody) -> list[str]:
    parts = (*(body.documents or ()), *(body.tools or ()))
    return [json.dumps(to_json(part), ensure_ascii=False) for part in parts]


def _answer(body: ChatBody) -> Answer:
    asked = last_question(body.messages)
    came = latest_tool_results(body.messages)
    if body.tools and body.tool_choice != "NONE" and not came:
        required = body.tool_choice == "REQUIRED"
        if called := choose_tool_calls(asked, body.tools, required=required):
            return called
    if body.response_format and body.response_format.type == "json_object":
        return _json_answer(body.response_format.json_schema or _DEFAULT_SCHEMA, asked)
    if came or body.documents:
        evidence = [*from_results(came), *from_documents(body.documents or ())]
        thinking = f"The answer is quoted from {_count(len(evidence), 'source')}."
        # A tool was called for its result: quoting it needs no excuse.
        reply = quote_evidence(asked, evidence, excuse="" if came else NO_MATCH)
        return replace(reply, thinking=thinking)
    thinking = "There is no model here that could think."
    return Answer(_image_summary(last_images(body.messages)) + PLAIN, thinking=thinking)


def _json_answer(schema: object, asked: str) -> Answer:
    root = schema if isinstance(schema, dict) else {}
    value = fill_schema({"type": "object", **root}, asked)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(text, thinking="The schema is filled with what the request names.")


def _apply_options(body: ChatBody, answer: Answer) -> Answer:
    """Leave out citations and thinking where the caller does not want them.

    A model that thinks says no plan for its tool calls beside that.
    """
    mode = body.citation_options.mode if body.citation_options else None
    if mode in ("OFF", "DISABLED"):
        answer = replace(answer, citations=())
    if not _is_thinking(body):
        return replace(answer, thinking="")
    budget = body.thinking.token_budget if body.thinking else None
    thinking = f"{answer.thinking} {answer.plan}".strip()
    if budget is not None:
        thinking = first_tokens(thinking, budget)
    # With thinking before it, the text is the second content block.
    citations = (each.replace(content_index=1) for each in answer.citations)
    return replace(answer, thinking=thinking, plan="", citations=tuple(citations))


def _is_thinking(body: ChatBody) -> bool:
    if body.thinking:
        return body.thinking.type == "enabled"
    return "reasoning" in body.model or body.model.startswith("command-a-plus")


def _image_summary(shown: tuple[ImageUrl, ...]) -> str:
    if not shown:
        return ""
    kinds = "; ".join(_describe_image(image.url) for image in shown)
    return f"You sent {_count(len(shown), 'image')}: {kinds}. "


def _describe_image(url: str) -> str:
    """Say what can be known of an image without looking at it."""
    if not url.startswith("data:"):
        return url
    head, _, data = url.removeprefix("data:").partition(",")
    try:
        size = len(b64decode(data, validate=True))
    except binascii.Error as exc:
        raise invalid("image_url is not a valid base64 data URI") from exc
    return f"{head.partition(';')[0] or 'text/plain'}, {_count(size, 'byte')}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


# What nearly every description of a tool says, whatever the tool does.
_GENERIC_TOOL_WORDS = content_words(
    "tool function call return retrieve fetch find search look provide give help "
    "take show compute calculate run make input output value result data information"
)


def choose_tool_calls(
    prompt: str, tools: Sequence[Tool], *, required: bool
) -> Answer | None:
    """Return the calls that *prompt* asks for; None where no tool fits.

    A tool fits when its name or description has a telling word of the prompt. If
    some call is *required*, the first tool has to do.
    """
    chosen = [tool for tool in tools if _is_relevant(prompt, tool)]
    if not chosen and required:
        chosen = [*tools[:1]]
    if not chosen:
        return None
    return Answer(
        plan=_plan([tool.function.name for tool in chosen]),
        calls=tuple(_call(prompt, tool) for tool in chosen),
        finish_reason="TOOL_CALL",
        thinking="Some tools share words with the request, so they are called.",
    )


def _is_relevant(prompt: str, tool: Tool) -> bool:
    name = content_words(split_identifier(tool.function.name))
    about = content_words(tool.function.description or "") - _GENERIC_TOOL_WORDS
    return not (name - _GENERIC_TOOL_WORDS or name).isdisjoint(
        content_words(prompt)
    ) or not (about.isdisjoint(content_words(prompt)))


def _plan(names: list[str]) -> str:
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"I will call {listed} for this."


def _call(prompt: str, tool: Tool) -> Call:
    parameters = tool.function.parameters
    filled = fill_schema({"type": "object", **parameters}, prompt)
    return Call(
        tool.function.name, json.dumps(filled, ensure_ascii=False) if filled else ""
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


def last_question(messages: Turns) -> str:
    """Return the text of the last user turn; empty if there is none."""
    asked = _last_user(messages)
    return text_of(asked.content) if asked else ""


def last_images(messages: Turns) -> tuple[ImageUrl, ...]:
    """Return the images of the last user turn."""
    asked = _last_user(messages)
    blocks = asked.content if asked else ()
    return tuple(b.image_url for b in blocks if isinstance(b, ImageContent))


def latest_tool_results(messages: Turns) -> tuple[ToolMessage, ...]:
    """Return the tools' results that came since anybody else spoke."""
    last = takewhile(lambda turn: isinstance(turn, ToolMessage), reversed(messages))
    return tuple(turn for turn in last if isinstance(turn, ToolMessage))[::-1]


def all_texts(messages: Turns) -> Iterator[str]:
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
                yield from (str(to_json(block.document)) for block in documents)
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
