"""Aliases of models: wherever a model is named, and never in place of one in silence."""

import json
from pathlib import Path

import pytest

SETTINGS = """\
active = "work"
[profiles.work.alias]
fast = "command-r7b-12-2024"
best = "rerank-v4.0-pro"
"""
FAST = "command-r7b-12-2024"


@pytest.fixture
def aliased(co):
    directory = Path(co.environ["CO_CONFIG_DIR"])
    directory.mkdir(mode=0o700)
    (directory / "config.toml").write_text(SETTINGS)
    return co


@pytest.mark.parametrize(
    ("words", "environ", "model"),
    [
        (["chat", "Hi", "-m", "fast"], {}, FAST),
        (["compat", "Hi", "-m", "fast"], {}, FAST),
        (["chat", "Hi"], {"CO_MODEL": "fast"}, FAST),
        (["chat", "Hi", "-m", "other"], {"CO_MODEL": "fast"}, "other"),
        (["chat", "Hi", "-m", "fast", "--no-defaults"], {}, FAST),
        (["rerank", "-q", "x", "-m", "best"], {}, "rerank-v4.0-pro"),
    ],
    ids=str,
)
def test_an_alias_is_known_wherever_a_model_is_named(aliased, words, environ, model):
    run = aliased(*words, "--dry-run", env=environ, stdin=b"a\n")
    assert (run.returncode, run.stderr) == (0, b"")
    assert json.loads(run.stdout)["model"] == model


def test_a_setting_may_hold_an_alias_and_is_shown_as_it_is(aliased):
    aliased("config", "set", "model", "fast")
    aliased("config", "set", "rerank_model", "best")
    assert json.loads(aliased("chat", "Hi", "--dry-run").stdout)["model"] == FAST
    body = aliased("rerank", "-q", "x", "--dry-run", stdin=b"a\n").stdout
    assert json.loads(body)["model"] == "rerank-v4.0-pro"
    shown = aliased("config", "show").stdout.decode().splitlines()
    rows = [line.split(maxsplit=2) for line in shown]
    assert ["model", "fast", "profile 'work'"] in rows
    assert ["alias.fast", FAST, "profile 'work'"] in rows
    assert aliased("config", "get", "alias.fast").stdout.decode() == f"{FAST}\n"


def test_an_alias_that_hides_a_model_has_a_note(aliased):
    run = aliased("config", "set", "alias.command-a-03-2025", "mine")
    assert run.stderr.decode().splitlines() == [
        "co: alias.command-a-03-2025 hides the model command-a-03-2025",
        "co: set alias.command-a-03-2025 in profile 'work'",
    ]
    note = (
        "co: alias 'command-a-03-2025' of profile 'work' hides the model of this name: "
        "mine is used\n"
    )
    for words in (["-m", "command-a-03-2025"], []):
        run = aliased("chat", "Hi", *words, "--dry-run")
        assert json.loads(run.stdout)["model"] == "mine"
        assert run.stderr.decode() == note


def test_a_model_of_a_cached_list_is_a_known_one(aliased):
    aliased("models", "list", "-p", "sandbox")
    run = aliased("config", "set", "alias.command-r-08-2024", "mine")
    assert (
        b"co: alias.command-r-08-2024 hides the model command-r-08-2024" in run.stderr
    )


@pytest.mark.parametrize(
    ("setting", "model", "problem"),
    [
        ("alias.x", "fast", "cannot change alias.x: alias.x of profile 'work' is an alias of an alias"),
        ("alias.x", "", 'alias.x must be a name such as "command-a-03-2025"'),
        ("alias.a b", "m", "alias.a b must have a name of 1 to 64 of A-Z a-z 0-9 . _ -"),
    ],
)  # fmt: skip
def test_a_wrong_alias_is_refused_in_one_line(aliased, setting, model, problem):
    run = aliased("config", "set", setting, model)
    assert run.returncode == 2
    assert run.stderr.decode().splitlines()[0] == f"co: {problem}"
