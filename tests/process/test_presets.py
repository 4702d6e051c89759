"""`co preset`, and `--preset` with `--param`."""

import json
from pathlib import Path

import pytest
from co_program import ROOT

EXAMPLES = sorted((ROOT / "examples/presets").glob("*.yaml"))
BODY = "# polite: says please\nmodel: m1\ntemperature: 0.5\nmessages:\n\
- {role: system, content: 'Say {{word=please}} to {{who}}.'}\n"


@pytest.fixture
def kept(co):
    """`co` with the preset `polite`."""
    folder = Path(co.environ["CO_CONFIG_DIR"]) / "presets"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "polite.yaml").write_text(BODY)
    return co


def body(run):
    assert (run.returncode, run.stderr) == (0, b"")
    return json.loads(run.stdout)


def test_a_preset_is_a_body_that_files_and_flags_override(kept, tmp_path):
    (tmp_path / "more.yaml").write_text("temperature: 0.1\n")
    words = ["chat", "Hi", "--preset", "polite", "--param", "who=Ada", "--dry-run"]
    sent = body(kept(*words, "-f", "more.yaml", "-m", "m2", cwd=tmp_path))
    assert (sent["model"], sent["temperature"]) == ("m2", 0.1)
    assert [one["content"] for one in sent["messages"]] == ["Say please to Ada.", "Hi"]


def test_several_presets_are_merged_in_their_order(kept):
    folder = Path(kept.environ["CO_CONFIG_DIR"]) / "presets"
    (folder / "cold.json").write_text('{"temperature": 0}')
    words = ["chat", "Hi", "--param", "who=x", "--dry-run", "--preset"]
    assert body(kept(*words, "polite", "--preset", "cold"))["temperature"] == 0
    assert body(kept(*words, "cold", "--preset", "polite"))["temperature"] == 0.5


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (["--preset", "polite"], 3, "parameter 'who' has no value (*polite.yaml:5)"),
        (["--preset", "polte"], 2, "no such preset: 'polte'"),
        (["--preset", "../polite"], 2, "'../polite' cannot be the name of a preset"),
        (
            ["--preset", "polite", "--param", "whom=x"],
            2,
            "no preset has a parameter 'whom'",
        ),
        (["--param", "who=x"], 2, "no preset has a parameter 'who'"),
        (
            ["--preset", "polite", "--param", "who"],
            2,
            "--param takes NAME=VALUE, not 'who'",
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_named_and_nothing_is_sent(kept, words, code, what):
    run = kept("chat", "Hi", *words, "-p", "sandbox")
    first = run.stderr.decode().splitlines()[0]
    place = f"{kept.environ['CO_CONFIG_DIR']}/presets/"
    assert (run.returncode, run.stdout) == (code, b"")
    assert first == f"co: {what.replace('*', place)}"


def test_presets_are_listed_with_parameters_and_first_comment(kept):
    assert kept("preset", "list").stdout == b"polite\n"
    (one,) = json.loads(kept("preset", "list", "--json").stdout)
    assert (one["about"], one["parameters"]) == (
        "says please",
        [{"name": "word", "default": "please"}, {"name": "who", "default": None}],
    )
    assert kept("preset", "show", "polite").stdout.decode() == BODY
    path = kept("preset", "path", "polite").stdout.decode().strip()
    assert Path(path).read_text() == BODY


def test_without_presets_the_list_names_what_makes_one(co):
    run = co("preset", "list")
    note = "co: there are no presets; `co preset edit NAME` makes one\n"
    assert (run.returncode, run.stdout, run.stderr.decode()) == (0, b"", note)


def test_a_new_preset_begins_with_an_example_that_works(co):
    run = co("preset", "edit", "mine", env={"EDITOR": "true"})
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    sent = body(co("chat", "Hi", "--preset", "mine", "--dry-run"))
    assert sent["messages"][0]["content"] == "Answer in English, in one paragraph.\n"
    again = co("preset", "edit", "mine", env={"EDITOR": "sed -i s/English/French/"})
    assert again.returncode == 0
    sent = body(co("chat", "Hi", "--preset", "mine", "--dry-run"))
    assert "French" in sent["messages"][0]["content"]


def test_a_preset_that_is_no_body_is_reported_after_it_was_edited(kept):
    run = kept("preset", "edit", "polite", env={"EDITOR": "sed -i s/model:/modle:/"})
    assert run.returncode == 3
    assert b"did you mean 'model'?" in run.stderr


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda one: one.stem)
def test_each_example_is_a_preset_that_works(co, path):
    folder = Path(co.environ["CO_CONFIG_DIR"]) / "presets"
    folder.mkdir(parents=True, mode=0o700)
    (folder / path.name).write_text(path.read_text())
    words = ["chat", "Hi", "--preset", path.stem, "-p", "sandbox"]
    needed = {"translate": ["--param", "to=German"]}
    run = co(*words, *needed.get(path.stem, []))
    assert run.returncode == 0
    assert run.stdout
