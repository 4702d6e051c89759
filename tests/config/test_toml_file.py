import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.config.toml_file import TomlFile, _parsed
from cohere_cli.errors import ConfigProblem

MEND = "fix this line, or move the file away"


@pytest.fixture
def sheet(tmp_path):
    def make(text):
        path = tmp_path / "config.toml"
        data = text.encode() if isinstance(text, str) else text
        path.write_bytes(data)
        return TomlFile.read(path)

    return make


def test_an_absent_file_is_an_empty_sheet(tmp_path):
    path = tmp_path / "config.toml"
    assert TomlFile.read(path) == TomlFile(path, b"", {}, None)


def test_a_byte_order_mark_is_accepted(sheet):
    assert sheet(b"\xef\xbb\xbfa = 1\n").tables == {"a": 1}


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a = 1\nb =\n", 2, "is not valid TOML: Invalid value"),
        (
            "a = 1\n\n[b\n",
            3,
            "is not valid TOML: Expected ']' at the end of a table declaration",
        ),
        ("a = 1\na = 2\n", 2, "is not valid TOML: Cannot overwrite a value"),
        ('a = "x', 1, "is not valid TOML: Unterminated string"),
        (b"a = 1\nb = '\xff'\n", 2, "is not UTF-8"),
        (b"a = 1\n# half: \xc3", 2, "is not UTF-8"),
    ],
)
def test_a_broken_file_is_reported_by_its_line(sheet, tmp_path, text, line, why):
    with pytest.raises(ConfigProblem) as caught:
        sheet(text)
    path = tmp_path / "config.toml"
    assert str(caught.value) == f"config.toml {why} ({path}:{line})"
    assert caught.value.hint == MEND


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = " + "[" * 100_000, "maximum recursion depth exceeded"),
        ("a = " + "1" * 5000, "Exceeds the limit (4300 digits)"),
    ],
)
def test_a_file_that_is_too_much_for_the_reader_is_refused_too(sheet, text, why):
    with pytest.raises(ConfigProblem) as caught:
        sheet(text)
    assert caught.value.what.startswith(f"config.toml is not valid TOML: {why}")


DEEP = ".".join("a" * 100_000)


@pytest.mark.parametrize(
    "text",
    ["{} = 1", "b = 1\n[[ {} ]]", "b = {{ c = 1, {} = 1 }}", "'a' . \"b\" . {} = 1"],
)
def test_a_name_of_many_parts_is_refused_before_it_is_parsed(sheet, text):
    with pytest.raises(ConfigProblem) as caught:
        sheet(text.format(DEEP))
    assert caught.value.what == "config.toml has a name of more than 20 parts"
    assert caught.value.where.endswith(f":{text.count(chr(10)) + 1}")
    assert caught.value.hint == MEND


def test_a_text_with_many_dots_is_a_value():
    value = f"x, {'a.' * 100}, {'a.' * 100}b [{'a.' * 100}"
    assert _parsed(f'a = "{value}"'.encode(), Path("config.toml")) == {"a": value}


@given(st.binary(max_size=40) | st.text("[]{}=.\"'#\\\n\r ab1-:", max_size=40))
def test_whatever_the_bytes_are_they_are_tables_or_refused(text):
    data = text.encode() if isinstance(text, str) else text
    try:
        tables = _parsed(data, Path("config.toml"))
    except ConfigProblem as exc:
        assert exc.where.startswith("config.toml:")  # noqa: PT017 - one of two ends
        return
    assert isinstance(tables, dict)


def test_an_error_does_not_carry_the_file_with_it(sheet):
    with pytest.raises(ConfigProblem) as caught:
        sheet('key = "canary7Q2v9"\nb = "canary7Q2v9')
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("text", "keys", "line"),
    [
        ("a = 1\nb = 2\n", ("b",), 2),
        ("[x]\nb = 1\n[y]\nb = 2\n", ("y", "b"), 4),
        ("[x]\n# b\nb = 1\n", ("x", "b"), 3),
        ('[x]\nc = "b"\nb = 1\n', ("x", "b"), 3),
        ("\n\n[x.y]\n", ("x", "y"), 3),
        ("x = { y = { b = 1 } }\n", ("x", "y", "b"), 1),
        ("x.y.b = 1\n", ("x", "y", "b"), 1),
        ("c = '''\nb = 9\n'''\nb = 1\n", ("b",), 4),
        ("a = 1\nb = [\n1,\n]\n", ("b",), 2),
        ('["\\u0062"]\n', ("b",), 1),
    ],
)
def test_a_problem_names_the_line_of_the_value(sheet, tmp_path, text, keys, line):
    problem = sheet(text).problem(keys, "it is wrong", "do so")
    assert str(problem) == f"it is wrong ({tmp_path / 'config.toml'}:{line})"
    assert problem.hint == "do so"


