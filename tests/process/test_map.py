"""One request for each record: what is sent, what is written, and how it ends."""

import base64
import json
import os
import re
import signal
import threading

import pytest
from scoring_server import Reply, refused, scoring

USAGE = {"billed_units": {"input_tokens": 1, "output_tokens": 1}}


def response(text):
    message = {"role": "assistant", "content": [{"type": "text", "text": text}]}
    whole = {"finish_reason": "COMPLETE", "message": message, "usage": USAGE}
    return Reply({"id": "1", **whole})


def prompt_of(body):
    return body["messages"][-1]["content"]


def echo(body):
    return response(f"echo {prompt_of(body)}")


@pytest.fixture
def server():
    with scoring() as served:
        served.begin(echo)
        yield served


@pytest.fixture
def run(co, server):
    def run(*words, stdin=None, answer=None):
        if answer:
            server.begin(answer)
        co.environ |= server.environ
        return co("map", *words, stdin=stdin)

    return run


def rows(run):
    return [json.loads(line) for line in run.stdout.splitlines()]


def answers(run):
    return [row["answer"] for row in rows(run)]


def test_each_record_is_a_line_with_its_place_and_its_answer(run):
    done = run("say {a}", stdin=b'{"a": "x", "b": 1.50}\n\n{"a": "y"}\n')
    first = {
        "index": 0,
        "source": "-",
        "line": 1,
        "record": {"a": "x", "b": 1.5},
        "answer": "echo say x",
        "citations": [],
        "finish_reason": "COMPLETE",
        "usage": USAGE,
        "error": None,
    }
    second = {"index": 1, "line": 3, "record": {"a": "y"}, "answer": "echo say y"}
    assert done.returncode == 0
    assert rows(done) == [first, first | second]
    assert b'"b": 1.50' in done.stdout


def test_answers_that_are_early_wait_for_those_before_them(run):
    late = threading.Event()

    def answer(body):
        if prompt_of(body) == "0":
            late.wait(10)
        if prompt_of(body) == "29":
            late.set()
        return echo(body)

    lines = "".join(f"{number}\n" for number in range(30)).encode()
    done = run("{text}", "--concurrency", "4", stdin=lines, answer=answer)
    assert answers(done) == [f"echo {number}" for number in range(30)]


def test_refusals_of_many_workers_are_one_line_and_a_number(run):
    # All are refused before any is sent again, and each then waits two seconds.
    together = threading.Barrier(16)
    refusals = iter(range(16))

    def answer(body):
        if next(refusals, None) is None:
            return echo(body)
        together.wait(20)
        return refused(503, "busy", retry_after="2")

    lines = "".join(f"{number}\n" for number in range(16)).encode()
    done = run("{text}", "--concurrency", "16", stdin=lines, answer=answer)
    assert (done.returncode, len(rows(done))) == (0, 16)
    assert done.stderr.decode().splitlines() == [
        "co: busy (HTTP 503); retrying in 2.0 s (1 of 5)",
        "co: 16 waits before retries: HTTP 503 (16)",
    ]


def test_verbose_has_a_line_for_each_refusal(run):
    refusals = iter(range(3))

    def answer(body):
        late = refused(503, "busy", retry_after_ms="5")
        return echo(body) if next(refusals, None) is None else late

    done = run("{text}", "-v", stdin=b"a\nb\nc\n", answer=answer)
    assert done.stderr.count(b"co: busy (HTTP 503); retrying in 0.0 s (") == 3
    assert b"waits before" not in done.stderr


def test_unordered_answers_come_as_they_are_ready(run):
    late = threading.Event()

    def answer(body):
        if prompt_of(body) == "0":
            late.wait(10)
        if prompt_of(body) == "9":
            late.set()
        return echo(body)

    lines = "".join(f"{number}\n" for number in range(10)).encode()
    done = run("{text}", "--unordered", stdin=lines, answer=answer)
    found = [row["index"] for row in rows(done)]
    assert found != sorted(found)
    assert sorted(found) == [*range(10)]


def test_equal_requests_are_sent_once(run, server):
    done = run("{text}", stdin=b"a\nb\na\na\nb\n")
    assert answers(done) == ["echo a", "echo b", "echo a", "echo a", "echo b"]
    assert sorted(map(prompt_of, server.bodies)) == ["a", "b"]


