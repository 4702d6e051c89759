from dataclasses import dataclass
from typing import Any

import pytest

from cohere_cli.api.protocol.requests import (
    ChatBody,
    CitationOptions,
    Document,
    ImageContent,
    ImageUrl,
    ResponseFormat,
    SystemMessage,
    TextContent,
    Tool,
    ToolFunction,
    UserMessage,
    to_json,
)
from cohere_cli.api.protocol.validation import validate
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.request.body_file import BodyFile, check_fields, merge_files
from cohere_cli.request.chat import chat_body


@dataclass(frozen=True)
class Ground:
    data: Any
    id: str


DATA = {"model": "file's", "messages": [{"role": "user", "content": "One"}], "seed": 1}


def body_file(data) -> BodyFile:
    return merge_files([("body.yaml", data)])


@dataclass(frozen=True)
class Shown:
    url: str
    detail: Any


FILE = body_file(DATA)


def body_of(prompt="", **given):
    flags = given.pop("flags", {})
    return chat_body(prompt, flags=flags, default_model="default", **given)


def test_flags_alone_make_a_body():
    body = body_of(
        "Hi",
        system="Be brief.",
        documents=[Ground({"text": "It rains."}, "a:1"), Ground("It snows.", "b:2")],
        flags={"temperature": 0.0, "seed": None, "stream": None},
    )
    assert body == ChatBody(
        model="default",
        messages=(SystemMessage("Be brief."), UserMessage("Hi")),
        stream=True,
        documents=(
            Document({"text": "It rains."}, "a:1"),
            Document("It snows.", "b:2"),
        ),
        temperature=0.0,
    )


def test_a_body_made_of_flags_passes_the_check_that_files_pass():
    body = body_of("Hi", documents=[Ground({"n": 1}, "a:1")], flags={"seed": 3})
    assert validate(ChatBody, to_json(body)) == body


def test_a_flag_goes_before_the_file_and_the_file_before_the_default():
    assert body_of(file=FILE).model == "file's"
    assert body_of(file=FILE, flags={"model": "flag's"}).model == "flag's"
    assert body_of(file=FILE, flags={"seed": 2}).seed == 2
    assert body_of(file=FILE, flags={"seed": None}).seed == 1
    assert body_of("Hi").model == "default"


@pytest.mark.parametrize(
    ("flag", "in_file", "streamed"),
    [
        (None, None, True),
        (None, False, False),
        (True, False, True),
        (False, True, False),
    ],
)
def test_stream_is_the_flags_then_the_files_then_true(flag, in_file, streamed):
    data = dict(DATA) if in_file is None else {**DATA, "stream": in_file}
    assert body_of(file=body_file(data), flags={"stream": flag}).stream is streamed


def test_the_prompt_is_the_last_message_and_the_system_text_the_first():
    old = {"role": "system", "content": "Be long."}
    file = body_file({"messages": [old, *DATA["messages"]]})
    body = body_of("Two", system="Be brief.", file=file)
    assert body.messages == (
        SystemMessage("Be brief."),
        UserMessage("One"),
        UserMessage("Two"),
    )


def test_documents_of_flags_are_added_to_those_of_the_file():
    file = body_file({**DATA, "documents": ["It rains."]})
    body = body_of(file=file, documents=[Ground("It snows.", "a:1")])
    assert body.documents == ("It rains.", Document("It snows.", "a:1"))


@pytest.mark.parametrize("file", [None, body_file({}), body_file({"messages": []})])
def test_a_request_without_a_prompt_is_refused(file):
    with pytest.raises(UsageProblem) as caught:
        body_of(file=file)
    assert str(caught.value) == "there is no prompt"


def test_modes_in_a_file_may_be_lower_case_as_in_the_api():
    modes = {"citation_options": {"mode": "fast"}, "safety_mode": "off"}
    body = body_of(file=body_file({**DATA, **modes, "tool_choice": "none"}))
    assert body.citation_options == CitationOptions("FAST")
    assert (body.safety_mode, body.tool_choice) == ("OFF", "NONE")


def test_more_stop_sequences_than_the_api_allows_are_refused():
    with pytest.raises(UsageProblem, match=r"^there are 6 stop sequences$"):
        body_of("Hi", flags={"stop_sequences": tuple("abcdef")})


