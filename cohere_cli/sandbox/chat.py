"""What `/v2/chat` answers: which of the sandbox's few skills a request asks for."""

import binascii
import json
from base64 import b64decode
from dataclasses import replace

from cohere_cli.api.bodies import ChatBody, ImageUrl, as_json
from cohere_cli.sandbox.answer import Answer, limit, stop_at
from cohere_cli.sandbox.evidence import from_documents, from_results
from cohere_cli.sandbox.grounded import NO_MATCH, quoted
from cohere_cli.sandbox.instance import instance
from cohere_cli.sandbox.pieces import first_pieces, pieces
from cohere_cli.sandbox.refusals import invalid
from cohere_cli.sandbox.tools import calls_for
from cohere_cli.sandbox.turns import everything_said, images, question, results

PLAIN = (
    "This is the sandbox: a stand-in for the API on this machine, with no model behind "
    "it. It can quote documents with exact citations, call the tools that you declare, "
    "fill a JSON schema and rank texts, but it cannot talk."
)
_NO_SCHEMA = {
    "type": "object",
    "properties": {"answer": {"const": PLAIN}},
    "required": ["answer"],
}


def answered(body: ChatBody) -> Answer:
    """Return the answer to *body*, within the limits that it sets."""
    return within_limits(body, _without_the_unwanted(body, _answer(body)))


def within_limits(body: ChatBody, answer: Answer) -> Answer:
    """End *answer* where *body* wants it to end.

    One token is one piece of `pieces.pieces`; thinking counts.
    """
    answer = stop_at(answer, body.stop_sequences or ())
    return answer if body.max_tokens is None else limit(answer, body.max_tokens)


def input_tokens(body: ChatBody) -> int:
    """Count the pieces of all that was sent for the model to read."""
    read = (*everything_said(body.messages), *_read_beside(body))
    return sum(len(pieces(text)) for text in read)


def _read_beside(body: ChatBody) -> list[str]:
    parts = (*(body.documents or ()), *(body.tools or ()))
    return [json.dumps(as_json(part), ensure_ascii=False) for part in parts]


def _answer(body: ChatBody) -> Answer:
    asked = question(body.messages)
    came = results(body.messages)
    if body.tools and body.tool_choice != "NONE" and not came:
        required = body.tool_choice == "REQUIRED"
        if called := calls_for(asked, body.tools, required=required):
            return called
    if body.response_format and body.response_format.type == "json_object":
        return _filled(body.response_format.json_schema or _NO_SCHEMA, asked)
    if came or body.documents:
        evidence = [*from_results(came), *from_documents(body.documents or ())]
        thinking = f"The answer is quoted from {_count(len(evidence), 'source')}."
        # A tool was asked for its result: nobody need excuse that it is quoted.
        said = quoted(asked, evidence, excuse="" if came else NO_MATCH)
        return replace(said, thinking=thinking)
    thinking = "There is no model here that could think."
    return Answer(_seen(images(body.messages)) + PLAIN, thinking=thinking)


def _filled(schema: object, asked: str) -> Answer:
    root = schema if isinstance(schema, dict) else {}
    value = instance({"type": "object", **root}, asked)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(text, thinking="The schema is filled with what the request names.")


def _without_the_unwanted(body: ChatBody, answer: Answer) -> Answer:
    """Leave out citations and thinking where the caller does not want them.

    A model that thinks says no plan for its tool calls beside that.
    """
    mode = body.citation_options.mode if body.citation_options else None
    if mode in ("OFF", "DISABLED"):
        answer = replace(answer, citations=())
    if not _thinks(body):
        return replace(answer, thinking="")
    budget = body.thinking.token_budget if body.thinking else None
    thinking = f"{answer.thinking} {answer.plan}".strip()
    if budget is not None:
        thinking = first_pieces(thinking, budget)
    # With thinking before it, the text is the second content block.
    citations = (replace(each, content_index=1) for each in answer.citations)
    return replace(answer, thinking=thinking, plan="", citations=tuple(citations))


def _thinks(body: ChatBody) -> bool:
    if body.thinking:
        return body.thinking.type == "enabled"
    return "reasoning" in body.model or body.model.startswith("command-a-plus")


def _seen(shown: tuple[ImageUrl, ...]) -> str:
    if not shown:
        return ""
    kinds = "; ".join(_image(image.url) for image in shown)
    return f"You sent {_count(len(shown), 'image')}: {kinds}. "


def _image(url: str) -> str:
    """Say what can be known of an image without looking at it."""
    if not url.startswith("data:"):
        return url
    head, _, data = url.removeprefix("data:").partition(",")
    try:
        size = len(b64decode(data, validate=True))
    except binascii.Error as exc:
        raise invalid("image_url is no valid base64 data URI") from exc
    return f"{head.partition(';')[0] or 'text/plain'}, {_count(size, 'byte')}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
