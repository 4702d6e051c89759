import json
from dataclasses import replace
from pathlib import Path

import pytest
from raw_server import http

from cohere_cli.commands.flags.lab import LabFlags
from cohere_cli.commands.lab import run
from cohere_cli.errors import (
    BatchesFailed,
    CoError,
    InputProblem,
    NotAuthenticated,
    RequestRefused,
    UsageProblem,
)
from cohere_cli.sandbox import running
from cohere_cli.terminal import Terminal

EXAMPLES = Path(__file__).parents[2] / "examples/lab"
DOCUMENTS = (str(EXAMPLES / "documents.jsonl"),)
BY_FILES = LabFlags(
    queries=str(EXAMPLES / "queries.jsonl"), labels=str(EXAMPLES / "qrels.tsv")
)
LEFT_OUT = "co: 1 query without a relevant document left out: q7\n"
STAND_IN = "co: profile sandbox: a mock server on this machine answers, not a model\n"
TIES = (
    "co: {}: 89% of its scores are ties; ties rank by id, the last id first, as in "
    "trec_eval\n"
)
MEANING = "co: keep from: the score with the best F1, for rerank --min-score\n"


@pytest.fixture
def environ(tmp_path):
    data = {"CO_CONFIG_DIR": str(tmp_path / "config"), "CO_DATA_DIR": str(tmp_path)}
    return data | {"CO_PROFILE": "sandbox", "TERM": "xterm-256color"}


@pytest.fixture
def lab(environ):
    """Run the command; return what it wrote, what it noted and how it ended."""

    def lab(flags, files=DOCUMENTS, *, stdin=b"", **more):
        terminal = Terminal.fake(stdin, environ=environ)
        problem = None
        try:
            run(files, replace(flags, **more), terminal)
        except CoError as exc:
            problem = exc
        return terminal.written.decode(), terminal.noted, problem

    return lab


@pytest.fixture
def file(tmp_path):
    def file(name, *lines):
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines))
        return str(path)

    return file


@pytest.fixture
def talking(environ):
    """Let the command talk to a server instead of the profile sandbox."""

    def talking(url, key="k" * 9):
        del environ["CO_PROFILE"]
        environ.update(CO_API_URL=url, CO_API_KEY=key)

    return talking


def refused(problem):
    return type(problem), str(problem), problem.hint


BOTH = ["rerank-v3.5", "rerank-v4.0-pro"]


def test_models_are_compared_with_the_input_order(lab):
    shown, noted, problem = lab(BY_FILES, baseline="input")
    assert problem is None
    assert shown == (
        "model        ndcg@10               mrr@10                recall@10             keep from\n"
        "input order  0.349                 0.237                 0.722\n"
        "rerank-v3.5  0.943 +0.594 p 0.008  0.944 +0.708 p 0.008  1.000 +0.278 p 0.250  0.0169 F1 0.880\n"
    )
    assert noted == (
        f"{LEFT_OUT}{STAND_IN}{TIES.format('rerank-v3.5')}{MEANING}"
        "co: differences from input order, over 9 queries\n"
        "co: p: the probability of such a difference by chance alone\n"
    )


def test_models_are_compared_with_the_first_one_once_each(lab):
    names = {
        "model": ["rerank-v4.0-pro", " rerank-v3.5 ", "rerank-v4.0-pro"],
        "measure": ["map", "p@1", "map"],
    }
    shown, noted, _ = lab(BY_FILES, **names)
    ties = "".join(map(TIES.format, reversed(BOTH)))
    differences = "co: differences from rerank-v4.0-pro, "
    assert noted.startswith(f"{LEFT_OUT}{STAND_IN}{ties}{MEANING}{differences}")
    assert shown == (
        "model            map                   p@1                   keep from\n"
        "rerank-v4.0-pro  0.944                 0.889                 0.0169 F1 0.880\n"
        "rerank-v3.5      0.944 ±0.000 p 1.000  0.889 ±0.000 p 1.000  0.0169 F1 0.880\n"
    )


def test_batches_are_merged_into_one_ranking(lab):
    # BM25 of three documents is not that of twelve, but each must be ranked.
    (row,) = [json.loads(lab(BY_FILES, batch_size=3, output="jsonl")[0])]
    assert (row["queries"], row["recall@10"]) == (9, 1.0)
    whole = json.loads(lab(BY_FILES, batch_size=3, output="json")[0])
    assert whole["left_out"] == {"irrelevant": ["q7"]}
    whole = json.loads(
        lab(BY_FILES, batch_size=3, output="json", measure=["recall@12"])[0]
    )
    assert whole["results"][0]["measures"]["recall@12"]["mean"] == 1.0


