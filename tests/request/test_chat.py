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
from cohere_cli.request.body_file import BodyFile, merge_files
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


def composed(prompt="", **given):
    flags = given.pop("flags", {})
    return chat_body(prompt, flags=flags, default_model="default", **given)


def test_flags_alone_make_a_body():
    body = composed(
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
    body = composed("Hi", documents=[Ground({"n": 1}, "a:1")], flags={"seed": 3})
    assert validate(ChatBody, to_json(body)) == body


def test_a_flag_goes_before_the_file_and_the_file_before_the_default():
    assert composed(file=FILE).model == "file's"
    assert composed(file=FILE, flags={"model": "flag's"}).model == "flag's"
    assert composed(file=FILE, flags={"seed": 2}).seed == 2
    assert composed(file=FILE, flags={"seed": None}).seed == 1
    assert composed("Hi").model == "default"


@pytest.mark.parametrize(
    ("flag", "said", "streamed"),
    [
        (None, None, True),
        (None, False, False),
        (True, False, True),
        (False, True, False),
    ],
)
def test_streaming_is_the_flags_then_the_files_then_usual(flag, said, streamed):
    data = dict(DATA) if said is None else {**DATA, "stream": said}
    assert composed(file=body_file(data), flags={"stream": flag}).stream is streamed


def test_words_are_one_more_message_and_a_system_text_takes_the_first_place():
    old = {"role": "system", "content": "Be long."}
    file = body_file({"messages": [old, *DATA["messages"]]})
    body = composed("Two", system="Be brief.", file=file)
    assert body.messages == (
        SystemMessage("Be brief."),
        UserMessage("One"),
        UserMessage("Two"),
    )


def test_documents_of_flags_are_added_to_those_of_the_file():
    file = body_file({**DATA, "documents": ["It rains."]})
    body = composed(file=file, documents=[Ground("It snows.", "a:1")])
    assert body.documents == ("It rains.", Document("It snows.", "a:1"))


@pytest.mark.parametrize("file", [None, body_file({}), body_file({"messages": []})])
def test_without_any_prompt_there_is_nothing_to_answer(file):
    with pytest.raises(UsageProblem) as caught:
        composed(file=file)
    assert str(caught.value) == "there is no prompt"


def test_a_files_modes_may_be_in_small_letters_as_the_api_takes_them():
    modes = {"citation_options": {"mode": "fast"}, "safety_mode": "off"}
    body = composed(file=body_file({**DATA, **modes, "tool_choice": "none"}))
    assert body.citation_options == CitationOptions("FAST")
    assert (body.safety_mode, body.tool_choice) == ("OFF", "NONE")


def test_more_stop_texts_than_the_api_takes_are_refused():
    with pytest.raises(UsageProblem, match=r"^there are 6 stop sequences$"):
        composed("Hi", flags={"stop_sequences": tuple("abcdef")})


def test_a_later_file_wins_field_by_field_and_errors_name_the_right_one():
    files = merge_files(
        [("a.yaml", {**DATA, "k": 1}), ("b.yaml", {"seed": 2, "messages": [5]})]
    )
    assert files.data == {"model": "file's", "messages": [5], "seed": 2, "k": 1}
    with pytest.raises(InputProblem, match=r"^field 'messages\[0\]'.* \(b.yaml\)$"):
        composed("Hi", file=files)


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
    assert composed("Look:", images=images).messages == (UserMessage(blocks),)
    assert composed(images=images).messages == (UserMessage(blocks[1:]),)
    assert composed("Look:", images=images, file=FILE).messages[-1] == UserMessage(
        blocks
    )


def test_tools_and_stop_texts_of_flags_are_added_to_those_of_the_file():
    tool = Tool(ToolFunction("f", {"type": "object"}))
    file = body_file({**DATA, "tools": [to_json(tool)], "stop_sequences": ["a"]})
    more = Tool(ToolFunction("g", {"type": "object"}))
    body = composed(file=file, tools=[more], flags={"stop_sequences": ("b",)})
    assert (body.tools, body.stop_sequences) == ((tool, more), ("a", "b"))


@pytest.mark.parametrize(
    ("given", "said"),
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
def test_what_cannot_be_asked_at_once_is_refused(given, said):
    for file in (None, FILE):
        with pytest.raises(UsageProblem) as caught:
            composed("Hi", file=file, **given)
        assert str(caught.value) == said


@pytest.mark.parametrize(
    ("fields", "said", "hint"),
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
def test_a_file_that_is_no_body_is_refused_by_field(fields, said, hint):
    file = body_file({**DATA, **fields})
    with pytest.raises(InputProblem) as caught:
        composed("Hi", file=file, documents=[Ground("x", "a:1")])
    assert str(caught.value).startswith(said)
    assert caught.value.hint == hint
