import json
import re
import subprocess
from pathlib import Path

import pytest
from raw_server import http

from cohere_cli.api.protocol.requests import CompatBody
from cohere_cli.request.openai.fields import FIELDS

ROOT = Path(__file__).parent.parent.parent
RAIN = {"role": "user", "content": "Does it rain? Answer in JSON."}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
WRAPPED = {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}
TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"word": {"type": "string"}},
            "required": ["word"],
        },
    },
}
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4"
    "2mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

AGAIN = b"hint: what arrived was written; the same command asks again\n"


def as_file(folder, body):
    path = folder / "body.json"
    path.write_text(json.dumps(body))
    return str(path)


PARAMETERS = {
    "model": (["-m", "x"], "x"),
    "stream": (["--no-stream"], False),
    "temperature": (["-T", "1.5"], 1.5),
    "top_p": (["--top-p", "0"], 0.0),
    "max_tokens": (["--max-tokens", "7"], 7),
    "max_completion_tokens": (["--max-completion-tokens", "7"], 7),
    "stop": (["--stop", "a", "--stop", "b"], ["a", "b"]),
    "seed": (["--seed", "-1"], -1),
    "frequency_penalty": (["--frequency-penalty", "-2"], -2.0),
    "presence_penalty": (["--presence-penalty", "0.5"], 0.5),
    "reasoning_effort": (["--reasoning-effort", "none"], "none"),
    "tools": (["-t", "tools.json"], [TOOL]),
    "tool_choice": (["--tool-choice", "required"], "required"),
    "response_format": (["--response-format", "json_object"], {"type": "json_object"}),
    "messages": (
        ["-s", "Be brief.", "-i", f"{PNG}:low"],
        [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Hi"},
                    {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}},
                ],
            },
        ],
    ),
}
OTHER_WAYS = {
    "tool_choice": (
        ["--tool-choice", "f"],
        {"type": "function", "function": {"name": "f"}},
    ),
    "response_format": (
        ["--response-format", "schema.json"],
        {"type": "json_object", "schema": SCHEMA},
    ),
    "tools": (["-t", "bare.json"], [{"type": "function", "function": {"name": "f"}}]),
}


@pytest.mark.parametrize("ways", [PARAMETERS, OTHER_WAYS], ids=["all", "others"])
def test_each_parameter_has_a_flag_of_openais_name(co, tmp_path, ways):
    (tmp_path / "tools.json").write_text(json.dumps({"tools": [TOOL]}))
    (tmp_path / "bare.json").write_text('{"name": "f"}')
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    words = [word for message, _ in ways.values() for word in message]
    run = co("compat", "Hi", *words, "--dry-run", cwd=tmp_path)
    body = json.loads(run.stdout)
    assert {name: body[name] for name in ways} == {
        name: value for name, (_, value) in ways.items()
    }


def test_the_table_has_every_parameter():
    assert set(PARAMETERS) == set(CompatBody.field_names())


def test_the_schema_of_another_server_is_wrapped_as_openais_clients_do(co):
    words = ["--base-url", "http://127.0.0.1:9/v1", "--dry-run"]
    schema = json.dumps(SCHEMA)
    run = co("compat", "Hi", "--response-format", schema, *words)
    wanted = {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": SCHEMA},
    }
    assert json.loads(run.stdout)["response_format"] == wanted


def test_ignored_fields_are_left_out_and_a_schema_is_unwrapped(sandboxed):
    body = {"messages": [RAIN], "n": 2, "user": "ada", "response_format": WRAPPED}
    run = sandboxed("compat", "-f", "-", stdin=json.dumps(body).encode())
    assert (run.returncode, set(json.loads(run.stdout))) == (0, {"a"})
    assert run.stderr.decode().splitlines() == [
        "co: n is left out: one answer per request",
        "co: user is left out: users are not identified",
        "co: response_format is sent in Cohere's form: json_object with a schema",
    ]


def test_a_schema_in_openais_wrapper_is_unwrapped_in_a_flag_too(co):
    words = ["--response-format", json.dumps(WRAPPED), "--dry-run"]
    shown = json.loads(co("compat", "Hi", *words).stdout)
    assert shown["response_format"] == {"type": "json_object", "schema": SCHEMA}


