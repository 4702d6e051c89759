"""A26, G5 to G8: calls of tools that must not run, and tools that hang or flood."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.rows import Case, Outcome, Row
from tests.faults.troubles import WHOLE, data, end, stream

_TOOLS = """
- type: function
  function:
    name: touch
    parameters: {{type: object, properties: {{x: {{type: string}}}}, required: [x]}}
  run: {run}
  timeout: 1
"""
_LOG = "{home}/ran"
_TOUCH = f"[sh, -c, 'echo ran >> {_LOG}', --, '{{x}}']"
_ASK = ("chat", "Hi", "--base-url", "{url}", "-t", "{home}/tools.yaml")
_ALLOWED = (*_ASK, "--allow", "*")


def _holding(run: str = _TOUCH) -> Callable[[Path], object]:
    def write(home: Path) -> None:
        words = run.replace("{home}", str(home))
        (home / "tools.yaml").write_text(_TOOLS.format(run=words))

    return write


def _calling(name: str, arguments: str) -> bytes:
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }
    start = {
        "type": "tool-call-start",
        "index": 0,
        "delta": {"message": {"tool_calls": call}},
    }
    return data(start)


_ENDED = data({"type": "tool-call-end", "index": 0}) + end("TOOL_CALL")
_FITS = json.dumps({"x": "1"})


def _ran_nothing(outcome: Outcome) -> Iterator[str]:
    if (outcome.home / "ran").exists():
        yield "the tool has run"


def _ran_times(count: int) -> Callable[[Outcome], Iterator[str]]:
    def check(outcome: Outcome) -> Iterator[str]:
        path = outcome.home / "ran"
        found = len(path.read_text().split()) if path.exists() else 0
        if found != count:
            yield f"the tool has run {found} times"

    return check


CASES: tuple[Case, ...] = (
    Row(
        case="A26",
        fault="a call whose stream ends early",
        words=_ALLOWED,
        before=_holding(),
        replies=(stream(_calling("touch", _FITS)),),
        code=18,
        says=None,
        also=_ran_nothing,
    ),
    Row(
        case="A26",
        fault="arguments that are cut",
        words=_ALLOWED,
        before=_holding(),
        replies=(stream(_calling("touch", _FITS[:-2]), _ENDED), WHOLE),
        out=b"Hi\n",
        says=None,
        also=_ran_nothing,
    ),
    Row(
        case="G5",
        fault="a call that nobody has allowed",
        words=_ASK,
        before=_holding(),
        replies=(stream(_calling("touch", _FITS), _ENDED),),
        code=11,
        says=None,
        also=_ran_nothing,
    ),
    Row(
        case="G5",
        fault="a call of a tool that is not declared",
        words=_ALLOWED,
        before=_holding(),
        replies=(stream(_calling("sh\x1b[2J", _FITS), _ENDED), WHOLE),
        out=b"Hi\n",
        says=None,
        also=_ran_nothing,
    ),
    Row(
        case="G6",
        fault="signs of a shell in an argument",
        words=_ALLOWED,
        before=_holding("[printf, '%s.', --, '{x}']"),
        replies=(
            stream(_calling("touch", '{"x": "a; echo ran > ran $(id)"}'), _ENDED),
            WHOLE,
        ),
        out=b"Hi\n",
        says=None,
        also=_ran_nothing,
    ),
    Row(
        case="G7",
        fault="a tool that hangs",
        words=_ALLOWED,
        before=_holding("[sh, -c, 'sleep 600 & sleep 600', --, '{x}']"),
        replies=(stream(_calling("touch", _FITS), _ENDED), WHOLE),
        out=b"Hi\n",
        says=None,
        within=15.0,
    ),
    Row(
        case="G7",
        fault="a tool that writes without an end",
        words=_ALLOWED,
        before=_holding("[sh, -c, 'yes', --, '{x}']"),
        replies=(stream(_calling("touch", _FITS), _ENDED), WHOLE),
        out=b"Hi\n",
        says=None,
        within=15.0,
    ),
    Row(
        case="G8",
        fault="a model that calls without an end",
        words=_ALLOWED,
        before=_holding(),
        replies=(stream(_calling("touch", _FITS), _ENDED),) * 9,
        code=18,
        says=None,
        requests=9,
        also=_ran_times(8),
    ),
)
