"""Estimates of what requests cost, made before they are sent."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cohere_cli.api.protocol.requests import (
    ChatBody,
    CompatBody,
    EncodedBody,
    RawCompatBody,
    to_json,
)
from cohere_cli.documents.totals import estimated_tokens
from cohere_cli.jobs.prices import PriceList
from cohere_cli.text import plural

ANSWER_TOKENS = 4_096
"""Tokens of an answer whose length the request does not limit."""

# https://docs.cohere.com/docs/image-inputs: 256 in low detail; else as many for each
# tile of 512x512 pixels, at most 12 of them, and for the preview.
_LOW_DETAIL_TOKENS = 256
_HIGH_DETAIL_TOKENS = 13 * 256
# The fields of a request whose text the model reads.
_READ = ("messages", "documents", "tools", "response_format")


class Cost(NamedTuple):
    """The estimated dollars of *requests* to *model*, and *what* they are for."""

    model: str
    dollars: float
    what: str
    requests: int = 1

    def __str__(self) -> str:
        return f"{self.model}: {self.what}"


def chat_cost(
    body: ChatBody | CompatBody | RawCompatBody, prices: PriceList, more: int = 0
) -> Cost:
    """Return the cost of a request for an answer, and of *more* tokens of input.

    A token is 4 bytes, and an image has the most tokens that it can have. Raises
    `ConfigProblem` if the price of the model is unknown.
    """
    data = to_json(body)
    model = str(data.get("model", ""))
    tokens_in, tokens_out = _input_tokens(data) + more, _output_tokens(data)
    dollars = prices.cost_of_tokens(model, tokens_in, tokens_out)
    return Cost(model, dollars, f"~{tokens_in:,} tokens in, {tokens_out:,} out")


def encoded_tokens(body: EncodedBody) -> tuple[int, int]:
    """Return the tokens that *body* has, and the most that its answer may have."""
    data = json.loads(body.content)
    return _input_tokens(data), _output_tokens(data)


def encoded_cost(body: EncodedBody, prices: PriceList) -> Cost:
    """Return the cost of an encoded request; raises as `chat_cost` does."""
    tokens_in, tokens_out = encoded_tokens(body)
    dollars = prices.cost_of_tokens(body.model, tokens_in, tokens_out)
    what = f"~{tokens_in:,} tokens in, {tokens_out:,} out"
    return Cost(body.model, dollars, what)


def rerank_cost(model: str, units: float, prices: PriceList, requests: int = 1) -> Cost:
    """Return the cost of *units*; raises `ConfigProblem` as `chat_cost` does."""
    dollars = prices.cost_of_search(model, units)
    return Cost(model, dollars, plural(math.ceil(units), "search unit"), requests)


def _input_tokens(data: Mapping[str, Any]) -> int:
    images = list(_images(data["messages"]))
    read = {name: data[name] for name in _READ if name in data}
    text = json.dumps(read, ensure_ascii=False).encode(errors="surrogatepass")
    # The data of an image is in the text, too.
    size = len(text) - sum(len(str(_url(image)).encode()) for image in images)
    return estimated_tokens(size) + sum(map(_image_tokens, images))


def _images(messages: Iterable[Any]) -> Iterator[Any]:
    for message in messages:
        content = message.get("content") if isinstance(message, Mapping) else None
        for part in content if isinstance(content, list) else ():
            if isinstance(part, Mapping) and part.get("type") == "image_url":
                yield part.get("image_url")


def _url(image: Any) -> Any:
    return image.get("url") if isinstance(image, Mapping) else image


def _image_tokens(image: Any) -> int:
    detail = image.get("detail") if isinstance(image, Mapping) else None
    return _LOW_DETAIL_TOKENS if detail == "low" else _HIGH_DETAIL_TOKENS


def _output_tokens(data: Mapping[str, Any]) -> int:
    limit = data.get("max_tokens") or data.get("max_completion_tokens")
    answers = data.get("n") or 1
    thinking = data.get("thinking")
    budget = thinking.get("token_budget") if isinstance(thinking, Mapping) else None
    # The limit includes the thinking.
    tokens = _count(limit) or ANSWER_TOKENS + _count(budget)
    return tokens * max(_count(answers), 1)


def _count(value: object) -> int:
    """Return a whole number above 0, else 0: bodies for other servers are unchecked."""
    return value if isinstance(value, int) and value > 0 else 0
