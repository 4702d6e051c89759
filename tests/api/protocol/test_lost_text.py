"""Text where no server should send it: it is shown, or the exit code is not 0."""

import json

import pytest

from cohere_cli.api.protocol.chat import ChatDecoder, decode_response
from cohere_cli.api.protocol.compat import CompatDecoder
from cohere_cli.api.protocol.reply import Reply, ToolCall, accumulate
from cohere_cli.api.protocol.stream import decode_stream, require_end
from cohere_cli.api.responses import decode_body
from cohere_cli.errors import AnswerIncomplete

END = {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}


def event(kind, index=0, **message):
    return {"type": kind, "index": index, "delta": {"message": message}}


def text(piece):
    return event("content-delta", content={"text": piece})


def folded(events):
    """The reply, and what it lacks."""
    reply = Reply()
    try:
        for _, reply in accumulate(events):  # noqa: B007 - the last one counts
            pass
    except AnswerIncomplete as exc:
        return reply, str(exc)
    return reply, ""


def chat(*events):
    return folded(decode_stream(map(json.dumps, events), ChatDecoder()))


def compat(*chunks):
    datas = [one if isinstance(one, str) else json.dumps(one) for one in chunks]
    return folded(decode_stream(datas, CompatDecoder()))


def choice(number, piece="", finish=None):
    delta = {"content": piece}
    return {"choices": [{"index": number, "delta": delta, "finish_reason": finish}]}


@pytest.mark.parametrize("content", ["One ", [{"type": "text", "text": "One "}]])
def test_text_in_the_start_of_a_message_is_its_first(content):
    reply, error = chat(event("message-start", content=content), text("two"), END)
    assert (reply.text, error) == ("One two", "")


def test_calls_plans_and_citations_in_the_start_of_a_message_are_read():
    call = {"id": "1", "function": {"name": "f", "arguments": "{}"}}
    cited = {"start": 0, "end": 1, "text": "a", "sources": ["d"]}
    start = event("message-start", tool_plan="p", tool_calls=[call], citations=[cited])
    reply, error = chat(start, text("a"), END)
    assert (str(reply.tool_plan), len(reply.citations), error) == ("p", 1, "")
    assert reply.tool_calls == {0: ToolCall("1", "f", "{}")}


@pytest.mark.parametrize(
    "late",
    [
        text("b"),
        event("tool-plan-delta", tool_plan="p"),
        event("tool-call-start", tool_calls={"function": {"name": "f"}}),
        event("citation-start", citations={"start": 0, "end": 1}),
    ],
)
def test_an_answer_that_goes_on_after_its_end_is_incomplete(late):
    reply, error = chat(text("a"), END, late)
    assert (reply.text, error) == (
        "a",
        "answer incomplete: more follows its end event",
    )


def test_an_end_event_may_be_repeated_and_others_may_follow():
    follow = [{"type": "citation-end"}, {"type": "new"}, END]
    reply, error = chat(text("a"), END, *follow)
    assert (reply.text, error) == ("a", "")


def test_calls_that_begin_at_one_index_without_ids_are_all_kept():
    calls = [{"function": {"name": name, "arguments": "{}"}} for name in "fgg"]
    started = [event("tool-call-start", tool_calls=call) for call in calls]
    reply, error = chat(*started, END)
    assert error == ""
    assert [*reply.tool_calls.values()] == [ToolCall("", name, "{}") for name in "fgg"]


def test_a_start_after_pieces_of_its_call_is_not_another_call():
    piece = event("tool-call-delta", tool_calls={"function": {"arguments": "{"}})
    start = event(
        "tool-call-start", tool_calls={"function": {"name": "f", "arguments": "}"}}
    )
    reply, _ = chat(piece, start, END)
    assert reply.tool_calls == {0: ToolCall("", "f", "{}")}


def test_a_reply_in_one_piece_with_a_finish_reason_of_null_is_incomplete():
    whole = {"message": {"content": "Hi"}, "finish_reason": None}
    reply, error = folded(require_end(decode_response(whole)))
    assert (reply.text, reply.finish_reason, error) == (
        "Hi",
        "",
        "answer incomplete: it has no finish reason",
    )


def test_an_answer_of_several_that_breaks_off_is_incomplete():
    chunks = [choice(0, "a"), choice(1, "b"), choice(0, finish="stop")]
    error = "answer incomplete: answer 2 has no end"
    for done in ([], ["[DONE]"]):
        reply, found = compat(*chunks, *done)
        assert (reply.text, reply.others[1].text, found) == ("a", "b", error)


def test_an_answer_of_several_that_a_filter_stopped_is_incomplete():
    stopped = choice(1, "b", "content_filter")
    _, error = compat(choice(0, "a", "stop"), stopped, "[DONE]")
    assert error == "answer 2: answer incomplete: a content filter stopped it"


def test_answers_of_a_server_without_finish_reasons_end_with_the_stream():
    assert compat(choice(0, "a"), choice(1, "b"), "[DONE]")[1] == ""


UNREAD = "answer incomplete: an event could not be read"
IMAGE = {"type": "image", "image": {"url": "u"}}


@pytest.mark.parametrize("content", [IMAGE, [{"type": "text", "text": "a"}, IMAGE]])
def test_content_of_an_unknown_kind_is_not_passed_over(content):
    for _, error in (
        chat(text("x"), event("content-start", content=content), END),
        folded(require_end(decode_response({"message": {"content": ["x", content]}}))),
        compat({"choices": [{"delta": {"content": ["x", content]}}]}, "[DONE]"),
    ):
        assert error == UNREAD


@pytest.mark.parametrize(
    "block", [{}, {"type": "image"}, {"type": "text"}, {"type": "x", "index": None}]
)
def test_a_block_of_content_without_any_is_passed_over(block):
    assert chat(text("x"), event("content-start", content=block), END)[1] == ""


def test_a_number_that_is_not_json_costs_itself_alone_in_a_reply_of_one_piece():
    body = b'{"message":{"content":"Hi"},"usage":{"x":NaN}}'
    reply, error = folded(require_end(decode_body(body, decode_response)))
    assert (reply.text, reply.usage, error) == ("Hi", {"x": None}, UNREAD)
