"""F: what text from outside does to a terminal: nothing."""

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.co_program import ROOT, Co
from tests.faults.rows import Case, Outcome, Row, Trial
from tests.faults.troubles import END, START, stream, text
from tests.raw_server import serving

sys.path.insert(0, str(ROOT / "tests"))  # as pytest has it, for the module below

from tests.screen.test_attacks import (
    ATTACKS,
    OURS,
    SINKS,
    Stage,
    acting,
    assert_untouched,
)

_CASES = {
    "an_answer": "F1",
    "an_answer_from_a_server": "F1",
    "an_answer_of_code": "F4",
    "an_answer_of_lists_tables_and_links": "F5",
    "a_plan": "F3",
    "thinking": "F3",
}
# One of each kind of place: the others take a minute, and are for the whole run.
_SHORT = (
    "an_answer",
    "an_answer_of_code",
    "an_answer_of_lists_tables_and_links",
    "a_plan",
    "the_title_of_a_document",
    "the_error_that_ended_an_answer",
)
_HOSTILE = "a\x1b[2J\x9b2J\r\b\x7f\u202eb"


def _shown(name: str, home: Path) -> Iterator[str]:
    """Show all attacks in one place, on a terminal that notes what reaches it."""
    with serving() as serve:
        raw = SINKS[name](Stage(Co(home), serve, home))
    seen = OURS.sub("", raw)
    left = acting(seen)
    for at, (attack, characters) in enumerate(ATTACKS.items()):
        if f"a{at:02}" not in seen:
            yield f"{attack}: was not shown at all"
        elif left & acting(characters) or (acting(characters) and characters in raw):
            yield f"{attack}: reached the terminal"
    try:
        assert_untouched(raw)
    except AssertionError as exc:
        yield f"the terminal has changed: {exc}"


def _is_escaped(outcome: Outcome) -> Iterator[str]:
    answer = json.loads(outcome.out)["message"]["content"][0]["text"]
    if answer != _HOSTILE or any(ord(one) < 32 for one in outcome.out.decode().strip()):
        yield f"the answer is {outcome.out!r}"


CASES: tuple[Case, ...] = (
    *(
        Trial(
            _CASES.get(name, "F2"), name, partial(_shown, name), slow=name not in _SHORT
        )
        for name in SINKS
    ),
    # In a pipe the answer is the user's to judge: `clean` is for screens alone.
    Row(
        case="F6",
        fault="a pipe gets the bytes as they are",
        replies=(stream(START, text(_HOSTILE), END),),
        out=f"{_HOSTILE}\n".encode(),
    ),
    Row(
        case="F6",
        fault="an object has them escaped",
        words=("chat", "Hi", "--base-url", "{url}", "--json"),
        replies=(stream(START, text(_HOSTILE), END),),
        out=None,
        also=_is_escaped,
    ),
)
