import io
import subprocess
import sys
from dataclasses import replace

import pytest

from cohere_cli.api.connection import Route
from cohere_cli.config.profiles import Profiles
from cohere_cli.config.resolution import is_cohere_compat_url, load_profiles, resolve
from cohere_cli.config.settings import FlagValues, Settings
from cohere_cli.errors import ConfigProblem, NotAuthenticated, UsageProblem

CANARY = "canary7Q2v9zzz"
COHERE = "https://api.cohere.com"
COMPAT = "https://api.cohere.ai/compatibility/v1"

SETTINGS = """
active = "corp"
[profiles.corp]
base_url = "https://cohere.corp"
model = "m"
rerank_model = "r"
vision_model = "v"
timeout = 5
max_time = 50
retries = 0

[profiles.home]

[profiles.lan]
allow_http = true

[profiles.local]
compat_base_url = "http://127.0.0.1:8000/v1"
"""
KEYS = f"""
[profiles.corp]
key = "corp-key"
base_url = "https://cohere.corp"
[profiles.home]
key = "home-key"
base_url = "{COHERE}"
[profiles.local]
key = "local-key"
base_url = "{COHERE}"
"""


@pytest.fixture
def settle(stored):
    profiles = stored(SETTINGS, KEYS)

    def settle(environ=None, **given):
        return resolve(FlagValues(**given), environ or {}, profiles, io.StringIO())

    return settle


def test_without_anything_but_a_key_the_built_in_settings_hold(directory):
    environ = {"CO_API_KEY": "abc"}
    assert resolve(
        FlagValues(), environ, Profiles(directory), io.StringIO()
    ) == Settings(
        profile="",
        sandbox=False,
        key="abc",
        key_source="CO_API_KEY from the environment",
        base_url=COHERE,
        compat_base_url=COMPAT,
        model="command-a-03-2025",
        rerank_model="rerank-v3.5",
        vision_model="command-a-vision-07-2025",
        timeout=None,
        max_time=None,
        retries=None,
        notes=(),
    )


def test_the_profile_in_force_gives_its_settings(settle):
    assert settle() == Settings(
        profile="corp",
        key="corp-key",
        key_source="the key of profile 'corp'",
        base_url="https://cohere.corp",
        compat_base_url="https://cohere.corp/compatibility/v1",
        model="m",
        rerank_model="r",
        vision_model="v",
        timeout=5.0,
        max_time=50.0,
        retries=0,
    )


def test_a_flag_is_stronger_than_a_profile(settle):
    settings = settle(model="x", timeout=1, max_time=2, retries=3)
    models = (settings.model, settings.rerank_model, settings.vision_model)
    assert models == ("x", "r", "v")
    ranker = settle(model="x", rerank=True)
    assert (ranker.model, ranker.rerank_model) == ("m", "x")
    assert (settings.timeout, settings.max_time, settings.retries) == (1.0, 2.0, 3)


def test_the_variable_for_models_is_for_chat_between_flag_and_profile(settle):
    settings = settle({"CO_MODEL": "x"})
    models = (settings.model, settings.rerank_model, settings.vision_model)
    assert models == ("x", "r", "v")
    assert settle({"CO_MODEL": "x"}, model="y").model == "y"
    assert settle({"CO_MODEL": ""}).model == "m"


@pytest.mark.parametrize(
    ("flag", "value", "shown"),
    [
        ("timeout", 0, "--timeout must be a number of seconds above 0, up to 86400"),
        ("max_time", -1, "--max-time must be a number of seconds above 0, up to 86400"),
        ("retries", 11, "--retries must be a whole number from 0 to 10"),
    ],
)
def test_a_flag_out_of_its_range_is_refused_with_the_range(settle, flag, value, shown):
    with pytest.raises(UsageProblem) as caught:
        settle(**{flag: value})
    assert str(caught.value) == shown