def test_check_prints_every_row_of_the_table(co, tmp_path):
    rows = [row for row in FIELDS if not {".", "["} & set(row.path)]
    paths = {row.path for row in rows}
    body = {path.partition("=")[0]: 1 for path in paths}
    body |= {"model": "m", "messages": [RAIN], "reasoning_effort": "high"}
    body |= {"tool_choice": "none", "stream": True, "stop": "x", "tools": [TOOL]}
    body |= {"response_format": {"type": "text"}, "logprobs": True}
    file = as_file(tmp_path, body)
    run = co("compat", "-f", file, "--check", "-o", "jsonl")
    shown = {each["path"]: each for each in map(json.loads, run.stdout.splitlines())}
    assert {path for path in shown if "." not in path} == set(body)
    for row in rows:
        path, _, value = row.path.partition("=")
        is_distinguished = f"{path}={body[path]}" in paths
        if value == body[path] or not (value or is_distinguished):
            assert shown[path] == {
                "path": path,
                "verdict": row.verdict,
                "why": row.why,
                "instead": row.instead,
            }
    refused = sum(each["verdict"] == "refused" for each in shown.values())
    assert run.returncode == 5
    assert run.stderr.decode().splitlines() == [
        f"co: Cohere's endpoint would refuse {refused} fields of this body ({file})",
        "hint: --to-native translates the body for `co chat`, as far as possible",
    ]


def test_check_of_an_acceptable_body_is_0_and_needs_no_key(co, tmp_path):
    body = {"model": "m", "messages": [RAIN], "n": 1, "max_completion_tokens": 5}
    run = co("compat", "-f", as_file(tmp_path, body), "--check")
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.decode().splitlines() == [
        "supported  model",
        "supported  messages",
        "ignored    n                      one answer per request; instead: several calls with different seeds",
        "supported  max_completion_tokens  not documented by Cohere, but widely sent; instead: max_tokens",
    ]


def test_to_native_is_a_body_of_chat(co, sandboxed, tmp_path):
    body = {
        "model": "command-a-03-2025",
        "messages": [{"role": "developer", "content": "Be brief."}, RAIN],
        "response_format": WRAPPED,
        "stop": "END",
        "top_p": 0.5,
        "n": 2,
    }
    run = co("compat", "-f", as_file(tmp_path, body), "--to-native", "-o", "yaml")
    assert run.stderr.decode().splitlines() == [
        "co: response_format.json_schema.name: left out: schemas have no name",
        "co: n: left out: one answer per request",
    ]
    asked = sandboxed("chat", "-f", "-", stdin=run.stdout)
    assert (asked.returncode, set(json.loads(asked.stdout))) == (0, {"a"})
    back = co("chat", "-f", "-", "--to-compat", stdin=run.stdout)
    assert json.loads(back.stdout) == {
        "model": "command-a-03-2025",
        "messages": [{"role": "system", "content": "Be brief."}, RAIN],
        "stream": True,
        "response_format": {"type": "json_object", "schema": SCHEMA},
        "stop": ["END"],
        "top_p": 0.5,
    }


