from cohere_cli.documents.document import Document
from cohere_cli.errors import AnswerIncomplete
from cohere_cli.mapping.finish_counts import FinishCounts
from cohere_cli.mapping.result import Outcome, Result

RECORD = Document("x", b"x", "-", 1, "1")
CALL = Outcome("m", finish_reason="TOOL_CALL", tool_calls=[{"id": "1"}])
CUT = Outcome("m", "begin", finish_reason="MAX_TOKENS")


def notes(*outcomes, shows_calls=False):
    counts = FinishCounts(shows_calls=shows_calls)
    for one in outcomes:
        counts.add(Result(0, RECORD, (one,)))
    return counts.notes()


def test_answers_that_were_cut_off_are_counted():
    one = "1 answer was cut off at max_tokens: raise --max-tokens"
    assert notes(CUT) == [one]
    assert notes(CUT, CUT) == [one.replace("1 answer was", "2 answers were")]


def test_calls_of_tools_are_counted_where_the_output_lacks_them():
    assert notes(CALL) == ["1 answer asks for a tool instead: -o jsonl has the calls"]
    assert notes(CALL, shows_calls=True) == []


def test_whole_answers_and_errors_have_no_note():
    whole = Outcome("m", "yes", finish_reason="COMPLETE")
    failed = CUT._replace(error=AnswerIncomplete("the answer does not match"))
    assert notes(whole, failed) == []
