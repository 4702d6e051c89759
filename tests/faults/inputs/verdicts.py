"""What does not hold of a run, whatever it was given."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

from cohere_cli.errors import ExitCode
from tests.faults.inputs.child import PATIENCE, Ran
from tests.faults.inputs.situations import Trial
from tests.faults.inputs.strings import PASSWORD
from tests.faults.judging import holds_key

_PROMISED = {*map(int, ExitCode)} - {int(ExitCode.BUG), int(ExitCode.DENIED)}
_BY_SIGNAL = {-15, -13, -2, -1}
_NOTHING_DONE = {int(ExitCode.USAGE), int(ExitCode.INPUT), int(ExitCode.AUTH)}
_REPORTS = (["doctor"], ["auth", "status"])
"""Their output is about what is wrong: they write it and exit with the code."""

_MOST_MEMORY = 192 << 10
"""KiB, of which a warm process has some eighty before it begins."""

_LONGEST = 4000
"""Characters of a line that a person can be expected to look at."""

_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_OURS = re.compile(
    rb"\x1b\[[0-9;]*[mABCDGHJK]|\x1b\[\?(7|25|2026)[hl]|\x1b\]8;[^\x07\x1b]*(\x07|\x1b\\)|\r"
)
_ERROR = re.compile("co: (?!using |the headers of )")
"""A note about which of two keys is used may come before an error."""

_SHOWN_ACTING = re.compile(rb"[\x00-\x07\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")


def failures_of(trial: Trial, ran: Ran) -> Iterator[str]:
    """Yield a sentence for each promise that the run does not keep."""
    err = ran.err.decode("utf-8", "replace")
    yield from _ending(trial, ran)
    yield from _secrets(trial, ran)
    is_debug = bool(trial.env.get("CO_DEBUG"))
    if "Traceback" in err and not is_debug:
        yield "a traceback"
    if "a bug in co" in err:
        yield "a bug in co"
    if _ACTING.search(err):
        yield "a control character is on standard error"
    # A pager draws on its own.
    is_paged = "--pager" in trial.words
    if not is_paged and _SHOWN_ACTING.search(_OURS.sub(b"", ran.shown)):
        yield "a control character is on the terminal"
    # A limit of the size of files cuts messages off, too.
    if trial.stderr == "file" and "FSIZE" not in trial.limits and not is_debug:
        yield from _messages(trial, ran, err)
    if ran.code in _NOTHING_DONE and ran.out and not _is_report(trial):
        yield f"exit code {ran.code} with output {ran.out[:80]!r}"
    if ran.peak > _MOST_MEMORY:
        yield f"memory went up to {ran.peak >> 10} MiB"


def _ending(trial: Trial, ran: Ran) -> Iterator[str]:
    if ran.code is None:
        yield f"it did not end within {PATIENCE:.0f} s"
    elif ran.code not in _PROMISED | _BY_SIGNAL:
        yield f"exit code {ran.code}"
    elif ran.code == -13 and "lost" not in (trial.stdout, trial.stderr):
        yield "it ended by SIGPIPE without a closed pipe"
    elif ran.code == -15 and trial.words[:2] != ["sandbox", "serve"]:
        yield "it ended by SIGTERM"


def _is_report(trial: Trial) -> bool:
    return any(trial.words[: len(words)] == words for words in _REPORTS)


def _secrets(trial: Trial, ran: Ran) -> Iterator[str]:
    every = ran.out + ran.err + ran.shown
    is_asked = "token" in trial.words and ran.code == 0
    # The folder has a file with the key, which is a record like all others.
    is_asked = is_asked or (bool({".", ".."} & {*trial.words}) and ran.code == 0)
    if holds_key(every) and not is_asked:
        yield "the key is shown"
    for piece in PASSWORD:
        if any(form in every.lower() for form in _forms(piece)):
            yield f"a piece of a password is shown: {piece}"


def _forms(piece: str) -> Iterator[bytes]:
    yield piece.lower().encode()
    yield quote(piece).lower().encode()
    for shift in range(3):
        whole = b64encode(b"x" * shift + piece.encode()).rstrip(b"=")
        yield whole[4 if shift else 0 : -2].lower()


def _as_text(line: str) -> Iterator[str]:
    """Yield what a line of `--errors json` is as text."""
    for kind, fields in json.loads(line).items():
        yield f"{'hint' if kind == 'hint' else 'co'}: {fields['message']}"
        if "hint" in fields:
            yield f"hint: {fields['hint']}"


def _messages(trial: Trial, ran: Ran, err: str) -> Iterator[str]:
    lines = err.split("\n")
    if lines.pop():
        yield "the last line of standard error has no end"
    if lines and all(one.startswith("{") for one in lines):
        lines = [text for one in lines for text in _as_text(one)]
    strange = [one for one in lines if not one.startswith(("co: ", "hint: "))]
    if strange and "-v" not in trial.words:
        yield f"a line of another form: {strange[0][:200]!r}"
    long = max(map(len, lines), default=0)
    if long > _LONGEST:
        yield f"a line of {long} characters"
    if ran.code and ran.code > 0:
        if not any(one.startswith("co: ") for one in lines):
            yield f"exit code {ran.code} without a message"
        at = max(
            (at for at, one in enumerate(lines) if one.startswith("co: ")), default=0
        )
        if len(lines) - at > 3:
            yield f"{len(lines) - at - 1} hints"
    if ran.code == ExitCode.USAGE:
        messages = [one for one in lines if _ERROR.match(one)]
        if len(messages) > 1:
            yield f"{len(messages)} lines for one error of usage: {messages[:-1]}"
