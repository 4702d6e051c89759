import pytest

from cohere_cli.api.protocol.requests import (
    ChatBody,
    CompatBody,
    Document,
    ImageContent,
    ImageUrl,
    RawCompatBody,
    TextContent,
    Thinking,
    UserMessage,
)
from cohere_cli.jobs.estimate import chat_cost, rerank_cost
from cohere_cli.jobs.prices import PriceList

MODEL = "command-a-03-2025"
PRICES = PriceList({"own": {"input": 1.0, "output": 1.0}})
FRAME = 48  # bytes of a message without text, as JSON


def text(size):
    return (UserMessage("x" * size),)


def image(detail, url="data:image/png;base64,"):
    return (
        UserMessage(
            (TextContent(""), ImageContent(ImageUrl(url + "A" * 9_000, detail)))
        ),
    )


def counts(body):
    return chat_cost(body, PRICES).what


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (ChatBody(MODEL, text(4000 - FRAME)), "~1,000 tokens in, 4,096 out"),
        (ChatBody(MODEL, (UserMessage("é" * 100),)), "~62 tokens in, 4,096 out"),
        (ChatBody(MODEL, text(1), max_tokens=50), "~12 tokens in, 50 out"),
        (
            ChatBody(MODEL, text(1), thinking=Thinking("enabled", 1000)),
            "~12 tokens in, 5,096 out",
        ),
        (
            ChatBody(MODEL, text(1), documents=(Document({"text": "x" * 4000}),)),
            "~1,022 tokens in, 4,096 out",
        ),
        (CompatBody(MODEL, ({"content": "x"},), max_completion_tokens=7), "~8 tokens in, 7 out"),
        (RawCompatBody(model=MODEL, messages="?", n=3, max_tokens=10), "~5 tokens in, 30 out"),
        (RawCompatBody(model=MODEL, messages=[], max_tokens="x"), "~4 tokens in, 4,096 out"),
    ],
    ids=str,
)  # fmt: skip
def test_a_token_of_input_is_four_bytes_and_those_of_output_are_limited(body, what):
    assert counts(body) == what


@pytest.mark.parametrize(
    ("detail", "tokens"),
    [("low", 256), ("high", 3_328), ("auto", 3_328), (None, 3_328)],
)
def test_an_image_costs_what_its_detail_allows_whatever_its_bytes(detail, tokens):
    body = ChatBody(MODEL, image(detail))
    tokens_in = int(counts(body).partition(" ")[0][1:].replace(",", ""))
    assert 0 < tokens_in - tokens < 60


def test_the_cost_is_by_the_price_of_the_model():
    cost = chat_cost(ChatBody("own", text(4000 - FRAME), max_tokens=500), PRICES)
    assert cost.dollars == 0.0015
    assert str(cost) == "own: ~1,000 tokens in, 500 out"


def test_more_tokens_of_input_are_added():
    body = ChatBody("own", text(4000 - FRAME), max_tokens=500)
    assert chat_cost(body, PRICES, 250).what == "~1,250 tokens in, 500 out"


def test_a_ranking_costs_its_search_units():
    cost = rerank_cost("rerank-v3.5", 1_200, PRICES, requests=12)
    assert (cost.dollars, str(cost)) == (2.4, "rerank-v3.5: 1,200 search units")
