import pytest

from cohere_cli.api.protocol.requests import CompatBody, to_json
from cohere_cli.documents.images import Image
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.request.body_file import BodyFile, merge_files
from cohere_cli.request.compat import (
    compat_body,
    raw_compat_body,
    unchecked_body,
    unknown_fields,
)

USER = {"role": "user", "content": "Hi"}
TOOL = {"type": "function", "function": {"name": "f"}}


def file_of(**data):
    return merge_files([("body.json", data)])


def test_flags_alone_make_a_body():
    data = unchecked_body(
        "Hi",
        system="Be brief.",
        flags={"top_p": 0.5, "stop": ("END",), "seed": None},
        default_model="default",
    )
    assert compat_body(data) == CompatBody(
        model="default",
        messages=({"role": "system", "content": "Be brief."}, USER),
        stream=True,
        top_p=0.5,
        stop=("END",),
    )


def test_a_file_of_openais_shape_is_taken_with_flags_laid_over_it():
    file = file_of(
        messages=[{"role": "developer", "content": "x"}], stop="END", seed=1, model=None
    )
    data = unchecked_body("Hi", flags={"seed": 2}, default_model="d", file=file)
    assert compat_body(data, file) == CompatBody(
        model="d",
        messages=({"role": "developer", "content": "x"}, USER),
        stream=True,
        stop="END",
        seed=2,
    )


def test_images_are_parts_and_tools_are_added_to_those_of_the_file():
    file = file_of(tools=[TOOL])
    shown = (Image("data:image/png;base64,", "low", "a.png", "image/png", 1),)
    data = unchecked_body(
        "Look", images=shown, tools=[TOOL], flags={}, default_model="d", file=file
    )
    assert data == {
        "model": "d",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look"},
                    {
                        "type": "image_url",
                        "image_url": {"url": "data:image/png;base64,", "detail": "low"},
                    },
                ],
            }
        ],
        "tools": [TOOL, TOOL],
    }


def test_a_request_without_a_prompt_is_refused():
    with pytest.raises(UsageProblem, match=r"^there is no prompt$"):
        unchecked_body("", flags={}, default_model="d", file=BodyFile())


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        (
            {"documents": []},
            "a field of Cohere's own API; instead: co chat -d FILE",
        ),
        (
            {"top_k": 5},
            "a field of other servers; instead: co chat --top-k N",
        ),
        ({"verbosity": "low"}, "not documented by Cohere"),
        ({"temprature": 1}, "did you mean 'temperature'?"),
        ({"xyzzy": 1}, ""),
    ],
)
def test_a_field_that_cohere_refuses_is_reported_with_an_alternative(field, hint):
    file = file_of(messages=[USER], **field)
    data = unchecked_body("", flags={}, default_model="d", file=file)
    with pytest.raises(InputProblem) as caught:
        compat_body(data, file)
    assert str(caught.value) == f"unknown field {next(iter(field))!r} (body.json)"
    assert caught.value.hint == hint


def test_another_server_gets_fields_of_its_own():
    file = file_of(messages=[USER], top_k=5, n=2, cache_prompt=True, stream=False)
    data = unchecked_body("", flags={}, default_model="d", file=file)
    body = raw_compat_body(data, file, usage=True)
    assert body == {
        "stream": False,
        "model": "d",
        "messages": [USER],
        "top_k": 5,
        "n": 2,
        "cache_prompt": True,
    }
    assert not body.stream
    assert to_json(body) is body
    assert unknown_fields(data) == ["cache_prompt"]
    assert unknown_fields({"reasoning_effort": "high", "top_p": 1}) == []


@pytest.mark.parametrize(
    ("data", "usage", "options"),
    [
        ({}, True, {"include_usage": True}),
        ({}, False, None),
        ({"stream": False}, True, None),
        ({"stream_options": {}}, True, {}),
    ],
)
def test_usage_is_requested_from_another_server(data, usage, options):
    body = raw_compat_body({"model": "m", "messages": [USER], **data}, usage=usage)
    assert body.get("stream_options") == options


def test_a_field_of_the_wrong_type_is_refused_for_another_server_too():
    file = file_of(messages=[USER], temperature="hot")
    data = unchecked_body("", flags={}, default_model="d", file=file)
    message = r"^field 'temperature' must be a number \(body.json\)$"
    with pytest.raises(InputProblem, match=message):
        raw_compat_body(data, file, usage=False)
