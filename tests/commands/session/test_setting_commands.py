import pytest

from cohere_cli.commands.session.candidates import candidates_of
from cohere_cli.commands.session.setting_commands import setting_rules


def test_the_model_is_shown_and_chosen(person):
    noted = person.types("/model", "/model command-r-08-2024", "Hello", "/model")
    assert noted == (
        "co: the model is command-a-03-2025\n"
        "co: the model is command-r-08-2024\n"
        "co: the model is command-r-08-2024\n"
    )
    assert person.turns[1].model == "command-r-08-2024"


def test_the_name_of_a_model_has_no_spaces(person):
    assert "the name of a model has no spaces" in person.types("/model a b")


def test_a_setting_is_a_field_of_later_requests_until_it_is_unset(person):
    noted = person.types("/set temperature 0.2", "one", "two", "/set temperature -")
    assert noted == "co: temperature: 0.2\nco: temperature: not set\n"
    person.types("three")
    temperatures = [turn.request.get("temperature") for turn in person.turns.values()]
    assert temperatures == [0.2, 0.2, None]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("/set temprature 1", "no such setting: 'temprature'"),
        ("/set temperature 2", "temperature must be a number from 0 to 1"),
        ("/set seed x", "seed must be a whole number"),
        ("/set safety loose", "safety must be one of contextual, strict, off"),
        ("/set model x", "model has a command of its own"),
        ("/set dry_run true", "no such setting: 'dry_run'"),
        ("/set output yaml", "-o yaml needs --dry-run"),
    ],
)
def test_a_setting_is_checked_as_its_flag_is(person, line, problem):
    before = person.session.flags
    assert problem in person.types(line)
    assert person.session.flags == before


def test_settings_are_listed(person):
    assert (
        "no setting is set; /set NAME VALUE sets one, Tab lists them"
        in person.types("/set")
    )
    person.types("/set --max-tokens 50", "/set passages 3", "/set stop a,b", "/set")
    lines = person.session.terminal.written.decode().strip().splitlines()
    assert [line.split("  ", 1) for line in lines[-3:]] == [
        ["max_tokens", "50"],
        ["passages", "  3"],
        ["stop", "      a, b"],
    ]


def test_limits_of_the_connection_hold_from_the_next_turn_on(person):
    person.types("/set timeout 7", "Hello")
    assert person.session.connection().timeout == 7
    assert person.session.conversation.head == 1


def test_parts_of_an_answer_are_listed_and_toggled(person):
    person.types("/show")
    lines = person.session.terminal.written.decode().strip().splitlines()
    assert dict(line.split() for line in lines) == {
        "thinking": "hidden",
        "plan": "shown",
        "tools": "shown",
        "results": "shown",
        "citations": "shown",
        "usage": "hidden",
        "logprobs": "hidden",
    }
    assert "1 in, " in person.types("/show usage", "Hello")
    assert "1 in, " not in person.types("/show usage", "Hello")
    assert "unknown channel 'x'" in person.types("/show x")


def test_models_settings_and_their_values_are_completed(person, tmp_path):
    presets = tmp_path / "config/presets"
    presets.mkdir(parents=True)
    (presets / "terse.yaml").write_text("temperature: 0\n")
    candidates = candidates_of(person.session)
    assert "command-a-03-2025" in candidates["models"]([])
    assert candidates["settings"]([]) == sorted(setting_rules())
    assert candidates["settings"](["safety"]) == ["contextual", "strict", "off"]
    assert candidates["settings"](["logprobs"]) == ["true", "false"]
    assert candidates["settings"](["preset"]) == ["terse"]
    assert candidates["settings"](["temperature"]) == []


def test_a_preset_is_taken_over_once(person, tmp_path):
    presets = tmp_path / "config/presets"
    presets.mkdir(parents=True)
    (presets / "terse.yaml").write_text(
        "temperature: 0\nmessages: [{role: system, content: Be terse.}]\n"
    )
    person.types("/set preset terse", "one", "two")
    assert person.session.flags.preset is None
    assert person.turns[2].request["temperature"] == 0
    assert person.messages(2)[0] == ("system", "Be terse.")
