import json
import stat
from pathlib import Path

import pexpect
import pytest

KEY = "canary-0123456789-wxyz"


def config(co) -> Path:
    return Path(co.environ["CO_CONFIG_DIR"])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def logged_in(co):
    run = co("auth", "login", stdin=f"{KEY}\n".encode())
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
        "co", ["auth", "login", "-p", "work"], env=co.environ, timeout=10
    )
    child.expect_exact("API key (not shown): ")
    child.sendline(KEY)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert KEY.encode() not in child.before
    assert KEY in (config(co) / "keys.toml").read_text()


def test_switch_chooses_among_profiles_and_logout_forgets_a_key(logged_in):
    assert (
        logged_in("auth", "login", "-p", "work", stdin=b"other-key-123456").returncode
        == 0
    )
    assert logged_in("auth", "switch", "work").returncode == 0
    listed = logged_in("auth", "list").stdout.decode().splitlines()
    assert [line.split()[:2] for line in listed if line.startswith("*")] == [
        ["*", "work"]
    ]
    run = logged_in("auth", "logout")
    assert run.stderr == b"co: profile 'work' has no key any more\n"
    assert logged_in("auth", "status").returncode == 4
    assert logged_in("auth", "status", "-p", "default").returncode == 0


def test_status_tells_what_the_environment_hides(logged_in):
    logged_in.environ["CO_API_KEY"] = "environment-key-99"
    shown = logged_in("auth", "status").stdout.decode()
    assert "…y-99  CO_API_KEY from the environment [used]" in shown
    assert "…wxyz  the key of profile 'default' [hidden]" in shown


@pytest.mark.parametrize(
    ("words", "stdin", "code", "said"),
    [
        (["login"], b"\n", 4, "co: the key is empty"),
        (["login"], b"a\x1bb", 4, "co: the key has an invalid character at position 2"),
        (["login", "-p", "sandbox"], b"k", 2, "co: profile name 'sandbox'"),
        (["switch", "nowhere"], None, 3, "co: there is no profile 'nowhere'"),
        (["login"], None, 2, "co: there is nobody to ask for a key"),
    ],
)
def test_what_cannot_be_stored_is_refused_in_one_line(co, words, stdin, code, said):
    run = co("auth", *words, stdin=stdin)
    assert run.returncode == code
    assert said in run.stderr.decode()
    assert not (config(co) / "keys.toml").exists()


def test_a_key_in_the_environment_that_is_no_header_is_not_echoed(co):
    run = co("chat", "Hi", env={"CO_API_KEY": "canary-\u00e9-secret"})
    assert run.returncode == 4
    assert b"canary" not in run.stderr
    assert b"CO_API_KEY" in run.stderr
