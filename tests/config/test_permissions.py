import pytest

from cohere_cli.config.editing import set_value
from cohere_cli.config.resolution import load_profiles
from cohere_cli.errors import ConfigProblem

COMMAND = '[profiles.work]\nmodel = "m"\nkey_command = "pass show cohere"\n'
HEADERS = '[profiles.work]\nheaders = { X-Team = "canary" }\n'
PROXY = '[profiles.work]\nproxy = "http://me:canary@proxy:3128"\n'


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_command_that_others_could_have_written_is_not_run(stored, directory, mode):
    stored(COMMAND)
    path = directory / "config.toml"
    path.chmod(mode)
    with pytest.raises(ConfigProblem) as caught:
        load_profiles(directory)
    assert str(caught.value) == (
        f"key_command is not run: other users can write to this file ({path}:3)"
    )
    assert caught.value.hint == f"chmod 600 {path}"


def test_a_command_that_others_can_only_read_is_run(stored, directory):
    stored(COMMAND)
    (directory / "config.toml").chmod(0o644)
    assert load_profiles(directory).notes == ()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
@pytest.mark.parametrize("settings", [HEADERS, PROXY])
def test_settings_that_are_secrets_are_reported_where_others_can_read_them(
    stored, directory, settings, mode
):
    assert stored(settings).notes == ()
    path = directory / "config.toml"
    path.chmod(mode)
    assert load_profiles(directory).notes == (
        (
            f"other users can read the headers or the proxy in {path}; "
            "chmod 600 or the next `co config set` prevents that"
        ),
    )


def test_other_settings_may_be_read_by_others(stored, directory):
    stored('[profiles.work]\nmodel = "m"\nproxy = "http://proxy:3128"\n')
    (directory / "config.toml").chmod(0o644)
    assert load_profiles(directory).notes == ()


@pytest.mark.parametrize("mode", [0o644, 0o666])
def test_the_next_change_closes_the_file(stored, directory, mode):
    stored(HEADERS)
    (directory / "config.toml").chmod(mode)
    set_value(directory, "work", "timeout", "5")
    assert (directory / "config.toml").stat().st_mode & 0o777 == 0o600
    assert load_profiles(directory).notes == ()


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601])
def test_each_right_of_others_to_the_file_of_keys_is_reported(stored, directory, mode):
    stored(keys='[profiles.work]\nkey = "k"\nbase_url = "https://api.cohere.com"\n')
    path = directory / "keys.toml"
    path.chmod(mode)
    assert load_profiles(directory).notes == (
        f"other users can read {path}; chmod 600 or the next `co auth login` prevents that",
    )