def test_a_prompt_without_a_slot_is_followed_by_the_record(run):
    assert answers(run("Which?", stdin=b"a\n")) == ["echo Which?\n\na"]


@pytest.mark.parametrize("words", [(), ("",), ("one.jsonl",)])
def test_rules_of_system_need_no_prompt_the_record_is_one(run, server, tmp_path, words):
    record = b'{"a": "v"}\n'
    (tmp_path / "one.jsonl").write_bytes(record)
    files = [str(tmp_path / one) if one else one for one in words]
    done = run("-s", "Answer {a}.", *files, stdin=record)
    assert (done.returncode, answers(done)) == (0, ["echo a: v"])
    assert server.bodies[0]["messages"][0]["content"] == "Answer v."


def test_slots_of_system_and_body_file_are_filled_too(run, server, tmp_path):
    body = tmp_path / "body.yaml"
    body.write_text(
        "messages:\n- {role: user, content: 'an example: {{x}} {a}'}\n"
        "- {role: assistant, content: [{type: text, text: 'n {n}'}]}\n"
        "documents: [{id: '1', data: {text: 'no {slot}'}}]\n"
    )
    run("{a}!", "-s", "line {line}", "-f", str(body), stdin=b'{"a": "v"}\n')
    (sent,) = server.bodies
    assert [one["content"] for one in sent["messages"]] == [
        "line 1",
        "an example: {x} v",
        [{"type": "text", "text": "n 1"}],
        "v!",
    ]
    assert sent["documents"] == [{"id": "1", "data": {"text": "no {slot}"}}]
    assert sent["stream"] is False


def test_each_record_has_an_image_of_its_own(run, server, tmp_path):
    pixel = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    (tmp_path / "a.png").write_bytes(pixel)
    lines = f'{{"p": "{tmp_path}/a.png"}}\n{{"p": "{tmp_path}/none.png"}}\n'
    done = run("What?", "-i", "{p}:low", stdin=lines.encode())
    assert done.returncode == 10
    assert [row["error"] is None for row in rows(done)] == [True, False]
    image = server.bodies[0]["messages"][0]["content"][1]["image_url"]
    assert image["url"] == f"data:image/png;base64,{base64.b64encode(pixel).decode()}"
    assert image["detail"] == "low"


def test_a_record_without_a_field_costs_itself_alone(run):
    done = run("{a}", stdin=b'{"a": 1}\n{"b": 2}\n{"a": 3}\n')
    assert done.returncode == 10
    assert answers(done) == ["echo 1", None, "echo 3"]
    assert rows(done)[1]["error"] == {
        "exit": 3,
        "kind": "input",
        "message": "has no field 'a'",
        "where": "stdin:2",
        "hint": "its fields: b",
    }
    assert done.stderr == (
        b"co: 1 of 3 records failed, the last: stdin:2 has no field 'a'\n"
        b"hint: its fields: b; --resume sends only what is missing\n"
    )


def test_a_field_that_no_record_has_ends_it_before_anything_is_sent(run, server):
    done = run("{texd}", stdin=b'{"text": 1}\n' * 150)
    assert (done.returncode, done.stdout, server.bodies) == (3, b"", [])
    assert done.stderr == (
        b"co: none of the first 100 records has a field 'texd'\n"
        b"hint: did you mean 'text'?\n"
    )


def test_several_models_answer_each_record(run, server):
    done = run("{text}", "-m", "one", "-m", "two", stdin=b"a\n")
    (row,) = rows(done)
    assert [(one["model"], one["answer"]) for one in row["answers"]] == [
        ("one", "echo a"),
        ("two", "echo a"),
    ]
    assert sorted(body["model"] for body in server.bodies) == ["one", "two"]


def test_an_answer_that_does_not_fit_is_asked_for_again(run, server):
    texts = iter(["no JSON", '{"a": 1}'])
    words = ("{text}", "--schema", "a int")
    done = run(*words, stdin=b"x\n", answer=lambda _: response(next(texts)))
    assert (done.returncode, rows(done)[0]["json"]) == (0, {"a": 1})
    assert len(server.bodies) == 2


