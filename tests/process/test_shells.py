"""README's pipelines in each shell, and the places where programs run unattended."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from co_program import CO, ROOT, Co
from documented import runnable

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PIPELINES = [
    line
    for line in runnable("README.md")
    if " | " in line and "sandbox serve" not in line and "jq" not in line
]
HELLO = b"This is the sandbox: a mock of the API on this machine"


def shown(shell: str, line: str, co: Co) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [shell, "-c", line],
        cwd=ROOT,
        env=co.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_readme_has_pipelines():
    assert len(PIPELINES) >= 3


@pytest.mark.parametrize("line", PIPELINES)
def test_a_pipeline_writes_the_same_in_every_shell(sandboxed, line):
    code, output, _ = expected = shown("bash", line, sandboxed)
    assert (code, bool(output)) == (0, True)
    for shell in ("zsh", "fish", "dash"):
        if shutil.which(shell):
            assert shown(shell, line, sandboxed) == expected, shell


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """Variables that keep a run without HOME away from the real one."""
    kinds = ("CONFIG", "DATA", "CACHE")
    return {f"CO_{kind}_DIR": str(tmp_path / kind) for kind in kinds}


@pytest.mark.parametrize("stdin", ["</dev/null", "<&-"])
def test_it_works_where_there_is_no_home_no_path_and_no_terminal(places, stdin):
    done = subprocess.run(
        ["/bin/sh", "-c", f"{CO} chat Hello -p sandbox {stdin}"],
        env=places,
        start_new_session=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout[: len(HELLO)]) == (0, HELLO)


def test_a_question_without_a_terminal_is_an_error_and_does_not_wait(places):
    done = subprocess.run(
        [CO, "auth", "login"],
        env=places,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"co: cannot ask for a key without a terminal\n")


@pytest.mark.parametrize("variable", ["TERM=dumb", "CI=true"])
def test_a_log_and_a_dumb_terminal_get_no_escape_that_moves_the_cursor(
    places, variable
):
    from pexpect import run  # a terminal of its own

    command = f"env TERM=xterm {variable} {CO} chat Hello -p sandbox"
    output, code = run(command, env=places, withexitstatus=True, timeout=60)
    style = rb"\x1b\[[\d;]*m" if variable == "CI=true" else rb"(?!)"
    assert (code, b"\x1b" in re.sub(style, b"", output)) == (0, False)
    assert HELLO in output


@pytest.mark.skipif(not shutil.which("unshare"), reason="no namespaces here")
def test_the_first_process_of_a_container_without_rights_ends_by_a_signal(places):
    """As Docker runs it: process 1, another user, without a terminal."""
    script = f"exec {sys.executable} -m cohere_cli sandbox serve --port 0"
    unshare = ["unshare", "--user", "--pid", "--fork", "--kill-child"]
    can = subprocess.run([*unshare, "true"], capture_output=True, check=False)
    if can.returncode:
        pytest.skip("namespaces are not allowed here")
    with subprocess.Popen(
        [*unshare, "sh", "-c", script], env=places, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline().startswith(b"export CO_API_URL=")
        # From outside of the namespace, as `docker stop` sends it.
        below = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text()
        os.kill(int(below), signal.SIGTERM)
        assert child.wait() == 128 + signal.SIGTERM