def test_a_later_file_wins_field_by_field_and_errors_name_the_right_one():
    files = merge_files(
        [("a.yaml", {**DATA, "k": 1}), ("b.yaml", {"seed": 2, "messages": [5]})]
    )
    assert files.data == {"model": "file's", "messages": [5], "seed": 2, "k": 1}
    with pytest.raises(InputProblem, match=r"^field 'messages\[0\]'.* \(b.yaml\)$"):
        body_of("Hi", file=files)


def test_images_stand_beside_the_text_in_one_turn():
    images = [
        Shown("https://x/y.png", "low"),
        Shown("data:image/png;base64,AA==", None),
    ]
    blocks = (
        TextContent("Look:"),
        ImageContent(ImageUrl("https://x/y.png", "low")),
        ImageContent(ImageUrl("data:image/png;base64,AA==")),
    )
    assert body_of("Look:", images=images).messages == (UserMessage(blocks),)
    assert body_of(images=images).messages == (UserMessage(blocks[1:]),)
    assert body_of("Look:", images=images, file=FILE).messages[-1] == UserMessage(
        blocks
    )


def test_tools_and_stop_sequences_of_flags_are_added_to_those_of_the_file():
    tool = Tool(ToolFunction("f", {"type": "object"}))
    file = body_file({**DATA, "tools": [to_json(tool)], "stop_sequences": ["a"]})
    more = Tool(ToolFunction("g", {"type": "object"}))
    body = body_of(file=file, tools=[more], flags={"stop_sequences": ("b",)})
    assert (body.tools, body.stop_sequences) == ((tool, more), ("a", "b"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {
                "documents": [Ground("x", "a:1")],
                "flags": {"response_format": ResponseFormat("json_object")},
            },
            "a JSON answer cannot be grounded in documents: the API refuses both at once",
        ),
        (
            {"flags": {"tool_choice": "REQUIRED"}},
            "a tool is required, but none is declared",
        ),
    ],
)
def test_conflicting_fields_are_refused(given, message):
    for file in (None, FILE):
        with pytest.raises(UsageProblem) as caught:
            body_of("Hi", file=file, **given)
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("fields", "message", "hint"),
    [
        (
            {"temprature": 1},
            "unknown field 'temprature' (body.yaml)",
            "did you mean 'temperature'?",
        ),
        ({"messages": "Hi"}, "field 'messages[0]' must be", ""),
        (
            {"documents": "It rains."},
            "field 'documents' must be an array (body.yaml)",
            "",
        ),
        (
            {"temperature": 2},
            "field 'temperature' must be less than or equal to 1 (body.yaml)",
            "",
        ),
    ],
)
def test_an_invalid_body_file_is_refused_by_field(fields, message, hint):
    file = body_file({**DATA, **fields})
    with pytest.raises(InputProblem) as caught:
        body_of("Hi", file=file, documents=[Ground("x", "a:1")])
    assert str(caught.value).startswith(message)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"mesages": [], "k": "x"}, "unknown field 'mesages' (body.yaml)"),
        ({"documents": [{"dat": "x"}]}, "unknown field 'documents[0].dat' (body.yaml)"),
    ],
)
def test_unknown_names_in_a_file_are_found_without_the_rest_of_the_body(data, message):
    with pytest.raises(InputProblem) as caught:
        check_fields(ChatBody, body_file(data))
    assert str(caught.value) == message


@pytest.mark.parametrize("data", [{}, DATA, {"model": None, "temperature": "hot"}])
def test_values_that_a_flag_may_replace_pass_the_check_of_names(data):
    check_fields(ChatBody, body_file(data))


def test_fields_of_a_servers_own_are_sent_beside_the_others_and_replace_none():
    extra = {"min_p": 0.1, "kwargs": {"a": None}, "seed": 2, "stream": False}
    body = body_of("Two", file=body_file(DATA | {"extra_body": extra}))
    assert to_json(body) == {
        "model": "file's",
        "messages": [*DATA["messages"], {"role": "user", "content": "Two"}],
        "stream": True,
        "seed": 1,
        "min_p": 0.1,
        "kwargs": {"a": None},
    }


def test_extra_body_is_an_object():
    with pytest.raises(InputProblem) as caught:
        body_of("Two", file=body_file(DATA | {"extra_body": [1]}))
    assert str(caught.value).startswith("field 'extra_body' must be")
