import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

BANDS = "Who is more popular: NSYNC or Backstreet Boys?"


def answer(run):
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout.decode()


@pytest.mark.parametrize(
    "words",
    [
        ["chat", BANDS, "-d", "examples/boy-bands.yaml"],
        ["chat", "-f", "examples/tools.yaml"],
        ["chat", "-f", "examples/image.json"],
        [
            "chat",
            "Hello",
            "-s",
            "Be brief.",
            "--max-tokens",
            "3",
            "--seed",
            "7",
            "-T",
            "0",
        ],
        ["chat", "Why?", "-m", "command-a-reasoning-08-2025"],
        ["compat", "Hello"],
    ],
    ids=" ".join,
)
def test_json_is_the_same_object_streamed_and_not(sandboxed, words):
    streamed = json.loads(answer(sandboxed(*words, "-o", "json")))
    single = json.loads(answer(sandboxed(*words, "--json", "--no-stream")))
    assert streamed == single


def test_a_grounded_answer_cites_what_its_documents_say(sandboxed):
    reply = json.loads(
        answer(sandboxed("chat", BANDS, "-d", "examples/boy-bands.yaml", "--json"))
    )
    text = reply["message"]["content"][0]["text"]
    assert reply["message"]["citations"]
    for citation in reply["message"]["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["text"]
        fields = citation["sources"][0]["document"]
        assert any(citation["text"] in str(value) for value in fields.values())


def test_the_text_in_a_pipe_is_the_answer_and_a_line_end(sandboxed):
    words = ["chat", BANDS, "-d", "examples/boy-bands.yaml"]
    reply = json.loads(answer(sandboxed(*words, "--json")))
    run = sandboxed(*words)
    assert (answer(run), run.stderr) == (
        reply["message"]["content"][0]["text"] + "\n",
        b"",
    )


def test_events_are_the_servers_objects_one_a_line(sandboxed):
    out = answer(sandboxed("chat", "-f", "examples/tools.yaml", "-o", "events"))
    kinds = [json.loads(line)["type"] for line in out.splitlines()]
    assert kinds[0] == "message-start"
    assert kinds[-1] == "message-end"
    assert set(kinds) == {
        "message-start",
        "tool-plan-delta",
        "tool-call-start",
        "tool-call-delta",
        "tool-call-end",
        "message-end",
    }


def test_recorded_events_are_shown_again_as_they_were(sandboxed):
    words = ["chat", BANDS, "-d", "examples/boy-bands.yaml"]
    events = answer(sandboxed(*words, "-o", "events")).encode()
    again = sandboxed("replay", "-", stdin=events)
    assert answer(again) == answer(sandboxed(*words))


def test_an_incomplete_answer_in_json_says_so(co):
    run = co("replay", "tests/data/ERROR.sse", "--json")
    assert run.returncode == 18
    reply = json.loads(run.stdout)
    assert reply["complete"] is False
    assert reply["error"] == {
        "exit": 18,
        "kind": "incomplete",
        "message": "answer failed: the tool call that was generated makes no sense "
        "(INVALID_TOOL_GENERATION)",
        "where": "INVALID_TOOL_GENERATION",
    }
    assert reply["message"]["tool_plan"] == "I will look it up."


def test_dry_run_prints_the_body_and_needs_no_key(co):
    words = ["chat", "Hi", "-s", "Be brief.", "-T", "0.5", "--no-stream", "--dry-run"]
    run = co(*words)
    assert json.loads(answer(run)) == {
        "model": "command-a-03-2025",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi"},
        ],
        "stream": False,
        "temperature": 0.5,
    }
    assert run.stderr == b""


def test_flags_override_a_body_file_and_words_are_added_to_it(co, tmp_path):
    body = tmp_path / "body.json"
    messages = [
        {"role": "system", "content": "Be long."},
        {"role": "user", "content": "One"},
    ]
    body.write_text(json.dumps({"model": "a", "messages": messages, "temperature": 1}))
    run = co("chat", "Two", "-f", str(body), "-s", "Be brief.", "-T", "0", "--dry-run")
    assert json.loads(answer(run)) == {
        "model": "a",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "One"},
            {"role": "user", "content": "Two"},
        ],
        "stream": True,
        "temperature": 0.0,
    }


