"""Ten questions over the sources of Python's standard library; prints Markdown.

    python -m benchmarks.questions

Each has one right file. `co ask -p sandbox` answers: without a model, by BM25 and
quotes, so that what is measured is the way from a folder to cited lines. A citation is
right if its document holds exactly the lines of the file that its id names.
"""

import json
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

LIBRARY = Path(sysconfig.get_path("stdlib"))
QUESTIONS: Mapping[str, str] = {
    "How is leading whitespace removed that all lines have in common?": "textwrap.py",
    "How does the parser of robots.txt decide whether a user agent can fetch a URL?": (
        "urllib/robotparser.py"
    ),
    "How are several sorted inputs merged with a heap?": "heapq.py",
    "How are close matches of a word found among possibilities?": "difflib.py",
    "When does a shelf write its cached entries back?": "shelve.py",
    "How is the median of grouped continuous data interpolated?": "statistics.py",
    "How is a member of a zip archive decrypted with a password?": "zipfile.py",
    "How does the calendar decide whether a year is a leap year?": "calendar.py",
    "How is a mailbox file locked with dot locking?": "mailbox.py",
    "How does the scheduler order events that have the same time?": "sched.py",
}


def main() -> int:
    """Ask all questions; return 1 if a file or a line is wrong."""
    sys.stdout.write("| question | right file cited | citations with right lines |\n")
    sys.stdout.write("|---|---|---|\n")
    found = right = cited = 0
    with tempfile.TemporaryDirectory() as home:
        for question, name in QUESTIONS.items():
            citations = [*_documents(_answer(question, home))]
            files = {one["id"].rpartition(":")[0] for one in citations}
            is_found = name in files
            lines = sum(map(_has_right_lines, citations))
            found, right, cited = (
                found + is_found,
                right + lines,
                cited + len(citations),
            )
            word = "yes" if is_found else f"no: {', '.join(sorted(files))}"
            row = f"| {question} | {word} ({name}) | {lines} of {len(citations)} |\n"
            sys.stdout.write(row)
            sys.stdout.flush()
    sys.stdout.write(f"| all | {found} of {len(QUESTIONS)} | {right} of {cited} |\n")
    return 0 if found == len(QUESTIONS) and right == cited else 1


def _answer(question: str, home: str) -> Any:
    words = ["ask", question, ".", "-p", "sandbox", "-o", "json", "-g", "*.py"]
    environ = {"HOME": home, "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    co = Path(sys.executable).with_name("co")
    run = subprocess.run(
        [co, *words], cwd=LIBRARY, env=environ, capture_output=True, check=True
    )
    return json.loads(run.stdout)


def _documents(answer: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the sources of all citations."""
    for citation in answer["message"].get("citations") or ():
        yield from citation["sources"]


def _has_right_lines(source: Mapping[str, Any]) -> bool:
    path, _, lines = source["id"].rpartition(":")
    first, last = map(int, lines.split("#")[0].split("-"))
    text = (LIBRARY / path).read_text().split("\n")
    return "\n".join(text[first - 1 : last]) == source["document"]["text"]


if __name__ == "__main__":
    sys.exit(main())
