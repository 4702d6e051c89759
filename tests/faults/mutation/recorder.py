"""A pytest plugin: chooses tests, limits their time, and records how each ended."""

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

import pytest

_PACKAGE = f"{Path(__file__).resolve().parents[3]}/cohere_cli/"
_SLOW = ("Timeout (>", "TimeoutExpired", "pexpect.exceptions.TIMEOUT")


class Recorder:
    """Runs the tests of *limits* alone, quick ones first; all, if it is empty.

    A limit is the most seconds that a test may take. With *traced*, a line of the
    report has the functions of the package that the test entered in this process.
    """

    def __init__(self, path: str, limits: Mapping[str, float], *, traced: bool) -> None:
        self._file = Path(path).open("a", encoding="utf-8")  # noqa: SIM115 - until the end
        self._limits = limits
        self._traced = traced
        self._entered: dict[int, tuple[str, str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that have a limit."""
        if not self._limits:
            return
        items[:] = [one for one in items if one.nodeid in self._limits]
        items.sort(key=lambda one: self._limits[one.nodeid])
        for item in items:
            limit = pytest.mark.timeout(self._limits[item.nodeid])
            item.add_marker(limit, append=False)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Iterator[None]:
        """Trace what a test enters."""
        self._entered.clear()
        if not self._traced:
            return (yield)
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write the end of a test, or what went wrong around it."""
        if report.when == "call" or report.outcome != "passed":
            entered = sorted(set(self._entered.values()))
            self._write(report, report.duration, entered)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Write that a file cannot be read."""
        if report.failed:
            self._write(report, 0.0, [])

    def _write(
        self,
        report: pytest.TestReport | pytest.CollectReport,
        seconds: float,
        entered: list[tuple[str, str]],
    ) -> None:
        outcome: str = report.outcome
        if outcome == "failed" and any(one in report.longreprtext for one in _SLOW):
            outcome = "timed out"
        row = {"test": report.nodeid, "outcome": outcome, "seconds": seconds}
        self._file.write(json.dumps({**row, "entered": entered}) + "\n")
        self._file.flush()

    def _trace(self, frame: FrameType, _event: str, _given: object) -> None:
        code = frame.f_code
        if id(code) in self._entered or not code.co_filename.startswith(_PACKAGE):
            return
        path = code.co_filename.removeprefix(_PACKAGE)
        name = code.co_qualname.replace(".<locals>", "")
        self._entered[id(code)] = (path, name)