def test_an_answer_that_never_fits_is_an_error_that_keeps_its_text(run, server):
    words = ("{text}", "--schema", "a int", "--retries-schema", "2")
    done = run(*words, stdin=b"x\n", answer=lambda _: response('{"a": "b"}'))
    (row,) = rows(done)
    assert (done.returncode, row["answer"]) == (10, '{"a": "b"}')
    assert row["error"]["kind"] == "incomplete"
    assert len(server.bodies) == 3


def test_refusals_with_the_same_words_end_the_sending(run, server):
    lines = "".join(f"{number}\n" for number in range(500)).encode()
    words = ("{text}", "--concurrency", "2")
    done = run(*words, stdin=lines, answer=lambda _: refused(400, "no such model"))
    assert (done.returncode, len(rows(done))) == (5, len(server.bodies))
    assert 5 <= len(server.bodies) <= 7
    assert b"co: no such model" in done.stderr


def test_refusals_after_answers_end_it_with_the_code_of_a_part(run, server):
    def answer(body):
        is_refused = int(prompt_of(body)) >= 20
        return refused(400, "no credit") if is_refused else echo(body)

    lines = "".join(f"{number}\n" for number in range(500)).encode()
    done = run("{text}", stdin=lines, answer=answer)
    assert done.returncode == 10
    assert answers(done)[:20] == [f"echo {number}" for number in range(20)]
    assert len(server.bodies) < 40
    assert b"5 requests in a row failed: no credit" in done.stderr


def test_a_rejected_key_ends_it_at_once(run, server):
    lines = "".join(f"{number}\n" for number in range(100)).encode()
    done = run("{text}", stdin=lines, answer=lambda _: refused(401, "wrong key"))
    assert (done.returncode, done.stdout) == (4, b"")
    assert len(server.bodies) <= 5


def test_only_what_is_missing_is_sent_when_the_input_has_grown(run, server):
    assert answers(run("{text}", stdin=b"a\nb\n")) == ["echo a", "echo b"]
    done = run("{text}", "--resume", stdin=b"a\nnew\nb\n")
    assert answers(done) == ["echo a", "echo new", "echo b"]
    assert sorted(map(prompt_of, server.bodies)) == ["a", "b", "new"]


def test_a_new_run_without_resume_asks_again(run, server):
    run("{text}", stdin=b"a\n")
    run("{text}", stdin=b"a\n")
    assert len(server.bodies) == 2


def test_retry_failed_sends_what_has_failed_and_nothing_else(run, server):
    def without_b(body):
        return refused(400, "no") if prompt_of(body) == "b" else echo(body)

    assert run("{text}", stdin=b"a\nb\n", answer=without_b).returncode == 10
    done = run("{text}", "--retry-failed", stdin=b"a\nb\nc\n", answer=echo)
    assert done.returncode == 10
    assert answers(done) == ["echo a", "echo b", None]
    assert rows(done)[2]["error"]["message"] == "not sent: --resume sends it"
    assert [*map(prompt_of, server.bodies)] == ["b"]


@pytest.mark.parametrize("is_cut", [False, True])
def test_retry_failed_without_a_failure_writes_nothing(run, server, is_cut):
    lines = "".join(f"{number}\n" for number in range(1, 101)).encode()
    flags = ("--max-tokens", "50", "--concurrency", "1")
    if is_cut:
        limited = run("{text}", *flags, "--max-cost", "0.00105", stdin=lines)
        assert (limited.returncode, bool(server.bodies)) == (6, True)
    sent = len(server.bodies)
    done = run("{text}", *flags, "--retry-failed", stdin=lines)
    assert (done.returncode, done.stdout, len(server.bodies)) == (2, b"", sent)
    assert done.stderr == (
        b"co: --retry-failed: no request of this job has failed before\n"
        b"hint: --resume sends what is missing\n"
    )


def test_retry_failed_after_a_whole_run_writes_its_answers_again(run, server):
    assert run("{text}", stdin=b"a\n").returncode == 0
    done = run("{text}", "--retry-failed", stdin=b"a\n")
    assert (done.returncode, answers(done), len(server.bodies)) == (0, ["echo a"], 1)