def test_to_compat_refuses_to_leave_a_field_out(co):
    words = ["chat", "Hi", "-d", "examples/capitals.txt", "--priority", "3"]
    run = co(*words, "--to-compat")
    assert (run.returncode, run.stdout) == (5, b"")
    assert run.stderr.decode().splitlines() == [
        "co: documents: left out: answers cannot be grounded in documents",
        "co: priority: left out: requests have no priority",
        "co: OpenAI's format cannot express documents, priority",
        "hint: remove them, or use `co chat`",
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "stdin contains no text"),
        (b"[]", "expected one JSON or YAML object, found a list (stdin)"),
        (b'{"messages": [', "not valid JSON"),
        (b'{"messages": 5}', "field 'messages[0]' must be an object"),
        (b'{"messages": [5]}', "field 'messages[0]' must be an object"),
        (b'{"messages": [{}], "temperature": "hot"}', "field 'temperature' must be a number"),
        (b'{"messages": [{}], "temperature": 3}', "field 'temperature' must be less than or equal to 2"),
        (b'{"messages": [{}], "max_tokens": 1.5}', "field 'max_tokens' must be an integer"),
        (b'{"messages": [{}], "stream": "yes"}', "field 'stream' must be a boolean"),
        (b'{"messages": [{}], "tools": {}}', "field 'tools' must be an array"),
        (b'{"messages": [{}], "documents": []}', "unknown field 'documents'"),
        (b'{"messages": [{}], "\x1b[2J": 1}', "not valid JSON"),
    ],
)  # fmt: skip
def test_a_malformed_body_is_one_clear_line_and_not_sent(co, serve, body, message):
    server = serve(b"")
    base = f"{server.url}/compatibility/v1"
    co.environ["CO_API_KEY"] = "k" * 9
    run = co("compat", "-f", "-", "--base-url", base, stdin=body)
    first, *others = run.stderr.decode().splitlines()
    assert (run.returncode, run.stdout, server.requests) == (3, b"", [])
    assert first.startswith(f"co: {message}")
    assert [line[:6] for line in others] in ([], ["hint: "])
    assert "\x1b" not in first


@pytest.mark.parametrize("command", ["chat", "compat"])
@pytest.mark.parametrize(
    ("body", "name", "near"),
    [
        ({"mesages": [RAIN]}, "mesages", "messages"),
        ({"modle": "m"}, "modle", "model"),
        ({"mesages": [RAIN], "temperature": "hot"}, "mesages", "messages"),
    ],
)
def test_an_unknown_field_is_reported_before_a_missing_prompt_or_key(
    co, tmp_path, command, body, name, near
):
    file = as_file(tmp_path, body)
    run = co(command, "-f", file)
    assert (run.returncode, run.stdout) == (3, b"")
    assert run.stderr.decode().splitlines() == [
        f"co: unknown field {name!r} ({file})",
        f"hint: did you mean {near!r}?",
    ]


def test_an_unknown_field_of_a_message_is_reported_before_a_missing_key(co, tmp_path):
    file = as_file(tmp_path, {"messages": [{"role": "user", "contents": "Hi"}]})
    run = co("chat", "-f", file)
    assert run.returncode == 3
    assert f"'messages[0].contents' ({file})" in run.stderr.decode()


@pytest.mark.parametrize("command", ["chat", "compat"])
def test_a_valid_body_without_a_key_still_asks_for_the_key(co, tmp_path, command):
    run = co(command, "-f", as_file(tmp_path, {"messages": [RAIN]}))
    assert (run.returncode, run.stdout) == (4, b"")


@pytest.mark.parametrize(
    "words",
    [
        ["--check", "--to-native"],
        ["-o", "jsonl"],
        ["--check", "-o", "yaml"],
        ["--to-native", "-o", "text"],
        ["-o", "yaml"],
    ],
)
def test_formats_that_do_not_go_together_are_refused(co, words):
    run = co("compat", "Hi", *words)
    assert (run.returncode, run.stdout, run.stderr.count(b"\n")) == (2, b"", 2)


@pytest.mark.parametrize("how", ["--stream", "--no-stream"])
@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        (b'{"message": "no such model"}', "application/json", "no such model"),
        (b'{"error": {"message": "no such model"}}', "application/json", "no such model"),
        (b'{"detail": "no such model"}', "application/json", "no such model"),
        (b"no such\nmodel\x1b[2J\n", "text/plain", "no such model^[[2J"),
        (b"<html><title>404 Not Found</title>", "text/html", "a web page: 404 Not Found"),
        (b"", "text/plain", "not found"),
    ],
)  # fmt: skip
def test_a_refusal_of_any_shape_is_one_line(co, serve, how, body, kind, message):
    server = serve(http(body, "404 Not Found", kind))
    run = co("compat", "Hi", how, "--base-url", f"{server.url}/v1")
    assert (run.returncode, run.stdout) == (5, b"")
    problem, hint = run.stderr.decode().splitlines()
    assert problem == f"co: {message} (HTTP 404)"
    assert hint.startswith("hint: ")
    assert "co models list" in hint
    assert server.requests[0].head.startswith("POST /v1/chat/completions HTTP")
    assert server.requests[0].header("authorization") is None


