import pytest

from cohere_cli.commands.call.session import profile_to_change
from cohere_cli.commands.login import LoginRequest, log_in
from cohere_cli.config.profiles import Profiles
from cohere_cli.config.resolution import load_profiles
from cohere_cli.errors import CoError
from cohere_cli.sandbox import running
from cohere_cli.terminal import Terminal

KEY = "canary-0123456789-wxyz"


@pytest.fixture(scope="module")
def sandbox():
    with running() as served:
        yield served


@pytest.fixture
def attempt(tmp_path):
    """Log in with what is piped in; return the messages, and the error."""

    def attempt(piped=b"canary-0123456789-wxyz", **asked):
        login = {
            "name": "work",
            "base_url": None,
            "store": "command" if "command" in asked else "file",
            "command": "",
            "is_checked": False,
            **asked,
        }
        terminal, problem = Terminal.fake(piped), None
        try:
            log_in(LoginRequest(**login), load_profiles(tmp_path), terminal)
        except CoError as exc:
            problem = exc
        return terminal.noted.splitlines(), problem

    return attempt


def stored(tmp_path) -> str:
    path = tmp_path / "keys.toml"
    return path.read_text() if path.exists() else ""


def test_the_place_is_shown_first_and_the_key_is_trimmed(attempt, tmp_path):
    message, problem = attempt(f"  {KEY}\r\n".encode())
    assert problem is None
    assert message == [
        f"co: the key will be stored in {tmp_path / 'keys.toml'}, readable by you only",
        "co: stored key …wxyz in profile 'work' (unchecked)",
    ]
    assert f'key = "{KEY}"\n' in stored(tmp_path)


HINT = "copy it again from https://dashboard.cohere.com/api-keys"


@pytest.mark.parametrize(
    ("piped", "asked", "code", "shown"),
    [
        (b"\n", {}, 4, "the key is empty"),
        (b"can\x1bary", {}, 4, "the key has an invalid character at position 4"),
        (b"can\nary", {}, 4, "the key has an invalid character at position 4"),
        (b"can\xffary", {}, 3, "the key from standard input is not text"),
        (b"can\xc3\xa9ary", {}, 4, "the key has an invalid character at position 4"),
        (b"k", {"name": "sandbox"}, 2, "profile name 'sandbox' is built in"),
        (
            b"k",
            {"base_url": "http://a.b"},
            3,
            "the base URL must begin with https:// unless it is on this machine (--base-url)",
        ),
        (
            b"",
            {"store": "command"},
            2,
            "--command must be a command line such as 'pass show cohere'",
        ),
        (
            b"",
            {"command": "./key"},
            2,
            "--command must be a command line such as 'pass show cohere'",
        ),
        (
            b"",
            {"command": "false"},
            4,
            "the key command of profile 'work' failed: exit code 1",
        ),
        (b"", {"command": "true"}, 4, "the key is empty"),
        (b"", {"command": "x", "store": "file"}, 2, "--command needs --store command"),
    ],
)
def test_what_is_no_key_is_refused_without_an_echo(
    attempt, tmp_path, piped, asked, code, shown
):
    message, problem = attempt(piped, **asked)
    assert (str(problem), problem.exit_code) == (shown, code)
    assert "ary" not in f"{message[1:]}{problem.hint}"
    assert stored(tmp_path) == ""


def test_a_key_that_the_server_takes_is_stored(attempt, sandbox, tmp_path):
    key = sandbox.key.encode()
    message, problem = attempt(key, base_url=sandbox.url, is_checked=True)
    shown = f"co: stored key …{sandbox.key[-4:]} in profile 'work' (checked)"
    assert (problem, message[-1]) == (None, shown)
    assert sandbox.key in stored(tmp_path)


def test_a_key_that_the_server_refuses_is_not_stored(attempt, sandbox, tmp_path):
    _, problem = attempt(base_url=sandbox.url, is_checked=True)
    host = sandbox.url.removeprefix("http://")
    assert str(problem) == (
        f"the server rejected the key, which is not stored ({host})"
    )
    assert (problem.exit_code, problem.hint) == (4, HINT)
    assert stored(tmp_path) == ""


def test_an_unreachable_server_is_reported_with_a_workaround(attempt, tmp_path):
    _, problem = attempt(base_url="http://127.0.0.1:9", is_checked=True)
    assert (str(problem), problem.exit_code, problem.hint) == (
        "cannot connect: connection refused (127.0.0.1:9)",
        7,
        "--no-check stores the key without asking the server",
    )
    assert stored(tmp_path) == ""


def test_a_server_without_a_key_check_is_noted_and_the_key_stored(
    attempt, serve, tmp_path
):
    server = serve(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n")
    message, problem = attempt(base_url=server.url, is_checked=True)
    host = server.url.removeprefix("http://")
    assert (problem, message[1]) == (
        None,
        f"co: {host} cannot check keys",
    )
    assert KEY in stored(tmp_path)


def test_an_empty_key_is_not_checked(attempt, tmp_path):
    message, problem = attempt(b"", base_url="http://127.0.0.1:9", is_checked=True)
    assert problem is None
    assert (
        message[-1] == "co: profile 'work' has an empty key: no Authorization is sent"
    )
    assert 'key = ""\n' in stored(tmp_path)


def test_a_command_and_a_file_take_each_others_place(attempt, tmp_path):
    attempt(b"first-key-123456")
    assert attempt(b"", command=f"echo {KEY}")[1] is None
    assert "key =" not in stored(tmp_path)
    settings = (tmp_path / "config.toml").read_text()
    assert f'key_command = "echo {KEY}"\n' in settings
    assert attempt(b"other-key-123456")[1] is None
    assert 'key = "other-key-123456"' in stored(tmp_path)
    assert "key_command" not in (tmp_path / "config.toml").read_text()


@pytest.mark.parametrize(
    ("flag", "variable", "active", "name"),
    [
        ("lab", "work", "home", "lab"),
        (None, "work", "home", "work"),
        (None, "", "home", "home"),
        (None, "sandbox", "home", "sandbox"),
        (None, "", "sandbox", "sandbox"),
        (None, "", "", "default"),
        ("sandbox", "", "", "sandbox"),
    ],
)
def test_the_profile_to_change_is_the_one_that_a_call_would_use(
    tmp_path, flag, variable, active, name
):
    terminal = Terminal.fake(environ={"CO_PROFILE": variable})
    assert profile_to_change(flag, Profiles(tmp_path, active), terminal) == name
