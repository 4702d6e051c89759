"""Tools that the model calls: what runs, what is refused, and what goes back."""

import json
import os
import pty
import re
import subprocess
import sys
import time

import pytest
from co_program import CO, ROOT
from raw_server import http

KEY = "a-key-of-no-one-at-all"
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4"
    "2mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TOOLS = """
- type: function
  function:
    name: weather
    description: Weather of a day.
    parameters:
      type: object
      properties: {day: {type: string}}
      required: [day]
  run: [sh, -c, 'echo "$1" >> LOG; echo "[{\\"id\\": \\"r1\\", \\"sky\\": \\"blue\\"}]"', --, "{day}"]
  result: documents
- type: function
  function: {name: mail, description: Sends., parameters: {type: object}}
"""


def reply(*, text="", calls=(), plan="", tokens=3, reason=""):
    message = {"role": "assistant"}
    if text:
        message["content"] = [{"type": "text", "text": text}]
    if calls:
        message["tool_plan"] = plan or "I will look."
        message["tool_calls"] = [
            {
                "id": id_,
                "type": "function",
                "function": {"name": name, "arguments": args},
            }
            for id_, name, args in calls
        ]
    units = {"input_tokens": tokens, "output_tokens": tokens}
    body = {
        "id": "1",
        "finish_reason": reason or ("TOOL_CALL" if calls else "COMPLETE"),
        "message": message,
        "usage": {"billed_units": units},
    }
    return http(json.dumps(body).encode(), kind="application/json")


def call(day="Monday", id_="c1", name="weather"):
    return (id_, name, json.dumps({"day": day}))


@pytest.fixture
def tools(co, serve, tmp_path):
    """Serve replies; run `co chat` with the tools; know what was run."""
    co.environ["CO_API_KEY"] = KEY
    log = tmp_path / "log"
    file = tmp_path / "tools.yaml"
    file.write_text(TOOLS.replace("LOG", str(log)))

    class Tools:
        path = str(file)
        server = None

        def __init__(self):
            self.file, self.log = file, log

        def run_instead(self, words):
            line = f"  run: {words.replace('LOG', str(log))}\n"
            text = re.sub(r"  run: .*\n", lambda _: line, file.read_text(), count=1)
            file.write_text(text)

        def serve(self, *replies):
            self.server = serve(*replies)
            co.environ["CO_API_URL"] = self.server.url

        def __call__(self, *words, code=0, **more):
            run = co("chat", "Hi", "-t", self.path, *words, **more)
            assert run.returncode == code, run.stderr
            self.noted = run.stderr.decode()
            return run.stdout.decode()

        @property
        def bodies(self):
            return [json.loads(one.body) for one in self.server.requests]

        @property
        def ran(self):
            return log.read_text().split() if log.exists() else []

    return Tools()


def test_an_allowed_call_runs_and_its_rows_go_back_as_documents(tools):
    tools.serve(reply(calls=[call()], plan="Look."), reply(text="Blue."))
    assert tools("--allow", "weather") == "Blue.\n"
    assert tools.ran == ["Monday"]
    assert tools.noted == 'co: weather(day="Monday"): 1 row\n'
    first, second = tools.bodies
    assert second["messages"] == [
        *first["messages"],
        {
            "role": "assistant",
            "tool_plan": "Look.",
            "tool_calls": [
                {
                    "id": "c1",
                    "type": "function",
                    "function": {"name": "weather", "arguments": '{"day": "Monday"}'},
                }
            ],
        },
        {
            "role": "tool",
            "tool_call_id": "c1",
            "content": [
                {
                    "type": "document",
                    "document": {"data": {"sky": "blue"}, "id": "weather:c1:r1"},
                }
            ],
        },
    ]
    assert {**second, "messages": 0} == {**first, "messages": 0}
    assert all("run" not in tool for tool in first["tools"])


def test_without_a_terminal_a_call_that_is_not_allowed_is_exit_11(tools):
    tools.serve(reply(calls=[call()]))
    assert tools(code=11) == ""
    assert tools.ran == []
    what = "the model wants to run weather, and there is no terminal to ask on"
    assert tools.noted.startswith(f"co: {what}\nhint: --allow weather allows it: ")
    assert len(tools.bodies) == 1


def test_nothing_runs_if_one_of_the_calls_is_not_allowed(tools):
    rain = TOOLS.replace("name: weather", "name: rain").partition(
        "- type: function\n  function: {name: mail"
    )[0]
    tools.file.write_text(tools.file.read_text() + rain)
    tools.serve(reply(calls=[call(), call(id_="c2", name="rain")]))
    tools("--allow", "weather", code=11)
    assert tools.ran == []


def test_refused_calls_are_in_the_json_of_the_answer(tools):
    tools.serve(reply(calls=[call()]))
    written = json.loads(tools("-o", "json", code=11))
    assert written["message"]["tool_calls"][0]["function"]["name"] == "weather"
    assert (written["complete"], written["error"]["exit"]) == (False, 11)


def test_json_is_one_object_with_the_steps(tools):
    tools.serve(reply(calls=[call()]), reply(text="Blue."))
    written = json.loads(tools("-o", "json", "--allow", "wea*"))
    assert written["message"]["content"][0]["text"] == "Blue."
    (step,) = written["steps"]
    assert step["message"]["tool_calls"][0]["id"] == "c1"
    assert step["results"][0]["tool_call_id"] == "c1"


@pytest.mark.parametrize(
    ("called", "error"),
    [
        (("c1", "shell", '{"command": "rm"}'), "no tool of this name is declared"),
        (("c1", "weather", '{"day": "Mon'), "the arguments cannot be read"),
        (("c1", "weather", '{"day": "a", "day": "b"}'), "'day' is there twice"),
        (("c1", "weather", "{}"), "day"),
    ],
    ids=["undeclared", "cut", "doubled", "missing"],
)
def test_a_call_that_cannot_run_tells_the_model_why(tools, called, error):
    tools.serve(reply(calls=[called]), reply(text="Sorry."))
    assert tools("--allow", "*") == "Sorry.\n"
    assert tools.ran == []
    (message,) = tools.bodies[1]["messages"][2:]
    assert error in message["content"][0]["document"]["data"]["error"]


@pytest.mark.parametrize("day", ["; rm -rf /", "$(id)", "../../etc", "a\nb", "\x1b[2J"])
def test_an_argument_is_one_word_whatever_it_holds(tools, day):
    tools.run_instead("[sh, -c, 'printf %s \"$1\" >> LOG; echo []', --, '{day}']")
    tools.serve(reply(calls=[call(day)]), reply(text="Yes."))
    tools("--allow", "weather")
    assert tools.log.read_text() == day
    assert "\x1b" not in tools.noted


def test_an_argument_that_would_be_an_option_does_not_run(tools):
    tools.run_instead("[date, '{day}']")
    tools.serve(reply(calls=[call("--set=now")]), reply(text="No."))
    tools("--allow", "weather")
    (message,) = tools.bodies[1]["messages"][2:]
    assert "error" in message["content"][0]["document"]["data"]


def test_a_tool_without_a_command_is_left_to_the_user(tools):
    tools.serve(reply(calls=[("c1", "mail", "{}")]))
    written = json.loads(tools("-o", "json", "--allow", "*"))
    assert written["message"]["tool_calls"][0]["function"]["name"] == "mail"
    assert len(tools.bodies) == 1


@pytest.mark.parametrize("output", [[], ["-o", "markdown"]])
def test_calls_that_are_left_to_the_user_are_named_beside_a_text(tools, output):
    tools.serve(reply(calls=[call(), ("c2", "mail", "{}")]))
    assert tools(*output, "--allow", "*") == ""
    named = "co: 2 calls left to you: weather, mail"
    assert tools.noted == f"{named} (-o json has the arguments)\n"
    assert tools.ran == []


@pytest.mark.parametrize("reason", ["MAX_TOKENS", "STOP_SEQUENCE"])
def test_nothing_runs_if_the_model_was_stopped_while_it_called(tools, reason):
    stopped = reply(calls=[call(), call("", id_="c2")], reason=reason)
    tools.serve(stopped)
    written = json.loads(tools("-o", "json", "--allow", "weather", code=18))
    what = "the model was stopped while it called tools, and none of them runs"
    assert f"co: {what} ({reason})\n" in tools.noted
    assert (written["complete"], len(written["message"]["tool_calls"])) == (False, 2)
    assert (tools.ran, len(tools.bodies)) == ([], 1)


@pytest.mark.parametrize("from_file", [False, True])
def test_a_required_call_is_required_once(tools, tmp_path, from_file):
    words = ["--tool-choice", "required"]
    if from_file:
        body = tmp_path / "body.json"
        body.write_text('{"tool_choice": "REQUIRED"}')
        words = ["-f", str(body)]
    tools.serve(reply(calls=[call()]), reply(text="Blue."))
    assert tools("--allow", "weather", *words) == "Blue.\n"
    assert [body.get("tool_choice") for body in tools.bodies] == ["REQUIRED", None]


def test_a_model_that_calls_without_an_end_is_stopped(tools):
    tools.serve(*[reply(calls=[call()])] * 4)
    assert tools("--allow", "weather", "--max-steps", "3", code=18) == ""
    assert "co: the model still calls tools after 3 steps\n" in tools.noted
    assert tools.ran == ["Monday"] * 3


def test_events_have_a_marker_after_each_step(tools):
    stream = [
        {"type": "tool-call-start", "index": 0, "delta": {"message": {"tool_calls": {
            "id": "c1", "type": "function",
            "function": {"name": "weather", "arguments": '{"day": "Monday"}'}}}}},
        {"type": "tool-call-end", "index": 0},
        {"type": "message-end", "delta": {"finish_reason": "TOOL_CALL"}},
    ]  # fmt: skip
    sent = "".join(f"data: {json.dumps(one)}\n\n" for one in stream)
    end = 'data: {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}\n\n'
    text = (
        'data: {"type":"content-delta","index":0,'
        '"delta":{"message":{"content":{"text":"Blue."}}}}\n\n'
    )
    tools.serve(http(sent.encode()), http((text + end).encode()))
    lines = tools("-o", "events", "--allow", "weather").splitlines()
    types = [json.loads(line)["type"] for line in lines]
    assert types == [
        *(one["type"] for one in stream),
        "co-step",
        "content-delta",
        "message-end",
    ]


def test_usage_is_summed_over_the_steps(tools):
    tools.serve(reply(calls=[call()]), reply(text="Blue.", tokens=4))
    tools("--allow", "weather", "-u")
    assert "co: 2 steps in all: 7 in, 7 out billed\n" in tools.noted


def test_results_can_be_hidden(tools):
    tools.serve(reply(calls=[call()]), reply(text="Blue."))
    tools("--allow", "weather", "--hide", "results")
    assert tools.noted == ""


def test_a_script_gives_the_results_of_calls_that_it_has_run(tools, co, tmp_path):
    tools.serve(reply(calls=[call(), call(id_="c2")]), reply(text="Blue."))
    tools(code=11)
    results = tmp_path / "results.json"
    results.write_text('[{"tool_call_id": "c2", "result": [{"sky": "grey"}]}]')
    run = co("chat", "-c", "--tool-results", str(results))
    assert run.stderr.startswith(b"co: no result for weather (c1)")
    results.write_text(
        '[{"tool_call_id": "c2", "result": [{"sky": "grey"}]},'
        ' {"tool_call_id": "c1", "result": "rain"}]'
    )
    run = co("chat", "-c", "--tool-results", str(results))
    assert (run.returncode, run.stdout) == (0, b"Blue.\n")
    documents = [
        one["content"][0]["document"] for one in tools.bodies[1]["messages"][2:]
    ]
    assert documents == [
        {"data": {"result": "rain"}, "id": "weather:c1:0"},
        {"data": {"sky": "grey"}, "id": "weather:c2:0"},
    ]


def test_a_prompt_after_calls_that_were_not_run_says_so(tools, co):
    tools.serve(reply(calls=[call()]), reply(text="Fine."))
    tools(code=11)
    assert co("chat", "-c", "Never mind").stdout == b"Fine.\n"
    assert tools.bodies[1]["messages"][2:] == [
        {
            "role": "tool",
            "tool_call_id": "c1",
            "content": '{"error": "this call has no result"}',
        },
        {"role": "user", "content": "Never mind"},
    ]


def test_the_prompt_is_sent_with_a_result_that_fills_the_context(tools):
    large = "import sys; sys.stdout.write('[\"' + 'y' * 900_000 + '\"]')"
    words = json.dumps([sys.executable, "-c", large, "{day}"])
    tools.run_instead(words)
    tools.serve(reply(calls=[call()]), reply(text="Full."))
    model = ("-m", "command-r7b-12-2024")
    assert tools("--allow", "weather", *model) == "Full.\n"
    messages = tools.bodies[1]["messages"]
    assert [one["role"] for one in messages] == ["user", "assistant", "tool"]
    assert "left out" not in tools.noted


def test_a_request_that_fails_after_tools_have_run_does_not_lose_their_results(
    tools, co
):
    failed = http(b'{"message": "no"}', "400 Bad Request", "application/json")
    tools.serve(reply(calls=[call()]), failed, reply(text="Blue."))
    tools("--allow", "weather", code=5)
    assert co("chat", "-c", "So?").stdout == b"Blue.\n"
    (result,) = [one for one in tools.bodies[2]["messages"] if one["role"] == "tool"]
    assert result["content"][0]["document"]["data"] == {"sky": "blue"}
    assert tools.ran == ["Monday"]


def test_an_edited_prompt_sends_its_images_once(tools, co):
    tools.serve(reply(text="A."), reply(text="B."))
    tools("-i", PNG)
    co("chat", "--edit", "1", "Who?", "-t", tools.path)
    kinds = [one["type"] for one in tools.bodies[1]["messages"][0]["content"]]
    assert kinds == ["text", "image_url"]


CTRL_D = "\x04"


def on_terminal(co, answers, *words, env=None):
    """Run `co` on a pseudo-terminal; type each answer when a question is asked."""
    leader, follower = pty.openpty()
    environ = {**co.environ, "NO_COLOR": "1", **(env or {})}
    process = subprocess.Popen(
        [CO, *words],
        cwd=ROOT,
        env=environ,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    seen, left, end = b"", [*answers], time.monotonic() + 30
    while time.monotonic() < end:
        try:
            piece = os.read(leader, 1 << 16)
        except OSError:
            break
        if not piece:
            break
        seen += piece
        if left and seen.count(b"[a]lways in this conversation: ") > len(answers) - len(
            left
        ):
            typed = left.pop(0)
            os.write(
                leader, typed.encode() if typed == CTRL_D else f"{typed}\n".encode()
            )
    code = process.wait(timeout=20)
    os.close(leader)
    return code, seen.decode().replace("\r\n", "\n")


@pytest.mark.pty
@pytest.mark.parametrize(
    ("answers", "ran"),
    [
        (["y", "n"], ["Monday"]),
        (["", "n"], []),
        (["a"], ["Monday", "Friday"]),
        (["what?", "y"], ["Friday"]),
    ],
)
def test_a_person_is_asked_about_each_call(tools, co, answers, ran):
    calls = [call(), call("Friday", id_="c2")]
    tools.serve(reply(calls=calls), reply(text="Done."))
    code, seen = on_terminal(co, answers, "chat", "Hi", "-t", tools.path)
    assert code == 0
    assert sorted(tools.ran) == sorted(ran)
    assert f"co: the model wants to run weather ({tools.path}" in seen.replace("\n", "")
    assert "Done." in seen


@pytest.mark.pty
def test_each_character_of_a_call_is_seen_in_the_question(tools, co):
    day = "Monday\nrm -rf ~\u202e\x1b[2J"
    tools.serve(reply(calls=[call(day)]), reply(text="Done."))
    _, seen = on_terminal(co, ["n"], "chat", "Hi", "-t", tools.path)
    assert r" -- $'Monday\nrm -rf ~\u202e\x1b[2J'" in seen
    assert tools.ran == []


@pytest.mark.pty
def test_an_answer_is_apart_from_calls_whose_results_are_hidden(tools, co):
    tools.serve(reply(calls=[call()]), reply(text="Done."))
    words = ["-t", tools.path, "--allow", "weather", "--hide", "results"]
    _, seen = on_terminal(co, [], "chat", "Hi", *words)
    seen = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", seen)
    assert 'weather(day="Monday")\n\nDone.' in seen


@pytest.mark.pty
def test_markdown_on_a_terminal_has_no_note_of_calls_that_are_run(tools, co):
    tools.serve(reply(calls=[call()]), reply(text="Done."))
    words = ["-t", tools.path, "--allow", "weather", "-o", "markdown"]
    _, seen = on_terminal(co, [], "chat", "Hi", *words)
    assert 'co: weather(day="Monday"): 1 row' in seen
    assert "requests" not in seen


@pytest.mark.pty
def test_a_terminal_that_goes_away_during_the_question_is_no_bug(tools, co):
    tools.serve(reply(calls=[call()]), reply(text="Done."))
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [CO, "chat", "Hi", "-t", tools.path],
        env=co.environ,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    seen = b""
    while b"[a]lways in this conversation: " not in seen:
        seen += os.read(leader, 1 << 16)
    os.close(leader)
    assert process.wait(timeout=20) == 23
    assert tools.ran == []


@pytest.mark.pty
def test_ctrl_d_at_the_question_is_no_and_ends_its_line(tools, co):
    tools.serve(reply(calls=[call()]), reply(text="Done."))
    code, seen = on_terminal(co, [CTRL_D], "chat", "Hi", "-t", tools.path)
    assert (code, tools.ran) == (0, [])
    assert "[a]lways in this conversation: \n\x1b[2mco: weather(" in seen


@pytest.mark.pty
def test_a_call_whose_hidden_characters_are_too_many_to_show_is_not_asked_about(
    tools, co
):
    day = "\u202e" * 3_000
    tools.serve(reply(calls=[call(day)]), reply(text="Done."))
    code, seen = on_terminal(co, ["y"], "chat", "Hi", "-t", tools.path)
    assert (code, tools.ran) == (0, [])
    assert "characters are too many to be shown" in " ".join(seen.split())
    assert "Run it?" not in seen


@pytest.mark.pty
def test_a_person_changes_the_arguments_in_the_editor(tools, co):
    tools.serve(reply(calls=[call()]), reply(text="Done."))
    env = {"VISUAL": "", "EDITOR": "sed -i s/Monday/Sunday/"}
    code, _ = on_terminal(co, ["e", "y"], "chat", "Hi", "-t", tools.path, env=env)
    assert (code, tools.ran) == (0, ["Sunday"])


def test_built_in_tools_run_without_a_question(co, tools):
    args = '{"expression": "6 * 7"}'
    tools.serve(reply(calls=[("c1", "calculator", args)]), reply(text="42."))
    run = co("chat", "Hi", "--tool", "calculator")
    assert (run.returncode, run.stdout) == (0, b"42.\n")
    (message,) = tools.bodies[1]["messages"][2:]
    row = message["content"][0]["document"]["data"]
    assert row == {"expression": "6 * 7", "result": "42"}
    run = co("chat", "Hi", "--tool", "calculater")
    assert run.returncode == 2
    assert b"did you mean 'calculator'?" in run.stderr


def test_the_model_searches_the_files_itself(co, tools):
    args = '{"query": "travel abroad"}'
    tools.serve(reply(calls=[("c1", "search", args)]), reply(text="The head."))
    co("chat", "Hi", "--tool", "search", "-d", "examples/handbook")
    first, second = tools.bodies
    assert "documents" not in first
    document = second["messages"][2]["content"][0]["document"]
    assert document["id"] == "search:c1:examples/handbook/travel.md:1-12"
    assert "Travel abroad" in document["data"]["text"]


def test_the_tools_of_a_server_run_when_they_are_allowed(co, tools, tmp_path):
    server = ROOT / "tests/tools/mcp/bare_server.py"
    folder = tmp_path / "config"
    folder.mkdir()
    command = [sys.executable, str(server), "honest"]
    (folder / "config.toml").write_text(f"[mcp.bare]\ncommand = {command!r}\n")
    called = ("c1", "bare_echo", '{"text": "Ahoy"}')
    tools.serve(reply(calls=[called]), reply(text="Done."), reply(calls=[called]))
    run = co("chat", "Hi", "--mcp", "bare", "--allow", "bare_echo")
    assert (run.returncode, run.stdout) == (0, b"Done.\n"), run.stderr
    first, second = tools.bodies
    names = [one["function"]["name"] for one in first["tools"]]
    assert "bare_echo" in names
    assert "Ahoy" in json.dumps(second["messages"][2])
    run = co("chat", "Hi", "--mcp", "bare")
    assert run.returncode == 11
    assert b"\x1b" not in run.stderr
    assert co("chat", "Hi", "--mcp", "bear").returncode == 2


def test_two_real_commands_answer_the_example_with_rows_of_both(co):
    words = ("-f", "examples/tools.yaml", "-t", "examples/tools.yaml", "-p", "sandbox")
    run = co("chat", *words, "--allow", "query_*", "-o", "json", "-q")
    answer = json.loads(run.stdout)
    cited = {
        source["id"].partition("_")[0] + source["id"].split("_")[1]
        for one in answer["message"]["citations"]
        for source in one["sources"]
    }
    assert cited == {"querydaily", "queryproduct"}
    assert len(answer["steps"]) == 1


def test_ctrl_c_ends_the_tools_that_run(tools, co):
    mark = f"31.{os.getpid()}"
    tools.run_instead(f"[sh, -c, 'sleep {mark}', --, '{{day}}']")
    tools.serve(reply(calls=[call()]))
    process = co.start("chat", "Hi", "-t", tools.path, "--allow", "weather")

    def running():
        command = ["pgrep", "-f", f"sleep {mark}"]
        found = subprocess.run(command, check=False, capture_output=True)
        return found.stdout.split()

    def waited(wanted):
        end = time.monotonic() + 20
        while bool(running()) != wanted and time.monotonic() < end:
            time.sleep(0.02)
        return running()

    assert waited(wanted=True)
    process.send_signal(2)
    process.communicate(timeout=20)
    assert process.returncode == -2
    assert waited(wanted=False) == []
