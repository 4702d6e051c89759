import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohere_cli.errors import UsageProblem
from cohere_cli.request.schema.parse import colon_list, schema_from_shorthand
from cohere_cli.request.schema.supported import check_schema
from cohere_cli.request.schema.validate import find_violation

STRING = {"type": "string"}
NAMES = st.from_regex(r"[a-zA-Zé_][\w-]{0,8}", fullmatch=True)
CHOICES = st.from_regex(r"[A-Z][a-z0-9./+]{0,5}", fullmatch=True)


def schema_of(text):
    return schema_from_shorthand(text, "--schema")


def an_object(required, **properties):
    return {"type": "object", "properties": properties, "required": required}


# A kind is its shorthand, a value that fits it, and a value that does not.
PLAIN = st.one_of(
    st.tuples(st.sampled_from(["", " str", " string"]), st.text(), st.just(1)),
    st.tuples(st.sampled_from([" int", " integer"]), st.integers(), st.just("1")),
    st.tuples(st.sampled_from([" float", " number"]), st.floats(-9, 9), st.just("x")),
    st.tuples(st.sampled_from([" bool", " boolean"]), st.booleans(), st.just(0)),
    st.tuples(st.just(" date"), st.dates().map(str), st.just("1999-02-29")),
    st.tuples(st.just(" uuid"), st.uuids().map(str), st.just("1234")),
    st.tuples(
        st.just(" datetime"),
        st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
        st.just("1999-01-01T25:00:00Z"),
    ),
    st.tuples(
        st.just(" time"),
        st.times().map(lambda time: f"{time.isoformat()}+01:00"),
        st.just("12:00"),
    ),
    st.lists(CHOICES, min_size=2, max_size=4, unique=True).map(
        lambda choices: (f" {'|'.join(choices)}", choices[-1], "none of them")
    ),
)


@st.composite
def arrays(draw, kinds):
    text, good, bad = draw(kinds)
    count = draw(st.integers(0, 2))
    return f" [{text or 'str'}]", [good] * count, [good] * count + [bad]


@st.composite
def fields(draw, kinds):
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    members = {name: draw(kinds) for name in names}
    optional = draw(st.sets(st.sampled_from(names), max_size=len(names) - 1))
    marks = {name: "?" if name in optional else "" for name in names}
    message = draw(st.sampled_from(["", ": what it is", " : it's (a) [thing"]))
    good = {name: kind[1] for name, kind in members.items() if draw(st.booleans())}
    good |= {name: kind[1] for name, kind in members.items() if not marks[name]}
    broken = draw(st.sampled_from(names))
    bad = good | {broken: members[broken][2]}
    if not marks[broken] and draw(st.booleans()):
        del bad[broken]
    between = draw(st.sampled_from([",", ", ", "\n", " ,\n  "]))
    text = between.join(
        f"{name}{marks[name]}{members[name][0]}{message}" for name in names
    )
    edge = "\n" if "\n" in between else ""
    return f"{edge}{text}{edge}", good, bad


def objects(kinds):
    return fields(kinds).map(lambda case: (f" {{{case[0]}}}", *case[1:]))


KINDS = st.recursive(PLAIN, lambda inner: arrays(inner) | objects(inner), max_leaves=6)


@settings(max_examples=50, deadline=None)  # the library takes 10 ms a schema
@given(fields(KINDS))
def test_any_fields_make_a_supported_schema_that_separates_valid_from_invalid(
    case,
):
    text, good, bad = case
    schema = schema_of(text)
    assert check_schema(schema, "") == schema
    assert find_violation(json.dumps(good), schema) == ""
    assert find_violation(json.dumps(bad), schema) != ""


@settings(deadline=None)
@given(st.text(st.sampled_from('ab int|[]{}?:,\n".'), max_size=30))
def test_any_text_is_a_good_schema_or_a_usage_problem(text):
    with contextlib.suppress(UsageProblem):
        schema = schema_of(text)
        assert check_schema(schema, "") == schema


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        (
            "name, age int, tags [str]",
            an_object(
                ["name", "age", "tags"],
                name=STRING,
                age={"type": "integer"},
                tags={"type": "array", "items": STRING},
            ),
        ),
        (
            "a? float: how much, b bool",
            an_object(
                ["b"],
                a={"type": "number", "description": "how much"},
                b={"type": "boolean"},
            ),
        ),
        (
            "size small|medium | large : of a shirt",
            an_object(
                ["size"],
                size={
                    "type": "string",
                    "enum": ["small", "medium", "large"],
                    "description": "of a shirt",
                },
            ),
        ),
        (
            "day date, at datetime, from time, id uuid",
            an_object(
                ["day", "at", "from", "id"],
                **{
                    "day": {"type": "string", "format": "date"},
                    "at": {"type": "string", "format": "date-time"},
                    "from": {"type": "string", "format": "time"},
                    "id": {"type": "string", "format": "uuid"},
                },
            ),
        ),
        (
            "who {name: the name, age? int}, grid [[ int ]], all [{x}]",
            an_object(
                ["who", "grid", "all"],
                who=an_object(
                    ["name"],
                    name={"type": "string", "description": "the name"},
                    age={"type": "integer"},
                ),
                grid={
                    "type": "array",
                    "items": {"type": "array", "items": {"type": "integer"}},
                },
                all={"type": "array", "items": an_object(["x"], x=STRING)},
            ),
        ),
        (" \n a ,, \n b,\n", an_object(["a", "b"], a=STRING, b=STRING)),
        ("é\r\nb-c\r\n", an_object(["é", "b-c"], **{"é": STRING, "b-c": STRING})),
        ("a:, b", an_object(["a", "b"], a=STRING, b=STRING)),
    ],
)
def test_fields_become_properties(text, schema):
    assert schema_of(text) == schema


