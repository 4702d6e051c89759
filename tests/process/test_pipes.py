import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CAPITALS = (ROOT / "examples/capitals.txt").read_bytes()
QUERY = "What is the capital of the United States?"


FULL = (
    b"co: cannot write output: no space left on device\n"
    b"hint: free disk space, or write to another disk\n"
)


def test_the_best_lines_come_first_and_are_the_users_own_bytes(sandboxed):
    run = sandboxed("rerank", "-q", QUERY, "examples/capitals.txt", "--top-n", "3")
    lines = run.stdout.splitlines(keepends=True)
    assert (run.returncode, len(lines)) == (0, 3)
    assert lines[0].startswith(b"Washington, D.C. is the capital of the United States")
    assert set(lines) <= set(CAPITALS.splitlines(keepends=True))


@pytest.mark.parametrize("number", ["0", "5", "99"])
def test_all_lines_come_back_whatever_their_bytes(sandboxed, number):
    lines = [
        "Zürich 🏔\n".encode(),
        b"tab\there\n",
        b'"quoted", x\n',
        b"carriage\r\n",
        b"  spaces  \n",
    ]
    run = sandboxed("rerank", "-q", "spaces", "-n", number, stdin=b"".join(lines))
    assert sorted(run.stdout.splitlines(keepends=True)) == sorted(lines)


def test_rerank_feeds_chat_in_a_pipe(co):
    run = co.shell(
        f'cat examples/capitals.txt | co rerank -q "{QUERY}" -n 1 -p sandbox'
        ' | co chat "Summarise" -d - -p sandbox'
    )
    assert run.returncode == 0
    assert run.stdout.startswith(
        b"Washington, D.C. is the capital of the United States."
    )


def test_ranked_lines_of_grep_are_documents_with_path_and_line(co, tmp_path):
    (tmp_path / "a b.py").write_bytes(b"one\nx two\nx three\n")
    (tmp_path / "foo:42:bar.rb").write_bytes(b"x four\nx five\nx six\n")
    run = co.shell(
        f"cd {tmp_path}; grep -n x * | co rerank -q x -p sandbox"
        " | co chat Hi -d - --dry-run"
    )
    assert run.returncode == 0, run.stderr
    documents = json.loads(run.stdout)["documents"]
    assert {one["id"]: one["data"]["text"] for one in documents} == {
        "a b.py:2": "x two",
        "a b.py:3": "x three",
        "foo:42:bar.rb:1": "x four",
        "foo:42:bar.rb:2": "x five",
        "foo:42:bar.rb:3": "x six",
    }


@pytest.mark.parametrize(
    "command",
    [
        "grep -n retry a.txt b.txt",
        "grep -rn retry a.txt b.txt --color=always",
        "grep -nH retry a.txt && grep -nH retry b.txt",
        "grep retry a.txt b.txt",
        "grep -n retry ?.txt | co rerank -q retry -p sandbox",
        "grep -n retry ?.txt | co rerank -q retry -p sandbox --scores",
        "grep retry ?.txt | co rerank -q retry -p sandbox",
        "co rerank -q retry a.txt b.txt -n 3 -p sandbox -o jsonl",
        "grep -n retry ?.txt | co rerank -q retry -p sandbox -o jsonl",
    ],
)
def test_what_search_and_rerank_write_is_cited_by_path_and_line(co, tmp_path, command):
    (tmp_path / "a.txt").write_text("retry once\nother\nretry twice\n")
    (tmp_path / "b.txt").write_text("other\nretry: never\n")
    run = co.shell(
        f"cd {tmp_path}; ({command}) | co chat 'When to retry?' -d - -p sandbox -o json"
    )
    assert run.returncode == 0, run.stderr
    citations = json.loads(run.stdout)["message"]["citations"]
    sources = [source for one in citations for source in one["sources"]]
    assert {one["id"]: one["document"]["text"] for one in sources} == {
        "a.txt:1": "retry once",
        "a.txt:3": "retry twice",
        "b.txt:2": "retry: never",
    }


