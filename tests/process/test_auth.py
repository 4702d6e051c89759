import json
import re
import stat
from pathlib import Path

import pexpect
import pytest

KEY = "canary-0123456789-wxyz"


def config(co) -> Path:
    return Path(co.environ["CO_CONFIG_DIR"])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def log_in(co, *words: str, key: bytes = KEY.encode()) -> None:
    run = co("auth", "login", "--no-check", *words, stdin=key)
    assert run.returncode == 0, run.stderr


@pytest.fixture
def logged_in(co):
    run = co("auth", "login", "--no-check", stdin=f"{KEY}\n".encode())
    assert (run.returncode, run.stdout) == (0, b"")
    return co


def test_a_piped_key_is_stored_for_its_owner_alone_and_never_shown(logged_in):
    keys = config(logged_in) / "keys.toml"
    assert KEY in keys.read_text()
    assert (mode(keys), mode(keys.parent)) == (0o600, 0o700)
    status = logged_in("auth", "status")
    listed = logged_in("auth", "list", "--json")
    assert (status.returncode, listed.returncode) == (0, 0)
    for shown in (status.stdout, status.stderr, listed.stdout, listed.stderr):
        assert KEY.encode() not in shown
    assert json.loads(listed.stdout)[0] == {
        "name": "default",
        "active": True,
        "base_url": "https://api.cohere.com",
        "masked_key": "…wxyz",
        "stored_in": str(keys),
    }


def test_a_key_is_asked_for_without_being_shown(co):
    child = pexpect.spawn(
        "co", ["auth", "login", "-p", "work", "--no-check"], env=co.environ, timeout=10
    )
    child.expect_exact("API key (not shown): ")
    child.sendline(KEY)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert KEY.encode() not in child.before
    assert KEY in (config(co) / "keys.toml").read_text()


def test_switch_chooses_among_profiles_and_logout_forgets_a_key(logged_in):
    log_in(logged_in, "-p", "work", key=b"other-key-123456")
    assert logged_in("auth", "switch", "work").returncode == 0
    listed = logged_in("auth", "list").stdout.decode().splitlines()
    assert [line.split()[:2] for line in listed if line.startswith("*")] == [
        ["*", "work"]
    ]
    run = logged_in("auth", "logout")
    assert run.stderr == b"co: removed the key of profile 'work'\n"
    assert logged_in("auth", "status").returncode == 4
    assert logged_in("auth", "status", "-p", "default").returncode == 0


def test_status_tells_what_the_environment_hides(logged_in):
    logged_in.environ["CO_API_KEY"] = "environment-key-99"
    shown = logged_in("auth", "status").stdout.decode()
    assert "…y-99  CO_API_KEY from the environment [used, environment]" in shown
    assert "…wxyz  the key of profile 'default' [hidden, file]" in shown


@pytest.mark.parametrize(
    ("words", "stdin", "code", "message"),
    [
        (["switch", "nowhere"], None, 3, "co: there is no profile 'nowhere'"),
        (["logout", "-p", "nowhere"], None, 3, "co: there is no profile 'nowhere'"),
        (["login"], None, 2, "co: cannot ask for a key without a terminal"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(co, words, stdin, code, message):
    run = co("auth", *words, stdin=stdin)
    assert run.returncode == code
    assert message in run.stderr.decode()
    assert not (config(co) / "keys.toml").exists()


def test_a_key_in_the_environment_that_is_no_header_is_not_echoed(co):
    run = co("chat", "Hi", env={"CO_API_KEY": "canary-\u00e9-secret"})
    assert run.returncode == 4
    assert b"canary" not in run.stderr
    assert b"CO_API_KEY" in run.stderr


def test_the_place_of_the_key_is_shown_before_the_prompt_for_it(co):
    child = pexpect.spawn("co", ["auth", "login"], env=co.environ, timeout=10)
    child.expect_exact("API key (not shown): ")
    message = re.sub(r"\x1b\[[0-9]*m", "", child.before.decode()).split()
    child.close(force=True)
    place = str(config(co) / "keys.toml")
    assert (
        message
        == f"co: the key will be stored in {place}, readable by you only".split()
    )
    assert not (config(co) / "keys.toml").exists()


def test_a_key_that_the_server_takes_is_stored(co, sandbox):
    words = ("auth", "login", "--base-url", sandbox.url)
    assert co(*words, stdin=sandbox.key.encode()).returncode == 0
    assert co("auth", "status").returncode == 0
    assert co("chat", "Hi").returncode == 0


def test_a_key_that_the_server_refuses_is_not_stored(co, sandbox):
    run = co("auth", "login", "--base-url", sandbox.url, stdin=KEY.encode())
    host = sandbox.url.removeprefix("http://")
    assert run.returncode == 4
    assert run.stderr.decode().splitlines()[1:] == [
        f"co: the server rejected the key, which is not stored ({host})",
        "hint: copy it again from https://dashboard.cohere.com/api-keys",
    ]
    assert not (config(co) / "keys.toml").exists()


def test_a_command_gives_the_key_each_time(co, sandbox, tmp_path):
    (tmp_path / "key.txt").write_text(f"{sandbox.key}\n")
    command = f"cat '{tmp_path / 'key.txt'}'"
    words = ("auth", "login", "--base-url", sandbox.url, "--command", command)
    run = co(*words)
    assert (run.returncode, run.stderr.decode().splitlines()[0]) == (
        0,
        f"co: the key will be printed by `{command}` each time, and stored nowhere",
    )
    assert not (config(co) / "keys.toml").exists()
    assert co("chat", "Hi").returncode == 0
    assert co("auth", "token").stdout.decode() == f"{sandbox.key}\n"
    shown = co("auth", "status").stdout.decode()
    assert f"…{sandbox.key[-4:]}  the key of profile 'default' [used, command]" in shown
    (tmp_path / "key.txt").unlink()
    run = co("chat", "Hi")
    assert run.returncode == 4
    assert b"co: the key command of profile 'default' failed: cat: " in run.stderr


def test_the_token_is_the_key_alone_and_kept_off_a_terminal(logged_in):
    run = logged_in("auth", "token")
    assert (run.stdout, run.stderr) == (f"{KEY}\n".encode(), b"")
    output = {}
    for words in (["auth", "token"], ["auth", "token", "--yes"]):
        child = pexpect.spawn("co", words, env=logged_in.environ, timeout=10)
        child.expect(pexpect.EOF)
        child.close()
        output[words[-1]] = (child.exitstatus, KEY.encode() in child.before)
    assert output == {"token": (2, False), "--yes": (0, True)}
