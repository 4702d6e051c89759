"""Calls of a user whose home directory is absent, unknown or inaccessible."""

import pytest

from cohere_cli.commands.call.session import load_profiles, profiles_of_call
from cohere_cli.config.profiles import SANDBOX
from cohere_cli.errors import ConfigProblem
from cohere_cli.terminal import Terminal


@pytest.fixture
def home(monkeypatch):
    """Set HOME; without one, the user is not in the system's list of users either."""

    def set_home(path):
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
        if path is not None:
            monkeypatch.setenv("HOME", str(path))
            return
        monkeypatch.delenv("HOME", raising=False)
        monkeypatch.setattr("os.getuid", lambda: 54321)

    return set_home


@pytest.fixture
def inaccessible(home, tmp_path):
    """A home of which nothing can be read, not even by root."""
    path = tmp_path / "home"
    path.symlink_to(path)
    home(path)
    return path


def profiles_and_notes(flag=None, **environ):
    terminal = Terminal.fake(environ=environ)
    return profiles_of_call(flag, terminal), terminal.noted


@pytest.mark.parametrize("path", ["/dev/null", "/nonexistent", None])
def test_a_user_without_a_home_has_no_settings(home, path):
    home(path)
    profiles, notes = profiles_and_notes()
    assert (dict(profiles.by_name), profiles.active, profiles.notes) == ({}, "", ())
    assert notes == ""


def test_a_home_that_cannot_be_searched_is_reported_and_the_call_goes_on(inaccessible):
    profiles, notes = profiles_and_notes()
    directory = inaccessible / ".config" / "co"
    assert (profiles.directory, dict(profiles.by_name)) == (directory, {})
    assert notes == (
        "co: no settings are used: cannot read config.toml: "
        f"too many levels of symbolic links ({directory / 'config.toml'})\n"
    )
    assert profiles.choose(SANDBOX, {}).profile.is_sandbox


def test_a_profile_that_is_named_needs_its_settings(inaccessible):
    for flag, environ in (("work", {}), (None, {"CO_PROFILE": "work"})):
        with pytest.raises(ConfigProblem, match=r"^cannot read config\.toml: too many"):
            profiles_and_notes(flag, **environ)
    directory = str(inaccessible / "co")
    with pytest.raises(ConfigProblem, match=r"^cannot read config\.toml: too many"):
        profiles_and_notes(CO_CONFIG_DIR=directory)


def test_settings_that_exist_are_read_or_refused(home, tmp_path):
    home(tmp_path)
    file = tmp_path / ".config" / "co" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("active = 1\n")
    with pytest.raises(ConfigProblem, match=r"^active must be a profile's name"):
        profiles_and_notes()


def test_a_file_that_is_named_as_the_directory_is_refused(tmp_path):
    (tmp_path / "co").write_bytes(b"")
    with pytest.raises(ConfigProblem, match=r"^cannot read config\.toml: not a dir"):
        profiles_and_notes(CO_CONFIG_DIR=str(tmp_path / "co"))


def test_a_command_that_changes_settings_needs_a_home(home):
    home(None)
    with pytest.raises(ConfigProblem) as caught:
        load_profiles(Terminal.fake(environ={}))
    assert str(caught.value) == "this user has no home directory"
    assert caught.value.hint == "set HOME, or CO_CONFIG_DIR, to an absolute path"
