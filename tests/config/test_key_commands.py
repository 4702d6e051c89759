import shlex
import sys
import time

import pytest

from cohere_cli.config import key_stores
from cohere_cli.config.key_stores import run_key_command
from cohere_cli.errors import NotAuthenticated


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("print('abc')", "abc"),
        ("print('  abc\\r\\nuser: me\\nurl: x')", "abc\r"),
        ("import os; print(os.getcwd())", "/"),
        ("import sys; print(repr(sys.stdin.read()))", "''"),
        ("import sys; print('warning', file=sys.stderr); print('abc')", "abc"),
        ("", ""),
    ],
)
def test_the_first_line_that_a_command_prints_is_the_key(code, key):
    assert run_key_command(python(code), "work").strip() == key.strip()


def test_no_shell_reads_the_command():
    assert run_key_command("echo '$HOME' ; echo $(id)", "x") == "$HOME ; echo $(id)"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (
            python("import sys; sys.exit('one\\n\\x1b[2Jtwo\\n')"),
            "the key command of profile 'work' failed: \x1b[2Jtwo",
        ),
        (
            python("print('abc'); raise SystemExit(3)"),
            "the key command of profile 'work' failed: exit code 3",
        ),
        (
            "/no/such/program x",
            "the key command of profile 'work' cannot be run: /no/such/program: no such file or directory",
        ),
        (
            "~/no-such-program",
            "the key command of profile 'work' cannot be run: {home}/no-such-program: no such file or directory",
        ),
    ],
)
def test_a_command_that_fails_is_reported_in_one_line(
    command, shown, tmp_path, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(NotAuthenticated) as caught:
        run_key_command(command, "work")
    assert str(caught.value) == shown.replace("{home}", str(tmp_path))
    assert caught.value.hint == "`co config get key_command` shows the command"


def test_a_command_that_does_not_end_is_ended(monkeypatch):
    monkeypatch.setattr(key_stores, "COMMAND_TIMEOUT", 0.2)
    with pytest.raises(NotAuthenticated, match=r"did not finish within 0\.2 s$"):
        run_key_command("sleep 30", "work")


def test_a_command_that_prints_without_end_meets_a_closed_pipe():
    with pytest.raises(NotAuthenticated, match=r"failed: exit code -13$"):
        run_key_command("cat /dev/zero", "work")


def test_what_a_command_leaves_running_is_not_waited_for():
    began = time.monotonic()
    assert run_key_command("sh -c 'echo abc; sleep 5 &'", "work") == "abc"
    assert time.monotonic() - began < 3
