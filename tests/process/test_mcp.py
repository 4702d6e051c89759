"""`co mcp` as a process: what a signal leaves behind, and what it loads."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from co_program import ROOT, Co

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


@pytest.mark.parametrize("module", ["commands.mcp.command", "tools.mcp.servers"])
def test_the_package_is_loaded_only_when_a_server_is_used(module):
    script = f"import sys, cohere_cli.{module}; print('mcp' in sys.modules)"
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout == "False\n"
