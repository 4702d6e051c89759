from itertools import pairwise

import pytest
import yaml

from cohere_cli.documents.document import Document
from cohere_cli.documents.formats.yaml import iter_records, parse_one
from cohere_cli.documents.source import Text

QUOTE = "put the value in quotes to keep it as text"
MIND = "check the indentation, and quote text that contains `: ` or ` #`"


@pytest.fixture(autouse=True, params=["libyaml", "PyYAML"])
def parser(request, monkeypatch):
    if request.param == "PyYAML":
        monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    elif not hasattr(yaml, "CBaseLoader"):
        pytest.skip("PyYAML was built without libyaml")


def value(content):
    return parse_one(Text(content, "a.yaml"))


def raws(content):
    text = Text(content, "a.yaml")
    return [content[each.start : each.end] for each in iter_records(text)]


def test_a_list_has_a_record_an_item_with_its_dash(records):
    data = "# two\n- é: 1 # é\n  b:\n\n# - not this\n- c: |\n    d\n\n- 'e'\n".encode()
    assert records("a.yaml", data) == [
        Document(
            {"é": 1, "b": None}, "- é: 1 # é\n  b:".encode(), "a.yaml", 2, "a.yaml:2"
        ),
        Document({"c": "d\n"}, b"- c: |\n    d", "a.yaml", 6, "a.yaml:6"),
        Document("e", b"- 'e'", "a.yaml", 9, "a.yaml:9"),
    ]


def test_a_mapping_is_one_record(records):
    assert records("a.yml", b"---\na: 1\nb: [2]\n\n# end\n") == [
        Document({"a": 1, "b": [2]}, b"a: 1\nb: [2]", "a.yml", 2, "a.yml:2")
    ]


def test_many_documents_are_many_records(records):
    data = b"a: 1\n---\nb: 2\n...\n---\n- c: 3\n- d\n---\n# nothing\n--- text\n"
    found = records("a.yaml", data)
    assert [(each.data, each.raw, each.line) for each in found] == [
        ({"a": 1}, b"a: 1", 1),
        ({"b": 2}, b"b: 2", 3),
        ({"c": 3}, b"- c: 3", 6),
        ("d", b"- d", 7),
        ("text", b"text", 10),
    ]


def test_items_between_brackets_stand_for_themselves():
    assert raws('[{a: 1},\n   "b" , c,]') == ["{a: 1}", '"b"', "c"]


@pytest.mark.parametrize(
    ("content", "items"),
    [
        ("  - a: 1\n    b: 2\n  - c\n", ["  - a: 1\n    b: 2", "  - c"]),
        ("- &x # - \n  a: 1\n- *x\n", ["- &x # - \n  a: 1", "- *x"]),
        ("-\n  # why - \n  a: 1\n-   b\r\n", ["-\n  # why - \n  a: 1", "-   b"]),
        ("- - a\n  - b\n- {c: d} # e\n", ["- - a\n  - b", "- {c: d}"]),
        ("- |+\n  a\n\n- >-\n  b\n", ["- |+\n  a", "- >-\n  b"]),
        ("- \n- ''\n", ["-", "- ''"]),
        ("--- # -\n- a\n", ["- a"]),
        ("- 😀: é\n- ü\n", ["- 😀: é", "- ü"]),
    ],
)
def test_an_item_is_given_with_its_dash_and_indentation(content, items):
    assert raws(content) == items


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("1.50", 1.5),
        ("2e3", 2000.0),
        ("NO", "NO"),
        ("off", "off"),
        ("yes", "yes"),
        ("2023-09-29", "2023-09-29"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("12:30", "12:30"),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1.", "1."),
        ("+1", "+1"),
        ("=", "="),
        ("'true'", "true"),
        ('"1"', "1"),
        ("!!str 1", "1"),
        ("! 1", "1"),
        ("|-\n  1", "1"),
    ],
)
def test_a_word_means_what_it_looks_like(word, meant):
    found = value(f"a: {word}\n")
    assert found == {"a": meant}
    assert type(found["a"]) is type(meant)


def test_a_key_is_text_as_it_is_written():
    content = "1: a\n2.50: b\nNO: c\n'': d\nnull: e\n"
    assert value(content) == {"1": "a", "2.50": "b", "NO": "c", "": "d", "null": "e"}


