import io

import pytest

from cohere_cli.config import editing
from cohere_cli.config.profiles import StoredKey
from cohere_cli.config.resolution import resolve
from cohere_cli.config.settings import FlagValues
from cohere_cli.errors import ConfigProblem, NotAuthenticated

COHERE = "https://api.cohere.com"

SETTINGS = """
[profiles.base]
base_url = "https://cohere.corp"
model = "m"
timeout = 5
retries = 0
headers = { X-Team = "search" }

[profiles.fast]
inherits = "base"
model = "n"

[profiles.faster]
inherits = "fast"
timeout = 1

[profiles.moved]
inherits = "base"
base_url = "https://elsewhere.example"
"""
KEYS = """
[profiles.base]
key = "base-key"
base_url = "https://cohere.corp"
"""


NAMES = ("base_url", "model", "timeout", "retries")


def test_the_nearest_profile_wins(stored):
    faster = stored(SETTINGS).find("faster")
    assert tuple(faster.values[name] for name in NAMES) == (
        "https://cohere.corp",
        "n",
        1.0,
        0,
    )
    assert faster.sources == {
        "base_url": "base",
        "model": "fast",
        "timeout": "faster",
        "retries": "base",
        "headers": "base",
    }
    assert faster.inherits == "fast"


def test_a_key_is_inherited_with_its_server_and_named_after_its_owner(stored):
    profiles = stored(SETTINGS, KEYS)
    key = profiles.find("faster").key
    assert (key, key.profile) == (StoredKey("base-key", "https://cohere.corp"), "base")
    settings = resolve(FlagValues(profile="faster"), {}, profiles, io.StringIO())
    assert settings.key == "base-key"
    assert settings.key_source == "the key of profile 'base'"


def test_an_inherited_key_does_not_go_to_another_server(stored):
    with pytest.raises(NotAuthenticated) as caught:
        resolve(FlagValues(profile="moved"), {}, stored(SETTINGS, KEYS), io.StringIO())
    assert str(caught.value) == (
        "the key of profile 'base' belongs to https://cohere.corp, "
        "not to https://elsewhere.example"
    )


def test_neither_does_the_key_of_an_inherited_command(stored):
    settings = SETTINGS.replace("[profiles.base]", '[profiles.base]\nkey_command = "x"')
    with pytest.raises(NotAuthenticated, match="belongs to"):
        resolve(FlagValues(profile="moved"), {}, stored(settings), io.StringIO())


def test_inherited_headers_stay_with_their_server(stored):
    profiles, environ = stored(SETTINGS, KEYS), {"CO_API_KEY": "x"}
    fast = resolve(FlagValues(profile="fast"), environ, profiles, io.StringIO())
    assert fast.route.headers == {"X-Team": "search"}
    moved = resolve(
        FlagValues(profile="moved", dry_run=True), environ, profiles, io.StringIO()
    )
    assert moved.route.headers == {}
    assert moved.notes == (
        "the headers of profile 'moved' are for https://cohere.corp and are not sent",
    )


def test_a_key_of_ones_own_is_stronger(stored):
    keys = f'{KEYS}[profiles.fast]\nkey = "own"\nbase_url = "https://cohere.corp"\n'
    assert stored(SETTINGS, keys).find("fast").key.key == "own"


def test_plain_http_may_be_allowed_by_whom_one_inherits_from(stored):
    settings = """
[profiles.lan]
allow_http = true
[profiles.box]
inherits = "lan"
base_url = "http://box.lan"
[profiles.strict]
inherits = "box"
allow_http = false
"""
    profiles = stored(settings)
    assert profiles.find("box").allow_http
    assert not profiles.find("strict").allow_http
    with pytest.raises(ConfigProblem, match="must begin with https"):
        stored(f'{settings}base_url = "http://box.lan"\n')


def test_a_logout_leaves_the_key_of_whom_one_inherits_from(stored):
    profiles = stored(SETTINGS, KEYS)
    assert editing.logout(profiles.directory, "fast") is False
    assert editing.logout(profiles.directory, "base") is True


@pytest.mark.parametrize(
    ("settings", "line", "shown", "hint"),
    [
        (
            '[profiles.a]\ninherits = "a"\n',
            2,
            "a profile cannot inherit from itself: 'a' from 'a'",
            "",
        ),
        (
            '[profiles.a]\ninherits = "b"\n[profiles.b]\ninherits = "a"\n',
            None,
            "a profile cannot inherit from itself",
            "",
        ),
        (
            '[profiles.a]\ninherits = "b"\n',
            2,
            "inherits of profile 'a' must be another profile's name",
            "profiles: a",
        ),
        (
            '[profiles.a]\ninherits = "sandbox"\n',
            2,
            "inherits of profile 'a' must be another profile's name",
            "profiles: a",
        ),
        (
            '[profiles.a]\ninherits = ["a"]\n',
            2,
            "inherits of profile 'a' must be another profile's name",
            "profiles: a",
        ),
    ],
)
def test_an_unknown_parent_and_a_cycle_are_refused(stored, settings, line, shown, hint):
    with pytest.raises(ConfigProblem) as caught:
        stored(settings)
    assert shown in caught.value.what
    assert caught.value.hint == hint
    if line:
        assert caught.value.where.endswith(f"config.toml:{line}")


def test_a_long_chain_of_profiles_is_accepted(stored):
    links = [f'[profiles.p{n}]\ninherits = "p{n + 1}"\n' for n in range(200)]
    profiles = stored("".join(links) + '[profiles.p200]\nmodel = "m"\n')
    assert profiles.find("p0").values["model"] == "m"


def heirs(number, last):
    """Return a chain of profiles, each of which inherits from the next."""
    links = [f'[profiles.p{n}]\ninherits = "p{n + 1}"\n' for n in range(number)]
    return f"{''.join(links)}[profiles.p{number}]\n{last}\n"


def test_a_chain_of_thousands_of_profiles_is_read_profile_by_profile(stored):
    profiles = stored(heirs(10_000, 'model = "m"\nallow_http = true'))
    first = profiles.find("p0")
    assert (first.values["model"], first.allow_http) == ("m", True)


@pytest.mark.parametrize(
    ("last", "what"),
    [
        ('inherits = "p5000"', "a profile cannot inherit from itself: 'p5000' from"),
        ('inherits = "x"', "inherits of profile 'p10000' must be another profile's"),
        ("timeout = -1", "timeout of profile 'p10000' must be a number of seconds"),
        ("timeot = 1", "unknown setting 'timeot'"),
    ],
)
def test_a_problem_below_thousands_of_profiles_is_one_line(stored, last, what):
    with pytest.raises(ConfigProblem, match=what) as caught:
        stored(heirs(10_000, last))
    assert caught.value.where.endswith("config.toml:20002")
    assert len(str(caught.value)) < 4200
    assert len(caught.value.hint) < 200


def test_a_name_without_a_profile_is_refused_with_the_first_names(stored):
    profiles = stored("".join(f"[profiles.p{n:03}]\n" for n in range(100)))
    with pytest.raises(ConfigProblem) as caught:
        profiles.find("work")
    names = ", ".join(f"p{n:03}" for n in range(20))
    assert caught.value.hint == f"profiles: {names} and 81 more"
