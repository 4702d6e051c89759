"""`--errors json`: each error, warning and note is a line of JSON."""

import json

import pytest
from jsonschema import Draft202012Validator
from raw_server import http

from cohere_cli.commands.help.schemas import schemas

VALID = Draft202012Validator(schemas()["errors"])
LIMITED = http(
    b'{"message": "slow down"}',
    "429 Too Many Requests",
    "application/json",
    "Retry-After: 0",
    "x-request-id: abc",
)


def lines(run):
    found = [json.loads(line) for line in run.stderr.splitlines()]
    for one in found:
        VALID.validate(one)
    return found


def test_an_error_of_a_server_has_status_request_id_and_retry_after(co, serve):
    server = serve(LIMITED)
    words = ["chat", "Hi", "--retries", "0", "--errors", "json"]
    run = co(*words, env={"CO_API_URL": server.url, "CO_API_KEY": "secret-key"})
    assert (run.returncode, run.stdout) == (6, b"")
    assert lines(run) == [
        {
            "error": {
                "exit": 6,
                "kind": "rate_limited",
                "message": "slow down",
                "where": "HTTP 429, request abc",
                "hint": "wait a minute and try again",
                "status": 429,
                "request_id": "abc",
                "retry_after": 0.0,
            }
        }
    ]


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        (["chat"], 2, "usage"),
        (["chat", "Hi", "--modle", "x"], 2, "usage"),
        (["chta", "Hi"], 2, "usage"),
        (["chat", "Hi", "-d", "missing.txt", "-p", "sandbox"], 3, "input"),
        (["chat", "Hi", "-p", "missing"], 3, "config"),
        (["chat", "Hi"], 4, "not_authenticated"),
        (["chat", "Hi", "-p", "sandbox", "-m", "missing"], 5, "refused"),
        (
            ["chat", "Hi", "--base-url", "http://127.0.0.1:9", "--retries", "0"],
            7,
            "unreachable",
        ),
        (["ask", "zebra?", "examples/handbook", "-p", "sandbox"], 9, "nothing_found"),
        (["config", "set", "modle", "x"], 2, "usage"),
    ],
    ids=str,
)
def test_every_error_has_its_exit_code_and_kind(co, words, code, kind):
    environ = {"CO_API_KEY": "k"} if kind == "unreachable" else {}
    run = co(*words, env={"CO_ERRORS": "json", **environ})
    assert run.returncode == code
    assert lines(run)[-1]["error"].items() >= {"exit": code, "kind": kind}.items()


@pytest.mark.parametrize("errors", [["--errors", "json"], ["--errors=json"]])
def test_the_flag_holds_for_errors_of_the_command_line_itself(co, errors):
    (line,) = lines(co("chat", "Hi", "--modle", "x", *errors))
    assert line["error"]["hint"] == "did you mean --model?"


def test_notes_and_warnings_have_kinds_of_their_own(co):
    run = co("chat", "Hi", "-p", "sandbox", "--errors", "json", "--max-tokens", "1")
    assert run.returncode == 0
    assert [next(iter(one)) for one in lines(run)] == ["note", "warning"]
    assert run.stdout


def test_quiet_leaves_out_notes(co):
    run = co("chat", "Hi", "-p", "sandbox", "--errors", "json", "-q")
    assert (run.returncode, run.stderr) == (0, b"")


def test_a_key_in_an_error_is_masked(co, serve):
    refused = http(b'{"message": "bad secret-key"}', "401 No", "application/json")
    server = serve(refused)
    environ = {"CO_API_URL": server.url, "CO_API_KEY": "secret-key"}
    run = co("chat", "Hi", "--errors", "json", env=environ)
    assert b"secret-key" not in run.stderr
    assert lines(run)[0]["error"]["kind"] == "not_authenticated"


def test_json_output_that_is_incomplete_has_the_same_error(co, serve):
    start = b'data: {"type":"message-start","id":"1"}\n\n'
    text = (
        b'data: {"type":"content-delta","index":0,'
        b'"delta":{"message":{"content":{"text":"So"}}}}\n\n'
    )
    server = serve(http(start + text))
    environ = {"CO_API_URL": server.url, "CO_API_KEY": "k"}
    run = co("chat", "Hi", "-o", "json", "--errors", "json", env=environ)
    (line,) = lines(run)
    written = json.loads(run.stdout)
    assert (run.returncode, written["complete"]) == (18, False)
    assert written["error"].keys() - {"hint"} <= line["error"].keys()
    assert written["error"]["kind"] == line["error"]["kind"] == "incomplete"


def test_a_variable_with_another_value_is_refused(co):
    run = co("chat", "Hi", "-p", "sandbox", env={"CO_ERRORS": "xml"})
    assert (run.returncode, run.stdout) == (3, b"")
    assert run.stderr == b"co: CO_ERRORS is neither text nor json\n"


def test_the_schema_is_printed(co):
    assert json.loads(co("help", "schemas").stdout) == schemas()
