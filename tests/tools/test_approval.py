"""Which calls may run without a question, after one, or never."""

import pytest

from cohere_cli.tools.approval import Answer, Approval
from cohere_cli.tools.call import calls_of
from tests.tools.test_call import Weather, reply


def call(approve="ask", name="weather"):
    tool = Weather(name, approve)
    (found,) = calls_of(reply(("c1", name, '{"day": "Monday"}')), [tool])
    return found


def never_asked(_):
    raise AssertionError


def answering(*answers):
    left = [*answers]
    return lambda one: (left.pop(0), one)


@pytest.mark.parametrize(
    ("approve", "allowed", "is_given"),
    [
        ("ask", [], False),
        ("ask", ["weather"], True),
        ("ask", ["wea*"], True),
        ("ask", ["Weather", "we"], False),
        ("always", [], True),
        ("never", ["*"], False),
    ],
)
def test_a_flag_or_the_file_allows_a_call(approve, allowed, is_given):
    assert Approval(allowed).is_given(call(approve)) is is_given


def test_a_person_allows_a_call_once_or_for_good():
    approval = Approval()
    ask = answering(Answer.YES, Answer.NO, Answer.ALWAYS)
    decided = [approval.decide(call(), ask) for _ in range(3)]
    problems = [one.problem for one in decided]
    assert problems == ["", "the user did not allow this call", ""]
    assert approval.decide(call(), never_asked).problem == ""
    assert not approval.is_given(call(name="other"))


def test_a_tool_that_may_never_run_is_not_asked_about():
    decided = Approval(["*"]).decide(call("never"), never_asked)
    assert decided.problem == "the tool is declared with `approve: never`"
    assert decided.is_harmless


def test_a_call_with_a_fault_is_not_asked_about():
    fault = call()._replace(tool=None, problem="x")
    assert Approval().decide(fault, never_asked) == fault
