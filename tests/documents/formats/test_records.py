import csv
import io
import json

import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from cohere_cli.documents.binary_types import binary_type
from cohere_cli.documents.reader import read_records
from cohere_cli.errors import InputProblem

# The machine may be busy: time says nothing here.
quick = settings(deadline=None, max_examples=60)

# Any character but half of a surrogate pair; and NUL, which no text file has.
TEXT = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20
)
CELL = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), max_size=9
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(TEXT, JSON, max_size=3) | TEXT, max_size=6)


def read(data, kind):
    return list(read_records(["-"], io.BytesIO(data), kind))


@quick
@given(st.lists(TEXT, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_the_raws_of_lines_are_the_lines(lines, end):
    data = (
        "".join(f"{line}{end}" for line in lines).encode().removeprefix(b"\xef\xbb\xbf")
    )
    kept = [line for line in data.split(b"\n") if line.decode().strip()]
    assert [each.raw for each in read(data, "lines")] == kept


@quick
@given(RECORDS, st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_the_raws_of_json_lines_are_the_lines(records, escaped, end):
    lines = [f"{json.dumps(each, ensure_ascii=escaped)}{end}" for each in records]
    found = read("".join(lines).encode(), "jsonl")
    assert b"".join(each.raw + b"\n" for each in found) == "".join(lines).encode()
    assert [each.data for each in found] == records


@quick
@given(RECORDS, st.sampled_from([None, 0, 2]), st.sampled_from([",", " ,\n "]))
def test_the_raws_of_an_array_are_its_items(records, indent, comma):
    items = [json.dumps(each, indent=indent, ensure_ascii=False) for each in records]
    data = f"[{comma.join(items)}]".encode()
    found = read(data, "json")
    assert [each.raw.decode() for each in found] == items
    assert [each.data for each in found] == records


@quick
@given(st.lists(st.tuples(CELL, CELL), max_size=6), st.sampled_from([",", "\t"]))
def test_the_raws_of_rows_are_the_rows(rows, delimiter):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerows(rows)
    body = written.getvalue().encode()
    found = read(
        f"a{delimiter}b\n".encode() + body, "csv" if delimiter == "," else "tsv"
    )
    assert b"".join(each.raw + b"\n" for each in found) == body
    assert [tuple(each.data.values()) for each in found] == rows


@quick
@given(
    st.lists(
        st.dictionaries(TEXT, JSON, min_size=1, max_size=3), min_size=1, max_size=4
    )
)
def test_the_raws_of_a_yaml_list_are_a_list_again(records):
    found = read(yaml.safe_dump(records, sort_keys=False).encode(), "yaml")
    assert len(found) == len(records)
    again = read(b"".join(each.raw + b"\n" for each in reversed(found)), "yaml")
    assert [each.data for each in reversed(again)] == [each.data for each in found]


@quick
@given(RECORDS.filter(bool))
def test_yaml_reads_json(records):
    expected = json.dumps(records)
    # A pair of escapes for one character is JSON's own, not YAML's.
    assume("\\ud" not in expected)
    assert [each.data for each in read(expected.encode(), "yaml")] == records


@example(b"\x89PNG\r\n", "lines")
@quick
@given(
    st.binary(max_size=60),
    st.sampled_from(["lines", "jsonl", "json", "yaml", "csv", "grep"]),
)
def test_bytes_are_read_or_refused_with_their_place(data, kind):
    try:
        read(data, kind)
        where = "stdin:1"
    except InputProblem as problem:
        where = problem.where
    # Of a file that is known not to be text, no line is at fault.
    assert where == "stdin" if binary_type(data) else where.startswith("stdin:")