def test_a_label_field_judges_the_records_of_one_query_and_is_not_sent(
    lab, file, talking
):
    sent = []
    records = file(
        "records.jsonl",
        '{"t": "kettle", "good": 0}',
        '{"t": "boil the kettle", "good": true}',
        '{"t": "knife"}',
    )
    flags = LabFlags(query="boil kettle", label_field="good", measure=["mrr"])
    with running(watch=lambda _, body: sent.append(json.loads(body))) as box:
        talking(box.url, box.key)
        shown, noted, _ = lab(flags, (records,))
    assert sent == [
        {
            "model": "rerank-v3.5",
            "query": "boil kettle",
            "documents": ["t: kettle\n", "t: boil the kettle\n", "t: knife\n"],
        }
    ]
    assert shown == (
        "model        mrr    keep from\nrerank-v3.5  1.000  0.2 F1 1.000\n"
    )
    assert noted == MEANING


def test_a_label_cannot_be_asked_for_as_a_field(lab, file):
    records = file("records.jsonl", '{"t": "x", "good": 1}')
    flags = LabFlags(query="x", label_field="good", field=["good"])
    assert refused(lab(flags, (records,))[2]) == (
        InputProblem,
        f"the record has no field 'good' ({records}:1)",
        "its fields: t",
    )


def test_a_dry_run_says_the_price_and_sends_nothing(lab, serve, talking):
    server = serve(b"")
    talking(server.url)
    shown = lab(BY_FILES, model=["a", "b"], batch_size=5, dry_run=True)
    assert shown == (
        "2 models x 9 queries x 12 documents: 54 search units\n",
        LEFT_OUT,
        None,
    )
    assert server.requests == []


def test_curl_shows_the_first_request(lab, file):
    records = file("records.txt", "kettle")
    flags = LabFlags(
        queries=file("queries", "q\tx"), labels=file("qrels", f"q 0 {records}:1 1")
    )
    shown, noted, _ = lab(flags, (records,), curl=True)
    assert '"query": "x"' in shown
    assert noted == (
        "co: the first request of 1 model x 1 query x 1 document: 1 search unit\n"
        "hint: the command needs a server: `co sandbox serve` prints CO_API_URL and "
        "CO_API_KEY for it\n"
    )


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b""])
def test_many_requests_are_not_sent_without_a_yes(environ, serve, talking, answer):
    server = serve(b"")
    talking(server.url)
    terminal = Terminal.fake(answer, tty=True, environ=environ)
    with pytest.raises(UsageProblem, match="nothing was sent"):
        run(DOCUMENTS, replace(BY_FILES, model=["a", "b"]), terminal)
    price = "2 models x 9 queries x 12 documents: 18 search units"
    note = f"\x1b[2m{LEFT_OUT.rstrip()}\x1b[0m\n"
    # At Ctrl-D, the question's line is ended.
    end = "" if answer else "\n"
    assert terminal.noted == f"{note}co: {price}; send them? [y/N] {end}"
    assert server.requests == []


def test_many_requests_say_their_price_where_nobody_can_be_asked(lab, talking):
    with running() as box:
        talking(box.url, box.key)
        few, many, agreed = (
            lab(BY_FILES, model=names, yes=yes, output="jsonl")[1]
            for names, yes in [(BOTH[:1], False), (BOTH, False), (BOTH, True)]
        )
    ties = "".join(map(TIES.format, BOTH))
    price = "co: 2 models x 9 queries x 12 documents: 18 search units\n"
    assert few == f"{LEFT_OUT}{TIES.format(BOTH[0])}"
    assert many == f"{LEFT_OUT}{price}{ties}"
    assert agreed == f"{LEFT_OUT}{ties}"


