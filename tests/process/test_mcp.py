"""`co mcp` as a process: what a signal leaves behind, and what it loads."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
from co_program import ROOT, Co

READY = b"\x1b[?2004h"  # written when a prompt begins
BARE = ROOT / "tests/tools/mcp/bare_server.py"


def configure(co, way, *words):
    folder = Path(co.environ["CO_CONFIG_DIR"])
    folder.mkdir()
    command = [sys.executable, str(BARE), way, *words]
    (folder / "config.toml").write_text(f"[mcp.bare]\ncommand = {command!r}\n")


def wait_for(condition):
    for _ in range(500):
        if condition():
            return True
        time.sleep(0.02)
    return False


def is_running(number):
    try:
        text = Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_server_and_its_children_too(tmp_path, number):
    co, note = Co(tmp_path), tmp_path / "processes"
    configure(co, "stubborn-hang", str(note))
    with co.start("mcp", "check", "bare") as process:
        assert wait_for(lambda: note.exists() and len(note.read_text().split()) == 2)
        process.send_signal(number)
        assert process.wait(10) == -number
    started = [int(one) for one in note.read_text().split()]
    assert wait_for(lambda: not any(map(is_running, started)))


def test_a_hostile_server_leaves_a_clean_screen(tmp_path):
    co = Co(tmp_path)
    configure(co, "honest")
    run = co("mcp", "check", "bare", "-v")
    assert run.returncode == 0
    assert b"\x1b" not in run.stdout + run.stderr
    assert b"\x9b" not in run.stdout + run.stderr


def chat(tmp_path, way, *words):
    co = Co(tmp_path)
    configure(co, way, str(tmp_path / "starts"))
    return co("chat", *words, "-p", "sandbox")


def test_a_resource_is_a_document_and_is_cited_by_its_name(tmp_path):
    words = ("What is the text of the server?", "-d", "mcp://bare/bare://note.md")
    run = chat(tmp_path, "honest", *words, "-o", "markdown")
    shown, _, notes = run.stdout.decode().partition("[^1]")
    assert (run.returncode, shown) == (0, "A text of the server.")
    assert "mcp://bare/bare://note.md" in notes


def test_a_resource_can_be_beside_files_and_beside_passages(tmp_path):
    co = Co(tmp_path)
    configure(co, "honest")
    given = ("-d", "mcp://bare/", "--dry-run", "-p", "sandbox")
    for words in (
        ("chat", "Hi", "-d", "examples/capitals.txt"),
        ("ask", "Which capital?", "examples/capitals.txt", "--lexical"),
    ):
        run = co(*words, *given)
        assert run.returncode == 0, run.stderr
        ids = [one["id"] for one in json.loads(run.stdout)["documents"]]
        assert "mcp://bare/bare://table.csv#2" in ids
        assert any(one.startswith("examples/capitals.txt") for one in ids)


def test_a_server_of_tools_and_of_resources_is_started_once(tmp_path):
    words = ('Echo "Hi" as text', "--mcp", "bare", "-d", "mcp://bare/", "--allow", "*")
    run = chat(tmp_path, "noted", *words)
    assert run.returncode == 0, run.stderr
    assert len((tmp_path / "starts").read_text().split()) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("-d", "mcp://bear/x"), 2),
        (("-d", "mcp://bare/bare://absent"), 3),
        (("-d", "mcp://bare/bare://dot.png"), 3),
        (("-d", "mcp://bare/large"), 8),
        (("-d", "mcp://bare/", "--tool", "search"), 2),
        (("--mcp", "bare", "--tools-only", "bare_eco"), 2),
        (("--tools-only", "bare_echo"), 2),
    ],
    ids=lambda one: one[-1] if isinstance(one, tuple) else None,
)
def test_what_cannot_be_read_or_chosen_is_an_error_and_nothing_is_sent(
    tmp_path, words, code
):
    run = chat(tmp_path, "honest", "Hi", *words)
    assert (run.returncode, run.stdout) == (code, b"")
    problem, _, hint = run.stderr.decode().partition("\n")
    assert problem.startswith("co: ")
    assert hint.count("\n") == bool(hint)


def test_only_chosen_tools_are_declared(tmp_path):
    words = ("--mcp", "bare", "--tools-only", "*_file", "--tools-only", "*_2")
    run = chat(tmp_path, "honest", "Hi", *words, "--dry-run")
    tools = json.loads(run.stdout)["tools"]
    names = [one["function"]["name"] for one in tools]
    assert names == ["bare_read_file", "bare_read_file_2"]


def test_the_tools_of_an_earlier_turn_are_not_declared_twice(tmp_path):
    co = Co(tmp_path)
    configure(co, "honest")
    given = ("-p", "sandbox", "--history", "--mcp", "bare")
    assert co("chat", "Hi", *given).returncode == 0
    run = co("chat", "Hi", "-c", *given, "--dry-run")
    assert run.returncode == 0, run.stderr
    assert len(json.loads(run.stdout)["tools"]) == 3


def test_rerank_says_who_reads_a_resource(tmp_path):
    run = Co(tmp_path)("rerank", "-q", "x", "mcp://a/b", "-p", "sandbox")
    what = "co: no such file (mcp://a/b)"
    hint = "hint: `co chat QUESTION -d mcp://a/b` reads a resource of an MCP server"
    assert (run.returncode, run.stderr.decode()) == (3, f"{what}\n{hint}\n")


@pytest.mark.pty
def test_a_session_uses_one_server_in_all_turns_and_ends_it(tmp_path):
    co, note = Co(tmp_path), tmp_path / "starts"
    configure(co, "noted", str(note))
    words = ["chat", "--mcp", "bare", "--allow", "*", "-p", "sandbox"]
    child = pexpect.spawn("co", words, env=co.environ, cwd=ROOT, timeout=20)
    child.expect_exact(READY)
    assert not note.exists()
    for line in ('Echo "Hi" as text', 'Echo "Ho" as text', "/tools"):
        child.send(f"{line}\r")
        child.expect_exact(READY)
    (number,) = map(int, note.read_text().split())
    child.send("/quit\r")
    child.expect(pexpect.EOF)
    assert wait_for(lambda: not is_running(number))


@pytest.mark.parametrize("module", ["commands.mcp.command", "tools.mcp.servers"])
def test_the_package_is_loaded_only_when_a_server_is_used(module):
    script = f"import sys, cohere_cli.{module}; print('mcp' in sys.modules)"
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout == "False\n"
