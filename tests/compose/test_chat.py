from dataclasses import dataclass
from typing import Any

import pytest

from cohere_cli.api.bodies import (
    ChatBody,
    Document,
    SystemMessage,
    UserMessage,
    as_json,
)
from cohere_cli.api.validate import validate
from cohere_cli.compose.body_file import BodyFile
from cohere_cli.compose.chat import chat_body
from cohere_cli.errors import InputProblem, UsageProblem


@dataclass(frozen=True)
class Ground:
    data: Any
    id: str


FILE = BodyFile(
    {"model": "file's", "messages": [{"role": "user", "content": "One"}], "seed": 1},
    "body.yaml",
)


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
    assert validate(ChatBody, as_json(body)) == body


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
    data = dict(FILE.data) if said is None else {**FILE.data, "stream": said}
    assert composed(file=BodyFile(data), flags={"stream": flag}).stream is streamed


def test_words_are_one_more_message_and_a_system_text_takes_the_first_place():
    old = {"role": "system", "content": "Be long."}
    file = BodyFile({"messages": [old, *FILE.data["messages"]]}, "body.yaml")
    body = composed("Two", system="Be brief.", file=file)
    assert body.messages == (
        SystemMessage("Be brief."),
        UserMessage("One"),
        UserMessage("Two"),
    )


def test_documents_of_flags_are_added_to_those_of_the_file():
    file = BodyFile({**FILE.data, "documents": ["It rains."]}, "body.yaml")
    body = composed(file=file, documents=[Ground("It snows.", "a:1")])
    assert body.documents == ("It rains.", Document("It snows.", "a:1"))


@pytest.mark.parametrize("file", [None, BodyFile({}), BodyFile({"messages": []})])
def test_without_any_prompt_there_is_nothing_to_answer(file):
    with pytest.raises(UsageProblem) as caught:
        composed(file=file)
    assert str(caught.value) == "there is no prompt"


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
    file = BodyFile({**FILE.data, **fields}, "body.yaml")
    with pytest.raises(InputProblem) as caught:
        composed("Hi", file=file, documents=[Ground("x", "a:1")])
    assert str(caught.value).startswith(said)
    assert caught.value.hint == hint