@pytest.mark.parametrize(
    ("environ", "given", "base", "compat"),
    [
        ({}, {"profile": "home"}, COHERE, COMPAT),
        (
            {"CO_API_URL": "https://api.cohere.ai/v2/"},
            {"profile": "home"},
            "https://api.cohere.ai",
            "https://api.cohere.ai/compatibility/v1",
        ),
        (
            {"CO_API_URL": "https://a.b", "CO_API_KEY": "x"},
            {"base_url": "https://c.d/v1"},
            "https://c.d",
            "https://c.d/compatibility/v1",
        ),
        (
            {"CO_API_URL": "https://a.b", "CO_API_KEY": "x"},
            {},
            "https://a.b",
            "https://a.b/compatibility/v1",
        ),
        ({"CO_API_URL": ""}, {"profile": "home"}, COHERE, COMPAT),
        ({}, {"profile": "local"}, COHERE, "http://127.0.0.1:8000/v1"),
        (
            {"CO_API_KEY": "x"},
            {"base_url": "http://127.0.0.1:9/v1/", "compat": True},
            "http://127.0.0.1:9",
            "http://127.0.0.1:9/v1",
        ),
        (
            {"CO_API_KEY": "x"},
            {"base_url": "http://[::1]:9/a/v1/chat/completions//", "compat": True},
            "http://[::1]:9/a/v1/chat/completions",
            "http://[::1]:9/a/v1",
        ),
        (
            {"CO_API_KEY": "x", "CO_API_URL": f"{COMPAT}/"},
            {},
            "https://api.cohere.ai",
            COMPAT,
        ),
        (
            {"CO_API_KEY": "x"},
            {"base_url": "https://a.b/x/compatibility/v1", "compat": True},
            "https://a.b/x",
            "https://a.b/x/compatibility/v1",
        ),
        (
            {"CO_API_KEY": "x"},
            {"profile": "lan", "base_url": "http://cohere.lan"},
            "http://cohere.lan",
            "http://cohere.lan/compatibility/v1",
        ),
    ],
)
def test_both_base_urls_are_the_flags_the_variables_or_the_profiles(
    settle, environ, given, base, compat
):
    settings = settle(environ, **given)
    assert (settings.base_url, settings.compat_base_url) == (base, compat)


@pytest.mark.parametrize(
    ("environ", "given", "where"),
    [
        ({}, {"base_url": "http://cohere.lan"}, "--base-url"),
        ({}, {"base_url": "http://cohere.lan", "compat": True}, "--base-url"),
        ({"CO_API_URL": "http://cohere.lan"}, {}, "CO_API_URL"),
    ],
)
def test_an_invalid_base_url_is_reported_with_its_source(settle, environ, given, where):
    with pytest.raises(ConfigProblem) as caught:
        settle(environ, **given)
    assert str(caught.value) == (
        f"the base URL must begin with https:// unless it is on this machine ({where})"
    )


@pytest.mark.parametrize(
    ("environ", "given", "shown"),
    [
        ({}, {"base_url": "https://a.b"}, "https://a.b"),
        ({}, {"base_url": "https://cohere.corp:444"}, "https://cohere.corp:444"),
        ({"CO_API_URL": "http://127.0.0.1:9"}, {}, "http://127.0.0.1:9"),
        (
            {},
            {"base_url": "https://a.b/v1", "compat": True},
            "https://a.b",
        ),
    ],
)
def test_a_stored_key_is_not_sent_to_another_server(settle, environ, given, shown):
    with pytest.raises(NotAuthenticated) as caught:
        settle(environ, **given)
    assert str(caught.value) == (
        f"the key of profile 'corp' belongs to https://cohere.corp, not to {shown}"
    )
    assert caught.value.hint == (
        f"log in there with `co auth login -p NAME --base-url {shown}`, "
        "or give its key with --key-file or CO_API_KEY"
    )


def test_a_model_server_on_this_machine_gets_no_key_of_another_server(settle):
    settings = settle({}, base_url="http://127.0.0.1:9/v1", compat=True)
    assert (settings.key, settings.key_source) == ("", "no key")