def test_a_query_that_one_model_did_not_rank_counts_for_none_and_is_resumed(
    lab, talking
):
    sent = []
    flags = replace(BY_FILES, model=BOTH, output="jsonl", concurrency=1, yes=True)
    faults = ["status=404;times=1"]
    with running(
        faults=faults, watch=lambda _, body: sent.append(json.loads(body))
    ) as box:
        talking(box.url, box.key)
        shown, noted, problem = lab(flags)
        sent_first, sent[:] = len(sent), []
        again, _, none = lab(flags, resume=True)
    assert [json.loads(line)["queries"] for line in shown.splitlines()] == [8, 8]
    assert refused(problem) == (
        BatchesFailed,
        "1 of 18 rankings failed",
        "--resume sends only what failed",
    )
    first, failed, left_out, *ties = noted.splitlines(keepends=True)
    assert len(ties) == len(BOTH)
    assert first == LEFT_OUT
    assert failed.startswith(
        f"co: {BOTH[0]} did not rank 1 of 9 queries: model not found"
    )
    assert left_out == "co: 1 query not ranked by every model left out: q1\n"
    assert (sent_first, [(one["model"], one["query"]) for one in sent]) == (
        18,
        [(BOTH[0], "how do I get limescale out of the kettle")],
    )
    assert none is None
    assert [json.loads(line)["queries"] for line in again.splitlines()] == [9, 9]


def test_a_run_is_written_and_compared_again_without_a_request(
    lab, file, serve, talking
):
    written, noted, problem = lab(BY_FILES, output="trec", model=BOTH)
    assert problem is None
    assert noted.startswith(f"{LEFT_OUT}{STAND_IN}")
    lines = written.splitlines()
    assert len(lines) == 2 * 9 * 12
    assert lines[:3] == [
        "q1 Q0 d01 1 0.024398493 rerank-v3.5",
        "q1 Q0 d02 2 0.021895321 rerank-v3.5",
        "q1 Q0 d12 3 0.006692851 rerank-v3.5",
    ]
    run = file("run.txt", *lines)
    server = serve(b"")
    talking(server.url)
    shown, _, problem = lab(LabFlags(labels=BY_FILES.labels, run=[run]), files=())
    assert (problem, server.requests) == (None, [])
    assert shown == (
        "model            ndcg@10               mrr@10                recall@10             keep from\n"
        "rerank-v3.5      0.943                 0.944                 1.000                 0.0169 F1 0.880\n"
        "rerank-v4.0-pro  0.943 ±0.000 p 1.000  0.944 ±0.000 p 1.000  1.000 ±0.000 p 1.000  0.0169 F1 0.880\n"
    )


def test_piped_records_are_ranked_beside_a_run(lab, file):
    run = file("run.txt", "q1 Q0 d01 1 2.5 bm25")
    piped = Path(DOCUMENTS[0]).read_bytes()
    shown, _, problem = lab(BY_FILES, files=(), stdin=piped, run=[run], output="jsonl")
    assert problem is None
    models = [json.loads(line)["model"] for line in shown.splitlines()]
    assert models == ["bm25", "rerank-v3.5"]


def test_runs_come_before_the_models_and_limit_the_queries(lab, file):
    run = file("run.txt", "q1 Q0 d01 1 2.5 bm25", "q2 Q0 none 2 0.5 bm25")
    shown, noted, problem = lab(BY_FILES, run=[run], baseline="input", output="jsonl")
    assert problem is None
    assert [
        (row["model"], row["queries"]) for row in map(json.loads, shown.splitlines())
    ] == [
        ("input order", 2),
        ("bm25", 2),
        ("rerank-v3.5", 2),
    ]
    unranked = (
        "co: 7 queries not ranked by every model left out: q3, q4, q5, q6, q8, …\n"
    )
    assert noted.startswith(f"{unranked}{LEFT_OUT}")


@pytest.fixture
def records(file):
    return file(
        "records.jsonl", '{"id": "a", "t": "kettle"}', '{"id": "b", "t": "kettle on"}'
    )


def test_the_record_of_the_query_itself_can_be_left_out(lab, file, records):
    flags = LabFlags(
        queries=file("queries", "a\tkettle"),
        labels=file("qrels", "a 0 a 1", "a 0 b 1"),
        measure=["mrr", "recall@1", "recall"],
        run=[file("run", "a Q0 a 1 2 x", "a Q0 b 1 1 x")],
        baseline="input",
        output="jsonl",
    )
    for drop_self, values in [(False, [1, 0.5, 1]), (True, [1, 1, 1])]:
        shown, _, problem = lab(flags, (records,), drop_self=drop_self)
        assert problem is None
        for row in map(json.loads, shown.splitlines()):
            assert [row[name] for name in flags.measure] == values
    written, _, _ = lab(flags, (records,), drop_self=True, output="trec")
    assert [line.split()[:4] for line in written.splitlines()] == [
        ["a", "Q0", "b", "1"]
    ] * 3


