"""Where programs run unattended: cron, ssh, the log of a build, a container."""

import os
import pwd
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pexpect
import pyte
import pytest
from co_program import CO
from programs import found, needing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HELLO = b"This is the sandbox: a mock of the API on this machine"


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """Variables that keep a run without HOME away from the real one."""
    kinds = ("CONFIG", "DATA", "CACHE")
    return {f"CO_{kind}_DIR": str(tmp_path / kind) for kind in kinds}


def allowed(*flags: str) -> list[str]:
    """Return the command that starts a program in namespaces, else skip the test."""
    unshare = ["unshare", *flags]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("namespaces are not allowed here")
    return unshare


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


@needing("unshare")
def test_without_a_home_a_named_conversation_is_in_that_of_the_password_file(tmp_path):
    """As cron does it, with an environment that has nothing."""
    home, users = tmp_path / "home", tmp_path / "passwd"
    home.mkdir()
    users.write_text(f"root:x:0:0::{home}:/bin/sh\n")
    script = f"""
        mount --bind {users} /etc/passwd && cd / || exit
        env -i {CO} chat Hello -p sandbox --name daily </dev/null &&
        env -i {CO} history list -o jsonl </dev/null
    """
    done = subprocess.run(
        [*allowed("--user", "--map-root-user", "--mount"), "sh", "-c", script],
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        capture_output=True,
        check=False,
    )
    answer, listed = done.stdout.splitlines()
    assert (done.returncode, answer[: len(HELLO)]) == (0, HELLO)
    assert b'"prompt": "Hello"' in listed
    assert [one.name for one in home.iterdir()] == [".local"]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[list[str]]:
    """The start of a command that runs another on this machine, through ssh."""
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name]
        subprocess.run(key, check=True)
    (tmp_path / "user.pub").chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = {
        "ListenAddress": f"127.0.0.1:{port}",
        "HostKey": tmp_path / "host",
        "AuthorizedKeysFile": tmp_path / "user.pub",
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
    }
    given = [f"-o{name}={value}" for name, value in options.items()]
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with subprocess.Popen([found("sshd"), "-D", "-q", "-f", os.devnull, *given]) as ran:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        trust = ["-oStrictHostKeyChecking=no", f"-oUserKnownHostsFile={tmp_path}/known"]
        key = ["-oIdentitiesOnly=yes", "-i", str(tmp_path / "user")]
        user = pwd.getpwuid(os.geteuid()).pw_name
        try:
            yield [
                "ssh",
                "-q",
                "-F",
                os.devnull,
                *trust,
                *key,
                "-p",
                str(port),
                f"{user}@127.0.0.1",
            ]
        finally:
            ran.terminate()


@needing("sshd", "ssh", "ssh-keygen")
@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        ("chat", b"What is a cat?\n"),
        ("chat Hello --allow-empty-input", b""),
        ("chat Hello < /dev/null", b""),
    ],
)
def test_ssh_without_a_terminal_gets_the_bytes_of_a_pipe(host, places, words, stdin):
    variables = " ".join(f"{name}={value}" for name, value in places.items())
    done = subprocess.run(
        [*host, "-T", f"{variables} {CO} {words}".replace("chat", "chat -p sandbox")],
        input=stdin,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout[: len(HELLO)]) == (0, HELLO)
    assert b"\x1b" not in done.stdout + done.stderr


@needing("sshd", "ssh", "ssh-keygen")
def test_ssh_passes_an_exit_code_on(host, places):
    variables = " ".join(f"{name}={value}" for name, value in places.items())
    line = f"{variables} {CO} chat Hello -p sandbox"
    done = subprocess.run(
        [*host, "-T", line], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    message = b"co: the piped input is empty\n"
    assert (done.returncode, done.stderr[: len(message)]) == (2, message)


@needing("sshd", "ssh", "ssh-keygen")
def test_ssh_with_a_terminal_is_a_terminal(host, places):
    variables = " ".join(f"{name}={value}" for name, value in places.items())
    command = [
        *host[1:],
        "-tt",
        f"{variables} {CO} chat Hello -p sandbox --color always",
    ]
    child = pexpect.spawn(
        host[0], command, env={**os.environ, "TERM": "xterm-256color"}, timeout=60
    )
    screen = pyte.Screen(80, 24)
    pyte.ByteStream(screen).feed(child.read())
    child.close()
    shown = " ".join(line.strip() for line in screen.display)
    assert (child.exitstatus, HELLO.decode() in shown) == (0, True)


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
    command = f"env TERM=xterm {variable} {CO} chat Hello -p sandbox"
    output, code = pexpect.run(command, env=places, withexitstatus=True, timeout=60)
    style = rb"\x1b\[[\d;]*m" if variable == "CI=true" else rb"(?!)"
    assert (code, b"\x1b" in re.sub(style, b"", output)) == (0, False)
    assert HELLO in output


@needing("unshare")
def test_the_first_process_of_a_container_without_rights_ends_by_a_signal(places):
    """As Docker runs it: process 1, another user, without a terminal."""
    script = f"exec {sys.executable} -m cohere_cli sandbox serve --port 0"
    unshare = allowed("--user", "--pid", "--fork", "--kill-child")
    with subprocess.Popen(
        [*unshare, "sh", "-c", script], env=places, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline().startswith(b"export CO_API_URL=")
        # From outside of the namespace, as `docker stop` sends it.
        below = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text()
        os.kill(int(below), signal.SIGTERM)
        assert child.wait() == 128 + signal.SIGTERM