def test_a_stored_key_is_not_sent_to_the_profiles_own_other_compat_server(settle):
    assert settle(profile="local").key == "local-key"
    settings = settle(profile="local", compat=True)
    assert (settings.key, settings.key_source) == ("", "no key")


def test_a_stored_key_for_cohere_is_good_for_its_compat_endpoint(settle):
    assert settle(profile="home", compat=True).key == "home-key"


@pytest.mark.parametrize("key", ["CO_API_KEY", "COHERE_API_KEY"])
def test_a_key_from_the_environment_is_reported_where_a_profile_sends_it(settle, key):
    assert settle({key: "x"}).notes == (
        f"using {key} from the environment, not the key of profile 'corp'",
        f"{key} is sent to https://cohere.corp, the server of profile 'corp'",
    )
    assert settle({key: "x", "CO_PROFILE": "local"}, compat=True).notes == (
        f"using {key} from the environment, not the key of profile 'local'",
        f"{key} is sent to http://127.0.0.1:8000, the server of profile 'local'",
    )


def test_a_profiles_own_compat_server_is_reported_even_beside_a_url_for_the_rest(
    settle,
):
    environ = {"CO_API_KEY": "local-key", "CO_PROFILE": "local"}
    settings = settle(environ | {"CO_API_URL": "https://a.b"}, compat=True)
    assert settings.compat_base_url == "http://127.0.0.1:8000/v1"
    assert settings.notes == (
        "CO_API_KEY is sent to http://127.0.0.1:8000, the server of profile 'local'",
    )


def test_a_key_from_the_environment_is_noted_only_where_it_hides_another(
    settle,
):
    message = "using CO_API_KEY from the environment, not the key of profile 'corp'"
    assert settle({"CO_API_KEY": "x"}, base_url="https://a.b").notes == (message,)
    environ = {"CO_API_KEY": "x", "CO_API_URL": "https://a.b"}
    assert settle(environ).notes == (message,)
    environ = {"CO_API_KEY": "home-key", "CO_PROFILE": "home"}
    assert settle(environ).notes == ()


def test_a_server_on_this_machine_needs_no_key(stored):
    profiles = stored()
    url = "http://127.0.0.1:11434/v1"
    for given in (FlagValues(base_url=url, compat=True), FlagValues(base_url=url)):
        settings = resolve(given, {}, profiles, io.StringIO())
        assert (settings.key, settings.key_source) == ("", "no key")
    for given in (
        FlagValues(base_url="https://a.b"),
        FlagValues(base_url="https://a.b/v1", compat=True),
        FlagValues(compat=True),
    ):
        with pytest.raises(NotAuthenticated, match=r"^no API key$"):
            resolve(given, {}, profiles, io.StringIO())


def test_a_server_on_this_machine_gets_no_key_that_was_stored_for_another(stored):
    profiles = stored(
        'active = "home"\n',
        f'[profiles.home]\nkey = "home-key"\nbase_url = "{COHERE}"\n',
    )
    url = "http://127.0.0.1:8000/cohere"
    settings = resolve(FlagValues(base_url=url), {}, profiles, io.StringIO())
    assert (settings.key, settings.key_source) == ("", "no key")
    # A profile that was named is to be used with its own server.
    given = FlagValues(base_url=url, profile="home")
    with pytest.raises(NotAuthenticated, match=r"^the key of profile 'home' belongs"):
        resolve(given, {}, profiles, io.StringIO())


@pytest.mark.parametrize("path", ["/v1/rerank", "/rerank"])
def test_another_server_that_ranks_on_this_machine_needs_no_key(stored, path):
    given = FlagValues(base_url="http://127.0.0.1:8080", rerank_path=path)
    settings = resolve(given, {}, stored(), io.StringIO())
    assert (settings.key, settings.rerank_path) == ("", path)


