import io

import pytest

from cohere_cli.config.report import effective_settings
from cohere_cli.errors import ConfigProblem

COHERE = "https://api.cohere.com"

SETTINGS = """
active = "fast"
[profiles.base]
base_url = "https://cohere.corp"
proxy = "http://me:canary@proxy:3128"
headers = { X-Team = "canary" }
key_command = "pass show cohere"
timeout = 5
[profiles.fast]
inherits = "base"
model = "m"
show = ["usage"]
"""


def shown(profiles, flag=None, environ=None):
    found = effective_settings(flag, environ or {}, profiles, io.StringIO())
    return {one.name: (one.value, one.source) for one in found}


def test_each_setting_is_shown_with_its_source(stored):
    assert shown(stored(SETTINGS)) == {
        "base_url": ("https://cohere.corp", "profile 'base'"),
        "compat_base_url": (
            "https://cohere.corp/compatibility/v1",
            "base_url, profile 'base'",
        ),
        "rerank_base_url": (None, "built-in"),
        "model": ("m", "profile 'fast'"),
        "rerank_model": ("rerank-v3.5", "built-in"),
        "rerank_path": ("/v2/rerank", "built-in"),
        "vision_model": ("command-a-vision-07-2025", "built-in"),
        "timeout": (5.0, "profile 'base'"),
        "max_time": (None, "built-in"),
        "retries": (None, "built-in"),
        "concurrency": (4, "built-in"),
        "rate": (None, "built-in"),
        "max_cost_month": (None, "built-in"),
        "show": (("usage",), "profile 'fast'"),
        "hide": (None, "built-in"),
        "think_tags": (True, "built-in"),
        "history": (None, "built-in"),
        "proxy": ("http://…@proxy:3128", "profile 'base'"),
        "ca_bundle": (None, "built-in"),
        "client_certificate": (None, "built-in"),
        "client_key": (None, "built-in"),
        "client_name": ("co", "built-in"),
        "headers": ({"X-Team": "…"}, "profile 'base'"),
        "key_command": ("pass show cohere", "profile 'base'"),
        "allow_http": (False, "built-in"),
        "sandbox": (False, "built-in"),
        "faults": (None, "built-in"),
        "inherits": ("base", "profile 'fast'"),
    }


SANDBOX = """
[profiles.stand-in]
inherits = "base"
sandbox = true
[profiles.flaky]
inherits = "stand-in"
model = "m"
faults = ["cut=5", "status=429;times=2"]
"""


def test_a_sandbox_shows_no_server_settings(stored):
    environ = {"CO_API_URL": "https://a.b"}
    found = shown(stored(SETTINGS + SANDBOX), "flaky", environ)
    message = {name: one for name, one in found.items() if one[1] != "built-in"}
    assert message == {
        "model": ("m", "profile 'flaky'"),
        "timeout": (5.0, "profile 'base'"),
        "sandbox": (True, "profile 'stand-in'"),
        "faults": (("cut=5", "status=429;times=2"), "profile 'flaky'"),
        "inherits": ("stand-in", "profile 'flaky'"),
    }
    built_in = shown(stored(SETTINGS), "sandbox")
    for name in {*found} - {*message}:
        assert found[name] == built_in[name]


def test_a_variable_that_overrides_is_reported(stored):
    environ = {"CO_MODEL": "x", "CO_API_URL": "https://a.b"}
    found = shown(stored(SETTINGS), environ=environ)
    assert found["model"] == ("x", "CO_MODEL")
    assert found["base_url"] == ("https://a.b", "CO_API_URL")
    assert found["compat_base_url"] == (
        "https://a.b/compatibility/v1",
        "base_url, CO_API_URL",
    )
    assert shown(stored(SETTINGS), environ={"CO_MODEL": " "})["model"][0] == "m"


def test_without_profiles_all_is_built_in(stored):
    found = shown(stored())
    assert {source for _, source in found.values()} == {"built-in"}
    assert found["base_url"][0] == COHERE


def test_no_key_is_wanted_and_none_is_shown(stored):
    keys = f'[profiles.x]\nkey = "canary"\nbase_url = "{COHERE}"\n'
    for flag in ("x", "fast", "sandbox"):
        assert "canary" not in str(shown(stored(SETTINGS, keys), flag))


def test_an_unknown_profile_is_an_error(stored):
    with pytest.raises(ConfigProblem, match=r"^there is no profile 'y'"):
        shown(stored(SETTINGS), "y")