def test_documents_with_ids_of_the_body_file_or_of_each_other_are_sent(co, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id,x\n1,a\n2,b\n")
    (tmp_path / "b.csv").write_bytes(b"id,x\n2,c\n")
    body = {"documents": [{"id": "1", "data": "first"}]}
    (tmp_path / "body.json").write_text(json.dumps(body))
    run = co.shell(
        f"cd {tmp_path}; co chat Hi -f body.json -d a.csv -d b.csv --dry-run"
    )
    assert run.returncode == 0, run.stderr
    ids = [one["id"] for one in json.loads(run.stdout)["documents"]]
    assert ids == ["1", "a.csv:2", "a.csv:3", "b.csv:2"]
    assert run.stderr.startswith(b"co: 3 documents with an id that another has")


def test_records_come_back_as_they_were_written(sandboxed):
    source = (ROOT / "examples/records.jsonl").read_bytes()
    run = sandboxed("rerank", "-q", "tent", "examples/records.jsonl")
    lines = run.stdout.splitlines()
    assert sorted(lines) == sorted(line for line in source.splitlines() if line.strip())


def test_piped_text_is_added_to_the_prompt(sandboxed):
    run = sandboxed("chat", "Explain:", "--dry-run", stdin=b"a\nb\n")
    assert b'"content": "Explain:\\n\\na\\nb"' in run.stdout


def test_a_device_adds_nothing_to_the_prompt(sandboxed):
    run = sandboxed("chat", "Hi", "--dry-run", stdin=None)
    assert b'"content": "Hi"' in run.stdout


@pytest.mark.parametrize("command", ["chat", "compat"])
@pytest.mark.parametrize("piped", [b"", b"\n", b" \r\n\t"])
def test_a_pipe_without_text_is_refused_before_anything_is_sent(
    sandboxed, command, piped
):
    run = sandboxed(command, "Hi", "--dry-run", stdin=piped)
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.startswith(b"co: the piped input is empty\n")
    allowed = sandboxed(command, "Hi", "--dry-run", "--allow-empty-input", stdin=piped)
    assert b'"content": "Hi"' in allowed.stdout


def test_input_that_is_named_is_not_added_to_the_prompt(sandboxed):
    run = sandboxed("chat", "Hi", "-d", "-", "--dry-run", stdin=b"It rains.")
    assert b'"content": "Hi"' in run.stdout
    assert b"It rains." in run.stdout


def test_a_silent_pipe_is_waited_for_with_a_note(sandboxed):
    run = sandboxed.shell('{ sleep 5; echo late; } | co chat "Hi" --dry-run')
    assert b'"content": "Hi\\n\\nlate"' in run.stdout
    assert run.stderr == (
        b"co: waiting for standard input; `< /dev/null` makes it empty\n"
    )


def test_piped_text_that_is_not_utf_8_is_refused(sandboxed):
    run = sandboxed("chat", "Hi", stdin=b"ab\xff")
    assert run.returncode == 3
    assert run.stderr.startswith(b"co: ")


def test_a_reader_that_leaves_ends_it_silently_by_sigpipe(co):
    script = "co chat Hi -q -p sandbox | true; echo ${PIPESTATUS[0]}"
    run = co.shell(script)
    assert (run.stdout, run.stderr) == (b"141\n", b"")


def test_a_full_disk_under_standard_output_is_23(co):
    run = co.shell("co replay tests/data/text.sse > /dev/full")
    assert (run.returncode, run.stderr) == (
        23,
        FULL,
    )


def test_a_closed_standard_output_is_23(co):
    run = co.shell("co replay tests/data/text.sse >&-", forked=False)
    assert run.returncode == 23
    assert run.stderr.startswith(b"co: cannot write output")


@pytest.mark.parametrize("words", ["", "--help", "--version", "chat --help"])
def test_a_full_disk_under_the_help_is_23_too(co, words):
    run = co.shell(f"co {words} > /dev/full")
    assert (run.returncode, run.stderr) == (
        23,
        FULL,
    )


@pytest.mark.parametrize("words", ["", "--help", "--version", "-V", "version"])
def test_a_closed_standard_output_under_the_help_is_23_too(co, words):
    run = co.shell(f"co {words} >&-", forked=False)
    assert run.returncode == 23
    assert run.stderr == b"co: cannot write output: standard output is closed\n"


@pytest.mark.parametrize("words", ["", "--help", "--version", "chat --help"])
def test_help_that_nobody_reads_dies_of_sigpipe_as_an_answer_does(co, words):
    run = co.shell(f"co {words} | true; echo ${{PIPESTATUS[0]}}")
    assert (run.stdout, run.stderr) == (b"141\n", b"")


@pytest.mark.parametrize("to", ["2>&-", "2>/dev/full"])
def test_a_lost_note_does_not_harm_the_answer(co, to):
    run = co.shell(f"co chat Hi -p sandbox {to}")
    assert run.returncode == 0
    assert run.stdout.startswith(b"This is the sandbox")


def test_the_output_is_utf_8_in_any_locale(co):
    run = co(
        "replay", "tests/data/text.sse", env={"LANG": "C", "PYTHONIOENCODING": "ascii"}
    )
    assert run.stdout.decode() == "The Matterhorn, 4478 m, is near Zermatt 🏔.\n"


def slowly(connection) -> None:
    connection.recv(1)


HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    b'data: {"type":"content-delta","delta":{"message":{"content":{"text":"Hi"}}}}\n\n'
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_as_a_signal_and_what_came_stays(co, serve, number):
    server = serve([HEAD, slowly])
    co.environ["CO_API_KEY"] = "k" * 9
    process = co.start("chat", "Hi", "--base-url", server.url)
    assert os.read(process.stdout.fileno(), 2) == b"Hi"
    process.send_signal(number)
    out, err = process.communicate(timeout=5)
    assert (process.returncode, out, err) == (-number, b"\n", b"")


def test_an_interrupt_stops_a_shells_loop(co, serve):
    server = serve(*[[HEAD, slowly]] * 3)
    co.environ["CO_API_KEY"] = "k" * 9
    script = f"for i in 1 2 3; do co chat Hi --base-url {server.url}; echo $i; done"
    process = subprocess.Popen(
        ["bash", "-c", script],
        env=co.environ,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert os.read(process.stdout.fileno(), 2) == b"Hi"
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=5)
    assert b"1" not in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_its_parent_ignores_stays_ignored(co, serve, number):
    """As `nohup co` and `co &` in a script need it."""
    server = serve([HEAD, slowly])
    co.environ["CO_API_KEY"] = "k" * 9
    script = f"trap '' INT HUP; exec co chat Hi --base-url {server.url}"
    process = subprocess.Popen(
        ["bash", "-c", script], env=co.environ, stdout=subprocess.PIPE
    )
    assert os.read(process.stdout.fileno(), 2) == b"Hi"
    process.send_signal(number)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.3)
    process.terminate()
    process.communicate(timeout=5)