def test_an_alias_repeats_what_came_before():
    assert value("a: &x {b: [1]}\nc: *x\nd: [*x, *x]\n") == {
        "a": {"b": [1]},
        "c": {"b": [1]},
        "d": [{"b": [1]}, {"b": [1]}],
    }


@pytest.mark.parametrize(
    ("content", "what", "line", "hint"),
    [
        ("a: 1\nb: 2\na: 3", "duplicate key 'a'", 3, "keep one of them"),
        ("a: 1\n[b]: 2", "a key must be a scalar", 2, ""),
        ("a: &x b\n*x : 2", "a key must be a scalar", 2, ""),
        ("? " * 10_000, "a key must be a scalar", 1, ""),
        (
            "a: &x {}\n<<: *x",
            "the merge key << is not supported",
            2,
            "write out its fields",
        ),
        ("a:\n  !!binary aGk=", "tag !!binary is not supported", 2, QUOTE),
        ("a: !!set {b}", "tag !!set is not supported", 1, QUOTE),
        ("a: !!int 1", "tag !!int is not supported", 1, QUOTE),
        (
            "- !!python/object/apply:os.system [id]",
            "tag !!python/object/apply:os.system is not supported",
            1,
            QUOTE,
        ),
        ("a: !own b", "tag !own is not supported", 1, QUOTE),
        ("a:\n- -.INF", "-.INF is not a finite number", 2, QUOTE),
        ("a: .nan", ".nan is not a finite number", 1, QUOTE),
        ("a: 1e999", "1e999 is out of range", 1, QUOTE),
        (f"a: {'9' * 5000}", "a number has 5,000 digits", 1, QUOTE),
        ("a: b\nc: *x", "alias *x has no anchor before it", 2, ""),
        ("a: &x [*x]", "alias *x has no anchor before it", 1, ""),
        ("a: &x b\nc: &x [*x]", "alias *x has no anchor before it", 2, ""),
        ("--- &x a\n--- *x", "alias *x has no anchor before it", 2, ""),
        ("a:\n " + "[" * 100_000, "nested deeper than 100 levels", 2, ""),
        ("- " * 100_000, "nested deeper than 100 levels", 1, ""),
        ("é:\n b\x07", "not valid YAML: control character U+0007", 2, MIND),
    ],
)
def test_yaml_beyond_json_is_refused(refusal, content, what, line, hint):
    assert refusal(value, content) == (what, f"a.yaml:{line}", hint)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("é: a: b", 1),
        ("é: 1\n\tb: 2", 2),
        ("é: [1", 1),
        ("é: 1\nb: @c", 2),
        ('a: "\\q"', 1),
        ('a: "\\U7fffffff"', 1),
    ],
)
def test_broken_yaml_is_refused_with_its_line(refusal, content, line):
    what, where, hint = refusal(value, content)
    assert what.startswith("not valid YAML: ")
    assert (where, hint) == (f"a.yaml:{line}", MIND)


def test_half_of_a_surrogate_pair_is_refused(refusal):
    _, where, _ = refusal(value, 'a: b\nc: "\\ud83d"')
    assert where == "a.yaml:2"


def test_an_alias_bomb_is_refused_before_it_expands(refusal):
    names = "abcdefghijkl"
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in pairwise(names)
    )
    expected = (
        "aliases repeat too much",
        "a.yaml:6",
        "write out what is repeated, or leave it out",
    )
    assert refusal(value, bomb) == expected


def test_a_long_text_may_not_be_repeated_often(refusal):
    content = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 10)}]\n"
    assert refusal(value, content)[:2] == ("aliases repeat too much", "a.yaml:2")


def test_aliases_add_no_levels_beyond_the_limit(refusal):
    content = f"a: &a {'[' * 60}{']' * 60}\nb: {'[' * 60}*a{']' * 60}\n"
    assert refusal(value, content)[:2] == ("aliases repeat too much", "a.yaml:2")


def test_a_large_list_without_aliases_is_read():
    assert len(value("[" + "a, " * 20_000 + "]")) == 20_000


def test_a_hundred_levels_are_read_and_no_more(refusal):
    assert value("a: " + "[" * 100 + "]" * 100)
    assert refusal(value, "a: " + "[" * 101 + "]" * 101) == (
        "nested deeper than 100 levels",
        "a.yaml:1",
        "",
    )
