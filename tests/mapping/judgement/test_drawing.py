import pytest

from cohere_cli.documents.document import Document
from cohere_cli.errors import ServerFault
from cohere_cli.mapping.judgement.drawing import report_lines
from cohere_cli.mapping.judgement.judge import Judge
from cohere_cli.mapping.output.json_lines import JsonLines
from cohere_cli.mapping.result import Outcome, Result
from cohere_cli.render.widths import display_width

FAILED = ServerFault("server error 500")


def results(*groups, models=("m",)):
    """Return results of groups: a number of records, their label, and the answers."""
    pairs = [group[1:] for group in groups for _ in range(group[0])]
    for index, (label, *answers) in enumerate(pairs):
        record = Document({"label": label}, b"", "-", index + 1, str(index))
        outcomes = (
            Outcome(model, one or "", error=None if one is not None else FAILED)
            for model, one in zip(models, answers, strict=True)
        )
        yield Result(index, record, tuple(outcomes))


def drawn(*groups, models=("m",), expect="label", compare=None, width=80):
    with Judge(expect, (), models, compare) as judge:
        for one in results(*groups, models=models):
            judge.add(one)
        lines = [*report_lines(judge.report(), width)]
    assert max(map(display_width, lines)) <= width
    assert not any(line.endswith(" ") or "\n" in line for line in lines)
    return "\n".join(lines) + "\n"


@pytest.fixture
def other(tmp_path, monkeypatch):
    def written(*groups):
        monkeypatch.chdir(tmp_path)
        lines = JsonLines(has_models=False, has_json=False, only=False)
        data = b"".join(map(lines.row, results(*groups)))
        (tmp_path / "old.jsonl").write_bytes(data)
        return "old.jsonl"

    return written


def test_two_classes_are_read_at_a_glance():
    groups = [(1580, "spam", "spam"), (57, "spam", "ham"), (6, "spam", None)]
    groups += [(314, "ham", "Ham"), (23, "ham", "spam"), (3, "ham", "unknown")]
    assert drawn(*groups, (2, "HAM", "ham"), (1, "ham", ""), (4, "", "spam")) == (
        """\
accuracy 0.955 (95 % 0.945-0.963), 1,896 of 1,986 right, 90 wrong (6 failed)
macro F1 0.928, weighted F1 0.958, 2 classes

class  precision  recall     F1  records  answered  failed
spam       0.986   0.962  0.974    1,643     1,603       6
ham        0.847   0.921  0.883      343       373       0

rows: expected, columns: answered
       spam  ham  no class  failed
spam  1,580   57         ·       6
ham      23  316         4       ·

answers that are no class: unknown 3, (nothing) 1

4 records without a value in label, not judged

counted as one class: ham = HAM
"""
    )


def test_long_names_of_five_classes_become_numbers_above_the_columns():
    names = ["bug", "other", "退款", "a feature request of an important customer", "x"]
    groups = [(9, name, name) for name in names] + [(1, "x", "bug")]
    assert drawn(*groups) == (
        """\
accuracy 0.978 (95 % 0.887-0.996), 45 of 46 right, 1 wrong
macro F1 0.979, weighted F1 0.978, 5 classes

class                                precision  recall     F1  records  answered
x                                        1.000   0.900  0.947       10         9
a feature request of an important…       1.000   1.000  1.000        9         9
bug                                      0.900   1.000  0.947        9        10
other                                    1.000   1.000  1.000        9         9
退款                                     1.000   1.000  1.000        9         9

rows: expected, columns: answered
                                             1 2 3 4 5
1 x                                          9 · 1 · ·
2 a feature request of an important customer · 9 · · ·
3 bug                                        · · 9 · ·
4 other                                      · · · 9 ·
5 退款                                       · · · · 9
"""
    )


def test_the_most_frequent_mistakes_stand_below_a_larger_table():
    names = [f"intent {number}" for number in range(1, 9)]
    groups = [(9, name, name) for name in names]
    text = drawn(*groups, (2, "intent 8", "intent 1"), (1, "intent 1", "intent 2"))
    assert text.endswith(
        """
expected  answered  records
intent 8  intent 1        2
intent 1  intent 2        1
"""
    )
    assert "1 intent 8 9 2 · · · · · ·\n" in text


