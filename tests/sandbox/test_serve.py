"""`co sandbox serve`, as a shell runs it."""

import contextlib
import json
import re
import signal
import socket

import pytest
from co_program import ROOT, Co

from cohere_cli.sandbox import running
from cohere_cli.sandbox.faults.catalog import FAULTS


@pytest.fixture
def co(tmp_path):
    return Co(tmp_path)


@pytest.fixture
def started(co):
    """Return a function that starts `co sandbox serve` and points `co` to it."""
    programs = []

    def start(*words):
        program = co.start("sandbox", "serve", *words)
        programs.append(program)
        line = program.stdout.readline().decode()
        named = re.fullmatch(r"export CO_API_URL=(\S+) CO_API_KEY=(\S+)\n", line)
        co.environ |= {"CO_API_URL": named[1], "CO_API_KEY": named[2]}
        return program

    yield start
    for program in programs:
        program.kill()
        program.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_by_the_signal_without_further_output(started, number):
    program = started()
    program.send_signal(number)
    assert program.communicate(timeout=10) == (b"", b"")
    assert program.returncode == -number


def test_it_ends_by_the_signal_while_five_hundred_connections_are_open(co, started):
    program = started()
    port = int(co.environ["CO_API_URL"].rpartition(":")[2])
    address, rest = (
        ("127.0.0.1", port),
        b"POST /v2/chat HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    )
    with contextlib.ExitStack() as stack:
        for at in range(500):
            one = stack.enter_context(socket.create_connection(address, 10))
            one.sendall(rest[: at % len(rest)])
        program.send_signal(signal.SIGINT)
        assert program.communicate(timeout=10) == (b"", b"")
        assert program.returncode == -signal.SIGINT


def test_a_shell_can_evaluate_its_line(co, started):
    started()
    run = co("rerank", "-q", "kite", "-n", "1", stdin=b"a\na kite\n")
    assert (run.returncode, run.stdout) == (0, b"a kite\n")


def test_the_workflow_in_the_documentation_works(co, tmp_path):
    page = (ROOT / "docs" / "sandbox.md").read_text()
    _, _, steps = page.partition("      - run: |\n")
    lines = (
        steps.partition("```")[0].strip().replace("pytest", "co rerank -q kite -n 1")
    )
    run = co.shell(f"cd {tmp_path}; {lines} <<< $'a\\na kite'; kill $!", forked=False)
    assert (run.returncode, run.stdout) == (0, b"a kite\n")


def test_the_documentation_names_every_fault():
    page = (ROOT / "docs" / "sandbox.md").read_text()
    rows = re.findall(r"^\| `([a-z-]+)(?:=([\d.]+))?` \|.*\|.*\|$", page, re.MULTILINE)
    numbers = {name: float(number or 0) for name, number in rows}
    assert {name: kind.default for name, kind in FAULTS.items()} == {
        name: numbers.get(name) for name in FAULTS
    }


def test_the_log_names_requests_and_no_key(co, started):
    program = started("-v")
    co("chat", "Hi")
    program.send_signal(signal.SIGTERM)
    _, log = program.communicate(timeout=10)
    assert re.fullmatch(rb"co: POST /v2/chat 200 [0-9a-f]{32}\n", log)


def test_the_example_script_works_as_documented(co, started):
    started("--script", "examples/replies.yaml")
    refund = co("chat", "A refund?", "-o", "json")
    citation = {"start": 15, "end": 22, "text": "14 days"}
    found = json.loads(refund.stdout)["message"]["citations"][0]
    assert citation.items() <= found.items()
    weather = co("chat", "The weather?", "-o", "json")
    (call,) = json.loads(weather.stdout)["message"]["tool_calls"]
    assert call["function"]["arguments"] == '{"city": "Paris"}'
    assert co("rerank", "-q", "x", stdin=b"a\nb\n").stdout == b"b\na\n"
    assert co("chat", "Hi", "-m", "busy").stdout == b"Here I am.\n"
    broken = co("chat", "Hi", "-m", "broken")
    assert (broken.returncode, broken.stdout) == (18, b"This is\n")


def test_a_script_s_error_names_its_line(co, tmp_path):
    script = tmp_path / "replies.yaml"
    script.write_text("# hello\n\n- reply: fine\n- repyl: wrong\n")
    run = co("sandbox", "serve", "--script", str(script))
    assert (run.returncode, run.stdout, run.stderr.decode()) == (
        3,
        b"",
        f"co: unknown field 'repyl' ({script}:4)\nhint: did you mean reply?\n",
    )


def test_a_script_s_files_are_relative_to_it(co, started, tmp_path):
    (tmp_path / "x.sse").write_bytes((ROOT / "tests/data/text.sse").read_bytes())
    script = tmp_path / "replies.json"
    script.write_text('[{"file": "x.sse"}]')
    started("--script", str(script))
    assert co("chat", "Hi").returncode == 0


def test_a_fault_of_the_command_line_affects_every_reply(co, started):
    started("--fault", "html")
    run = co("chat", "Hi")
    assert (run.returncode, run.stdout) == (8, b"")


def test_a_recorded_reply_is_replayed_unchanged(co, started, tmp_path):
    folder = str(tmp_path / "tapes")
    with running() as real:
        co.environ |= {"CO_API_URL": real.url, "CO_API_KEY": real.key}
        recorder = started("--record", folder)
        answer = co("chat", "Hi").stdout
        recorder.send_signal(signal.SIGTERM)
        assert recorder.communicate(timeout=10) == (b"", b"")
    (tape,) = (tmp_path / "tapes").iterdir()
    assert real.key not in tape.read_text()
    started("--replay", folder)
    assert co("chat", "Hi").stdout == answer
    assert co("chat", "Another").returncode == 5
    assert co("replay", str(tape)).stdout == answer