def test_the_query_of_the_command_line_is_number_1_in_a_run(lab, file):
    records = file(
        "records.jsonl",
        '{"id": "a", "t": "kettle", "good": "True"}',
        '{"id": "b", "t": "knife", "good": 0.0}',
    )
    flags = LabFlags(query="a kettle", label_field="good", measure=["mrr"])
    written, _, _ = lab(flags, (records,), output="trec")
    assert [line.split()[:4] for line in written.splitlines()] == [
        ["1", "Q0", "a", "1"],
        ["1", "Q0", "b", "2"],
    ]
    run = file("run", "1 Q0 b 1 2 x", "1 Q0 a 2 1 x")
    shown, _, _ = lab(flags, (records,), run=[run], output="jsonl")
    assert [json.loads(line)["mrr"] for line in shown.splitlines()] == [0.5, 1.0]
    other = file("other", "2 Q0 b 1 2 x")
    assert (
        str(lab(flags, (records,), run=[other])[2])
        == "no judged query was ranked by every model"
    )


def test_an_id_that_a_run_cannot_hold_is_refused_before_anything_is_sent(
    lab, file, serve, talking
):
    records = file("records.jsonl", '{"id": "a b", "t": "x", "good": 1}')
    server = serve(b"")
    talking(server.url)
    flags = LabFlags(query="x", label_field="good", output="trec")
    shown, _, problem = lab(flags, (records,))
    assert (shown, server.requests) == ("", [])
    assert refused(problem) == (
        InputProblem,
        f"the id 'a b' has a space, which a TREC run cannot hold ({records}:1)",
        "give each query and record an id without spaces",
    )


@pytest.mark.parametrize(
    ("change", "what", "hint"),
    [
        (
            {},
            "--run without records needs --labels",
            "name the records, or give --labels",
        ),
        (
            {"labels": "-", "run": ["-"]},
            "standard input (-) is named twice",
            "write one of them to a file",
        ),
        (
            {"labels": "x", "curl": True},
            "--curl needs records, and none are named",
            "name the records to rank, or leave it out",
        ),
        (
            {"labels": "x", "baseline": "input"},
            "--baseline needs records, and none are named",
            "name the records to rank, or leave it out",
        ),
    ],
)
def test_runs_alone_need_judgements_and_nothing_of_records(lab, change, what, hint):
    flags = replace(LabFlags(run=["run.txt"]), **change)
    assert refused(lab(flags, files=())[2]) == (UsageProblem, what, hint)


RANKED = http(
    b'{"results": [{"index": 1, "relevance_score": 0.5},'
    b' {"index": 0, "relevance_score": 0.25}]}',
    kind="application/json",
)
UNKNOWN = http(b'{"message": "model not found"}', "404 Not Found", "application/json")


@pytest.fixture
def two_queries(file):
    records = file("records.txt", "one", "two")
    flags = LabFlags(
        queries=file("queries", "q1\tx", "q2\ty"),
        labels=file("qrels", f"q1 0 {records}:2 1", f"q2 0 {records}:1 1"),
        model=["a", "b"],
        measure=["mrr"],
        concurrency=1,
    )
    return flags, (records,)


def test_what_came_before_the_end_of_a_run_is_taken_by_the_next(
    lab, serve, talking, two_queries
):
    wrong_key = http(b"{}", "401 Unauthorized", "application/json")
    server = serve(RANKED, wrong_key, RANKED, wrong_key, RANKED, RANKED, RANKED)
    talking(server.url)
    stopped = lab(*two_queries)
    assert (stopped[0], type(stopped[2])) == ("", NotAuthenticated)
    assert (
        stopped[1]
        == "co: 1 request of this job finished; --resume sends only the rest\n"
    )
    assert lab(*two_queries)[1] == (
        "co: 1 request of this job finished; --resume skips what is finished\n"
        "co: 2 requests of this job finished; --resume sends only the rest\n"
    )
    shown, _, problem = lab(*two_queries, resume=True, output="jsonl")
    assert (len(shown.splitlines()), problem) == (2, None)
    asked = [json.loads(request.body) for request in server.requests[4:]]
    assert [(one["model"], one["query"]) for one in asked] == [
        ("a", "y"),
        ("b", "x"),
        ("b", "y"),
    ]


