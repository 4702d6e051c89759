import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.protocol.requests import (
    AssistantMessage,
    CalledFunction,
    ChatBody,
    CitationOptions,
    Document,
    DocumentContent,
    ImageContent,
    ImageUrl,
    ResponseFormat,
    SystemMessage,
    TextContent,
    Thinking,
    ThinkingContent,
    Tool,
    ToolCall,
    ToolFunction,
    ToolMessage,
    UserMessage,
    to_json,
)
from cohere_cli.documents.reader import read_mapping
from cohere_cli.render.preview import format_yaml
from cohere_cli.request.body_file import merge_files
from cohere_cli.request.chat import chat_body

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
some_text = text.filter(bool)
free = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2)
    ),
    max_leaves=5,
)
an_object = st.dictionaries(text, free, max_size=3)


def tuples(items, **sizes):
    return st.lists(items, max_size=3, **sizes).map(tuple)


def maybe(values):
    return st.none() | values


documents = st.builds(Document, an_object | text, maybe(some_text))
text_content = st.builds(TextContent, text)
image = st.builds(ImageContent, st.builds(ImageUrl, text, maybe(st.just("low"))))
tool_call = st.builds(ToolCall, some_text, st.builds(CalledFunction, text, text))
messages = st.one_of(
    st.builds(SystemMessage, text | tuples(text_content)),
    st.builds(UserMessage, text | tuples(text_content | image)),
    st.builds(
        AssistantMessage,
        maybe(text | tuples(text_content | st.builds(ThinkingContent, text))),
        maybe(text),
        maybe(tuples(tool_call)),
        maybe(tuples(an_object)),
    ),
    st.builds(
        ToolMessage,
        text,
        text | tuples(text_content | st.builds(DocumentContent, documents)),
    ),
)
share = st.floats(0, 1)
grounding = st.fixed_dictionaries({"documents": maybe(tuples(text | documents))})
format_ = st.builds(ResponseFormat, st.just("json_object"), maybe(an_object))
formatting = st.fixed_dictionaries({"response_format": maybe(format_)})
everything_else = st.fixed_dictionaries(
    {
        "model": some_text,
        "messages": tuples(messages, min_size=1),
        "stream": st.booleans(),
        "tools": maybe(
            tuples(st.builds(Tool, st.builds(ToolFunction, text, an_object, text)))
        ),
        "strict_tools": maybe(st.booleans()),
        "citation_options": maybe(
            st.builds(CitationOptions, st.sampled_from(["FAST", "OFF", "ENABLED"]))
        ),
        "safety_mode": maybe(st.sampled_from(["STRICT", "OFF"])),
        "max_tokens": maybe(st.integers(0, 10**6)),
        "stop_sequences": maybe(tuples(text)),
        "temperature": maybe(share),
        "seed": maybe(st.integers(0, 2**64 - 1)),
        "frequency_penalty": maybe(share),
        "presence_penalty": maybe(share),
        "k": maybe(st.integers(0, 500)),
        "p": maybe(st.floats(0.01, 0.99)),
        "logprobs": maybe(st.booleans()),
        "thinking": maybe(
            st.builds(
                Thinking,
                st.sampled_from(["enabled", "disabled"]),
                maybe(st.integers(1)),
            )
        ),
        "priority": maybe(st.integers(0, 999)),
    }
)
bodies = st.builds(
    lambda one, other: ChatBody(**one, **other), everything_else, grounding | formatting
)


def read_again(written: str) -> ChatBody:
    mapping = read_mapping("-", io.BytesIO(written.encode()))
    return chat_body(
        "", flags={}, default_model="", file=merge_files([("body", mapping)])
    )


@given(bodies)
def test_any_body_survives_yaml_and_json(body):
    shown = to_json(body)
    assert read_again(json.dumps(shown)) == body
    assert read_again(format_yaml(shown)) == body


PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4"
    "2mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