def test_another_server_is_asked_for_the_usage_that_is_wanted(co, serve):
    stream = b'data: {"choices":[{"delta":{"reasoning":"Hm"}}]}\n\ndata: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}\n\ndata: [DONE]\n\n'  # fmt: skip
    server = serve(http(stream), http(stream))
    words = ["compat", "Hi", "--base-url", f"{server.url}/v1/"]
    assert co(*words).stdout == b"Hi\n"
    shown = json.loads(co(*words, "-o", "json").stdout)
    assert shown["usage"] == {"prompt_tokens": 3, "completion_tokens": 1}
    assert shown["choices"][0]["message"]["reasoning_content"] == "Hm"
    sent = [json.loads(request.body) for request in server.requests]
    options = [body.get("stream_options") for body in sent]
    assert options == [None, {"include_usage": True}]


def test_a_stream_without_an_end_is_18_with_what_came(co, serve):
    server = serve(http(b'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n'))
    run = co("compat", "Hi", "--base-url", f"{server.url}/v1")
    assert (run.returncode, run.stdout) == (18, b"Hi\n")


def test_an_error_in_a_stream_is_18_with_its_message(co, serve):
    chunks = b'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: {"error":{"message":"no room"}}\n\n'  # fmt: skip
    server = serve(http(chunks))
    run = co("compat", "Hi", "--base-url", f"{server.url}/v1")
    assert (run.returncode, run.stdout) == (18, b"Hi\n")
    assert run.stderr == b"co: answer failed: no room\n" + AGAIN


def test_a_profile_names_its_own_server(co, serve, tmp_path):
    server = serve(http(HI))
    (tmp_path / "config").mkdir()
    config = f'[profiles.lab]\ncompat_base_url = "{server.url}/v1/"\n'
    (tmp_path / "config" / "config.toml").write_text(config)
    assert co("compat", "Hi", "-p", "lab").returncode == 0
    assert server.requests[0].head.startswith("POST /v1/chat/completions HTTP")


@pytest.mark.parametrize(
    ("flags", "profile", "written"),
    [
        ([], "", b"Hi\n"),
        (["--no-think-tags"], "", b"<think>Hm</think>Hi\n"),
        ([], "think_tags = false\n", b"<think>Hm</think>Hi\n"),
        (["--think-tags"], "think_tags = false\n", b"Hi\n"),
    ],
)
def test_a_flag_or_the_profile_leaves_think_tags_in_the_answer(
    co, serve, tmp_path, flags, profile, written
):
    config = tmp_path / "config" / "config.toml"
    config.parent.mkdir(mode=0o700)
    config.write_text(f"[profiles.mine]\n{profile}")
    choice = b'{"choices":[{"delta":{"content":"<think>Hm</think>Hi"}}]}'
    stream = b"data: " + choice + b"\n\ndata: [DONE]\n\n"
    server = serve(http(stream))
    run = co("compat", "Hi", "-p", "mine", "--base-url", server.url, *flags)
    assert (run.returncode, run.stdout) == (0, written)


HI = b'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n'
WHOLE = b'{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}'
CHAT = b'{"id":"c","message":{"content":[{"type":"text","text":"Hi"}]}}'


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "text/json"])
@pytest.mark.parametrize(("command", "body"), [("compat", WHOLE), ("chat", CHAT)])
def test_a_reply_in_one_piece_is_read_where_a_stream_was_requested(
    co, serve, command, body, kind
):
    server = serve(http(body, kind=kind), http(body, kind=kind))
    call = [command, "Hi", "--base-url", server.url]
    co.environ["CO_API_KEY"] = "k" * 9
    run = co(*call)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"Hi\n", b"")
    assert json.loads(co(*call, "-o", "events").stdout) == json.loads(body)


def test_a_stream_is_read_where_one_piece_was_requested(co, serve):
    run = co("compat", "Hi", "--no-stream", "--base-url", serve(http(HI)).url)
    assert (run.returncode, run.stdout) == (0, b"Hi\n")