def test_the_rerank_path_is_the_flags_or_the_profiles(stored):
    url = "http://127.0.0.1:8080"
    table = f'[profiles.x]\nbase_url = "{url}"\nrerank_path = "/rerank"\n'
    profiles = stored(f'active = "x"\n{table}')
    for message, path in ((None, "/rerank"), ("/v1/rerank", "/v1/rerank")):
        settings = resolve(FlagValues(rerank_path=message), {}, profiles, io.StringIO())
        assert settings.rerank_path == path
    with pytest.raises(UsageProblem) as caught:
        resolve(FlagValues(rerank_path="rerank"), {}, profiles, io.StringIO())
    assert str(caught.value) == "--rerank-path must be a path such as /v1/rerank"


@pytest.mark.parametrize(
    ("url", "is_coheres"),
    [
        (COMPAT, True),
        ("http://127.0.0.1:9/compatibility/v1", True),
        ("http://127.0.0.1:9/v1", False),
    ],
)
def test_coheres_shape_is_known_by_its_path(url, is_coheres):
    assert is_cohere_compat_url(url) is is_coheres


def test_an_empty_stored_key_means_no_authorization(stored):
    profiles = stored(
        'active = "x"\n', '[profiles.x]\nkey = ""\nbase_url = "https://a.b"'
    )
    settings = resolve(FlagValues(base_url="https://a.b"), {}, profiles, io.StringIO())
    assert (settings.key, settings.key_source) == ("", "the key of profile 'x'")


def test_a_dry_run_wants_no_key(stored):
    settings = resolve(
        FlagValues(dry_run=True, key_file="-"), {}, stored(), io.StringIO()
    )
    assert (settings.key, settings.base_url) == ("", COHERE)


@pytest.mark.parametrize(
    ("environ", "given"),
    [
        ({}, {"profile": "sandbox"}),
        ({"CO_API_KEY": "x", "CO_API_URL": "https://a.b"}, {"profile": "sandbox"}),
        ({"CO_PROFILE": "sandbox", "CO_API_KEY": "x"}, {}),
    ],
)
def test_the_sandbox_needs_nothing_and_uses_no_key(settle, environ, given):
    assert settle(environ, **given) == Settings(profile="sandbox", sandbox=True)


def test_the_sandbox_keeps_the_flags_that_are_not_about_where(settle):
    settings = settle(profile="sandbox", model="x", timeout=1, retries=0)
    assert settings == Settings(
        profile="sandbox",
        sandbox=True,
        model="x",
        timeout=1.0,
        retries=0,
    )


FLAKY = """
active = "flaky"
[profiles.corp]
base_url = "https://cohere.corp"
proxy = "http://proxy:3128"
model = "m"
[profiles.stand-in]
inherits = "corp"
sandbox = true
[profiles.flaky]
inherits = "stand-in"
faults = ["cut=5"]
[profiles.worse]
inherits = "flaky"
faults = ["refuse"]
[profiles.back]
inherits = "flaky"
sandbox = false
"""


def test_a_profile_can_be_a_sandbox_with_faults_that_others_inherit(stored):
    profiles = stored(FLAKY, KEYS.replace("home", "flaky"))
    environ = {"CO_API_KEY": "x", "CO_API_URL": "https://a.b"}

    def settle(**given):
        return resolve(FlagValues(**given), environ, profiles, io.StringIO())

    flaky = Settings(profile="flaky", sandbox=True, faults=("cut=5",), model="m")
    with pytest.raises(UsageProblem, match=r"^CO_API_URL cannot .*, which is active$"):
        settle()
    assert settle(profile="flaky") == flaky
    worse = settle(profile="worse")
    assert worse == replace(flaky, profile="worse", faults=("refuse",))
    back = settle(profile="back", dry_run=True)
    assert (back.sandbox, back.faults, back.base_url) == (False, (), "https://a.b")
    shown = "^--base-url cannot be used with profile 'flaky', which is active$"
    with pytest.raises(UsageProblem, match=shown):
        settle(base_url="https://a.b")


OWN_ADDRESS = "the sandbox has its own address: {}, or leave out {}"