def test_a_model_that_ranks_nothing_does_not_spoil_the_others(
    lab, serve, talking, two_queries
):
    talking(serve(RANKED, RANKED, UNKNOWN, UNKNOWN).url)
    shown, noted, problem = lab(*two_queries)
    assert shown == "model  mrr    keep from\na      0.750  0.2 F1 0.667\n"
    assert (
        noted
        == f"co: b did not rank 2 of 2 queries: model not found (HTTP 404)\n{MEANING}"
    )
    assert refused(problem)[:2] == (BatchesFailed, "2 of 4 rankings failed")


def test_where_no_query_was_ranked_by_both_there_is_no_comparison(
    lab, serve, talking, two_queries
):
    talking(serve(RANKED, UNKNOWN, UNKNOWN, RANKED).url)
    shown, _, problem = lab(*two_queries)
    assert (shown, refused(problem)[:2]) == (
        "",
        (BatchesFailed, "2 of 4 rankings failed"),
    )


def test_where_nothing_was_ranked_the_servers_reason_ends_it(
    lab, serve, talking, two_queries
):
    talking(serve(*[UNKNOWN] * 4).url)
    shown, noted, problem = lab(*two_queries, baseline="input")
    assert noted.startswith(
        "co: a did not rank 2 of 2 queries: model not found (HTTP 404)\nco: b did not"
    )
    assert (shown, refused(problem)[:2]) == (
        "",
        (RequestRefused, "model not found (HTTP 404)"),
    )


def test_a_ranking_that_failed_in_part_is_neither_finished_nor_counted(
    lab, file, serve, talking, two_queries
):
    one = http(
        b'{"results": [{"index": 0, "relevance_score": 0.5}]}', kind="application/json"
    )
    flags, _ = two_queries
    records = (file("records.txt", *"abcdef"),)
    more = {"model": ["a"], "batch_size": 1, "output": "json"}
    server = serve(UNKNOWN, *[one] * 20)
    talking(server.url)
    shown, noted, problem = lab(flags, records, **more)
    assert refused(problem)[1] == "1 of 2 rankings failed"
    whole = json.loads(shown)
    assert (whole["queries"], whole["left_out"]) == (["q2"], {"unranked": ["q1"]})
    assert "co: a did not rank 1 of 2 queries: " in noted
    queries = [json.loads(request.body)["query"] for request in server.requests]
    # Few more were on their way, of the six that each query has.
    assert queries.count("x") < 6
    assert queries.count("y") == 6


def test_few_queries_prove_nothing_and_the_note_says_so(lab, two_queries):
    flags, files = two_queries
    _, noted, _ = lab(flags, files, model=BOTH)
    assert noted.endswith(
        "co: too few queries for significance: the smallest possible p is 0.5\n"
    )


def test_absent_documents_are_counted(lab, file, two_queries):
    flags, files = two_queries
    lines = (f"q1 0 {files[0]}:1 1", "q1 0 gone 2", "q1 0 bad 0", "other 0 gone 1")
    labels = file("more", *lines)
    _, noted, _ = lab(flags, files, labels=labels, dry_run=True)
    assert noted == (
        "co: 1 query without a judgement left out: q2\n"
        "co: 1 of 2 relevant documents not among the records\n"
    )


