import pytest

from cohere_cli.commands.doctor import run_checks
from cohere_cli.config import editing
from cohere_cli.terminal import Terminal

KEY = "canary-0123456789-wxyz"


@pytest.fixture
def look(tmp_path):
    """Return what is found, by name: what is well, or `!` and what is not."""
    program = tmp_path / "bin" / "co"
    program.parent.mkdir()
    program.write_text("#!/usr/bin/python3\nfrom cohere_cli.__main__ import main\n")
    program.chmod(0o755)

    def look(flag=None, **environ):
        usual = {
            "PATH": str(program.parent),
            "CO_CONFIG_DIR": str(tmp_path / "config"),
            "TERM": "xterm",
        }
        terminal = Terminal.fake(environ={**usual, **environ})
        shown: dict[str, str] = {}
        for one in run_checks(flag, terminal):
            message = f"! {one.problem}" if one.problem else one.found
            shown[one.name] = f"{shown.get(one.name, '')}\n{message}".strip()
        return shown

    return look


def test_with_the_sandbox_all_is_well(look, tmp_path):
    found = look("sandbox")
    config = tmp_path / "config"
    assert found["program"] == str(tmp_path / "bin" / "co")
    assert found["version"].startswith("co 0.")
    assert found["terminal"] == "standard output is not a terminal"
    assert found["file"].split("\n") == [
        f"{config / 'config.toml'} (absent)",
        f"{config / 'keys.toml'} (absent)",
    ]
    assert found["profile"] == "sandbox (from -p)"
    assert found["key"] == "the sandbox has its own"
    assert found["base URL"].startswith("http://127.0.0.1:")
    assert (found["proxy"], found["trust"]) == ("none", "no certificates: plain HTTP")
    assert found["auth"] == "the server accepts the key"
    assert not any(message.startswith("!") for message in found.values())


def test_another_program_of_the_name_is_reported(look, tmp_path):
    rcs = tmp_path / "rcs"
    rcs.mkdir()
    (rcs / "co").write_bytes(b"\x7fELF\2\1\1")
    (rcs / "co").chmod(0o755)
    found = look("sandbox", PATH=f"{rcs}:{tmp_path / 'bin'}")
    assert found["program"] == (
        f"! `co` is another program, such as RCS's ({rcs / 'co'})"
    )
    assert look("sandbox", PATH="")["program"] == "! no `co` in PATH"


def test_without_a_key_the_way_is_looked_at_all_the_same(look):
    found = look(CO_API_URL="http://127.0.0.1:9")
    assert found["key"] == "! no API key"
    assert found["DNS"] == "127.0.0.1 is 127.0.0.1"
    assert found["TCP"] == "! connection refused"
    assert "auth" not in found


def test_a_key_is_shown_by_its_last_characters_with_the_keys_it_hides(look, tmp_path):
    editing.login(tmp_path / "config", "work", KEY, "http://127.0.0.1:9")
    found = look(CO_API_KEY="environment-key-99")
    assert found["profile"] == "work (active profile)"
    assert found["key"] == "…y-99 CO_API_KEY from the environment"
    assert found["note"].split("\n") == [
        "using CO_API_KEY from the environment, not the key of profile 'work'",
        "CO_API_KEY is sent to http://127.0.0.1:9, the server of profile 'work'",
    ]
    assert look()["key"] == "…wxyz the key of profile 'work'"
    assert "canary" not in str(look())


def test_a_key_of_another_server_is_a_problem(look, tmp_path):
    editing.login(tmp_path / "config", "work", KEY)
    found = look(CO_API_URL="http://127.0.0.1:9")
    assert found["key"] == (
        "! the key of profile 'work' belongs to https://api.cohere.com, "
        "not to http://127.0.0.1:9"
    )


def test_files_that_others_can_read_are_a_problem(look, tmp_path):
    editing.login(tmp_path / "config", "work", KEY, "http://127.0.0.1:9")
    path = tmp_path / "config" / "keys.toml"
    path.chmod(0o644)
    *_, message = look()["file"].split("\n")
    assert message == (
        f"! other users can read {path}; "
        "chmod 600 or the next `co auth login` prevents that"
    )


def test_settings_that_cannot_be_read_are_a_problem_and_no_end(look, tmp_path):
    (tmp_path / "config").mkdir()
    path = tmp_path / "config" / "config.toml"
    path.write_text("[profiles.work]\ntimeout = 0\n")
    found = look()
    assert list(found) == ["program", "version", "terminal", "settings"]
    assert found["settings"].endswith(f"up to 86400 ({path}:2)")


def test_an_unknown_profile_is_a_problem(look):
    assert look("wrok")["settings"] == "! there is no profile 'wrok' (-p)"


def test_a_proxy_is_shown_without_its_password(look, tmp_path):
    (tmp_path / "config").mkdir()
    path = tmp_path / "config" / "config.toml"
    path.write_text(
        '[profiles.work]\nbase_url = "https://a.invalid"\n'
        'proxy = "http://me:canary@127.0.0.1:9"\nca_bundle = "/etc/none.pem"\n'
    )
    found = look("work", CO_API_KEY=KEY)
    assert found["proxy"] == "http://…@127.0.0.1:9 (from the profile's proxy)"
    assert found["trust"] == "/etc/none.pem (from the profile's ca_bundle)"
    assert "canary" not in str(found)


def test_a_terminal_is_recognized_by_what_it_can_do():
    environ = {"TERM": "xterm", "CO_CONFIG_DIR": "/nowhere"}
    terminal = Terminal.fake(tty=True, environ=environ)
    found = {one.name: one.found for one in run_checks(None, terminal)}
    assert found["terminal"] == "80 columns, formatted answers, colour"


def test_a_ledger_that_cannot_be_read_is_reported(look, tmp_path):
    editing.set_value(tmp_path / "config", "work", "max_cost_month", "20")
    editing.set_value(tmp_path / "config", "work", "sandbox", "true")
    (tmp_path / "data").write_text("a file")
    found = look("work", CO_DATA_DIR=str(tmp_path / "data"))
    assert found["budget"].startswith("! cannot read ")
