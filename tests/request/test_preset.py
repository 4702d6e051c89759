"""Presets: their names, their parameters, and what the values of those may hold."""

import pytest

from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.request.preset import (
    Parameter,
    check_name,
    filled,
    find_preset,
    parameters,
    parse_values,
    preset_names,
)

TEXT = "system: {{who=nobody}}\nmessages:\n- content: {{to}} {{who}} {{ x }} {{}}\n"
DATA = {"system": "{{who=nobody}}", "messages": [{"content": "{{to}} {{who}} {{ x }}"}]}


def test_each_parameter_has_its_line_and_its_first_default():
    assert list(parameters(TEXT)) == [
        Parameter("who", 1, "nobody"),
        Parameter("to", 3, None),
    ]


@pytest.mark.parametrize(
    ("values", "system", "content"),
    [
        ({"to": "Ada"}, "nobody", "Ada nobody {{ x }}"),
        ({"to": "", "who": "{{to}}"}, "{{to}}", " {{to}} {{ x }}"),
        # a value is a text, whatever YAML would make of it
        ({"to": "a: [1\n- b", "who": "null"}, "null", "a: [1\n- b null {{ x }}"),
        ({"to": r"\1"}, "nobody", r"\1 nobody {{ x }}"),
    ],
)
def test_values_and_defaults_stand_in_place_of_parameters(values, system, content):
    body = filled(DATA, TEXT, values, "a.yaml")
    assert body == {"system": system, "messages": [{"content": content}]}


def test_a_parameter_without_a_value_is_named_with_its_line():
    with pytest.raises(InputProblem) as raised:
        filled(DATA, TEXT, {}, "a.yaml")
    assert str(raised.value) == "parameter 'to' has no value (a.yaml:3)"
    assert raised.value.hint == "give it one: --param to=VALUE"


def test_numbers_and_keys_are_left_as_they_are():
    data = {"{{a=b}}": 1, "t": 0.5, "n": None}
    assert filled(data, "{{a=b}}", {}, "x") == data


def test_values_are_given_as_name_and_value():
    assert parse_values(["a=b=c", "d="]) == {"a": "b=c", "d": ""}
    for wrong in ("a", "=b", ""):
        with pytest.raises(UsageProblem):
            parse_values([wrong])


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".x", "-x", "a.yaml", "x" * 65])
def test_a_name_that_is_a_path_is_refused(name):
    with pytest.raises(UsageProblem):
        check_name(name)


def test_presets_are_found_by_name_in_their_folder(tmp_path):
    for name in ("b.json", "a.yaml", "c.yml", "notes.txt", ".hidden.yaml"):
        (tmp_path / name).touch()
    assert preset_names(tmp_path) == ["a", "b", "c"]
    assert find_preset(tmp_path, "c") == tmp_path / "c.yml"
    assert preset_names(tmp_path / "missing") == []
    with pytest.raises(UsageProblem) as raised:
        find_preset(tmp_path, "cc")
    assert raised.value.what == "no such preset: 'cc'"