@pytest.mark.parametrize(
    ("environ", "given", "what", "leave"),
    [
        (
            {},
            {"profile": "sandbox", "base_url": "https://a.b"},
            "--base-url cannot be used with profile 'sandbox', which -p names",
            "leave out -p",
        ),
        (
            {"CO_PROFILE": "sandbox"},
            {"base_url": "https://a.b", "compat": True},
            "--base-url cannot be used with profile 'sandbox', which CO_PROFILE names",
            "unset CO_PROFILE or use -p NAME",
        ),
        (
            {"CO_PROFILE": "sandbox", "CO_API_URL": "https://a.b"},
            {},
            "CO_API_URL cannot be used with profile 'sandbox', which CO_PROFILE names",
            "unset CO_PROFILE or use -p NAME",
        ),
    ],
)
def test_an_address_that_the_sandbox_would_not_use_is_refused(
    settle, environ, given, what, leave
):
    with pytest.raises(UsageProblem) as caught:
        settle(environ, **given)
    assert str(caught.value) == what
    assert caught.value.hint == OWN_ADDRESS.format(leave, what.split()[0])


def test_warnings_of_the_files_are_reported_with_the_rest(stored, directory):
    stored("", KEYS)
    (directory / "keys.toml").chmod(0o644)
    profiles = load_profiles(directory)
    settings = resolve(FlagValues(profile="home"), {}, profiles, io.StringIO())
    assert settings.notes == profiles.notes != ()


ROUTED = """
[profiles.lab]
base_url = "https://lab.example"
compat_base_url = "https://compat.lab.example/v1"
concurrency = 2
rate = 30
show = ["thinking"]
hide = ["citations"]
proxy = "http://proxy:3128"
ca_bundle = "/etc/lab.pem"
client_certificate = "/etc/me.pem"
client_key = "/etc/me.key"
client_name = "lab"
headers = { X-Team = "search" }
"""
LAB = {
    "proxy": "http://proxy:3128",
    "ca_bundle": "/etc/lab.pem",
    "client_certificate": "/etc/me.pem",
    "client_key": "/etc/me.key",
    "client_name": "lab",
}


def test_a_profile_sets_the_connection_and_the_retries(stored):
    given = FlagValues(profile="lab", dry_run=True)
    settings = resolve(given, {}, stored(ROUTED), io.StringIO())
    assert settings.route == Route(**LAB, headers={"X-Team": "search"})
    assert (settings.concurrency, settings.rate) == (2, 30)
    assert (settings.show, settings.hide) == (("thinking",), ("citations",))
    assert settings.notes == ()


@pytest.mark.parametrize("compat", [False, True])
def test_headers_go_to_both_of_a_profiles_own_servers(stored, compat):
    given = FlagValues(profile="lab", compat=compat, dry_run=True)
    settings = resolve(given, {}, stored(ROUTED), io.StringIO())
    assert settings.route.headers == {"X-Team": "search"}


@pytest.mark.parametrize(
    ("message", "environ"),
    [
        ({"base_url": "https://elsewhere.example"}, {}),
        ({}, {"CO_API_URL": "https://elsewhere.example"}),
        ({}, {"CO_API_URL": "https://lab.example:444"}),
    ],
)
def test_headers_stay_here_where_a_call_goes_elsewhere(stored, message, environ):
    given = FlagValues(profile="lab", dry_run=True, **message)
    settings = resolve(given, environ, stored(ROUTED), io.StringIO())
    assert settings.route == Route(**LAB)
    assert settings.notes == (
        "the headers of profile 'lab' are for https://lab.example and are not sent",
    )


def test_what_may_be_a_secret_is_in_no_repr(stored):
    settings = ROUTED.replace("http://proxy", "http://me:canary@proxy")
    profiles = stored(settings.replace('"search"', '"canary"'))
    given = FlagValues(profile="lab", dry_run=True)
    shown = f"{profiles!r} {resolve(given, {}, profiles, io.StringIO())!r}"
    assert "canary" not in shown


