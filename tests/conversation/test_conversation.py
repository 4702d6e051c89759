"""A conversation: which turns the next one follows, and what it takes over."""

import pytest

from cohere_cli.conversation.context import (
    estimate_tokens,
    messages_of,
    turns_that_fit,
    whole_question,
)
from cohere_cli.conversation.conversation import Conversation
from cohere_cli.errors import UsageProblem
from tests.conversation.test_store import turn


def talk(*statuses, **first):
    """A conversation of turns with these statuses, asked one after another."""
    conversation = Conversation("abc")
    for at, status in enumerate(statuses, 1):
        one = turn(f"Q{at}", "" if status == "error" else f"A{at}", status=status)
        conversation.add(conversation.placed(one._replace(**first)))
    return conversation


def numbers(conversation):
    return [one.number for one in conversation.branch()]


def test_only_complete_turns_are_followed():
    conversation = talk("complete", "error", "interrupted", "complete")
    assert numbers(conversation) == [1, 4]
    assert [one.parent for one in conversation.turns.values()] == [0, 1, 1, 1]


def test_a_turn_that_is_cut_is_named_while_it_is_the_last():
    assert talk("complete", "interrupted").left_out().number == 2
    assert talk("complete", "error").left_out() is None
    assert talk("interrupted", "complete").left_out() is None
    assert talk().left_out() is None


def test_a_cut_turn_is_followed_when_it_is_named():
    conversation = talk("complete", "interrupted")
    conversation.go_to(2)
    assert numbers(conversation) == [1, 2]
    assert conversation.finish().number == 2


def test_undo_goes_back_turn_by_turn_to_the_beginning():
    conversation = talk("complete", "complete")
    assert [conversation.undo().number for _ in range(2)] == [2, 1]
    assert numbers(conversation) == []
    with pytest.raises(UsageProblem, match="abc has no turn to undo"):
        conversation.undo()


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        (lambda one: one.go_to(9), "abc has 3 turns, not 9"),
        (lambda one: one.edit(9), "abc has 3 turns, not 9"),
        (lambda one: one.go_to(2), "turn 2 of abc has no answer to go on from"),
        (lambda one: one.finish(), "the answer of turn 3 of abc is not cut off"),
    ],
)
def test_a_turn_that_cannot_be_followed_is_refused(act, problem):
    conversation = talk("complete", "error", "complete")
    with pytest.raises(UsageProblem) as caught:
        act(conversation)
    assert str(caught.value) == problem
    assert numbers(conversation) == [1, 3]


def test_the_next_body_has_the_fields_of_the_turn_before_and_all_messages():
    system = {"role": "system", "content": "Be brief."}
    request = {
        "model": "m",
        "stream": False,
        "k": 3,
        "messages": [system, {"role": "user", "content": "Q"}],
    }
    conversation = talk("complete", "complete", request=request)
    blocks = [{"type": "text", "text": "A1"}]
    body = conversation.body()
    assert body["messages"][:3] == [
        system,
        {"role": "user", "content": "Q"},
        {"role": "assistant", "content": blocks},
    ]
    assert len(body["messages"]) == 5
    assert {name: body[name] for name in body if name != "messages"} == {
        "model": "m",
        "k": 3,
    }


def test_an_edited_turn_keeps_the_messages_before_its_prompt():
    example = [{"role": "user", "content": "1"}, {"role": "assistant", "content": "2"}]
    request = {"model": "m", "messages": [*example, {"role": "user", "content": "Q"}]}
    conversation = talk("complete", request=request)
    conversation.edit(1)
    assert conversation.body() == {"model": "m", "messages": example}


def test_thinking_and_citations_are_not_sent_back():
    content = [{"type": "thinking", "thinking": "Hm"}, {"type": "text", "text": "A"}]
    message = {"role": "assistant", "content": content, "citations": [{"start": 0}]}
    one = turn("Q", "A", reply={"message": message})
    assert [*messages_of(one)][1:] == [{"role": "assistant", "content": content[1:]}]


def test_a_turn_without_an_answer_adds_none():
    one = turn("Q", "", reply={})
    assert [*messages_of(one)] == [{"role": "user", "content": "Q"}]


def test_the_youngest_turns_that_fit_are_kept():
    turns = [turn("word " * 100, "word " * 100)] * 4
    each = estimate_tokens([*messages_of(turns[0])])
    assert len(turns_that_fit(turns, each * 2)) == 2
    assert len(turns_that_fit(turns, each * 2 - 1)) == 1
    assert turns_that_fit(turns, -1) == []
    assert turns_that_fit(turns, None) == turns


def test_an_image_counts_no_tokens_of_its_text():
    url = "data:image/png;base64," + "A" * 100_000
    image = {"type": "image_url", "image_url": {"url": url}}
    assert estimate_tokens([image]) < 100


def test_a_question_is_searched_for_with_the_two_before():
    turns = [turn(f"Q{at}", "A") for at in (1, 2, 3)]
    assert whole_question(turns, "And?") == "Q2\nQ3\nAnd?"
    assert whole_question([], "And?") == "And?"


def test_results_of_tools_are_left_out_with_the_turn_that_called():
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    long = {"messages": [{"role": "user", "content": "x" * 4000}]}
    called = turn("Q", "", request=long, reply={"message": {"tool_calls": [call]}})
    result = {"role": "tool", "tool_call_id": "c", "content": "r"}
    given = turn("", "A", request={"messages": [result]})
    last = turn("Q", "A")
    assert turns_that_fit([called, given, last], 500) == [last]
    assert turns_that_fit([called, given, last], 5000) == [called, given, last]


def stepped(*, is_answered):
    """A question whose answer calls a tool, and the step after it."""
    call = {"id": "c1", "function": {"name": "f", "arguments": "{}"}}
    message = {"role": "assistant", "tool_calls": [call]}
    result = {"role": "tool", "tool_call_id": "c1", "content": "5"}
    conversation = Conversation("abc")
    asked = turn("Q", "", reply={"message": message})
    step = turn("", "Five." if is_answered else "", request={"messages": [result]})
    status = "complete" if is_answered else "error"
    for one in (asked, step._replace(status=status)):
        conversation.add(conversation.placed(one))
    return conversation, result


def test_results_of_a_request_that_failed_are_sent_again():
    conversation, result = stepped(is_answered=False)
    assert conversation.answer_pending_calls() == 1
    assert conversation.results == [result]
    assert conversation.body()["messages"][-1] == result


def test_calls_without_a_result_have_one_that_says_so():
    conversation, _ = stepped(is_answered=False)
    del conversation.turns[2]
    conversation.answer_pending_calls()
    assert [one["content"] for one in conversation.results] == [
        '{"error": "this call has no result"}'
    ]


def test_an_answer_in_steps_is_undone_and_edited_as_a_whole():
    conversation, _ = stepped(is_answered=True)
    assert conversation.edit(2).prompt == "Q"
    conversation, _ = stepped(is_answered=True)
    assert conversation.undo().number == 1
    assert conversation.head == 0
