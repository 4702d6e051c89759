import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cohere_cli.config import editing
from cohere_cli.config.profiles import (
    SANDBOX_PROFILE,
    Profile,
    ProfileChoice,
    Profiles,
    StoredKey,
)
from cohere_cli.config.resolution import load_profiles
from cohere_cli.errors import ConfigProblem, NotAuthenticated, UsageProblem

COHERE = "https://api.cohere.com"
HEAD = "# Written by `co auth`: anyone who reads this file can use your keys.\n"


def files(directory) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir() if path.suffix}


def test_where_there_are_no_files_there_is_nothing(directory):
    assert load_profiles(directory) == Profiles(directory)
    assert not directory.exists()


def test_below_a_file_which_a_services_home_may_be_there_is_nothing():
    assert load_profiles(Path("/dev/null/co")).by_name == {}


def test_the_first_login_makes_both_files_and_the_active_profile(directory):
    editing.login(directory, "work", " abc\n")
    assert files(directory) == {
        "config.toml": 'active = "work"\n\n[profiles.work]\n',
        "keys.toml": f'{HEAD}[profiles.work]\nkey = "abc"\nbase_url = "{COHERE}"\n',
    }
    assert load_profiles(directory) == Profiles(
        directory, "work", {"work": Profile("work", key=StoredKey("abc", COHERE))}
    )


def test_a_login_elsewhere_sets_the_profiles_base_url(stored, directory):
    editing.login(
        stored('active = "home"\n[profiles.home] # mine\n').directory,
        "work",
        "",
        "https://cohere.corp/v2",
    )
    assert files(directory) == {
        "config.toml": 'active = "home"\n[profiles.home] # mine\n'
        '\n[profiles.work]\nbase_url = "https://cohere.corp"\n',
        "keys.toml": '[profiles.work]\nkey = ""\nbase_url = "https://cohere.corp"\n',
    }


def test_a_login_without_a_url_is_for_the_profiles_own(stored):
    profiles = stored('[profiles.work]\nbase_url = "https://cohere.corp"\n')
    editing.login(profiles.directory, "work", "abc")
    work = load_profiles(profiles.directory).find("work")
    assert work.key == StoredKey("abc", "https://cohere.corp")


def test_a_login_back_to_cohere_changes_the_base_url_too(stored):
    profiles = stored('[profiles.work]\nbase_url = "https://cohere.corp"\n')
    editing.login(profiles.directory, "work", "abc", COHERE)
    work = load_profiles(profiles.directory).find("work")
    assert (work.base_url, work.key) == (COHERE, StoredKey("abc", COHERE))


def test_a_second_login_replaces_the_key_and_nothing_else(stored, directory):
    settings = 'active = "home"\n[profiles.home]\n[profiles.work]\nretries = 1 # few\n'
    keys = f'[profiles.work] # x\nkey = "old"\nbase_url = "{COHERE}"\n'
    editing.login(stored(settings, keys).directory, "work", "new")
    assert files(directory) == {
        "config.toml": settings,
        "keys.toml": keys.replace("old", "new"),
    }


def test_a_login_takes_the_place_of_an_active_profile_that_is_gone(stored):
    profiles = stored('active = "gone"\n')
    editing.login(profiles.directory, "work", "abc")
    assert load_profiles(profiles.directory).active == "work"


@pytest.mark.parametrize("key", ["", " \n"])
def test_cohere_wants_a_key(directory, key):
    with pytest.raises(NotAuthenticated, match=r"^the key is empty$"):
        editing.login(directory, "work", key)
    assert files(directory) == {}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("sandbox", "is built in"),
        (
            "-x",
            "must be 1 to 64 of A-Z a-z 0-9 . _ - and not begin with a dot or dash",
        ),
    ],
)
def test_a_login_under_no_name_is_refused(directory, name, why):
    with pytest.raises(UsageProblem) as caught:
        editing.login(directory, name, "abc")
    assert str(caught.value) == f"profile name {name!r} {why}"
    assert not directory.exists()


def test_a_login_over_plain_http_is_refused_unless_the_profile_allows_it(stored):
    profiles = stored("[profiles.lan]\nallow_http = true\n")
    with pytest.raises(ConfigProblem) as caught:
        editing.login(profiles.directory, "work", "abc", "http://cohere.lan")
    assert str(caught.value) == (
        "the base URL must begin with https:// unless it is on this machine "
        "(--base-url)"
    )
    editing.login(profiles.directory, "lan", "abc", "http://cohere.lan")
    assert load_profiles(profiles.directory).find("lan").key == StoredKey(
        "abc", "http://cohere.lan"
    )


