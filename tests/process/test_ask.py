"""`co ask` and `co search`: the requests they send, and what they refuse to do."""

import fcntl
import json
import re
import time
from pathlib import Path

import pytest
from co_program import ROOT
from raw_server import http
from sample_files import pdf, xlsx

RANKED = http(
    json.dumps(
        {
            "results": [
                {"index": 1, "relevance_score": 0.9},
                {"index": 0, "relevance_score": 0.4},
                {"index": 2, "relevance_score": 0.1},
            ],
            "meta": {"billed_units": {"search_units": 1}},
        }
    ).encode(),
    kind="application/json",
)
ANSWERED = http(
    json.dumps(
        {
            "id": "1",
            "finish_reason": "COMPLETE",
            "message": {
                "role": "assistant",
                "content": [{"type": "text", "text": "So."}],
            },
        }
    ).encode(),
    kind="application/json",
)
REFUSED = http(
    b'{"message": "model not found"}', kind="application/json", status="404 Not Found"
)


@pytest.fixture
def folder(tmp_path):
    """Three files with a word in common."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for name in ("one", "two", "three"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nThe fox is {name}.\n")
    return folder


def documents(request):
    return [one["id"] for one in json.loads(request.body)["documents"]]


@pytest.fixture
def served(co, serve):
    """Serve exact replies; the environment of `co` names the server."""

    def start(*replies):
        server = serve(*replies)
        co.environ |= {"CO_API_URL": server.url, "CO_API_KEY": "k"}
        return server

    return start


def test_ask_ranks_all_candidates_and_sends_the_best_with_their_lines(
    co, served, folder
):
    server = served(RANKED, ANSWERED)
    run = co("ask", "Where is the fox?", "notes", "-n", "2", cwd=folder.parent)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"So.\n", b"")
    rerank, chat = server.requests
    assert rerank.head.startswith("POST /v2/rerank ")
    assert json.loads(rerank.body)["query"] == "Where is the fox?"
    ranked = json.loads(rerank.body)["documents"]
    assert chat.head.startswith("POST /v2/chat ")
    assert documents(chat) == [
        f"{ranked[at].split('path: ')[1].splitlines()[0]}:1-3" for at in (1, 0)
    ]


@pytest.mark.parametrize(
    ("words", "sent"),
    [(["--min-score", "0.5"], 1), (["-n", "1"], 1), (["--per-file", "1"], 3)],
    ids=str,
)
def test_flags_choose_which_passages_are_sent(co, served, folder, words, sent):
    server = served(RANKED, ANSWERED)
    run = co("ask", "fox?", "notes", *words, cwd=folder.parent)
    assert run.returncode == 0
    assert len(documents(server.requests[1])) == sent


def test_documents_of_d_always_go_and_no_passage_twice(co, served, folder):
    (folder.parent / "always.md").write_text("Read me.\n")
    server = served(RANKED, ANSWERED)
    words = ["ask", "fox?", "notes", "-d", "always.md", "-n", "1"]
    assert co(*words, cwd=folder.parent).returncode == 0
    first, second = documents(server.requests[1])
    assert (first, second[-4:]) == ("always.md", ":1-3")


def test_a_passage_that_does_not_fit_into_the_context_is_left_out_and_counted(
    co, served, tmp_path
):
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"fox {number} " + "fox " * 390)
    server = served(RANKED, ANSWERED)
    words = ["ask", "fox?", ".", "-m", "command-a-translate", "--max-tokens", "7200"]
    run = co(*words, "--explain", "-g", "*.txt", cwd=tmp_path)
    assert run.returncode == 0
    assert len(documents(server.requests[1])) == 1
    assert b"2 left out: the context of the model is full" in run.stderr
    server = served(RANKED, ANSWERED)
    run = co(*words, "-g", "*.txt", cwd=tmp_path)
    what = b"2 passages left out: the context of command-a-translate is full"
    assert (run.returncode, run.stderr) == (0, b"co: " + what + b"\n")


def test_a_context_too_small_for_one_passage_is_refused_before_anything_is_sent(
    co, served, folder
):
    server = served(RANKED)
    words = ["ask", "fox?", "notes", "-m", "command-a-translate", "--max-tokens"]
    run = co(*words, "8000", cwd=folder.parent)
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr == (
        b"co: no passage fits into the 8,000 tokens that command-a-translate reads\n"
        b"hint: choose another model with -m, or a lower --max-tokens\n"
    )
    assert server.requests == []


LIMITED = http(b'{"message": "x"}', kind="application/json", status="429 Slow")
BROKEN = http(b'{"results": [{"index": 9}]}', kind="application/json")


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(("reply", "code"), [(REFUSED, 5), (LIMITED, 6), (BROKEN, 8)])
def test_a_rerank_that_fails_ends_the_command_with_a_way_on(
    co, served, folder, command, reply, code
):
    served(reply)
    run = co(command, "fox?", "notes", "--retries", "0", cwd=folder.parent)
    assert (run.returncode, run.stdout) == (code, b"")
    assert b"hint: " in run.stderr
    assert run.stderr.endswith(b"--lexical orders the passages by words alone\n")


def test_lexical_needs_no_server_to_search_and_one_request_to_ask(co, served, folder):
    run = co("search", "fox", "notes", "--lexical", "-o", "paths", cwd=folder.parent)
    assert run.returncode == 0
    assert len(run.stdout.splitlines()) == 3
    server = served(ANSWERED)
    assert co("ask", "fox?", "notes", "--lexical", cwd=folder.parent).returncode == 0
    assert [one.head.split()[1] for one in server.requests] == ["/v2/chat"]


def test_nothing_is_asked_where_nothing_is_found(co, served, folder):
    server = served()
    run = co("ask", "zebra?", "notes", cwd=folder.parent)
    assert (run.returncode, run.stdout) == (9, b"")
    assert server.requests == []


def test_rerank_and_chat_go_to_the_servers_that_the_profile_names(co, serve, folder):
    ranker, chatter = serve(RANKED), serve(ANSWERED)
    co.environ["CO_API_KEY"] = "k"
    for name, url in (("base_url", chatter.url), ("rerank_base_url", ranker.url)):
        assert co("config", "set", name, url, "-p", "own").returncode == 0
    run = co("ask", "fox?", "notes", "-p", "own", cwd=folder.parent)
    assert (run.returncode, run.stdout) == (0, b"So.\n")
    assert [len(one.requests) for one in (ranker, chatter)] == [1, 1]


def test_a_recording_of_ask_is_that_of_its_answer(co, served, folder):
    served(RANKED, ANSWERED)
    words = ["ask", "fox?", "notes", "--record", "reply.json"]
    assert co(*words, cwd=folder.parent).returncode == 0
    assert co("replay", "reply.json", cwd=folder.parent).stdout == b"So.\n"


def test_the_hint_for_documents_beyond_the_context_is_a_line_that_works(co, folder):
    big = folder / "big.txt"
    big.write_text("fox jumps\n" * 200_000)
    run = co(
        "chat", "Where is the fox?", "-d", "notes", "-p", "sandbox", cwd=folder.parent
    )
    assert run.returncode == 2
    line = run.stderr.decode().split("`")[1]
    assert line == "co ask 'Where is the fox?' notes"
    big.unlink()
    assert co.shell(f"{line} -p sandbox", cwd=folder.parent).returncode == 0


@pytest.mark.parametrize(
    "words", [["search", "fox", "notes"], ["rerank", "-q", "fox", "notes"]], ids=str
)
def test_exit_status_is_9_if_nothing_is_written(co, folder, words):
    words = [*words, "-p", "sandbox", "--min-score", "1"]
    assert co(*words, cwd=folder.parent).returncode == 0
    run = co(*words, "--exit-status", cwd=folder.parent)
    assert (run.returncode, run.stdout) == (9, b"")


def test_a_search_in_a_pipe_grounds_a_chat_with_its_places(co, folder):
    words = "search fox notes --lexical -n 2"
    line = f"co {words} | co chat 'Where is the fox?' -d - --dry-run"
    run = co.shell(line, cwd=folder.parent)
    ids = [one["id"] for one in json.loads(run.stdout)["documents"]]
    assert sorted(one.rpartition(":")[2] for one in ids) == ["3", "3"]
    assert all(one.startswith("notes/") for one in ids)


def test_a_record_is_cited_by_its_file_and_line_whatever_its_own_id(co, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "7", "note": "A fox runs."}\n')
    words = ["a fox", "a.jsonl", "--lexical"]
    run = co("search", *words, "-o", "jsonl", cwd=tmp_path)
    assert json.loads(run.stdout)["id"] == "a.jsonl:1"
    run = co("ask", *words, "--dry-run", cwd=tmp_path)
    (sent,) = json.loads(run.stdout)["documents"]
    assert sent == {"data": {"id": "7", "note": "A fox runs."}, "id": "a.jsonl:1"}


@pytest.mark.parametrize("query", ["", "  ", "?!"], ids=repr)
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_query_without_a_word_is_refused(co, command, query):
    run = co(command, query, "examples/handbook", "-p", "sandbox")
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.startswith(b"co: the query ")


def test_what_was_left_out_is_reported_by_each_search_of_a_cached_index(co, tmp_path):
    (tmp_path / "old.txt").write_bytes("Ein süßer Fuchs — schön".encode("cp1252"))
    (tmp_path / "empty.txt").touch()
    time.sleep(0.1)  # longer than a tick of the file system's clock
    first, second = (
        co("search", "Fuchs", ".", "--lexical", "-g", "*.txt", cwd=tmp_path)
        for _ in range(2)
    )
    assert b"1 text read as Windows-1252" in first.stderr
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)


def test_a_pdf_is_found_once_the_library_that_reads_it_is_installed(co, tmp_path):
    (tmp_path / "a.md").write_text("A fox.\n")
    (tmp_path / "a.pdf").write_bytes(pdf("The fox of page one."))
    hidden = tmp_path / "without"
    hidden.mkdir()
    (hidden / "pypdfium2.py").write_text("raise ImportError\n")
    words = ["search", "fox", ".", "--lexical", "-o", "paths"]
    run = co(*words, cwd=tmp_path, env={"PYTHONPATH": str(hidden)})
    assert b"requiring cohere-cli[files]" in run.stderr
    assert run.stdout == b"a.md\n"
    assert sorted(co(*words, cwd=tmp_path).stdout.split()) == [b"a.md", b"a.pdf"]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", b"too large"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", b"too slow"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", b"damaged"),
        ("os._exit(1)", b"damaged"),
        ("raise MemoryError", b"too large"),
        ("raise OSError", b"damaged"),
    ],
    ids=str,
)
def test_a_pdf_whose_extraction_was_ended_is_read_by_the_next_search(
    co, tmp_path, failure, reason
):
    (tmp_path / "a.md").write_text("A fox.\n")
    (tmp_path / "a.pdf").write_bytes(pdf("The fox of page one."))
    library = tmp_path / "library"
    library.mkdir()
    (library / "pypdfium2.py").write_text(f"import os\nimport signal\n{failure}\n")
    time.sleep(0.1)  # longer than a tick of the file system's clock
    words = ["search", "fox", ".", "--lexical", "-o", "paths"]
    run = co(*words, cwd=tmp_path, env={"PYTHONPATH": str(library)})
    assert b"1 %b" % reason in run.stderr
    assert run.stdout == b"a.md\n"
    assert sorted(co(*words, cwd=tmp_path).stdout.split()) == [b"a.md", b"a.pdf"]


def test_two_records_of_one_line_have_ids_of_their_own(co, tmp_path):
    (tmp_path / "a.json").write_text('[{"note": "fox one"}, {"note": "fox two"}]')
    words = ["ask", "fox?", "a.json", "--lexical", "--dry-run"]
    sent = json.loads(co(*words, cwd=tmp_path).stdout)["documents"]
    assert sorted(one["id"] for one in sent) == ["a.json:1", "a.json:1#2"]


def test_a_list_of_indexes_changes_nothing(co, folder):
    co("search", "fox", "notes", "--lexical", cwd=folder.parent)
    index = Path(co.environ["CO_CACHE_DIR"]) / "index"
    before = {one.name: one.stat().st_mtime_ns for one in index.iterdir()}
    first = co("cache", "list", "--json")
    assert {one.name: one.stat().st_mtime_ns for one in index.iterdir()} == before
    assert co("cache", "list", "--json").stdout == first.stdout
    (one,) = json.loads(first.stdout)
    assert (one["root"], one["files"], one["passages"]) == (str(folder), 3, 3)


def test_a_listed_index_is_one_line_of_tsv(co, tmp_path):
    (tmp_path / "a\tb\nc\\d").mkdir()
    (tmp_path / "a\tb\nc\\d" / "a.md").write_text("A fox.\n")
    co("search", "fox", ".", "--lexical", cwd=tmp_path / "a\tb\nc\\d")
    (line,) = co("cache", "list").stdout.decode().splitlines()
    root, files, passages, size, _ = line.split("\t")
    assert (root, files, passages) == (f"{tmp_path}/a\\tb\\nc\\\\d", "1", "1")
    assert int(size) > 10_000


def test_indexes_that_stay_are_counted_with_the_reason(co, folder):
    for name in ("notes", "."):
        co("search", "fox", name, "--lexical", cwd=folder.parent)
    index = Path(co.environ["CO_CACHE_DIR"]) / "index"
    used, _ = sorted(index.glob("*.sqlite"))
    refused = index / f"{'0' * 32}.sqlite"
    refused.mkdir()
    with Path(f"{used}.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        run = co("cache", "clear")
    one, two, three = run.stderr.decode().splitlines()
    assert re.fullmatch(r"co: 1 index removed, [0-9]+ kB freed", one)
    assert two == "co: 1 index not removed: in use by another run"
    assert three == f"co: 1 index not removed: is a directory ({index})"
    assert (run.returncode, run.stdout) == (3, b"")
    assert sorted(index.glob("*.sqlite")) == [refused, used]
    refused.rmdir()
    assert co("cache", "clear").returncode == 0
    assert co("cache", "clear").stderr == b"co: no index is there\n"


@pytest.mark.parametrize("command", ["list", "clear"])
def test_a_cache_folder_that_cannot_be_read_is_an_error(co, command):
    index = Path(co.environ["CO_CACHE_DIR"]) / "index"
    index.parent.mkdir(parents=True, exist_ok=True)
    index.write_text("not a folder")
    run = co("cache", command)
    line = f"co: {index} cannot be read: not a directory\n"
    assert (run.returncode, run.stdout, run.stderr.decode()) == (3, b"", line)


def test_the_model_of_ask_is_that_of_the_answer(co, served, folder):
    server = served(RANKED, ANSWERED)
    words = ["ask", "fox?", "notes", "-m", "command-r-08-2024"]
    assert co(*words, cwd=folder.parent).returncode == 0
    models = [json.loads(one.body)["model"] for one in server.requests]
    assert models == ["rerank-v3.5", "command-r-08-2024"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["-d", "missing.txt"], 3),
        (["-t", "missing.yaml"], 3),
        (["-i", "missing.png"], 3),
        (["--max-tokens", "999999"], 2),
    ],
    ids=str,
)
def test_what_is_wrong_here_is_found_before_anything_is_sent(
    co, served, folder, words, code
):
    server = served(RANKED, ANSWERED)
    run = co("ask", "fox?", "notes", *words, cwd=folder.parent)
    assert (run.returncode, run.stdout) == (code, b"")
    assert server.requests == []


def test_words_such_as_the_are_no_words_of_a_question(co, tmp_path):
    (tmp_path / "a.md").write_text("This is how the fox is.\n")
    run = co("ask", "How is the zebra?", "-p", "sandbox", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (9, b"")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["notes", "Where is the fox?"], "the query comes first: `co ask QUERY notes`"),
        (["Where", "is", "notes"], "put a query of several words in quotes"),
        (["Where", "fox?", "is", "notes"], "put a query of several words in quotes"),
        (["fox", "note"], "did you mean notes?"),
    ],
    ids=str,
)
def test_words_in_the_wrong_place_are_recognized(co, folder, words, hint):
    run = co("ask", *words, "-p", "sandbox", cwd=folder.parent)
    assert run.returncode == 3
    assert f"hint: {hint}".encode() in run.stderr


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        (["-g", "*.rst"], b"no file with text matches -g"),
        (["-e", "zebra"], b"no passage has a word of the query and matches -e"),
    ],
)
def test_flags_that_leave_out_all_are_named(co, folder, flags, what):
    run = co("search", "fox", "notes", "--lexical", *flags, cwd=folder.parent)
    assert (run.returncode, run.stdout) == (0, b"")
    assert what in run.stderr


def test_a_record_cannot_take_the_place_of_a_passage(co, tmp_path):
    (tmp_path / "notes.md").write_text("A fox.\nIt runs.\n")
    spoof = {"id": "notes.md:1-2", "text": "A fox flies."}
    (tmp_path / "spoof.jsonl").write_text(json.dumps(spoof) + "\n")
    (tmp_path / "body.yaml").write_text(
        "documents: [{id: 'spoof.jsonl:1', data: {text: old}}]\n"
    )
    words = ["ask", "fox?", "notes.md", "--lexical", "--dry-run", "-d", "spoof.jsonl"]
    sent = json.loads(co(*words, "-f", "body.yaml", cwd=tmp_path).stdout)["documents"]
    assert {one["id"]: one["data"]["text"] for one in sent} == {
        "spoof.jsonl:1": "old",
        "spoof.jsonl:1#2": "A fox flies.",
        "notes.md:1-2": "A fox.\nIt runs.",
    }


def test_a_record_whose_id_names_its_file_is_where_it_is(co, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "a.jsonl:999", "note": "A fox."}\n')
    run = co("search", "fox", "a.jsonl", "--lexical", "-o", "jsonl", cwd=tmp_path)
    assert json.loads(run.stdout)["id"] == "a.jsonl:1"


def test_rows_of_a_sheet_have_their_own_numbers(co, tmp_path):
    rows = [
        ["Name", "Note"],
        *([f"row{n}", f"note {n} of many"] for n in range(2, 900)),
    ]
    (tmp_path / "a.xlsx").write_bytes(xlsx(Prices=rows, Late=[["x", "okapi one"]]))
    for row in (2, 350, 899):
        run = co("search", f"row{row}", "a.xlsx", "--lexical", "-n", "1", cwd=tmp_path)
        assert run.stdout.startswith(f"a.xlsx:{row}:row{row}".encode())
        assert run.returncode == 0
    run = co("search", "okapi", "a.xlsx", "--lexical", "-o", "jsonl", cwd=tmp_path)
    assert json.loads(run.stdout)["line"] == 1


def test_a_notebook_has_cells_and_no_lines(co, tmp_path):
    cells = [{"cell_type": "markdown", "source": f"cell {n} owl"} for n in range(3)]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    run = co("search", "owl", "a.ipynb", "--lexical", "-o", "jsonl", cwd=tmp_path)
    found = json.loads(run.stdout)
    assert (found["id"], found["first"], found["line"], found["last"]) == (
        *("a.ipynb:cell1-3", 1, 1),
        3,
    )


def test_passages_with_the_same_words_are_one_and_paths_lists_all(co, tmp_path):
    for name in ("a", "b", "c"):
        limit = 900 if name == "c" else 500
        (tmp_path / f"{name}.txt").write_text(f"A hotel may cost {limit} euros.\n")
    run = co("search", "hotel", "--lexical", cwd=tmp_path)
    assert len(run.stdout.splitlines()) == 2
    assert b"1 passage with the same words as one above left out" in run.stderr
    run = co("search", "hotel", "--lexical", "-o", "paths", cwd=tmp_path)
    assert sorted(run.stdout.split()) == [b"a.txt", b"b.txt", b"c.txt"]


def test_a_score_of_rerank_is_no_limit_before_it_was_asked(co, folder):
    words = ["ask", "fox?", "notes", "--min-score", "0.9", "--dry-run"]
    run = co(*words, cwd=folder.parent)
    assert (run.returncode, len(json.loads(run.stdout)["documents"])) == (0, 3)


def test_bad_records_are_reported_where_nothing_is_written(co):
    words = [
        "rerank",
        "-q",
        "fox",
        "--input",
        "jsonl",
        "-p",
        "sandbox",
        "--exit-status",
    ]
    run = co(*words, "--min-score", "1", stdin=b'{"a": "cat"}\n{bad\n')
    assert (run.returncode, run.stdout) == (10, b"")
    assert b"1 bad record skipped" in run.stderr


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_python_without_sqlite_is_one_line(co, tmp_path, command):
    (tmp_path / "sqlite3.py").write_text("raise ImportError\n")
    words = [command, "fox?", "examples/handbook", "-p", "sandbox"]
    run = co(*words, env={"PYTHONPATH": str(tmp_path)})
    assert (run.returncode, run.stdout) == (3, b"")
    assert run.stderr == (
        b"co: this Python has no SQLite, which a search needs\n"
        b"hint: use a Python that has the module sqlite3\n"
    )


@pytest.mark.parametrize("words", [["-", "notes"], ["fox?", "-"]], ids=str)
@pytest.mark.parametrize("command", ["ask", "search"])
def test_standard_input_is_not_searched(co, folder, command, words):
    run = co(command, *words, cwd=folder.parent, stdin=b"fox")
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.startswith(b"co: files are searched, not standard input (-)\n")


def test_a_record_with_the_place_of_another_gets_its_own(co, tmp_path):
    (tmp_path / "notes.md").write_text("A fox.\n")
    lines = [{"id": "notes.md:1-1", "text": "a"}, {"id": "d.jsonl:1", "text": "b"}]
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    (tmp_path / "d.jsonl").write_text(text)
    words = ["ask", "fox?", "notes.md", "--lexical", "--dry-run", "-d", "d.jsonl"]
    sent = json.loads(co(*words, cwd=tmp_path).stdout)["documents"]
    assert len({one["id"] for one in sent}) == 3
    assert ("notes.md:1-1", "A fox.") in {(o["id"], o["data"]["text"]) for o in sent}


def test_tools_are_declared_and_a_call_in_place_of_an_answer_is_exit_18(
    co, served, folder
):
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}}
    (folder.parent / "tools.json").write_text(json.dumps([{**tool, "run": ["date"]}]))
    function = {"name": "f", "arguments": "{}"}
    calls = [{"id": "c1", "type": "function", "function": function}]
    message = {"role": "assistant", "tool_calls": calls}
    called = {"id": "1", "finish_reason": "TOOL_CALL", "message": message}
    server = served(RANKED, http(json.dumps(called).encode(), kind="application/json"))
    run = co("ask", "fox?", "notes", "-t", "tools.json", "-q", cwd=folder.parent)
    what = "the model calls tools instead of an answer, and `co ask` runs none"
    assert (run.returncode, run.stdout) == (18, b"")
    assert run.stderr.decode().splitlines()[0] == f"co: {what}"
    assert json.loads(server.requests[-1].body)["tools"] == [tool]


def test_a_note_says_that_ask_runs_no_tool(sandboxed):
    words = ["ask", "Who approves travel abroad?", "examples/handbook"]
    run = sandboxed(*words, "-t", "examples/tools.yaml", "--dry-run", cwd=ROOT)
    names = "query_daily_sales_report, query_product_catalog"
    note = f"co: `co ask` declares tools and runs none: {names}\n"
    assert note in run.stderr.decode()


@pytest.mark.parametrize(
    "words",
    [["--tool", "search"], ["--mcp", "x"], ["--allow", "x"], ["--max-steps", "2"]],
)
def test_the_flags_of_tools_that_run_name_the_chat_that_searches(co, words):
    run = co("ask", "fox?", "notes", *words)
    assert run.returncode == 2
    assert "hint: `co chat --tool search -d PATH` lets" in run.stderr.decode()
