import pytest

from cohere_cli.ranking.evaluation.judgements import (
    count_missing,
    parse_labels,
    parse_qrels,
)

HOW = (
    "write `QUERY-ID 0 DOCUMENT-ID GRADE` as TREC does,"
    " or the three columns query-id, corpus-id and score"
)
GRADES = "a grade is a whole number: 0 is not relevant, 1 is, more is better"
BOTH = {"q1": {"d1": 2, "d2": 0}, "q2": {"d1": -1}}


@pytest.mark.parametrize(
    "lines",
    [
        ["q1 0 d1 2", "q1  Q0\td2   0", " q2 0 d1 -1\r"],
        ["query-id\tcorpus-id\tscore", "q1\td1\t2", "q1\td2\t0", "q2\td1\t-1"],
        ["q1 d1 +2", "q1 d2 0", "q2 d1 -1"],
        ["QID\tDocNo\tRel", "q1\td1\t2", "q1\td2\t0", "q2\td1\t-1"],
        [
            '{"query-id": "q1", "corpus-id": "d1", "score": 2}',
            {"query-id": "q1", "corpus-id": "d2", "score": 0},
            '{"query-id": "q2", "corpus-id": "d1", "score": -1}',
        ],
    ],
)
def test_judgements_are_read_from_each_form(records_of, lines):
    assert parse_qrels(records_of(*lines)) == BOTH


def test_between_tabs_an_id_may_have_spaces(records_of):
    lines = records_of("query-id\tcorpus-id\tscore", "1\tnotes/my file.txt:3\t1")
    assert parse_qrels(lines) == {"1": {"notes/my file.txt:3": 1}}


def test_ids_that_are_numbers_in_json_are_those_of_text(records_of):
    assert parse_qrels(
        records_of({"query-id": 7, "corpus-id": 301, "score": True})
    ) == {"7": {"301": 1}}


def test_no_lines_are_no_judgements(records_of):
    assert parse_qrels(records_of()) == {}


def test_the_same_judgement_twice_is_one(records_of):
    assert parse_qrels(records_of("q 0 d 1", "q 0 d 1")) == {"q": {"d": 1}}


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("q1 d1", "a judgement has 3 or 4 fields, not 2", HOW),
        ("q1 0 d1 1 run", "a judgement has 3 or 4 fields, not 5", HOW),
        ("q1\t\t1", "a judgement needs a query id and a document id", HOW),
        ("{}", "a judgement needs a query id and a document id", HOW),
        ("q1 0 d1 one", "'one' is not a grade", GRADES),
        ("q1 0 d1 1.5", "'1.5' is not a grade", GRADES),
        ("q1 0 d1 ٣", "'٣' is not a grade", GRADES),
        ("q1 0 d1 9999999", "'9999999' is not a grade", GRADES),
        (f"q1 0 d1 {'1' * 50}", f"'{'1' * 40}' is not a grade", GRADES),
        ('{"query-id": "q", "corpus-id": "d"}', "'' is not a grade", GRADES),
        (
            '{"query-id": "q", "corpus-id": "d", "score": 1e9}',
            "'1000000000.0' is not a grade",
            GRADES,
        ),
        (
            "q0 0 d 2",
            "document 'd' has two grades for query 'q0': 1 and 2",
            "keep one of the two lines",
        ),
        (
            '{"query-id": ',
            "not valid JSON: expecting value at column 14",
            "a line that starts with { must be one complete JSON object",
        ),
    ],
)
def test_a_line_that_is_not_a_judgement_is_refused_with_its_place(
    records_of, problem, line, what, hint
):
    lines = records_of("q0 0 d 1", line, source="test.qrels")
    assert problem(parse_qrels, lines) == (what, "test.qrels:2", hint)


def test_standard_input_is_called_by_its_name(records_of, problem):
    assert problem(parse_qrels, records_of("q", source="-"))[1] == "stdin:1"


def test_nesting_beyond_the_stack_is_refused(records_of, problem):
    line = '{"a":' * 100_000
    assert (
        problem(parse_qrels, records_of(line))[0]
        == "not valid JSON: nested deeper than 500 levels"
    )


def test_relevant_documents_that_are_no_records_are_counted():
    qrels = {"q1": {"a": 1, "b": 2, "c": 0, "d": -1}, "q2": {"b": 1, "a": 0}}
    assert count_missing(qrels, ["a", "x"]) == 2
    assert count_missing(qrels, iter(["a", "b"])) == 0


def test_labels_are_whole_numbers_or_truths_in_any_spelling_and_may_be_absent(
    records_of,
):
    records = records_of(
        {"id": "int", "label": 3},
        {"id": "true", "label": True},
        {"id": "false", "label": False},
        {"id": "text", "label": " 1 "},
        {"id": "True", "label": "True"},
        {"id": "FALSE", "label": " FALSE"},
        {"id": "float", "label": 2.0},
        {"id": "1.0", "label": "1.0"},
        {"id": "-1.", "label": "-1."},
        {"id": "null", "label": None},
        {"id": "empty", "label": ""},
        {"id": "absent"},
        "a line of text",
    )
    assert parse_labels(records, "label") == {
        "int": 3,
        "true": 1,
        "false": 0,
        "text": 1,
        "True": 1,
        "FALSE": 0,
        "float": 2,
        "1.0": 1,
        "-1.": -1,
    }


@pytest.mark.parametrize("label", ["yes", 0.5, "1.5", [1], {"grade": 1}, 10**7])
def test_a_label_of_another_kind_is_refused_with_its_place(records_of, problem, label):
    records = records_of({"id": "a", "label": 1}, {"id": "b", "label": label})
    what, where, hint = problem(parse_labels, records, "label")
    assert what.endswith(" is not a grade")
    assert len(what) < 60
    assert (where, hint) == ("file:2", GRADES)


def test_two_labels_of_one_id_are_refused(records_of, problem):
    records = records_of({"id": "a", "label": 1}, {"id": "a", "label": 1})
    assert problem(parse_labels, records, "label") == (
        "two records have the id 'a'",
        "file:2",
        "give each record an id of its own",
    )


@pytest.mark.parametrize(
    ("records", "hint"),
    [
        ([{"lable": 1, "text": "a"}], "did you mean 'lable'?"),
        ([{"text": "a"}, {"title": "b"}], "they have: text, title"),
        (["a line"], "only records with fields have labels"),
        ([], "only records with fields have labels"),
    ],
)
def test_a_field_that_no_record_has_is_refused(records_of, problem, records, hint):
    what = "no record has a label in the field 'label'"
    assert problem(parse_labels, records_of(*records), "label") == (what, "", hint)