def all_messages(call) -> str:
    """What a call returns or raises, down to the objects behind an error."""
    try:
        returned = call()
    except Exception as exc:  # noqa: BLE001 - each error may be the one that tells
        shown, link = "", exc
        while link is not None:
            shown += f"{link!r} {link} {vars(link)!r}"
            link = link.__cause__ or link.__context__
        return shown
    return repr(returned)


@pytest.mark.parametrize("foreign", ["", " ", "\\n", "\\u00e9"])
@pytest.mark.parametrize(
    "given",
    [
        FlagValues(),
        FlagValues(profile="home"),
        FlagValues(base_url="https://a.b"),
        FlagValues(key_file="-"),
        FlagValues(profile="wrong"),
        FlagValues(base_url=f"https://{CANARY}@a.b"),
    ],
)
def test_a_key_is_never_printed(stored, given, foreign):
    keys = KEYS.replace("-key", CANARY + foreign)
    profiles = stored(SETTINGS, keys)
    stdin = f"{CANARY}{foreign}x"
    for environ in ({}, {"CO_API_KEY": CANARY + foreign + "y"}):
        shown = all_messages(
            lambda environ=environ: resolve(
                given, environ, profiles, io.StringIO(stdin)
            )
        )
        assert CANARY not in shown
    assert CANARY not in all_messages(lambda: profiles)


@pytest.mark.parametrize(
    "broken", ['x = "', "[x", "\x00", "key = 1", '[profiles.home]\nkey = "{0}"']
)
def test_a_key_in_a_broken_file_is_never_printed(stored, broken):
    text = f"{KEYS}# {CANARY}\n{broken.format(CANARY)}\n".replace("-key", CANARY)
    shown = all_messages(lambda: stored("", text))
    assert "ConfigProblem" in shown
    assert CANARY not in shown


def test_nothing_heavy_is_loaded_to_find_a_key_in_the_environment(tmp_path):
    program = (
        "import io, sys\n"
        "from pathlib import Path\n"
        "from cohere_cli.config.resolution import load_profiles, resolve\n"
        "from cohere_cli.config.settings import FlagValues\n"
        f"profiles = load_profiles(Path({str(tmp_path)!r}))\n"
        "resolve(FlagValues(), {'CO_API_KEY': 'x'}, profiles, io.StringIO())\n"
        "heavy = {'tomlkit', 'tomllib', 'httpx', 'pydantic', 'rich', 'fcntl'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "print(*sorted(x[18:] for x in sys.modules if x.startswith('cohere_cli.config.')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules = "credentials profiles resolution settings urls"
    assert done.stdout == f"[]\n{modules}\n"


def test_a_ranking_goes_to_the_profiles_own_server_for_it(stored):
    table = """
[profiles.x]
base_url = "http://127.0.0.1:8000/cohere"
rerank_base_url = "http://127.0.0.1:8080/v2/rerank"
"""
    profiles = stored(f'active = "x"\n{table}')
    for rerank, given, url in (
        (True, None, "http://127.0.0.1:8080"),
        (False, None, "http://127.0.0.1:8000/cohere"),
        (True, "http://127.0.0.1:9", "http://127.0.0.1:9"),
    ):
        flags = FlagValues(base_url=given, rerank=rerank)
        settings = resolve(flags, {}, profiles, io.StringIO())
        assert settings.base_url == url


def test_the_key_of_chat_is_not_sent_to_the_server_of_rankings(stored):
    profiles = stored(
        'active = "x"\n[profiles.x]\nrerank_base_url = "https://a.b"\n',
        f'[profiles.x]\nkey = "abc"\nbase_url = "{COHERE}"\n',
    )
    with pytest.raises(NotAuthenticated, match=r"belongs to https://api\.cohere\.com"):
        resolve(FlagValues(rerank=True), {}, profiles, io.StringIO())
    assert resolve(FlagValues(), {}, profiles, io.StringIO()).key == "abc"