def test_without_a_journal_nothing_is_left(run, server, tmp_path):
    run("{text}", "--no-journal", stdin=b"a\na\n")
    assert len(server.bodies) == 1
    assert not (tmp_path / ".local/share/co/maps").exists()


def test_without_a_journal_a_failure_does_not_offer_to_resume(run):
    def refuse(_):
        return refused(400, "no")

    done = run("{text}", "--no-journal", stdin=b"a\n", answer=refuse)
    assert done.returncode == 10
    assert b"--resume" not in done.stderr


def test_a_slow_source_gets_each_answer_as_soon_as_it_is_there(co, server):
    co.environ |= server.environ
    process = co.start("map", "{text}", stdin=-1)
    for word in ("one", "two"):
        process.stdin.write(f"{word}\n".encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["answer"] == f"echo {word}"
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()
    process.stderr.close()


def test_an_interrupt_leaves_whole_lines_also_while_the_input_hangs(co, server):
    co.environ |= server.environ
    process = co.start("map", "{text}", stdin=-1)
    process.stdin.write(b"a\nb\n")
    process.stdin.flush()
    first = process.stdout.readline()
    second = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert [json.loads(one)["answer"] for one in (first, second)] == [
        "echo a",
        "echo b",
    ]
    assert out == b""
    assert err == b"co: 2 requests of this job finished; --resume sends only the rest\n"


def test_an_interrupt_does_not_cut_a_line_that_a_slow_reader_takes(co, server):
    server.begin(lambda _: response("x" * 300_000))
    co.environ |= server.environ
    process = co.start("map", "{text}", stdin=-1)
    process.stdin.write(b"a\nb\n")
    process.stdin.flush()
    begun = os.read(process.stdout.fileno(), 1000)
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    lines = (begun + rest).splitlines(keepends=True)
    assert lines[-1].endswith(b"\n")
    assert {len(json.loads(line)["answer"]) for line in lines} == {300_000}


def test_a_run_that_was_not_finished_is_named_where_resume_is_not_given(run):
    def without_b(body):
        return refused(401, "no") if prompt_of(body) == "b" else echo(body)

    words = ("{text}", "--concurrency", "1")
    assert run(*words, stdin=b"a\nb\n", answer=without_b).returncode == 4
    done = run(*words, stdin=b"a\nb\n", answer=echo)
    what = (
        b"co: an earlier run of this job is incomplete; --resume sends only the rest\n"
    )
    assert done.stderr == what
    assert run(*words, stdin=b"a\nb\n", answer=echo).stderr == b""


def test_a_reader_that_has_enough_ends_it_in_silence(co, server):
    co.environ |= server.environ
    run = co.shell("seq 1 5000 | co map -y '{text}' | head -1; echo ${PIPESTATUS[1]}")
    line, code = run.stdout.splitlines()
    assert (json.loads(line)["answer"], code, run.stderr) == ("echo 1", b"141", b"")


@pytest.mark.parametrize(
    ("words", "stdin", "code", "what"),
    [
        ((), b"a\n", 2, b"there is no prompt"),
        (("",), b"a\n", 2, b"the prompt is empty"),
        (("a", "--resume", "--no-journal"), b"a\n", 2, b"--resume needs the recorded"),
        (
            ("a", "--retry-failed", "--no-journal"),
            b"a\n",
            2,
            b"--retry-failed needs the recorded",
        ),
        (("README.md",), b"a\n", 2, b"the first word is the prompt, and README.md is"),
        (("{text}",), None, 2, b"there are no records"),
        (("{text}",), b"", 3, b"there are no records (stdin)"),
        (("{",), b"a\n", 2, b"the prompt has a brace outside a slot at column 1"),
        (("{text}", "-", "-d", "-"), b"a\n", 2, b"standard input (-) is named twice"),
    ],
)
def test_what_cannot_be_run_says_why_and_sends_nothing(
    run, server, words, stdin, code, what
):
    done = run(*words, stdin=stdin)
    assert (done.returncode, done.stdout, server.bodies) == (code, b"", [])
    assert done.stderr.startswith(b"co: " + what)


def test_a_dry_run_shows_the_first_request(run, server):
    done = run("say {text}", "--dry-run", "-m", "m", stdin=b"a\nb\n")
    assert json.loads(done.stdout) == {
        "model": "m",
        "messages": [{"role": "user", "content": "say a"}],
        "stream": False,
    }
    assert server.bodies == []


def test_a_table_comes_out_wider(co, server, tmp_path):
    co.environ |= server.environ
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbfid;text\r\n1;a\r\n2;b\r\n")
    done = co.shell("co map '{text}' t.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == (
        b"\xef\xbb\xbfid;text;answer;error\r\n1;a;echo a;\r\n2;b;echo b;\r\n"
    )


FILES_NOTE = b"co: each line is a record; --input files takes each file as one\n"


def test_lines_of_a_folder_and_of_several_files_name_the_flag_for_whole_files(
    run, tmp_path
):
    mails = tmp_path / "mails"
    mails.mkdir()
    for name in ("a.txt", "b.txt"):
        (mails / name).write_text("Dear shop,\nthank you.\n")
    assert run("x", str(mails)).stderr == FILES_NOTE
    assert run("x", str(mails / "*.txt")).stderr == FILES_NOTE
    assert run("x", str(mails / "a.txt"), str(mails / "b.txt")).stderr == FILES_NOTE
    assert run("x", str(mails / "a.txt")).stderr == b""
    assert run("x", str(mails), "--input", "lines").stderr == b""
    assert run("x", str(mails), "--input", "files").stderr == b""


@pytest.mark.parametrize(
    ("lines", "form"),
    [
        (b"id,text\n1,a\n2,b\n3,c,d\n", b"csv"),
        (b"id\ttext\n1\ta\n", b"tsv"),
        (b"id,text\n1,a,b\n2,b\n", b""),
        (b"Hello, Ada\nThanks, Ben\n", b""),
        (b"1,2\n3,4\n", b""),
        (b"id,text\n", b""),
    ],
)
def test_lines_that_look_like_a_table_name_the_flag_that_reads_it(run, lines, form):
    done = run("Which? {text}", stdin=lines)
    what = b"co: each line is a record, but they look like a table; --input "
    assert done.stderr == (what + form + b" reads its columns\n" if form else b"")
    assert len(rows(done)) == lines.count(b"\n")


def test_a_field_that_lines_have_not_is_one_message(run):
    done = run("{name}", stdin=b"id,name\n1,a\n2,b\n")
    assert done.returncode == 3
    assert b"look like a table" not in done.stderr


def test_choices_after_a_colon_are_noted_to_be_fields(run):
    reply = '{"label": "x", "delivery": "y"}'
    schema = ("--schema", "label: billing, delivery")
    done = run("x", *schema, stdin=b"a\n", answer=lambda _: response(reply))
    assert done.returncode == 0
    assert done.stderr == (
        b"co: --schema: 'label: billing, delivery' is a description, then further "
        b"fields; choices are 'label billing|delivery'\n"
    )


def test_a_sample_tells_what_all_records_cost(run, server):
    lines = "".join(f"{number}\n" for number in range(1, 101)).encode()
    done = run("{text}", "--sample", "5", stdin=lines)
    assert done.returncode == 0
    found = rows(done)
    assert len(found) == len(server.bodies) == 5
    assert [row["index"] for row in found] == sorted({row["index"] for row in found})
    assert [f"echo {row['index'] + 1}" for row in found] == answers(done)
    assert (
        b"co: 5 random records of 100; all would be about 100 requests, " in done.stderr
    )


def test_a_sample_does_not_count_equal_requests_of_the_whole_as_different(run):
    done = run("{text}", "--sample", "10", stdin=b"a\n" * 40)
    assert b"co: 10 random records of 40; all would be about 4 requests, " in (
        done.stderr
    )


def test_a_sample_that_leaves_nothing_out_estimates_nothing(run):
    done = run("{text}", "--sample", "9", stdin=b"a\nb\na\n")
    assert (done.returncode, len(rows(done))) == (0, 3)
    note = b"co: the input has 3 records, so --sample left none out\n"
    assert done.stderr == note
    # All was answered, so that no later run hears of one that is incomplete.
    assert run("{text}", stdin=b"a\n").stderr == b""


def test_answers_of_a_run_that_left_something_out_are_kept_for_another(run, server):
    def without_b(body):
        return refused(400, "no") if prompt_of(body) == "b" else echo(body)

    assert run("{text}", stdin=b"a\nb\n", answer=without_b).returncode == 10
    again = run("{text}", stdin=b"b\n", answer=echo)
    note = (
        b"co: an earlier run of this job is incomplete; --resume sends only the rest\n"
    )
    assert (again.returncode, again.stderr) == (0, note)
    sent = len(server.bodies)
    done = run("{text}", "--resume", stdin=b"a\nb\n")
    assert (done.returncode, answers(done)) == (0, ["echo a", "echo b"])
    assert len(server.bodies) == sent


def test_a_limit_of_costs_ends_the_sending_and_loses_no_answer(run, server):
    lines = "".join(f"{number}\n" for number in range(1, 101)).encode()
    flags = ("--max-cost", "0.00105", "--max-tokens", "50", "--concurrency", "1")
    done = run("{text}", *flags, stdin=lines)
    assert done.returncode == 6
    assert len(rows(done)) == len(server.bodies) < 100
    assert b"--max-cost 0.00105" in done.stderr
    assert done.stderr.endswith(
        b"choose another model with -m; --resume sends only what is missing\n"
    )
    again = run("{text}", "--max-tokens", "50", "--resume", "-y", stdin=lines)
    assert (again.returncode, len(rows(again))) == (0, 100)
    assert len(server.bodies) == 100


def test_many_requests_are_announced(run):
    lines = "".join(f"{number}\n" for number in range(1, 61)).encode()
    done = run("{text}", stdin=lines)
    assert done.returncode == 0
    assert done.stderr.startswith(b"co: at least 51 requests, ")
    remedies = b"(--sample 20 measures it by 20 records, --max-tokens N limits each"
    assert remedies in done.stderr
    limited = run("{text}", "--max-tokens", "5", stdin=lines)
    assert limited.stderr.endswith(b" (--sample 20 measures it by 20 records)\n")
    assert run("{text}", "-y", stdin=lines).stderr == b""


def test_an_accuracy_below_the_least_is_exit_9(run, tmp_path):
    lines = b'{"t": "a", "label": "echo a"}\n{"t": "b", "label": "x"}\n'
    report = tmp_path / "report.json"
    flags = ("--expect", "label", "--report", str(report))
    done = run("{t}", *flags, "--min-accuracy", "0.5", stdin=lines)
    assert done.returncode == 0
    assert done.stderr.startswith(b"accuracy 0.500 ")
    assert json.loads(report.read_bytes())["accuracy"] == 0.5
    low = run("{t}", *flags, "--min-accuracy", "0.51", stdin=lines)
    assert low.returncode == 9
    assert b"co: the accuracy 0.500 is below --min-accuracy 0.51" in low.stderr


def test_usage_tells_at_the_end_what_was_done_and_paid(run):
    def without_b(body):
        return refused(400, "no") if prompt_of(body) == "b" else echo(body)

    done = run("{text}", "-u", "--quiet", stdin=b"a\nb\na\nc\n", answer=without_b)
    assert done.returncode == 10
    totals, failure, *_ = done.stderr.decode().splitlines()
    assert re.fullmatch(
        r"co: 4 records, 1 failed; 2 requests answered, 1 not sent \(equal to "
        r"others\); 2 tokens in, 2 out; \$0\.\d+; \d+ s",
        totals,
    )
    assert failure.startswith("co: 1 of 4 records failed")
    again = run("{text}", "-u", "--resume", stdin=b"a\n")
    assert again.stderr.decode().startswith(
        "co: 1 record; 0 requests answered, 1 not sent (answered before, or equal to "
        "others); "
    )


def test_totals_are_written_with_verbose_and_not_into_a_plain_pipe(run):
    assert b"co: 1 record; 1 request answered; " in run("x", "-v", stdin=b"a\n").stderr
    assert run("x", stdin=b"a\n").stderr == b""
