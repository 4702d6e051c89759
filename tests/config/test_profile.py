import pytest

from cohere_cli.config.profiles import Profile, StoredKey, name_problem
from cohere_cli.errors import ConfigProblem

SETTINGS = """
active = "work"

[profiles.work]
base_url = "http://cohere.lan:8080/v2/"
compat_base_url = "http://127.0.0.1:8000/v1"
model = "m"
rerank_model = "r"
vision_model = "v"
timeout = 5
max_time = 2.5
retries = 0
allow_http = true

[profiles.home]
"""
KEYS = """
[profiles.home]
key = "abc"
base_url = "https://api.cohere.com"

["profiles"."x.y"]
key = ""
base_url = "http://cohere.lan"
"""


def test_two_files_make_the_profiles(stored):
    profiles = stored(SETTINGS, KEYS)
    assert profiles.active == "work"
    assert profiles.by_name == {
        "work": Profile(
            "work",
            {
                "base_url": "http://cohere.lan:8080",
                "compat_base_url": "http://127.0.0.1:8000/v1",
                "model": "m",
                "rerank_model": "r",
                "vision_model": "v",
                "timeout": 5.0,
                "max_time": 2.5,
                "retries": 0,
                "allow_http": True,
            },
        ),
        "home": Profile("home", key=StoredKey("abc", "https://api.cohere.com")),
        "x.y": Profile("x.y", key=StoredKey("", "http://cohere.lan")),
    }
    assert profiles.notes == ()


WORK = "[profiles.work]\n"
KNOWN = (
    "inherits, base_url, compat_base_url, rerank_base_url, model, rerank_model, "
    "rerank_path, vision_model, timeout, max_time, "
    "retries, concurrency, rate, show, hide, think_tags, history, proxy, ca_bundle, "
    "client_certificate, "
    "client_key, client_name, headers, key_command, allow_http, sandbox, faults"
)
NAME = "must be 1 to 64 of A-Z a-z 0-9 . _ - and not begin with a dot or dash"
HTTPS = "must begin with https:// unless it is on this machine"
SCHEME = "must begin with https:// (or http:// for a server on this machine)"
SECONDS = "must be a number of seconds above 0, up to 86400"
FAULTS = "must be a list of any of cut, status, refuse, with numbers such as cut=5"


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        ("profile = 1\n", 1, ("unknown setting 'profile'", "did you mean 'profiles'?")),
        ("active = 3\n", 1, ("active must be a profile's name in quotes", "")),
        ("\nprofiles = 3\n", 2, ("profiles must be a table", "")),
        ("[[profiles]]\n", 1, ("profiles must be a table", "")),
        ("profiles.work = 3\n", 1, ("profiles.work must be a table", "")),
        (
            WORK + 'base-url = ""\n',
            2,
            ("unknown setting 'base-url'", "did you mean 'base_url'?"),
        ),
        (
            WORK + 'key = "canary7Q2v9"\n',
            2,
            ("unknown setting 'key'", "did you mean 'key_command'?"),
        ),
        (WORK + "timeout = 0\n", 2, (f"timeout of profile 'work' {SECONDS}", "")),
        (WORK + "max_time = nan\n", 2, (f"max_time of profile 'work' {SECONDS}", "")),
        (
            WORK + "\nretries = 11\n",
            3,
            ("retries of profile 'work' must be a whole number from 0 to 10", ""),
        ),
        (
            WORK + "model = 3\n",
            2,
            (
                "model of profile 'work' must be a name such as \"command-a-03-2025\"",
                "",
            ),
        ),
        (
            WORK + 'allow_http = "yes"\n',
            2,
            ("allow_http of profile 'work' must be true or false", ""),
        ),
        (
            WORK + "base_url = 5\n",
            2,
            ("base_url of profile 'work' must be text in quotes", ""),
        ),
        (
            WORK + 'base_url = "https://me:canary7Q2v9@a.b"\n',
            2,
            ("base_url of profile 'work' must not hold a user name or password", ""),
        ),
        (
            WORK + 'compat_base_url = "http://a.b"\n',
            2,
            (f"compat_base_url of profile 'work' {HTTPS}", ""),
        ),
        (
            WORK + "sandbox = 1\n",
            2,
            ("sandbox of profile 'work' must be true or false", ""),
        ),
        (
            WORK + 'sandbox = true\nfaults = ["ct=5"]\n',
            3,
            (f"faults of profile 'work' {FAULTS}", ""),
        ),
        (
            WORK + '\nfaults = ["cut=5"]\n',
            3,
            (
                "faults of profile 'work' need sandbox = true",
                "set that first, or remove the faults",
            ),
        ),
        ("\n[profiles.sandbox]\n", 2, ("profile name 'sandbox' is built in", "")),
        (
            '[profiles."-x"]\n',
            1,
            (f"profile name '-x' {NAME}", ""),
        ),
    ],
)
def test_a_wrong_setting_is_reported_with_its_line(
    stored, directory, text, line, shown
):
    with pytest.raises(ConfigProblem) as caught:
        stored(text)
    assert caught.value.where == f"{directory / 'config.toml'}:{line}"
    assert (caught.value.what, caught.value.hint) == shown
    assert (directory / "config.toml").read_text() == text


LOGIN = "store the key again with `co auth login`"


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        (WORK, 1, ("profile 'work' has no 'key' here", LOGIN)),
        (
            WORK + 'key = "canary7Q2v9"\n',
            1,
            ("profile 'work' has no 'base_url' here", LOGIN),
        ),
        (
            WORK + 'key = 7\nbase_url = "https://a.b"\n',
            2,
            ("key of profile 'work' must be text in quotes", ""),
        ),
        (
            WORK + 'key = "canary7Q2v9"\nbase_url = "a.b"\n',
            3,
            (f"base_url of profile 'work' {SCHEME}", ""),
        ),
        (
            WORK + 'key = "canary7Q2v9"\nmodel = "m"\n',
            3,
            ("unknown setting 'model'", "known: key, base_url, keyring"),
        ),
    ],
)
def test_a_wrong_key_file_is_reported_without_its_keys(
    stored, directory, text, line, shown
):
    with pytest.raises(ConfigProblem) as caught:
        stored("", text)
    assert caught.value.where == f"{directory / 'keys.toml'}:{line}"
    assert (caught.value.what, caught.value.hint) == shown


@pytest.mark.parametrize("name", ["a", "A.b_c-9", "_", "9", "x" * 64])
def test_a_plain_name_may_be_a_profiles(name):
    assert name_problem(name) == ""


@pytest.mark.parametrize("name", ["", ".a", "-a", "a b", "a/b", "é", "x" * 65, "a\n"])
def test_a_name_that_could_be_taken_for_something_else_may_not(name):
    assert name_problem(name).startswith("must be 1 to 64 of")


def test_a_profile_does_not_show_its_key():
    profile = Profile("x", key=StoredKey("canary7Q2v9", "https://a.b"))
    assert "canary" not in repr(profile)
