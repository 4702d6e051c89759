"""Calls that run at the same time, and the messages with their results."""

import signal
import threading
import time

import pytest

from cohere_cli.tools.call import calls_of
from cohere_cli.tools.run import Result, run_calls, tool_messages
from cohere_cli.tools.tool import Outcome
from tests.tools.test_call import Weather, reply


class Meeting(Weather):
    """Ends only when another call runs at the same time."""

    barrier = threading.Barrier(2, timeout=20)

    def run(self, arguments, stop):
        self.barrier.wait()
        return Outcome([{"day": arguments["day"]}])


class Endless(Weather):
    """Ends when it is stopped."""

    began, ended = threading.Event(), threading.Event()

    def run(self, arguments, stop):
        self.began.set()
        stop.wait(20)
        self.ended.set()
        return Outcome.failed("stopped")


class Broken(Weather):
    """Has a fault of its own."""

    def run(self, arguments, stop):
        raise ValueError("no")


def calls(tool, *days):
    sent = [(f"c{at}", "weather", f'{{"day": "{day}"}}') for at, day in enumerate(days)]
    return calls_of(reply(*sent), [tool])


def test_calls_run_at_the_same_time_and_their_results_keep_their_order():
    results = run_calls(calls(Meeting(), "Monday", "Friday"))
    assert [one.outcome.rows for one in results] == [
        [{"day": "Monday"}],
        [{"day": "Friday"}],
    ]


def test_the_fault_of_a_tool_is_its_result():
    (result,) = run_calls(calls(Broken(), "Monday"))
    assert result.outcome.problem == "the tool failed: ValueError: no"
    (call,) = calls(Weather(), "Monday")
    (result,) = run_calls([call._replace(tool=None, problem="not allowed")])
    assert result.outcome == Outcome([{"error": "not allowed"}], "not allowed")


def test_an_interrupt_stops_the_tools_before_it_goes_on():
    class Interrupting(Endless):
        def run(self, arguments, stop):
            # The wait of the main thread must end by the signal itself.
            time.sleep(0.1)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            return super().run(arguments, stop)

    tool, began = Interrupting(), time.monotonic()
    # As Python begins: other tests run what ends the process by the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run_calls(calls(tool, "Monday"))
    finally:
        signal.signal(signal.SIGINT, before)
    assert tool.ended.is_set()
    assert time.monotonic() - began < 15


def test_a_call_whose_arguments_a_person_changed_says_so_in_its_result():
    (call,) = calls(Weather(), "Monday")
    (result,) = run_calls([call._replace(is_changed=True)])
    assert result.outcome.rows == [
        {"day": "Monday"},
        {"arguments_changed_by_the_user": {"day": "Monday"}},
    ]


def test_each_row_is_a_document_with_an_id_of_its_own():
    (call,) = calls(Weather(), "Monday")
    rows = [{"id": "a", "n": 1}, {"n": 2}, {"id": "a", "n": 3}, {"id": 7}]
    (message,) = tool_messages([Result(call, Outcome(rows))])
    documents = [one["document"] for one in message["content"]]
    assert (message["role"], message["tool_call_id"]) == ("tool", "c0")
    assert documents == [
        {"id": "weather:c0:a", "data": {"n": 1}},
        {"id": "weather:c0:1", "data": {"n": 2}},
        {"id": "weather:c0:2", "data": {"n": 3}},
        {"id": "weather:c0:7", "data": {"id": 7}},
    ]


def test_a_row_without_an_id_does_not_get_that_of_another():
    (call,) = calls(Weather(), "Monday")
    rows = [{"id": 1}, {"n": 2}, {"id": "2"}, {"id": 1}]
    (message,) = tool_messages([Result(call, Outcome(rows))])
    ids = [one["document"]["id"] for one in message["content"]]
    assert ids == ["weather:c0:1", "weather:c0:2", "weather:c0:3", "weather:c0:4"]


def test_a_result_without_rows_and_one_with_too_many_say_so():
    (call,) = calls(Weather(), "Monday")
    call = call._replace(id="weather_9x")
    messages = tool_messages([Result(call, Outcome([]))])
    assert messages[0]["content"][0]["document"] == {
        "id": "weather_9x:0",
        "data": {"result": "nothing"},
    }
    (message,) = tool_messages([Result(call, Outcome([{"n": 1}] * 1_005))])
    assert len(message["content"]) == 1_001
    assert message["content"][-1]["document"] == {
        "id": "weather_9x:1000",
        "data": {"left_out": "5 more rows"},
    }
