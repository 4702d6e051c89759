import json

import pytest

from cohere_cli.api.protocol.chat import encode_response
from cohere_cli.api.protocol.events import ContentDelta, MessageEnd, ToolCallStart
from cohere_cli.api.protocol.requests import (
    ChatBody,
    CompatBody,
    RawCompatBody,
    UserMessage,
)
from cohere_cli.commands.call.replies import (
    check_answer,
    note_lost_citations,
    show_reply,
)
from cohere_cli.commands.flags.chat import ChatFlags
from cohere_cli.errors import AnswerIncomplete
from cohere_cli.terminal import Terminal

HI = ContentDelta(text="Hi")
CALL = ToolCallStart(id="c", name="now")
OBJECT = ContentDelta(text='{"a": 1}')
LOST = "co: citations are shown only on a terminal (-o markdown and -o json include them)\n"
NAMED = {"type": "function", "function": {"name": "now"}}


def chat(**fields):
    return ChatBody(model="m", messages=(UserMessage("Hi"),), **fields)


def compat(**fields):
    return CompatBody(model="m", messages=({"role": "user"},), **fields)


def shown(body, *events, output="text", end="COMPLETE"):
    """Show *events* as the answer to *body*; return the terminal and the error."""
    terminal = Terminal.fake()
    try:
        show_reply(
            [*events, MessageEnd(finish_reason=end)],
            terminal,
            output,
            encode_response,
            check=lambda reply: check_answer(reply, body),
        )
    except AnswerIncomplete as exc:
        return terminal, str(exc)
    return terminal, ""


@pytest.mark.parametrize(
    "body",
    [
        chat(tool_choice="REQUIRED"),
        compat(tool_choice="required"),
        compat(tool_choice=NAMED),
        RawCompatBody(tool_choice="any"),
    ],
)
def test_an_answer_without_the_required_tool_call_is_incomplete(body):
    message = "the answer has no tool call, which tool_choice requires"
    terminal, problem = shown(body, HI)
    assert (terminal.written, terminal.noted, problem) == (b"Hi\n", "", message)
    assert shown(body, CALL)[1] == ""


@pytest.mark.parametrize(
    "body",
    [chat(), chat(tool_choice="NONE"), compat(tool_choice="auto"), RawCompatBody()],
)
def test_no_tool_call_is_missing_where_none_is_required(body):
    assert shown(body, HI)[1] == ""


def test_the_object_of_an_answer_without_the_required_call_is_not_complete():
    terminal, problem = shown(chat(tool_choice="REQUIRED"), HI, output="json")
    assert json.loads(terminal.written) == {
        "id": "",
        "message": {"role": "assistant", "content": [{"type": "text", "text": "Hi"}]},
        "finish_reason": "COMPLETE",
        "complete": False,
        "error": {"exit": 18, "kind": "incomplete", "message": problem},
    }


@pytest.mark.parametrize("form", ["json_object", "json_schema"])
def test_an_answer_of_compat_must_be_the_json_that_it_requires(form):
    body = compat(response_format={"type": form})
    assert shown(body, HI)[1] == (
        "the answer does not match the schema: the answer is not JSON:"
        " expecting value at line 1, column 1"
    )
    assert shown(body, OBJECT)[1] == ""
    assert shown(body, CALL)[1] == ""


def test_log_probabilities_that_did_not_arrive_are_noted():
    body = chat(logprobs=True)
    noted = "co: the server returned no log probabilities\n"
    assert shown(body, HI)[0].noted == noted
    item = {"token_ids": [1], "logprobs": [-0.5], "text": "Hi"}
    assert shown(body, HI.replace(logprobs=item))[0].noted == ""


def test_a_cut_off_answer_that_does_not_match_is_reported_as_both():
    body = compat(response_format={"type": "json_object"})
    terminal, problem = shown(body, HI, end="MAX_TOKENS")
    assert terminal.noted == "co: the answer was cut off at max_tokens\n"
    assert problem.startswith("the answer does not match the schema: ")


@pytest.mark.parametrize(
    ("show", "output", "is_terminal", "noted"),
    [
        (["usage,citations"], None, False, LOST),
        (["citations"], "text", False, LOST),
        (["citations"], "markdown", False, ""),
        (["citations"], None, True, ""),
        (["usage"], None, False, ""),
        (None, None, False, ""),
    ],
)
def test_citations_that_a_pipe_does_not_get_are_noted_if_asked_for(
    show, output, is_terminal, noted
):
    terminal = Terminal.fake(tty=is_terminal)
    note_lost_citations(ChatFlags(show=show), output, terminal)
    assert terminal.noted == noted