def test_an_interrupt_while_it_starts_ends_it_quietly(co):
    program = "import os, cohere_cli.__main__ as entry; os.kill(os.getpid(), 2)"
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=co.environ,
        capture_output=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (-signal.SIGINT, b"")


@pytest.fixture
def long_answer(tmp_path):
    """Write a stream whose answer has 300 kB in every format; return its path."""
    word = {"message": {"content": {"text": "x" * 100}}}
    events = [
        {"type": "message-start", "id": "1", "delta": {"message": {}}},
        *[{"type": "content-delta", "index": 0, "delta": word}] * 3_000,
        {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}},
    ]
    path = tmp_path / "long.sse"
    path.write_text("".join(f"data: {json.dumps(event)}\n\n" for event in events))
    return path


@pytest.mark.parametrize("form", ["text", "markdown", "json", "events"])
def test_a_short_write_is_an_error_without_buffers_too(co, long_answer, tmp_path, form):
    out = tmp_path / "out"
    run = co.shell(
        f"ulimit -f 100; export PYTHONDONTWRITEBYTECODE=1; PYTHONUNBUFFERED=1 co replay {long_answer} -o {form} > {out}"
    )
    assert run.returncode == 23
    assert b"cannot write output" in run.stderr
    assert out.stat().st_size == 102_400


def test_a_non_blocking_pipe_is_waited_for(co, long_answer):
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with os.fdopen(reading, "rb") as pipe:
        process = co.start("replay", str(long_answer), "-o", "json", stdout=writing)
        os.close(writing)
        out = b""
        while piece := pipe.read1(1000):
            out += piece
    process.communicate(timeout=10)
    assert process.returncode == 0
    text = json.loads(out)["message"]["content"][0]["text"]
    assert len(text) == 300_000


def test_help_that_does_not_fit_is_an_error_without_buffers_too(co):
    assert co.shell("PYTHONUNBUFFERED=1 co chat --help > /dev/full").returncode == 23


@pytest.mark.parametrize(
    "words", ["chat Hi -d README.md", "rerank -q a examples/capitals.txt"]
)
def test_a_command_that_reads_a_file_needs_no_standard_input(co, words):
    run = co.shell(f"co {words} -p sandbox <&-", forked=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout


def test_a_short_write_of_the_version_is_an_error(co, tmp_path):
    """The file may grow by four bytes."""
    out = tmp_path / "out"
    out.write_bytes(bytes(1020))
    run = co.shell(
        f"ulimit -f 1; PYTHONDONTWRITEBYTECODE=1 co --version >> {out}; exit $?"
    )
    assert (run.returncode, run.stderr.splitlines()[0]) == (
        23,
        b"co: cannot write output: file too large",
    )
