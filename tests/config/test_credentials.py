import io
from itertools import product

import pytest

from cohere_cli.config.credentials import (
    KeySource,
    key_sources,
    overridden_sources,
    select_key,
)
from cohere_cli.config.resolution import resolve
from cohere_cli.config.settings import FlagValues
from cohere_cli.errors import InputProblem, NotAuthenticated, UsageProblem

COHERE = "https://api.cohere.com"
WAYS = (
    "get one from https://dashboard.cohere.com/api-keys and run `co auth login`, or "
    "set CO_API_KEY or use --key-file FILE; -p sandbox needs no key"
)

# Every place a key can come from, best first, and what it is called.
PLACES = {
    "--key-file": "the key in key.txt",
    "-p": "the key of profile 'named'",
    "CO_API_KEY": "CO_API_KEY from the environment",
    "COHERE_API_KEY": "COHERE_API_KEY from the environment",
    "CO_PROFILE": "the key of profile 'chosen'",
    "active": "the key of profile 'active'",
}


def stored_key(name, key):
    return f'[profiles.{name}]\nkey = "{key}"\nbase_url = "{COHERE}"\n'


def call(stored, key_of):
    """Resolve with the keys in *key_of*, a mapping of the places that have one."""
    names = {"-p": "named", "CO_PROFILE": "chosen", "active": "active"}
    keys = [stored_key(names[at], key_of[at]) for at in key_of if at in names]
    settings = 'active = "active"\n' if "active" in key_of else ""
    profiles = stored(settings, "".join(keys))
    environ = {at: key_of[at] for at in key_of if at.endswith("_API_KEY")}
    if "CO_PROFILE" in key_of:
        environ["CO_PROFILE"] = "chosen"
    given = FlagValues(
        profile="named" if "-p" in key_of else None,
        key_file="key.txt" if "--key-file" in key_of else None,
    )
    return resolve(given, environ, profiles, io.StringIO())


ALL = [
    tuple(at for at, there in zip(PLACES, row, strict=True) if there)
    for row in product((True, False), repeat=len(PLACES))
]


