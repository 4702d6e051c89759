import io
from dataclasses import asdict

import pytest

from cohere_cli.config.report import (
    FileStatus,
    KeyStatus,
    ProfileSummary,
    Status,
    profile_summaries,
    status,
)
from cohere_cli.config.resolution import load_profiles
from cohere_cli.config.settings import FlagValues
from cohere_cli.errors import ConfigProblem

COHERE = "https://api.cohere.com"
SETTINGS = 'active = "work"\n[profiles.bare]\n[profiles.work]\n'
KEYS = f"""
[profiles.work]
key = "canary7Q2v9-mnop"
base_url = "{COHERE}"
"""


def test_the_list_shows_every_profile_and_the_sandbox(stored, directory):
    keys = str(directory / "keys.toml")
    assert profile_summaries(stored(SETTINGS, KEYS)) == (
        ProfileSummary("bare", False, COHERE, "", ""),
        ProfileSummary("work", True, COHERE, "…mnop", keys),
        ProfileSummary("sandbox", False, "", "", ""),
    )


def test_the_status_shows_which_key_wins_and_what_it_hides(stored, directory):
    environ = {"CO_API_KEY": "another-key-of-mine", "COHERE_API_KEY": "short"}
    found = status(FlagValues(), environ, stored(SETTINGS, KEYS), io.StringIO())
    assert found == Status(
        profile="work",
        chosen_by="active",
        base_url=COHERE,
        compat_base_url="https://api.cohere.ai/compatibility/v1",
        keys=(
            KeyStatus(
                "CO_API_KEY from the environment", "…mine", "", "used", "environment"
            ),
            KeyStatus(
                "COHERE_API_KEY from the environment", "…", "", "hidden", "environment"
            ),
            KeyStatus("the key of profile 'work'", "…mnop", COHERE, "hidden", "file"),
        ),
        problem="",
        hint="",
        files=(
            FileStatus(str(directory / "config.toml"), "0600"),
            FileStatus(str(directory / "keys.toml"), "0600"),
        ),
        notes=(),
    )


def test_the_status_shows_that_two_places_have_the_same_key(stored):
    environ = {"CO_API_KEY": "canary7Q2v9-mnop"}
    found = status(FlagValues(), environ, stored(SETTINGS, KEYS), io.StringIO())
    assert [key.state for key in found.keys] == ["used", "same key"]


def test_the_status_shows_why_a_call_would_be_refused(stored):
    found = status(
        FlagValues(base_url="https://a.b"), {}, stored(SETTINGS, KEYS), io.StringIO()
    )
    assert found.problem == (
        "the key of profile 'work' belongs to https://api.cohere.com, "
        "not to https://a.b"
    )
    assert found.hint == (
        "log in there with `co auth login -p NAME --base-url https://a.b`, "
        "or give its key with --key-file or CO_API_KEY"
    )


def test_the_status_without_a_key_reports_its_absence(directory):
    found = status(FlagValues(), {}, load_profiles(directory), io.StringIO())
    assert found == Status(
        profile="",
        chosen_by="",
        base_url=COHERE,
        compat_base_url="https://api.cohere.ai/compatibility/v1",
        problem="no API key",
        hint="get one from https://dashboard.cohere.com/api-keys and run `co auth login`,"
        " or set CO_API_KEY or use --key-file FILE; -p sandbox needs no key",
        files=(
            FileStatus(str(directory / "config.toml"), ""),
            FileStatus(str(directory / "keys.toml"), ""),
        ),
    )


def test_a_profile_that_is_a_sandbox_has_no_address_and_uses_no_key(stored):
    profiles = stored("[profiles.work]\nsandbox = true\n", KEYS)
    first, _ = profile_summaries(profiles)
    assert (first.name, first.base_url, first.masked_key) == ("work", "", "…mnop")
    found = status(FlagValues(profile="work"), {}, profiles, io.StringIO())
    assert (found.base_url, found.keys, found.problem) == ("", (), "")


def test_the_status_of_the_sandbox_has_no_keys(stored):
    environ = {"CO_PROFILE": "sandbox", "CO_API_KEY": "x"}
    found = status(FlagValues(), environ, stored(SETTINGS, KEYS), io.StringIO())
    assert (found.profile, found.chosen_by) == ("sandbox", "CO_PROFILE")
    assert (found.base_url, found.keys, found.problem) == ("", (), "")


def test_the_status_of_an_unknown_profile_is_an_error(stored):
    with pytest.raises(ConfigProblem, match=r"^there is no profile 'x' \(-p\)$"):
        status(FlagValues(profile="x"), {}, stored(SETTINGS, KEYS), io.StringIO())


def test_nothing_to_print_holds_a_key(stored):
    profiles = stored(SETTINGS, KEYS)
    environ = {"CO_API_KEY": "canary7Q2v9-other"}
    found = asdict(status(FlagValues(), environ, profiles, io.StringIO()))
    listed = [asdict(profile) for profile in profile_summaries(profiles)]
    assert "canary" not in f"{found}{listed}"


def test_the_status_asks_the_command_whose_key_is_used_and_no_other(stored, tmp_path):
    ran = tmp_path / "ran"
    command = f"sh -c 'echo x >> {ran}; echo canary7Q2v9-mnop'"
    profiles = stored(f'active = "work"\n[profiles.work]\nkey_command = "{command}"\n')
    found = status(FlagValues(), {"CO_API_KEY": "k"}, profiles, io.StringIO())
    assert [(key.masked_key, key.state) for key in found.keys] == [
        ("…", "used"),
        ("", "hidden"),
    ]
    assert not ran.exists()
    found = status(FlagValues(), {}, profiles, io.StringIO())
    assert (found.keys[0].masked_key, found.keys[0].kept_in) == ("…mnop", "command")
    assert ran.read_text() == "x\n"


def test_the_status_shows_the_failure_of_a_key_command(stored):
    profiles = stored('active = "work"\n[profiles.work]\nkey_command = "false"\n')
    found = status(FlagValues(), {}, profiles, io.StringIO())
    assert found.problem == "the key command of profile 'work' failed: exit code 1"
    assert profile_summaries(profiles)[0].stored_in == "command"
