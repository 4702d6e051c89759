"""The program where POSIX is missing; TESTS_SYSTEM=windows runs all tests so."""

import json
import signal
import subprocess
from threading import Event

import pytest
from sample_files import pdf

from tests.windows.posix_alone import POSIX_ALONE, reason_to_skip

EVERY_MODULE = """
import pkgutil, sys
from importlib import import_module
import cohere_cli
POSIX = ("supervised", "supervisor")
for module in pkgutil.walk_packages(cohere_cli.__path__, "cohere_cli."):
    if not module.name.endswith(POSIX):
        import_module(module.name)
print("all")
"""


def test_every_module_is_imported_where_those_of_posix_are_missing(windows):
    assert windows(EVERY_MODULE) == "all\n"


ABSENT = """
import cohere_cli.system.signals as own
for name in ("fcntl", "termios", "resource", "pwd"):
    try:
        own.__builtins__["__import__"](name)
    except ModuleNotFoundError as exc:
        print(exc)
print(own.sys.platform, hasattr(own.signal, "SIGHUP"), hasattr(own.os, "geteuid"))
"""


def test_the_simulation_lacks_what_windows_lacks(windows):
    assert windows(ABSENT) == (
        "No module named 'fcntl'\nNo module named 'termios'\n"
        "No module named 'resource'\nNo module named 'pwd'\nwin32 False False\n"
    )


def test_an_answer_is_written_and_kept_in_the_history(sandboxed):
    run = sandboxed("chat", "Hi")
    assert (run.returncode, run.stdout[:19]) == (0, b"This is the sandbox")
    assert b"\r" not in run.stdout + run.stderr
    shown = sandboxed("history", "show", "-o", "json").stdout
    assert [one["prompt"] for one in json.loads(shown)["turns"]] == ["Hi"]


def test_a_key_is_stored_and_found_again(co):
    run = co("auth", "login", "-p", "work", "--no-check", stdin=b"abc\n")
    assert run.returncode == 0
    assert b"work" in co("auth", "list").stdout
    assert b"co: other users" not in co("doctor", "-p", "work").stderr


def test_files_are_indexed_and_searched_with_the_text_of_others_extracted(co, tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf("One whale"))
    (tmp_path / "b.md").write_text("Two whales\r\n", newline="")
    run = co("search", "whale", ".", "--lexical", cwd=tmp_path)
    assert sorted(run.stdout.splitlines()) == [
        b"a.pdf:1:One whale",
        b"b.md:1:Two whales",
    ]


def test_a_tool_runs_in_a_job_and_gives_its_rows(co, tmp_path):
    file = tmp_path / "tools.yaml"
    added = co("tools", "add", "rows", "-t", str(file), "--", "sh", "-c", "echo a")
    assert added.returncode == 0
    run = co("tools", "run", str(file), "rows")
    assert (run.returncode, b"a" in run.stdout) == (0, True)


@pytest.mark.parametrize(
    ("sent", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 130)],
)
def test_an_interrupted_call_ends_with_the_code_that_shells_know(co, serve, sent, code):
    asked, ended = Event(), Event()

    def stall(_):
        asked.set()
        ended.wait(30)

    co.environ |= {"CO_API_URL": serve(stall).url, "CO_API_KEY": "k"}
    process = co.start("chat", "Hi")
    assert asked.wait(30)
    process.send_signal(sent)
    output = process.communicate(timeout=30)
    ended.set()
    assert (process.returncode, output) == (code, (b"", b""))


def test_a_reader_that_is_gone_ends_it_silently(co):
    run = co.shell("co chat Hi -p sandbox --quiet | true; echo ${PIPESTATUS[0]}")
    assert run.stdout in (b"141\n", b"0\n")
    assert run.stderr == b""


def test_each_test_that_is_left_out_exists():
    found = subprocess.run(
        ["grep", "-rhoE", "def test_[a-z0-9_]+", "tests/process"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = {
        part.rpartition("::")[2]
        for parts in POSIX_ALONE.values()
        for part in parts
        if not part.startswith("[")
    }
    assert [one for one in names if one and f"def {one}" not in found] == []
    assert reason_to_skip("tests/process/test_chat.py::test_other") == ""