def test_a_login_sees_what_others_wrote_since_the_profiles_were_loaded(directory):
    loaded_before = load_profiles(directory)
    editing.login(loaded_before.directory, "work", "abc")
    editing.login(loaded_before.directory, "home", "def")
    profiles = load_profiles(directory)
    assert (profiles.active, list(profiles.by_name)) == ("work", ["home", "work"])


def test_a_logout_takes_the_key_and_leaves_the_settings(directory):
    profiles = load_profiles(directory)
    editing.login(profiles.directory, "work", "abc")
    assert editing.logout(profiles.directory, "work") is True
    assert files(directory) == {
        "config.toml": 'active = "work"\n\n[profiles.work]\n',
        "keys.toml": HEAD,
    }
    assert editing.logout(profiles.directory, "work") is False
    assert load_profiles(directory).by_name == {"work": Profile("work")}


def test_a_logout_leaves_the_other_keys(directory):
    profiles = load_profiles(directory)
    editing.login(profiles.directory, "work", "abc")
    editing.login(profiles.directory, "home", "def")
    editing.logout(profiles.directory, "work")
    assert files(directory)["keys.toml"] == (
        f'{HEAD}[profiles.home]\nkey = "def"\nbase_url = "{COHERE}"\n'
    )


def test_a_switch_changes_the_active_profile(stored, directory):
    profiles = stored('active = "work" # now\n[profiles.work]\n[profiles.home]\n')
    editing.switch(profiles.directory, "home")
    assert files(directory)["config.toml"] == (
        'active = "home" # now\n[profiles.work]\n[profiles.home]\n'
    )
    editing.switch(profiles.directory, "sandbox")
    assert load_profiles(directory).active == "sandbox"


def test_a_switch_to_an_unknown_profile_changes_nothing(stored, directory):
    profiles = stored('active = "work"\n[profiles.work]\n')
    with pytest.raises(ConfigProblem) as caught:
        editing.switch(profiles.directory, "wrok")
    assert str(caught.value) == "there is no profile 'wrok'"
    assert caught.value.hint == "did you mean 'work'?"
    assert files(directory)["config.toml"] == 'active = "work"\n[profiles.work]\n'


@pytest.mark.parametrize(
    "change",
    [
        lambda profiles: editing.login(profiles.directory, "work", "abc"),
        lambda profiles: editing.logout(profiles.directory, "work"),
        lambda profiles: editing.switch(profiles.directory, "work"),
    ],
)
@pytest.mark.parametrize("broken", ["config.toml", "keys.toml"])
def test_a_broken_file_is_never_written_over(directory, change, broken):
    editing.login(directory, "work", "old")
    (directory / broken).write_bytes(b"[profiles.work]\nkey = \xff\n")
    before = {path: path.read_bytes() for path in directory.iterdir()}
    with pytest.raises(ConfigProblem) as caught:
        change(Profiles(directory))
    assert str(caught.value) == f"{broken} is not UTF-8 ({directory / broken}:2)"
    assert {path: path.read_bytes() for path in directory.iterdir()} == before


def test_settings_that_are_a_link_are_changed_where_they_are(directory, tmp_path):
    directory.mkdir()
    real = tmp_path / "dotfiles.toml"
    real.write_text("[profiles.work]\n")
    (directory / "config.toml").symlink_to(real)
    editing.switch(directory, "work")
    assert (directory / "config.toml").is_symlink()
    assert real.read_text() == 'active = "work"\n\n[profiles.work]\n'


def test_files_that_others_can_use_are_reported_until_the_next_login(directory):
    editing.login(directory, "work", "abc")
    settings, keys = directory / "config.toml", directory / "keys.toml"
    settings.chmod(0o666)
    keys.chmod(0o644)
    directory.chmod(0o777)
    profiles = load_profiles(directory)
    login, change = "`co auth login`", "`co config set`"
    assert profiles.notes == (
        f"other users can read {keys}; chmod 600 or the next {login} prevents that",
        f"other users can write to {settings}; chmod 600 or the next {change} prevents that",
        f"other users can write to {directory}; chmod 700 or the next {login} prevents that",
    )
    editing.login(profiles.directory, "home", "def", "https://cohere.corp")
    assert load_profiles(directory).notes == ()


def test_settings_that_others_can_only_read_are_no_matter(directory):
    editing.login(directory, "work", "abc")
    (directory / "config.toml").chmod(0o644)
    assert load_profiles(directory).notes == ()


TWO = 'active = "home"\n[profiles.work]\n[profiles.home]\n'


@pytest.mark.parametrize(
    ("flag", "environ", "name", "by"),
    [
        ("work", {"CO_PROFILE": "sandbox"}, "work", "-p"),
        ("sandbox", {"CO_PROFILE": "work"}, "sandbox", "-p"),
        (None, {"CO_PROFILE": "work"}, "work", "CO_PROFILE"),
        (None, {"CO_PROFILE": ""}, "home", "active"),
        (None, {}, "home", "active"),
    ],
)
def test_the_profile_in_force_is_the_flags_the_variables_or_the_active_one(
    stored, flag, environ, name, by
):
    profile = SANDBOX_PROFILE if name == "sandbox" else Profile(name)
    assert stored(TWO).choose(flag, environ) == ProfileChoice(profile, by)