def test_on_lines_of_their_own_descriptions_may_have_commas_and_braces():
    text = "name: first, then {last},\nhome {\n  street: with a number, or not\n}\nx {y: z}"
    assert schema_of(text) == an_object(
        ["name", "home", "x"],
        name={"type": "string", "description": "first, then {last}"},
        home=an_object(
            ["street"],
            street={"type": "string", "description": "with a number, or not"},
        ),
        x=an_object(["y"], y={"type": "string", "description": "z"}),
    )


def test_lines_inside_of_braces_leave_the_commas_outside_alone():
    assert schema_of("a: one, b {\n c: two, three\n}, d") == an_object(
        ["a", "b", "d"],
        a={"type": "string", "description": "one"},
        b=an_object(["c"], c={"type": "string", "description": "two, three"}),
        d=STRING,
    )


GRAMMAR = "write fields like: name, age int, tags [str], size s|m|l, note? str"
ONE = "the API needs a required field (without ?) in each object"
COLON = "write the type before the colon: age int"
UNION = "an optional field is name?; other unions need a JSON Schema"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "there are no fields (--schema:1:1)", ONE),
        ("a {}", "there are no fields (--schema:1:4)", ONE),
        ("a?, b?", "all fields are optional (--schema:1:1)", ONE),
        ("a,\nb {c?}", "all fields are optional (--schema:2:4)", ONE),
        ("a, a", "duplicate field 'a' (--schema:1:4)", GRAMMAR),
        ("1a", "expected a field name (--schema:1:1)", GRAMMAR),
        ("[str]", "expected a field name (--schema:1:1)", GRAMMAR),
        ('"a"', "expected a field name (--schema:1:1)", GRAMMAR),
        ("a strin", "unknown type 'strin' (--schema:1:3)", "did you mean 'string'?"),
        ("a [xyz]", "unknown type 'xyz' (--schema:1:4)", None),
        ("dog.json", "unknown type '.json' (--schema:1:4)", None),
        (
            "a int int",
            "expected a comma before the next field (--schema:1:7)",
            GRAMMAR,
        ),
        ("a int?", "expected a comma before the next field (--schema:1:6)", GRAMMAR),
        ("a b|", "expected a type or a choice (--schema:1:5)", GRAMMAR),
        ("a b|b", "duplicate choice (--schema:1:3)", GRAMMAR),
        (
            "a int|null",
            "'int' is a type, not a choice (--schema:1:3)",
            UNION,
        ),
        ("a x|null", "'null' is a type, not a choice (--schema:1:3)", UNION),
        ("a [int", "expected ']' (--schema:1:7)", GRAMMAR),
        ("a {b", "expected '}' (--schema:1:5)", GRAMMAR),
        ("a }", "expected a type or a choice (--schema:1:3)", GRAMMAR),
        (
            "a: int",
            "'int' after a colon is a description, not a type (--schema:1:4)",
            COLON,
        ),
        (
            "a: [str]",
            "'[str]' after a colon is a description, not a type (--schema:1:4)",
            COLON,
        ),
        (
            "a: x|y",
            "'x|y' after a colon is a description, not a type (--schema:1:4)",
            COLON,
        ),
        (
            "a " + "[" * 99_999,
            "more than 32 levels of nesting (--schema:1:35)",
            GRAMMAR,
        ),
        ("a " + "{a " * 99, "more than 32 levels of nesting (--schema:1:99)", GRAMMAR),
    ],
)
def test_invalid_shorthand_is_refused_at_its_position(text, message, hint):
    with pytest.raises(UsageProblem) as caught:
        schema_of(text)
    types = "types: str, string, int, integer, float, number, bool, boolean, date, datetime, time, uuid, [str] is a list, {a, b int} an object"
    assert str(caught.value) == message
    assert caught.value.hint == (types if hint is None else hint)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "label: billing, delivery",
            ("label: billing, delivery", "label billing|delivery"),
        ),
        ("a int, b?: x , y,z, c bool", ("b?: x , y,z", "b x|y|z")),
        ("a: one, b: two, three", ("b: two, three", "b two|three")),
        ("title: the headline, summary", None),
        ("size s|m: of a shirt, note", None),
        ("a: one, b int", None),
        ("a: one, b?", None),
        ("a: x,\nb", None),
        ('{"a": 1, "b": 2}', None),
    ],
)
def test_words_after_a_colon_are_seen_as_probable_choices(text, found):
    assert colon_list(text) == found


def test_as_many_levels_as_are_allowed_can_be_checked():
    schema = schema_of("a " + "{a " * 31 + "int" + "}" * 31)
    assert check_schema(schema, "") == schema


def test_a_list_may_be_longer_than_it_may_be_deep():
    text = ", ".join(f"a{at} [int]" for at in range(99))
    assert len(schema_of(text)["properties"]) == 99
