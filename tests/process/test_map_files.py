"""The files of a run: what it reads, what it writes, and that they are not the same."""

import json
from subprocess import PIPE

import pytest


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "in.txt"
    path.write_text("a\nb\n")
    return path


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("co map 'say {text}' in.txt -o text >> in.txt", "in.txt"),
        ("co map 'say {text}' ./in.txt -o text >> in.txt", "./in.txt"),
        ("co map 'say {text}' -o text < in.txt >> in.txt", "stdin"),
        ("co map 'say {text}' in.txt --compare old.jsonl >> old.jsonl", "old.jsonl"),
    ],
)
def test_the_output_is_no_file_that_is_read(sandboxed, records, script, name):
    old = records.with_name("old.jsonl")
    old.write_text('{"index": 0, "record": "a", "answer": "x"}\n')
    before = records.read_bytes(), old.read_bytes()
    done = sandboxed.shell(script, cwd=records.parent)
    assert (done.returncode, records.read_bytes(), old.read_bytes()) == (3, *before)
    assert done.stderr.decode().splitlines()[0] == (
        f"co: the output goes to a file that is read ({name})"
    )


def test_the_report_is_no_file_that_is_read(sandboxed, tmp_path):
    table = tmp_path / "in.csv"
    table.write_text("a,label\nx,y\n")
    words = (str(table), "--expect", "label", "--report", str(table))
    done = sandboxed("map", "say {a}", *words)
    assert done.returncode == 3
    assert b"the report goes to a file that is read" in done.stderr
    assert table.read_text() == "a,label\nx,y\n"


def test_a_preview_may_be_appended_to_its_input(sandboxed, records):
    script = "co map 'say {text}' in.txt --dry-run >> in.txt"
    assert sandboxed.shell(script, cwd=records.parent).returncode == 0


def test_standard_input_is_no_image_of_a_record(sandboxed):
    with sandboxed.start("map", "what is it", "-i", "{p}", stdin=PIPE) as run:
        run.stdin.write(b'{"p": "-"}\n{"p": "-:low"}\n')
        run.stdin.flush()
        first = json.loads(run.stdout.readline())
        run.stdin.write(b'{"p": "https://example.com/x.png"}\n')
        run.stdin.close()
        rows = [first, *map(json.loads, run.stdout)]
    message = "a record cannot have standard input for its image"
    assert [(row["error"] or {}).get("message") for row in rows] == [
        message,
        message,
        None,
    ]


def test_an_answer_that_was_cut_off_is_noted(sandboxed):
    done = sandboxed("map", "say", "-o", "text", "--max-tokens", "1", stdin=b"a b\n")
    assert done.returncode == 0
    assert done.stderr.decode().splitlines()[-1] == (
        "co: 1 answer was cut off at max_tokens: raise --max-tokens"
    )
