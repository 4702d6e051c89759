import pytest

from cohere_cli.errors import AnswerIncomplete, ServerFault
from cohere_cli.mapping.answer import checked, outcome_of
from cohere_cli.mapping.result import Outcome
from cohere_cli.request.schema.parse import schema_from_text
from cohere_cli.request.schema.validate import answer_check

USAGE = {"tokens": {"input_tokens": 1}}


def response(*blocks, finish="COMPLETE", **message):
    content = [{"type": "text", "text": one} for one in blocks]
    message = {"role": "assistant", "content": content, **message}
    return {"message": message, "finish_reason": finish, "usage": USAGE}


def test_a_text_is_the_answer_with_all_that_belongs_to_it():
    citation = {"start": 0, "end": 1, "text": "y", "sources": []}
    found = outcome_of(response("yes", citations=[citation]), "m")
    assert found == Outcome("m", "yes", None, [citation], "COMPLETE", USAGE)


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (response("a", "b"), "ab"),
        (response("cut", finish="MAX_TOKENS"), "cut"),
        ({**response("x"), "usage": None}, "x"),
        (response(content="plain"), "plain"),
        (
            response(content=[{"type": "thinking", "thinking": "hm"}, {"text": "x"}]),
            "x",
        ),
    ],
)
def test_what_other_servers_send_is_read_as_in_a_chat(sent, text):
    found = outcome_of(sent, "m")
    assert (found.text, found.error) == (text, None)


# As vLLM 0.32 sends it.
THOUGHT = {
    "id": "chatcmpl-b67fd47e4791f2dc",
    "message": {
        "role": "assistant",
        "content": [{"type": "thinking", "thinking": "I look it up."}],
    },
    "finish_reason": "COMPLETE",
    "usage": {"billed_units": {"input_tokens": 52.0, "output_tokens": 11.0}},
}


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        (response(""), "no answer: the reply has no text"),
        (THOUGHT, "no answer: the reply has only thinking"),
        (THOUGHT | {"finish_reason": "MAX_TOKENS"}, "the reply has only thinking"),
        (
            response(content=[], tool_plan="Look."),
            "no answer: the reply has only a tool plan",
        ),
        (response("a", finish=""), "answer incomplete: it has no finish reason"),
    ],
)
def test_an_answer_that_is_not_whole_has_an_error_and_its_text(sent, what):
    found = outcome_of(sent, "m")
    assert type(found.error) is AnswerIncomplete
    assert what in found.error.what


def test_calls_of_tools_are_kept_as_they_are():
    calls = [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]
    sent = response(content=[], tool_calls=calls, finish="TOOL_CALL")
    found = outcome_of(sent, "m")
    assert (found.text, found.tool_calls, found.error) == ("", calls, None)


@pytest.mark.parametrize("given", [5, None, "x", [{}]])
def test_a_citation_that_is_no_object_is_left_out_with_an_error(given):
    citation = {"start": 0, "end": 1, "text": "y", "sources": []}
    found = outcome_of(response("yes", citations=[given, citation]), "m")
    assert (found.text, found.citations) == ("yes", [citation])
    assert "could not be read" in found.error.what


def test_a_call_that_is_no_object_is_left_out_with_an_error():
    call = {"id": "1", "function": {"name": "f", "arguments": "{}"}}
    sent = response(content=[], tool_calls=[[], call], finish="TOOL_CALL")
    found = outcome_of(sent, "m")
    assert found.tool_calls == [call]
    assert "could not be read" in found.error.what


@pytest.mark.parametrize(
    "sent",
    [{"results": []}, response("a", finish="ERROR"), None, 5, "x", [], [{}], True],
)
def test_what_is_no_answer_at_all_is_a_fault_of_the_server(sent):
    with pytest.raises(ServerFault):
        outcome_of(sent, "m")


@pytest.mark.parametrize(
    ("text", "value", "what"),
    [
        ('{"a": 1}', {"a": 1}, ""),
        ('{"a": "x"}', None, "the answer does not match the schema: "),
        (
            "no JSON",
            None,
            "the answer does not match the schema: the answer is not JSON",
        ),
    ],
)
def test_an_answer_must_fit_the_schema_or_keeps_its_text_with_an_error(
    text, value, what
):
    check = answer_check(schema_from_text("a int"))
    found = checked(Outcome("m", text), check)
    assert (found.text, found.value) == (text, value)
    assert str(found.error or "").startswith(what)
    assert bool(found.error) == bool(what)
