import pytest

pytestmark = pytest.mark.real

REFUND = "A refund takes 14 days."
GROUNDED = {
    "text": REFUND,
    "citations": [{"start": 0, "end": 23, "text": REFUND, "sources": ["policy"]}],
}
REPORT = {"name": "refund_report", "arguments": '{"day": "2024-05-29"}'}
WEATHER = {"name": "get_weather", "arguments": '{"city": "Paris"}'}


@pytest.fixture(scope="module")
def cohere_ai(node):
    return node("cohere_ai.mjs")


@pytest.fixture(scope="module")
def openai(node):
    return node("openai.mjs")


def test_both_clients_tell_a_text_the_same_streamed_and_not(cohere_ai, openai):
    text = cohere_ai["text"]["text"]
    assert "no model behind it" in text
    assert cohere_ai["text"] == {"text": text, "finishReason": "COMPLETE"}
    assert cohere_ai["textStreamed"] == cohere_ai["text"]
    assert openai["text"] == {"text": text, "finishReason": "stop"}
    assert openai["textStreamed"] == openai["text"]


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        ("documents", GROUNDED),
        ("documentsStreamed", GROUNDED),
        (
            "tools",
            {
                "call": REPORT,
                "text": "refund: 3 euros.",
                "output": {"refund": "3 euros"},
                "isTheCalls": True,
            },
        ),
        ("toolsStreamed", {**REPORT, "finishReason": "TOOL_CALL"}),
        ("schema", {"name": "John", "age": 30}),
        ("rerank", {"indices": [1], "isAScore": True, "searchUnits": 1}),
        (
            "refusal",
            {
                "isOurs": True,
                "status": 400,
                "said": "invalid request: list of documents must not be empty",
            },
        ),
    ],
)
def test_cohere_s_client_gets_what_it_asks_for(cohere_ai, case, shown):
    assert cohere_ai[case] == shown


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        (
            "tools",
            {"call": WEATHER, "text": "It is 21 degrees.", "finishReason": "stop"},
        ),
        ("toolsStreamed", {**WEATHER, "finishReason": "tool_calls"}),
        ("schema", {"city": "Paris"}),
        ("refusal", {"isOurs": True, "status": 400}),
    ],
)
def test_openai_s_client_gets_what_it_asks_for(openai, case, shown):
    assert openai[case] == shown
