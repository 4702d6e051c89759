from contextlib import suppress
from pathlib import Path

import pytest

from cohere_cli.config.paths import config_directory
from cohere_cli.errors import ConfigProblem


def test_the_variable_names_the_directory():
    assert config_directory({"CO_CONFIG_DIR": "/a/b"}) == Path("/a/b")


@pytest.mark.parametrize("environ", [{}, {"CO_CONFIG_DIR": ""}])
def test_without_the_variable_it_is_the_platforms_own_place(environ, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/me/.config")
    assert config_directory(environ) == Path("/home/me/.config/co")


@pytest.mark.parametrize("message", [".", "co", "./co", "~/co"])
def test_a_place_in_the_current_directory_is_refused(message):
    with pytest.raises(ConfigProblem) as caught:
        config_directory({"CO_CONFIG_DIR": message})
    assert str(caught.value) == (
        "the config directory is not an absolute path (CO_CONFIG_DIR)"
    )
    assert caught.value.hint == "use a path that begins with /"


def test_a_relative_directory_of_the_platform_is_never_used(monkeypatch, tmp_path):
    """New versions of platformdirs ignore it; with older ones, it is an error."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    with suppress(ConfigProblem):
        assert config_directory({}) == tmp_path / ".config" / "co"