def test_flags_alone_and_a_body_file_alone_make_the_same_body(co, tmp_path):
    words = ["chat", "Hi", "-d", "examples/boy-bands.yaml", "--seed", "7", "--dry-run"]
    from_flags = answer(co(*words))
    body = tmp_path / "body.json"
    body.write_text(from_flags)
    assert answer(co("chat", "-f", str(body), "--dry-run")) == from_flags


def test_an_answer_of_a_schema_fits_it_and_one_that_was_cut_is_18(sandboxed):
    words = ["chat", "Give me JSON about Ada", "--schema", "name, age int"]
    assert set(json.loads(answer(sandboxed(*words)))) == {"name", "age"}
    cut = sandboxed(*words, "--max-tokens", "2")
    assert cut.returncode == 18
    assert b"co: the answer does not match the schema: " in cut.stderr


def test_json_that_nobody_mentions_gets_a_hint(sandboxed):
    run = sandboxed("chat", "Tell me about Ada", "--json-object")
    assert run.stderr == (
        b"hint: mention JSON in the prompt; otherwise the answer may be cut off\n"
    )


@pytest.mark.parametrize("name", ["json_schema", "schema"])
def test_a_schema_in_a_body_file_is_sent_and_filled(sandboxed, tmp_path, name):
    wanted = {
        "type": "object",
        "properties": {"age": {"type": "integer"}},
        "required": ["age"],
    }
    body = tmp_path / "body.json"
    body.write_text(
        json.dumps({"response_format": {"type": "json_object", name: wanted}})
    )
    words = ["chat", "-f", str(body), "John is 30, in JSON"]
    run = sandboxed(*words)
    assert (run.returncode, run.stdout, run.stderr) == (0, b'{"age":30}\n', b"")
    sent = json.loads(sandboxed(*words, "--dry-run").stdout)
    assert sent["response_format"] == {"type": "json_object", name: wanted}
    compat = json.loads(sandboxed(*words, "--to-compat").stdout)
    assert compat["response_format"] == {"type": "json_object", "schema": wanted}


@pytest.mark.parametrize("name", ["json_schema", "schema"])
def test_a_schema_in_a_body_file_is_held_to_the_apis_rules_too(
    sandboxed, tmp_path, name
):
    body = tmp_path / "body.yaml"
    body.write_text(
        "messages: [{role: user, content: JSON please}]\n"
        f"response_format: {{type: json_object, {name}: {{type: array}}}}\n"
    )
    run = sandboxed("chat", "-f", str(body))
    assert run.returncode == 3
    assert str(body).encode() in run.stderr


def test_usage_tells_tokens_reason_and_times(sandboxed):
    run = sandboxed("chat", "Hi", "-u", "-q")
    assert run.returncode == 0
    line = run.stderr.decode()
    assert line.startswith("co: 1 in, 48 out billed (0 cached); COMPLETE; ")
    assert "first token" in line


def test_thinking_stays_out_of_the_answer_and_can_be_asked_for(sandboxed):
    words = ["chat", "Why?", "--thinking"]
    run = sandboxed(*words)
    assert run.stderr == b""
    aloud = sandboxed(*words, "--show", "thinking")
    assert aloud.stdout == run.stdout
    assert aloud.stderr.startswith("│ ".encode())


def test_a_budget_that_thinking_used_up_is_reported(sandboxed):
    run = sandboxed("chat", "Why?", "--thinking", "--max-tokens", "3")
    assert (run.returncode, run.stdout) == (0, b"")
    assert b"max_tokens" in run.stderr


def test_a_folder_is_grounds_with_lines_that_can_be_trusted(sandboxed):
    words = ["chat", "Summarise what changed", "-d", "docs/", "-d", "CHANGELOG.md"]
    reply = json.loads(answer(sandboxed(*words, "--json")))
    assert reply["message"]["citations"]
    for citation in reply["message"]["citations"]:
        path, _, lines = citation["sources"][0]["id"].partition(":")
        first, _, last = (lines or "1-").partition("-")
        text = (ROOT / path).read_text().split("\n")
        passage = "\n".join(text[int(first) - 1 : int(last) if last else None])
        assert citation["text"] in passage


@pytest.mark.parametrize("output", ["text", "markdown", "json", "events"])
def test_an_answer_that_was_cut_at_max_tokens_is_always_reported(sandboxed, output):
    run = sandboxed("chat", "Hi", "--max-tokens", "2", "-q", "-o", output)
    assert run.returncode == 0
    assert run.stderr == b"co: the answer was cut off at max_tokens\n"
