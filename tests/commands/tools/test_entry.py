"""Entries that `co tools add` writes into files of YAML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.commands.tools.entry import tool_entry, with_entry
from cohere_cli.documents.formats.yaml import parse_one
from cohere_cli.documents.source import Text
from cohere_cli.errors import CoError, InputProblem, UsageProblem


def entry(name, *command, description="d", result=None):
    words = command or ("date",)
    return tool_entry(name, words, description=description, result=result)


def value(text):
    return parse_one(Text(text, "t.yaml"))


NEW = entry("new", "sales", "--", "{day}", result="documents")
WRITTEN = """\
- type: function
  function:
    name: new
    description: d
    parameters:
      type: object
      properties:
        day:
          type: string
      required:
      - day
  run:
  - sales
  - --
  - '{day}'
  result: documents
"""
INDENTED = "".join(f"  {line}\n" for line in WRITTEN.splitlines())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", WRITTEN),
        ("# mine", "# mine\n" + WRITTEN),
        ("- name: a\n", "- name: a\n" + WRITTEN),
        ("- name: a", "- name: a\n" + WRITTEN),
        ("- name: a # note\n\n- name: b\n# end\n", "- name: a # note\n\n- name: b\n\n" + WRITTEN + "# end\n"),
        ("tools:\n- name: a\nmodel: m # keep\n", "tools:\n- name: a\n" + WRITTEN + "model: m # keep\n"),
        ("tools:\n  - name: a\n    run: [x,\n      y]\nmodel: m\n", "tools:\n  - name: a\n    run: [x,\n      y]\n" + INDENTED + "model: m\n"),
        ("- name: a\n  description: |\n    one\n\n    two\n", "- name: a\n  description: |\n    one\n\n    two\n" + WRITTEN),
        ("- {name: a}\n", "- {name: a}\n" + WRITTEN),
    ],
)  # fmt: skip
def test_an_entry_is_put_after_the_last_tool_and_all_else_stays(before, after):
    assert with_entry(before, NEW, "t.yaml") == after


@pytest.mark.parametrize("shape", ["name: new", "function: {name: new}"])
def test_a_tool_of_the_same_name_is_replaced_only_if_asked(shape):
    before = f"# a\n- name: a\n\n- {shape}\n  run:\n  - x\n\n# b\n- name: b\n"
    with pytest.raises(UsageProblem) as caught:
        with_entry(before, NEW, "t.yaml")
    assert (str(caught.value), caught.value.hint) == (
        "t.yaml has a tool 'new' already",
        "--force replaces it",
    )
    after = f"# a\n- name: a\n\n{WRITTEN}\n# b\n- name: b\n"
    assert with_entry(before, NEW, "t.yaml", replace=True) == after


@pytest.mark.parametrize(
    "before",
    [
        "name: a\nparameters: {}\n",
        '[{"name": "a"}]',
        "tools: []\n",
        "tools: &t\n  - name: a\nmore: *t\n",
        "-\n  name: new\n",
        "model: m\n",
        "text\n",
    ],
)
def test_a_file_in_which_an_entry_has_no_place_is_refused(before):
    with pytest.raises(InputProblem) as caught:
        with_entry(before, NEW, "t.yaml", replace=True)
    assert "by hand" in caught.value.hint


keys = st.sampled_from(["name", "a", "function", "run"])
values = st.recursive(
    st.none() | st.integers() | st.text("ab: #-'\n", max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.lists(st.dictionaries(keys, values, min_size=1), min_size=1, max_size=3),
    st.booleans(),
)
def test_no_other_tool_is_changed_whatever_is_in_the_file(tools, in_body):
    import yaml

    body = {"model": "m", "tools": tools, "z": 1} if in_body else tools
    text = yaml.safe_dump(body, sort_keys=False)
    try:
        before = value(text)
        after = value(with_entry(text, NEW, "t.yaml"))
    except CoError:
        return
    if in_body:
        assert after == {**before, "tools": [*before["tools"], NEW]}
    else:
        assert after == [*before, NEW]


words = st.text(st.characters(codec="utf-8", exclude_characters="\0{}"), max_size=20)


@given(st.lists(words, min_size=1, max_size=5), words)
def test_each_word_and_text_is_read_again_as_it_was(command, description):
    made = entry("f", *command, description=description or "d")
    assert value(with_entry("", made, "t.yaml")) == [made]


def test_slots_are_parameters_and_a_doubled_brace_is_not():
    made = entry("f", "prog", "{a}", "{{b}}", "{a}", "{c-d}", "{print $1}")
    assert made["function"]["parameters"] == {
        "type": "object",
        "properties": {"a": {"type": "string"}, "c-d": {"type": "string"}},
        "required": ["a", "c-d"],
    }


@pytest.mark.parametrize(
    ("name", "command", "what"),
    [
        ("a b", ["x"], "'a b' cannot be the name of a tool"),
        ("f", ["{x}"], "a command begins with the name of a program"),
        ("f", ["x", "--day={day}"], "'--day={day}' has a parameter inside of a word"),
        ("f", ["x", "\udcff"], "'\\udcff' is not UTF-8, which a file of tools is"),
        ("f", ["x", "{day}.csv"], "'{day}.csv' has a parameter inside of a word"),
    ],
)
def test_what_cannot_be_a_tool_is_refused(name, command, what):
    with pytest.raises(UsageProblem) as caught:
        entry(name, *command)
    assert str(caught.value) == what