def test_an_unknown_name_is_reported_with_the_nearest_known_one(sheet):
    with pytest.raises(ConfigProblem) as caught:
        sheet("[x]\nmodle = 1\n").table(("x",), ("model", "timeout"))
    assert caught.value.what == "unknown setting 'modle'"
    assert caught.value.where.endswith("config.toml:2")
    assert caught.value.hint == "did you mean 'model'?"


def test_an_unknown_name_that_is_near_to_none_is_reported_with_all(sheet):
    with pytest.raises(ConfigProblem) as caught:
        sheet("qqq = 1\n").table((), ("model", "timeout"))
    assert caught.value.hint == "known: model, timeout"


def test_another_value_in_place_of_a_table_is_reported(sheet):
    with pytest.raises(ConfigProblem) as caught:
        sheet("\nx = 3\n").table(("x",))
    assert caught.value.what == "x must be a table"
    assert caught.value.where.endswith("config.toml:2")


HAND_WRITTEN = """\
# mine
active = "work"   # for now

[profiles.work]  # the office
model = 'command-a-03-2025' # quotes stay
  timeout = 3_0.0

# the end
"""


def test_an_edit_leaves_comments_and_layout_alone(sheet):
    edits = [
        (("active",), "home"),
        (("profiles", "work", "base_url"), "https://a.b"),
        (("profiles", "home"), {}),
    ]
    assert (
        sheet(HAND_WRITTEN).edited(edits).decode()
        == """\
# mine
active = "home"   # for now

[profiles.work]  # the office
model = 'command-a-03-2025' # quotes stay
  timeout = 3_0.0

# the end
base_url = "https://a.b"

[profiles.home]
"""
    )


def test_taking_away_leaves_the_rest(sheet):
    edited = sheet(HAND_WRITTEN).edited([(("profiles", "work", "timeout"), None)])
    assert edited.decode() == HAND_WRITTEN.replace("  timeout = 3_0.0\n", "")


def test_taking_away_what_is_not_there_changes_nothing(sheet):
    edits = [(("profiles", "gone"), None), (("a", "b", "c"), None)]
    assert sheet(HAND_WRITTEN).edited(edits).decode() == HAND_WRITTEN


def test_a_file_that_cannot_be_edited_safely_is_refused(sheet, tmp_path):
    dotted = sheet('profiles.work.model = "m"\nprofiles.home.model = "n"\n')
    with pytest.raises(ConfigProblem) as caught:
        dotted.edited([(("profiles", "new"), {})])
    path = tmp_path / "config.toml"
    assert str(caught.value) == (
        f"the layout of config.toml cannot be edited safely ({path})"
    )
    assert caught.value.hint == "write its tables as [profiles.NAME]"


NAMES = st.sampled_from(["work", "a.b", "home", "active", "é"])
VALUES = st.one_of(
    st.none(), st.text(max_size=8), st.integers(-9, 9), st.booleans(), st.just({})
)
LAYOUTS = [
    "",
    "# only this\n",
    HAND_WRITTEN,
    'active = "x"\nprofiles = { work = { model = "m" } }\n',
    'profiles.work.model = "m"\nprofiles.home.model = "n"\n',
    '[profiles]\n[profiles.work]\nmodel = "m"\n[a]\n[profiles.home]\nb = 1\n',
    '[profiles."a.b"]\r\nmodel = "m"\r\n',
    '[profiles]\nwork.model = "m"\nhome = {}\n',
]


@given(st.sampled_from(LAYOUTS), st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_an_edit_has_its_effect_or_is_refused(text, wanted):
    sheet = TomlFile(Path("config.toml"), text.encode(), tomllib.loads(text), 0o600)
    edits = [(("profiles", name, "model"), value) for name, value in wanted]
    tables = tomllib.loads(text)
    for (top, name, last), value in edits:
        if value is None:
            tables.get(top, {}).get(name, {}).pop(last, None)
        else:
            tables.setdefault(top, {}).setdefault(name, {})[last] = value
    try:
        edited = sheet.edited(edits)
    except ConfigProblem:
        return
    assert tomllib.loads(edited.decode()) == tables