def test_of_forty_classes_only_the_most_frequent_mistakes_are_shown():
    names = [f"intent {number:02}" for number in range(40)]
    groups = [(9, name, name) for name in names]
    assert drawn(*groups, (2, names[3], names[4]), (1, names[5], "?")) == (
        """\
accuracy 0.992 (95 % 0.976-0.997), 360 of 363 right, 3 wrong
macro F1 0.994, weighted F1 0.993, 40 classes

expected   answered   records
intent 03  intent 04        2
intent 05  ?                1
"""
    )


def test_of_texts_that_are_all_different_the_accuracy_is_shown():
    groups = [(1, f"text {number}", f"text {number}") for number in range(1_500)]
    assert drawn((1, "a", "b"), *groups) == (
        """\
accuracy 0.999 (95 % 0.996-1.000), 1,500 of 1,501 right, 1 wrong

expected  answered  records
a         b               1
(of the first 1,000 classes)
"""
    )


def test_several_models_are_compared_first():
    models = "command-a-03-2025", "command-r-08-2024"
    groups = [(8, "a", "a", "b"), (1, "a", "b", "a"), (9, "b", "b", "b")]
    text = drawn(*groups, (1, "b", None, "b"), models=models)
    assert text.startswith(
        """\
model              accuracy         95 %  macro F1  right  failed
command-a-03-2025     0.895  0.686-0.971     0.921     17       1
command-r-08-2024     0.579  0.363-0.769     0.457     11       0

model A            model B            only A right  only B right  differ      p
command-a-03-2025  command-r-08-2024             8             2      10  0.109

command-a-03-2025:
accuracy 0.895 (95 % 0.686-0.971), 17 of 19 right, 2 wrong (1 failed)
"""
    )
    assert "\n\ncommand-r-08-2024:\naccuracy 0.579 (95 %" in text


def test_models_with_long_names_stand_below_each_other_uncut():
    models = "command-a-reasoning-08-2025", "command-a-vision-07-2025"
    groups = [(8, "a", "a", "b"), (1, "a", "b", "a"), (9, "b", "b", "b")]
    assert """
model A                      only A right  only B right  differ      p
  model B
command-a-reasoning-08-2025             8             1       9  0.039
  command-a-vision-07-2025
""" in drawn(*groups, models=models)


def test_a_comparison_stands_at_the_end(other):
    old = other((1, "a", "a"), (12, "a", "b"), (3, "b", "b"))
    text = drawn((1, "a", "b"), (12, "a", "a"), (2, "b", "b"), compare=old)
    assert text.endswith(
        """
compared with old.jsonl:
accuracy 0.933, other 0.200, difference +0.733, p = 0.003 (McNemar, exact)
12 right only in this run, 1 only in the other, 13 of 15 answers differ
1 record only in the other
"""
    )


def test_a_run_agrees_with_another_where_nothing_is_expected(other):
    old = other((20, "", "yes"), (5, "", "no"), (10, "", "yes"), (15, "", "no"))
    groups = [(25, "", "yes"), (25, "", "no"), (1, "", "no")]
    assert drawn(*groups, expect=None, compare=old) == (
        """\
compared with old.jsonl:
agreement 0.700, 35 of 50 answers are the same, Cohen's kappa 0.400

this run  the other  records
no        yes             10
yes       no               5
1 record only in this run
"""
    )


def test_a_report_of_no_judged_record_says_so():
    assert drawn((3, "", "x")) == (
        "accuracy: no record was judged\n\n"
        "3 records without a value in label, not judged\n"
    )


def test_all_right_needs_no_table_of_mistakes():
    assert drawn((3, "a", "a")) == (
        """\
accuracy 1.000 (95 % 0.439-1.000), 3 of 3 right, 0 wrong
macro F1 1.000, weighted F1 1.000, 1 class

class  precision  recall     F1  records  answered
a          1.000   1.000  1.000        3         3
"""
    )


def test_a_label_cannot_drive_the_terminal():
    text = drawn((1, "a\x1b[31m\nb", "c\rd"), (1, "e", "e"))
    assert "\x1b" not in text
    assert "\r" not in text
    assert text.count("\n") == 13


def test_an_accuracy_below_one_is_never_written_as_one():
    assert drawn((99_999, "a", "a"), (1, "a", "b")).startswith("accuracy 0.999 (")