def test_a_required_call_that_does_not_come_is_18(co, serve, tmp_path):
    tool = '{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}'
    (tmp_path / "tool.json").write_text(tool)
    words = ["compat", "Hi", "-t", str(tmp_path / "tool.json")]
    words += ["--tool-choice", "required"]
    run = co(*words, "--base-url", serve(http(HI)).url)
    assert (run.returncode, run.stdout) == (18, b"Hi\n")
    assert b"tool" in run.stderr


def test_verbose_shows_the_request_and_the_body_of_a_refusal(co, serve):
    body = b'{"fault":{"faultstring":"over quota"},"key":"canary-key-1"}'
    co.environ["CO_API_KEY"] = "canary-key-1"
    reply = http(body, status="400 Bad Request", kind="application/json")
    run = co("chat", "Hi", "-v", "--base-url", serve(reply).url)
    assert run.returncode == 5
    _, request, refusal, end, problem = run.stderr.decode().splitlines()
    assert re.fullmatch(
        r"co: POST /v2/chat: HTTP 400 after \d+\.\d\d s; model: command-a-03-2025; "
        r"sent: 87 bytes(; .*)?",
        request,
    )
    assert re.fullmatch(
        rf"co: POST /v2/chat: received {len(body)} bytes in \d+\.\d\d s", end
    )
    assert refusal == 'co: body: {"fault":{"faultstring":"over quota"},"key":"***"}'
    assert problem.startswith("co: over quota (HTTP 400")


ESCAPED = b'{"message":"bad key s\\u006bKEY1234567890abcdef"}'
IN_STREAM = b"""data: {"type":"content-delta","delta":{"message":{"content":"Hi"}}}

data: {"type":"message-end","delta":{"finish_reason":"ERROR","error":"bad key skKEY1234567890abcdef"}}

"""


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (http(ESCAPED, "400 Bad Request", "application/json"), 5),
        (http(IN_STREAM), 18),
        (http(ESCAPED, "200 OK", "application/json"), 8),
    ],
)
def test_a_key_that_the_server_repeats_is_masked_however_it_is_encoded(
    co, serve, reply, code
):
    co.environ["CO_API_KEY"] = "skKEY1234567890abcdef"
    run = co("chat", "Hi", "-v", "-o", "json", "--base-url", serve(reply).url)
    assert run.returncode == code
    assert b"KEY1234567890" not in run.stdout + run.stderr
    assert b"***" in run.stderr


@pytest.mark.parametrize(
    "host", ["xn--a.invalid", f"{'a' * 70}.example"], ids=["punycode", "label"]
)
def test_a_host_name_that_cannot_be_is_refused(co, host):
    co.environ["CO_API_KEY"] = "k" * 9
    run = co("chat", "Hi", "--base-url", f"https://{host}")
    message = "a host name is not valid: the server's or the proxy's"
    assert (run.returncode, run.stderr.decode()) == (3, f"co: {message} ({host})\n")


def test_a_deleted_folder_is_refused(co, tmp_path):
    script = "mkdir gone; cd gone; rmdir ../gone; exec co rerank -q x . -p sandbox"
    run = subprocess.run(
        ["sh", "-c", script],
        cwd=tmp_path,
        env=co.environ,
        capture_output=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (3, b"")
    assert run.stderr.startswith(b"co: the current folder no longer exists")


def test_a_tool_with_a_command_is_declared_and_a_note_says_so(sandboxed):
    words = ["compat", "Sales on 2023-09-29?", "-t", "examples/tools.yaml"]
    run = sandboxed(*words, "--dry-run", cwd=ROOT)
    assert "run" not in json.loads(run.stdout)["tools"][0]
    names = "query_daily_sales_report, query_product_catalog"
    note = f"co: `co compat` declares tools and runs none: {names}\n"
    assert note in run.stderr.decode()


@pytest.mark.parametrize("words", [["--tool", "now"], ["--mcp", "x"], ["--allow", "x"]])
def test_the_flags_of_tools_that_run_name_the_chat_that_has_them(co, words):
    run = co("compat", "Hi", *words)
    assert run.returncode == 2
    assert "hint: `co chat` runs tools" in run.stderr.decode()