@pytest.mark.parametrize(
    ("change", "kind", "what", "hint"),
    [
        (
            {"labels": None},
            UsageProblem,
            "--queries needs --labels, and -q needs --label-field",
            "give --queries and --labels, or -q and --label-field",
        ),
        (
            {"label_field": "x"},
            UsageProblem,
            "--queries needs --labels, and -q needs --label-field",
            "give --queries and --labels, or -q and --label-field",
        ),
        (
            {"labels": None, "queries": None},
            UsageProblem,
            "there are no judgements",
            "give --queries and --labels, or -q and --label-field",
        ),
        (
            {"labels": "-", "queries": "-"},
            UsageProblem,
            "standard input (-) is named twice",
            "write one of them to a file",
        ),
        (
            {"queries": "-", "key_file": "-"},
            UsageProblem,
            "standard input (-) is named twice",
            "write one of them to a file",
        ),
        (
            {"labels": None, "queries": None, "query": " ", "label_field": "x"},
            UsageProblem,
            "the query is blank",
            "give one with -q TEXT",
        ),
        (
            {"model": ["a", " "]},
            UsageProblem,
            "a model name is blank",
            "give one with -m NAME",
        ),
        (
            {"measure": ["ndgc@5"]},
            UsageProblem,
            "unknown measure 'ndgc@5'",
            "did you mean ndcg@10?",
        ),
        (
            {"queries": "-"},
            InputProblem,
            "there are no queries (stdin)",
            "write one per line: an id, a tab and the query",
        ),
        (
            {"labels": "-"},
            InputProblem,
            "there are no judgements (stdin)",
            "write one per line: QUERY-ID 0 RECORD-ID GRADE",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(lab, change, kind, what, hint):
    shown, _, problem = lab(BY_FILES, **change)
    assert (shown, refused(problem)) == ("", (kind, what, hint))


def test_records_come_from_a_pipe(lab):
    whole = Path(DOCUMENTS[0]).read_bytes()
    piped = lab(BY_FILES, (), stdin=whole)
    assert piped == lab(BY_FILES)
    assert refused(lab(BY_FILES, ())[2])[1] == "there are no records to rank (stdin)"


def test_nobody_is_waited_for_at_a_keyboard(environ):
    with pytest.raises(UsageProblem, match="no records to rank"):
        run((), BY_FILES, Terminal.fake(tty=True, environ=environ))


def test_records_inside_json_are_found_by_the_path_given(lab, file):
    flags = LabFlags(query="x", label_field="good", dry_run=True)
    nested = file("nested.json", '{"data": [{"t": "x", "good": 1}, {"t": "y"}]}')
    rows = file("rows", "t,good", "x,1")
    price = "1 model x 1 query x {}: 1 search unit\n"
    assert lab(flags, (nested,), records="data")[0] == price.format("2 documents")
    assert lab(flags, (rows,), input="csv")[0] == price.format("1 document")


def test_of_many_queries_left_out_the_first_are_named(lab, file, two_queries):
    flags, files = two_queries
    queries = file("many", "q1\tx", *(f"n{n}\tx" for n in range(6)))
    _, noted, _ = lab(flags, files, queries=queries, dry_run=True)
    assert noted == (
        "co: 6 queries without a judgement left out: n0, n1, n2, n3, n4, …\n"
    )


@pytest.mark.parametrize(("records", "is_reported"), [(10, False), (11, True)])
def test_ten_requests_are_few(lab, file, talking, records, is_reported):
    lines = (f"{n},{n % 2}" for n in range(records))
    flags = LabFlags(query="x", label_field="good", batch_size=1, input="csv")
    with running() as box:
        talking(box.url, box.key)
        _, noted, _ = lab(flags, (file("rows", "t,good", *lines),))
    assert ("search units" in noted) == is_reported


def test_judgements_of_other_records_are_refused_before_anything_is_sent(
    lab, file, serve, talking
):
    server = serve(b"")
    talking(server.url)
    labels = file("qrels", "q1 0 gone 1")
    assert refused(lab(BY_FILES, labels=labels)[2]) == (
        InputProblem,
        "no judged document is among the records",
        "ids: 'gone' is judged, a record is 'd01'",
    )
    assert server.requests == []


def test_the_records_own_order_is_no_reason_for_a_threshold(lab):
    rows = lab(BY_FILES, baseline="input", output="jsonl")[0].splitlines()
    assert [json.loads(row)["cut.threshold"] for row in rows] == [None, 0.0169]


def test_a_model_that_is_refused_again_and_again_stops_no_other(
    lab, serve, talking, file
):
    records = file("records.txt", "one", "two")
    names = [f"q{n}" for n in range(6)]
    flags = LabFlags(
        queries=file("queries", *(f"{name}\tx" for name in names)),
        labels=file("qrels", *(f"{name} 0 {records}:2 1" for name in names)),
        model=["a", "b"],
        output="jsonl",
        yes=True,
    )
    server = serve(*[UNKNOWN] * 3, *[RANKED] * 6)
    talking(server.url)
    shown, _, problem = lab(flags, (records,), concurrency=1)
    models = [json.loads(request.body)["model"] for request in server.requests]
    assert models == ["a"] * 3 + ["b"] * 6
    (row,) = map(json.loads, shown.splitlines())
    assert (row["model"], row["queries"]) == ("b", 6)
    assert refused(problem)[1] == "6 of 12 rankings failed"