def test_no_profile_may_be_in_force(directory):
    assert Profiles(directory).choose(None, {}) == ProfileChoice(Profile(""), "")


@pytest.mark.parametrize(
    ("flag", "environ", "where"),
    [("", {}, "-p"), ("wrk", {}, "-p"), (None, {"CO_PROFILE": "wrk"}, "CO_PROFILE")],
)
def test_an_unknown_profile_is_reported_with_its_source(stored, flag, environ, where):
    with pytest.raises(ConfigProblem) as caught:
        stored(TWO).choose(flag, environ)
    name = flag if flag is not None else "wrk"
    hint = "did you mean 'work'?" if name else "profiles: home, work, sandbox"
    assert str(caught.value) == f"there is no profile {name!r} ({where})"
    assert caught.value.hint == hint


def test_an_active_profile_that_is_missing_is_reported_only_when_used(
    stored, directory
):
    profiles = stored('\nactive = "gone"\n[profiles.work]\n')
    assert profiles.choose("work", {}).chosen_by == "-p"
    with pytest.raises(ConfigProblem) as caught:
        profiles.choose(None, {})
    assert caught.value.where == f"{directory / 'config.toml'}"


LOGIN = """
import sys
from pathlib import Path
from cohere_cli.config.editing import login
login(Path(sys.argv[1]), sys.argv[2], "key-of-" + sys.argv[2])
"""


def login_at_once(directory, many):
    names = [f"p{number}" for number in range(many)]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", LOGIN, directory, name], stderr=subprocess.PIPE
        )
        for name in names
    ]
    assert [writer.communicate()[1] for writer in writers] == [b""] * many
    profiles = load_profiles(directory)
    assert {name: profile.key for name, profile in profiles.by_name.items()} == {
        name: StoredKey(f"key-of-{name}", COHERE) for name in names
    }
    assert profiles.active in names
    names = [path.name for path in directory.iterdir()]
    assert sorted(names) == [".lock", "config.toml", "keys.toml"]


def test_sixteen_logins_at_once_lose_nothing(directory):
    login_at_once(directory, 16)


@pytest.mark.slow
def test_forty_eight_logins_at_once_lose_nothing(directory):
    login_at_once(directory, 48)


def test_a_command_that_hides_a_stored_key_is_reported(stored, directory):
    key = f'[profiles.work]\nkey = "abc"\nbase_url = "{COHERE}"\n'
    profiles = stored('[profiles.work]\nkey_command = "pass show cohere"\n', key)
    assert profiles.notes == (
        f"key_command of profile 'work' hides its key in {directory / 'keys.toml'}",
    )
    work = profiles.find("work").key
    assert work == StoredKey(None, COHERE, "pass show cohere")
    assert (work.store, work.profile) == ("command", "work")


FULL_DISK = """
import resource, sys
from pathlib import Path
from cohere_cli.config.editing import login
from cohere_cli.errors import CoError
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    login(Path(sys.argv[1]), "last", "x" * 1000)
except CoError as exc:
    print(exc, exc.exit_code.value)
"""


def test_no_key_is_lost_on_a_full_disk(stored, directory):
    keys = "".join(
        f'[profiles.p{number}]\nkey = "{number:04}"\nbase_url = "{COHERE}"\n'
        for number in range(60)
    )
    stored("", keys)
    assert len(keys) < 4096
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, directory], capture_output=True, check=True
    )
    path = directory / "keys.toml"
    assert done.stdout.decode() == (
        f"cannot write keys.toml: file too large ({path}) 3\n"
    )
    assert path.read_text() == keys
    assert load_profiles(directory).find("last").key is None


READ_ONLY = """
import os, sys
from pathlib import Path
from cohere_cli.config.editing import login
from cohere_cli.errors import CoError
directory = Path(sys.argv[1])
if os.geteuid() == 0:
    os.chown(directory, 12345, 12345)
    os.seteuid(12345)
try:
    login(directory, "work", "abc")
except CoError as exc:
    print(exc, exc.exit_code.value)
"""


def test_a_directory_that_cannot_be_written_is_reported():
    # Not in tmp_path, which only its owner can enter.
    with TemporaryDirectory() as directory:
        Path(directory).chmod(0o500)
        command = [sys.executable, "-c", READ_ONLY, directory]
        done = subprocess.run(command, capture_output=True, check=True)
    name = Path(directory).name
    shown = f"cannot write in {name}: permission denied ({directory}) 3\n"
    assert done.stdout.decode() == shown
