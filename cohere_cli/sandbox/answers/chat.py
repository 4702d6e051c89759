"""`POST /v2/chat`: tool calls, filled schemas, quotes or a fixed text."""

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
    result_fields,
)
from cohere_cli.sandbox.answers.text import (
    content_words,
    first_tokens,
    split_identifier,
    tokens,
)
from cohere_cli.sandbox.messages import invalid

PLAIN = (
    "This is the sandbox: a mock of the API on this machine, with no model behind "
    "it. It can quote documents with exact citations, call the tools that you declare, "
    "fill a JSON schema and rank texts, but it cannot talk."
)
_DEFAULT_SCHEMA = {
    "type": "object",
    "properties": {"answer": {"const": PLAIN}},
    "required": ["answer"],
}


def answer_chat(body: ChatBody) -> Answer:
    """Return the answer to *body*, within its limits."""
    return within_limits(body, _apply_options(body, _answer(body)))


def within_limits(body: ChatBody, answer: Answer) -> Answer:
    """Truncate *answer* at the stop sequences and `max_tokens` of *body*.

    A token is one of `text.tokens`; thinking counts.
    """
    answer = stop_at(answer, body.stop_sequences or ())
    return answer if body.max_tokens is None else limit_tokens(answer, body.max_tokens)


def input_tokens(body: ChatBody) -> int:
    """Count the tokens of all messages, documents and tools."""
    read = (*all_texts(body.messages), *_attachment_texts(body))
    return sum(len(tokens(text)) for text in read)


def _attachment_texts(body: ChatBody) -> list[str]:
    parts = (*(body.documents or ()), *(body.tools or ()))
    return [json.dumps(to_json(part), ensure_ascii=False) for part in parts]


def _answer(body: ChatBody) -> Answer:
    question = last_question(body.messages)
    results = latest_tool_results(body.messages)
    if body.tools and body.tool_choice != "NONE" and not results:
        required = body.tool_choice == "REQUIRED"
        if calls := choose_tool_calls(question, body.tools, required=required):
            return calls
    has_next = results and body.tool_choice != "NONE"
    if has_next and (calls := follow_up_calls(body, results)):
        return calls
    if body.response_format and body.response_format.type == "json_object":
        schema = body.response_format.required_schema or _DEFAULT_SCHEMA
        return _json_answer(schema, question)
    if results or body.documents:
        evidence = [*from_results(results), *from_documents(body.documents or ())]
        thinking = f"The answer is quoted from {_count(len(evidence), 'source')}."
        # A tool was called for its result: quote it without an excuse.
        excuse = "" if results else NO_MATCH
        reply = quote_evidence(question, evidence, excuse=excuse)
        return replace(reply, thinking=thinking)
    thinking = "There is no model here that could think."
    return Answer(_image_summary(last_images(body.messages)) + PLAIN, thinking=thinking)


def _json_answer(schema: object, prompt: str) -> Answer:
    root = schema if isinstance(schema, dict) else {}
    value = fill_schema({"type": "object", **root}, prompt)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(text, thinking="The schema is filled with what the request names.")


def _apply_options(body: ChatBody, answer: Answer) -> Answer:
    """Remove the citations and the thinking that *body* switches off.

    A model that thinks returns its tool plan as part of the thinking.
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


def _image_summary(images: tuple[ImageUrl, ...]) -> str:
    if not images:
        return ""
    kinds = "; ".join(_describe_image(image.url) for image in images)
    return f"You sent {_count(len(images), 'image')}: {kinds}. "


def _describe_image(url: str) -> str:
    """Describe an image by its media type and size, or its URL."""
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


# Words in the descriptions of most tools, whatever the tool does.
_GENERIC_TOOL_WORDS = content_words(
    "tool function call return retrieve fetch find search look provide give help "
    "take show compute calculate run make input output value result data information"
)


def choose_tool_calls(
    prompt: str, tools: Sequence[Tool], *, required: bool
) -> Answer | None:
    """Return calls of the tools that match *prompt*; None if none matches.

    A tool matches if its name or description shares a content word with the prompt.
    If a call is *required* and no tool matches, the first tool is called.
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


def follow_up_calls(body: ChatBody, results: Sequence[ToolMessage]) -> Answer | None:
    """Return calls of the tools whose arguments are in *results*; None without any.

    Such a tool was not called since the last question, and each parameter that it
    requires is a field of a result: `get_order(customer_id)` after a customer.
    """
    fields = dict(result_fields(results))
    called = _called_since_question(body.messages)
    found = [
        (tool, {name: fields[name] for name in required})
        for tool in body.tools or ()
        if (required := tool.function.parameters.get("required"))
        and tool.function.name not in called
        and all(name in fields for name in required)
    ]
    if not found:
        return None
    calls = (
        Call(tool.function.name, json.dumps(given, ensure_ascii=False))
        for tool, given in found
    )
    return Answer(
        plan=_plan([tool.function.name for tool, _ in found]),
        calls=tuple(calls),
        finish_reason="TOOL_CALL",
        thinking="The results have what other tools need, so they are called.",
    )


def _called_since_question(messages: tuple[Message, ...]) -> set[str]:
    since = takewhile(
        lambda turn: not isinstance(turn, UserMessage), reversed(messages)
    )
    asked = (turn for turn in since if isinstance(turn, AssistantMessage))
    functions = (call.function for turn in asked for call in turn.tool_calls or ())
    return {each.name for each in functions if each and each.name}


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
    turn = _last_user(messages)
    return text_of(turn.content) if turn else ""


def last_images(messages: Turns) -> tuple[ImageUrl, ...]:
    """Return the images of the last user turn."""
    turn = _last_user(messages)
    blocks = turn.content if turn else ()
    return tuple(b.image_url for b in blocks if isinstance(b, ImageContent))


def latest_tool_results(messages: Turns) -> tuple[ToolMessage, ...]:
    """Return the tool messages at the end of the conversation."""
    last = takewhile(lambda turn: isinstance(turn, ToolMessage), reversed(messages))
    return tuple(turn for turn in last if isinstance(turn, ToolMessage))[::-1]


def all_texts(messages: Turns) -> Iterator[str]:
    """Yield all text of the conversation, which is billed as input tokens."""
    for turn in messages:
        yield text_of(turn.content)
        match turn:
            case AssistantMessage(tool_plan=plan, tool_calls=calls):
                yield plan or ""
                functions = (call.function for call in calls or () if call.function)
                yield from (f"{each.name}{each.arguments}" for each in functions)
            case ToolMessage(content=tuple(blocks)):
                documents = (b for b in blocks if isinstance(b, DocumentContent))
                yield from (str(to_json(block.document)) for block in documents)
            case SystemMessage() | UserMessage() | ToolMessage():
                pass


def text_of(content: Content) -> str:
    """Return the text blocks of *content*, joined with line feeds."""
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(_texts(content))


def _texts(blocks: Iterable[object]) -> Iterator[str]:
    return (block.text for block in blocks if isinstance(block, TextContent))


def _last_user(messages: Turns) -> UserMessage | None:
    users = (turn for turn in reversed(messages) if isinstance(turn, UserMessage))
    return next(users, None)