@pytest.mark.parametrize("there", ALL, ids="+".join)
def test_the_best_key_is_used_and_the_next_one_is_reported(
    stored, there, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.txt").write_text("key-of---key-file\n")
    if not there:
        with pytest.raises(NotAuthenticated) as caught:
            call(stored, {})
        assert (str(caught.value), caught.value.hint) == ("no API key", WAYS)
        return
    settings = call(stored, {at: f"key-of-{at}" for at in there})
    # Naming a profile is choosing it, so another profile is not hidden by it.
    others = {"CO_PROFILE", "active"} if "-p" in there else set()
    best, *rest = [at for at in there if at not in others]
    assert settings.key == f"key-of-{best}"
    assert settings.key_source == PLACES[best]
    assert settings.notes == tuple(
        f"using {PLACES[best]}, not {PLACES[next_]}" for next_ in rest[:1]
    )


@pytest.mark.parametrize("there", ALL[:-1], ids="+".join)
def test_the_same_key_twice_is_accepted(stored, there, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.txt").write_text("same")
    settings = call(stored, dict.fromkeys(there, "same"))
    assert (settings.key, settings.notes) == ("same", ())


def test_the_first_key_that_differs_is_reported(stored):
    settings = call(stored, {"CO_API_KEY": "a", "COHERE_API_KEY": "a ", "active": "b"})
    assert settings.notes == (
        "using CO_API_KEY from the environment, not the key of profile 'active'",
    )


KEYLESS = 'active = "full"\n[profiles.bare]\n'


@pytest.mark.parametrize(
    ("given", "environ"),
    [(FlagValues(profile="bare"), {}), (FlagValues(), {"CO_PROFILE": "bare"})],
)
def test_a_profile_without_a_key_never_takes_that_of_another(stored, given, environ):
    profiles = stored(KEYLESS, stored_key("full", "abc"))
    with pytest.raises(NotAuthenticated) as caught:
        resolve(given, environ, profiles, io.StringIO())
    assert str(caught.value) == "profile 'bare' has no API key"
    assert caught.value.hint == WAYS


@pytest.mark.parametrize(
    ("given", "environ"),
    [(FlagValues(profile="bare"), {}), (FlagValues(), {"CO_PROFILE": "bare"})],
)
def test_a_profile_without_a_key_takes_that_of_the_environment(stored, given, environ):
    profiles = stored(KEYLESS, stored_key("full", "abc"))
    settings = resolve(
        given, environ | {"COHERE_API_KEY": "def"}, profiles, io.StringIO()
    )
    assert (settings.profile, settings.key) == ("bare", "def")
    assert settings.notes == ()


@pytest.mark.parametrize("name", ["CO_API_KEY", "COHERE_API_KEY"])
def test_an_empty_variable_is_none(stored, name):
    settings = resolve(
        FlagValues(profile="full"),
        {name: ""},
        stored("", stored_key("full", "abc")),
        io.StringIO(),
    )
    assert (settings.key, settings.notes) == ("abc", ())


def sources_of(stored, **message):
    profiles = stored()
    stdin = message.pop("stdin", io.StringIO())
    return key_sources(
        message.pop("key_file", None),
        stdin,
        message,
        profiles.choose(None, {}),
        profiles,
    )


def test_a_key_file_of_a_dash_is_standard_input(stored):
    (source,) = sources_of(stored, key_file="-", stdin=io.StringIO(" abc\r\n"))
    assert source == KeySource("the key from standard input", "abc")


def test_standard_input_is_left_alone_without_a_dash(stored):
    stdin = io.StringIO("prompt")
    sources_of(stored, CO_API_KEY="abc", stdin=stdin)
    assert stdin.read() == "prompt"


def test_a_key_is_not_asked_for_on_a_terminal(stored):
    stdin = io.StringIO("abc\n")
    stdin.isatty = lambda: True
    with pytest.raises(UsageProblem) as caught:
        sources_of(stored, key_file="-", stdin=stdin)
    assert str(caught.value) == (
        "--key-file - reads the key from a pipe, but standard input is a terminal"
    )
    assert caught.value.hint == "`co auth login` asks for a key without showing it"


def test_standard_input_that_is_not_text_is_refused_without_its_bytes(stored):
    stdin = io.TextIOWrapper(io.BytesIO(b"canary7Q2v9\xff"), encoding="utf-8")
    with pytest.raises(InputProblem) as caught:
        sources_of(stored, key_file="-", stdin=stdin)
    assert str(caught.value) == (
        "the key from standard input is not text (--key-file -)"
    )
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"", "the key in {} is empty"),
        (b" \n\n", "the key in {} is empty"),
        (b"canary\xff7Q2v9", "the key in {} has an invalid character at position 7"),
        (b"canary\n7Q2v9", "the key in {} has an invalid character at position 7"),
        (
            b"\xff\xfec\0a\0n\0",
            "the key in {} has an invalid character at position 1",
        ),
    ],
)
def test_a_key_file_without_a_key_is_refused(stored, tmp_path, data, shown):
    path = tmp_path / "key"
    path.write_bytes(data)
    with pytest.raises(NotAuthenticated) as caught:
        resolve(FlagValues(key_file=str(path)), {}, stored(), io.StringIO())
    assert str(caught.value) == shown.format(path)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none", "no such file"), (".", "it is a folder, not a regular file")],
)
def test_a_key_file_that_cannot_be_read_is_reported(stored, tmp_path, name, reason):
    path = str(tmp_path / name)
    with pytest.raises(InputProblem) as caught:
        sources_of(stored, key_file=path)
    assert str(caught.value) == f"cannot read the key file: {reason} ({path})"


def test_of_a_long_key_file_the_start_is_read(stored, tmp_path):
    (tmp_path / "key").write_bytes(b"k" * (1 << 20))
    (source,) = sources_of(stored, key_file=str(tmp_path / "key"))
    assert len(source.key) == 1 << 16


def test_a_bad_key_in_the_environment_names_its_variable(stored):
    with pytest.raises(NotAuthenticated) as caught:
        resolve(FlagValues(), {"COHERE_API_KEY": "can ary"}, stored(), io.StringIO())
    assert str(caught.value) == (
        "COHERE_API_KEY from the environment has an invalid character at position 4"
    )


def test_a_bad_key_that_is_not_used_is_ignored(stored):
    settings = resolve(
        FlagValues(),
        {"CO_API_KEY": "abc", "COHERE_API_KEY": "d e"},
        stored(),
        io.StringIO(),
    )
    assert settings.key == "abc"


def test_a_key_goes_only_where_it_belongs():
    source = KeySource("the key of profile 'work'", "abc", "https://cohere.corp")
    assert select_key("https://cohere.corp/vault", (source,), "work") == "abc"
    with pytest.raises(NotAuthenticated) as caught:
        select_key("https://cohere.corp:8443/vault", (source,), "work")
    assert str(caught.value) == (
        "the key of profile 'work' belongs to https://cohere.corp, "
        "not to https://cohere.corp:8443"
    )
    assert caught.value.hint == (
        "log in there with `co auth login -p NAME --base-url "
        "https://cohere.corp:8443`, or give its key with --key-file or CO_API_KEY"
    )


def test_an_empty_stored_key_is_good_for_any_server():
    source = KeySource("the key of profile 'work'", "", "https://cohere.corp")
    assert select_key("https://elsewhere.org", (source,), "work") == ""


def test_a_source_does_not_show_its_key():
    source = KeySource("x", "canary7Q2v9")
    assert "canary" not in repr((source, overridden_sources((source, source))))