WAYS = {
    "text": ["Tell me about LLMs", "-m", "command-a-03-2025"],
    "documents": [
        "Who is more popular: NSYNC or Backstreet Boys?",
        "-d",
        "examples/boy-bands.yaml",
        "--citations",
        "fast",
    ],
    "tools": ["A sales summary for 29th September 2023?", "-t", "examples/tools.yaml"],
    "images": ["What is in this image?", "-i", PNG + ":auto"],
}


@pytest.mark.parametrize("kind", WAYS)
def test_flags_a_file_and_both_make_the_same_body(co, tmp_path, kind):
    prompt, *flags = WAYS[kind]
    by_flags = co("chat", prompt, *flags, "--dry-run")
    assert by_flags.returncode == 0, by_flags.stderr
    body = json.loads(by_flags.stdout)
    whole, without_prompt = tmp_path / "whole.yaml", tmp_path / "rest.yaml"
    whole.write_text(format_yaml(body))
    assert co("chat", "-f", str(whole), "--dry-run").stdout == by_flags.stdout
    rest = {name: value for name, value in body.items() if name != "messages"}
    if kind == "images":
        del rest["model"]
        with_image = co("chat", prompt, *flags, "-f", "-", "--dry-run", stdin=b"{}")
        assert with_image.stdout == by_flags.stdout
        return
    without_prompt.write_text(format_yaml(rest))
    both = co("chat", prompt, "-f", str(without_prompt), "--dry-run")
    assert both.stdout == by_flags.stdout


def test_dry_run_in_yaml_is_a_body_file_again(co):
    words = ["Hi: there", "-s", "Be\nbrief.", "--citations", "off", "--seed", "7"]
    as_yaml = co("chat", *words, "--dry-run", "-o", "yaml")
    assert as_yaml.returncode == 0
    assert not as_yaml.stdout.startswith(b"{")
    again = co("chat", "-f", "-", "--dry-run", stdin=as_yaml.stdout)
    assert again.stdout == co("chat", *words, "--dry-run").stdout


def test_curl_makes_the_same_call(sandboxed):
    words = [
        "chat",
        'It\'s $HOME `x` \\ "q"',
        "-d",
        "examples/capitals.txt",
        "--no-stream",
    ]
    command = sandboxed(*words, "--curl")
    assert command.returncode == 0
    assert sandboxed.environ["CO_API_KEY"].encode() not in command.stdout
    run = sandboxed.shell(command.stdout.decode())
    assert json.loads(run.stdout) == json.loads(sandboxed(*words, "--json").stdout)


def test_curl_and_dry_run_need_no_key_and_send_nothing(co):
    for flag in ("--curl", "--dry-run"):
        run = co("chat", "Hi", "--base-url", "http://127.0.0.1:9", flag)
        assert (run.returncode, run.stderr) == (0, b"")


def test_the_curl_command_of_a_sandbox_needs_a_server_and_says_so(co, sandbox):
    run = co("chat", "Hi", "-p", "sandbox", "--curl")
    assert run.stderr.decode() == (
        "hint: the command needs a server: `co sandbox serve` prints CO_API_URL and "
        "CO_API_KEY for it\n"
    )
    script = run.stdout.decode()
    without = co.shell(script)
    assert (without.returncode != 0, without.stdout) == (True, b"")
    assert b"CO_API_URL: is not set: run co sandbox serve" in without.stderr
    co.environ |= {"CO_API_URL": sandbox.url, "CO_API_KEY": sandbox.key}
    assert b'"type":"message-end"' in co.shell(script).stdout


def test_long_texts_are_shortened_only_on_request(co):
    long = "x" * 1000
    whole = co("chat", long, "--dry-run").stdout
    short = co("chat", long, "--dry-run", "--elide").stdout
    assert long.encode() in whole
    assert b"x\xe2\x80\xa6 (1,000 characters)" in short


def test_the_schema_of_a_body_file_is_a_json_schema(co):
    schema = json.loads(co("chat", "--body-schema").stdout)
    assert schema["properties"]["temperature"]["anyOf"][0]["maximum"] == 1
    assert schema["required"] == ["model", "messages"]
