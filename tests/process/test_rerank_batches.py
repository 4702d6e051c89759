"""Many requests of one ranking: the output, and messages about what is missing."""

import json

import pytest
from scoring_server import Reply, ranking, refused, results_for, score, scoring, without

RECORDS = [f"record {number}" for number in range(200)]
TEXT = "".join(f"{record}\n" for record in RECORDS).encode()
BEST = sorted(RECORDS, key=score, reverse=True)


@pytest.fixture
def server():
    with scoring() as served:
        yield served


@pytest.fixture
def rank(co, server):
    """Have records ranked by a server that scores each by itself."""

    def rank(*words, stdin=TEXT):
        return co("rerank", "-q", "q", *words, stdin=stdin, env=server.environ)

    return rank


def lines(records):
    return "".join(f"{record}\n" for record in records).encode()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(
            ["-n", "10", "--batch-size", "30"], BEST[:10], marks=pytest.mark.slow
        ),
        (["-n", "0", "--batch-size", "30"], BEST),
        (["-n", "0", "--batch-size", "7", "-y"], BEST),
        pytest.param(
            ["-n", "10", "--batch-size", "7", "-y", "--concurrency", "20"],
            BEST[:10],
            marks=pytest.mark.slow,
        ),
        (["--min-score", repr(score(BEST[17])), "--batch-size", "9"], BEST[:18]),
        pytest.param(
            ["--min-score", "1", "--batch-size", "90"], [], marks=pytest.mark.slow
        ),
    ],
    ids=["best", "all", "spooled", "crowded", "scores", "none"],
)
def test_many_requests_give_the_ranking_that_one_would_give(
    rank, server, words, expected
):
    run = rank(*words)
    assert (run.returncode, run.stdout) == (0, lines(expected))
    assert sorted(server.documents) == sorted(RECORDS)
    size = int(words[words.index("--batch-size") + 1])
    assert max(len(body["documents"]) for body in server.bodies) == size


@pytest.mark.parametrize("top", [pytest.param("0", marks=pytest.mark.slow), "10"])
def test_ties_keep_the_order_of_the_input(rank, top):
    records = [f'{{"text": "same", "number": {number}}}' for number in range(150)]
    words = ("--field", "text", "--batch-size", "10", "-y", "-n", top)
    run = rank(*words, stdin=lines(records))
    assert run.stdout == lines(records[: int(top) or None])


def test_equal_records_are_sent_once_a_request_and_each_has_its_place(rank, server):
    records = [f"record {number % 7}" for number in range(40)]
    run = rank("--batch-size", "20", "-n", "0", stdin=lines(records))
    assert run.stdout == lines(sorted(records, key=score, reverse=True))
    assert sorted(server.documents) == sorted(records[:7] * 2)


def test_each_of_equal_records_is_in_the_server_s_object(rank, server):
    records = ["same", "other", "same"]
    run = rank("-o", "json", stdin=lines(records))
    results = json.loads(run.stdout)["results"]
    assert [one["index"] for one in results] == sorted(
        range(3), key=lambda at: (-score(records[at]), at)
    )
    assert [one["relevance_score"] for one in results] == [
        score(records[one["index"]]) for one in results
    ]
    assert server.documents == ["same", "other"]


def test_only_the_chosen_fields_are_sent_and_whole_records_come_back(rank, server):
    records = [
        json.dumps({"id": at, "b": f"b {at}", "a": at / 2, "c": "Zürich"})
        for at in range(25)
    ]
    sent = [f"a: {at / 2}\nb: b {at}\n" for at in range(25)]
    words = ("--field", "a", "--field", "b", "--batch-size", "10", "-n", "0")
    run = rank(*words, stdin=lines(records))
    assert sorted(server.documents) == sorted(sent)
    best = sorted(range(25), key=lambda at: score(sent[at]), reverse=True)
    assert run.stdout == lines(records[at] for at in best)


def test_a_record_in_parts_is_as_good_as_its_best_part(rank, server):
    long = " ".join(f"Sentence {number} of a long one." for number in range(300))
    records = [*RECORDS[:20], long, *RECORDS[20:40]]
    words = ("--max-tokens-per-doc", "100", "-n", "0", "--scores", "--batch-size", "25")
    run = rank(*words, stdin=lines(records))
    parts = [one for one in server.documents if one not in RECORDS]
    assert "".join(parts) == long
    assert max(len(part) for part in parts) <= 300
    scores = {record: score(record) for record in records}
    scores[long] = max(map(score, parts))
    best = sorted(records, key=scores.__getitem__, reverse=True)
    assert run.stdout == lines(f"{scores[one]!r}\t{one}" for one in best)
    assert b"1 record longer than the model's limit, ranked by the best passage" in (
        run.stderr
    )


@pytest.mark.slow
def test_a_long_record_may_be_cut_by_the_server_or_refused(rank, server):
    long = "word " * 2000
    words = ("--max-tokens-per-doc", "100", "--long")
    assert rank(*words, "truncate", stdin=long.encode()).stdout == lines([long])
    assert server.documents == [long]
    server.begin(ranking)
    run = rank(*words, "refuse", stdin=b"short\n" + long.encode())
    assert (run.returncode, run.stdout, server.bodies) == (3, b"", [])
    assert run.stderr.startswith(
        b"co: record of about 3,333 tokens exceeds the model's 100 "
    )
    assert b"(stdin:2)" in run.stderr


def test_a_request_that_is_refused_costs_no_other_record(rank, server):
    server.begin(without("record 55"))
    run = rank("--batch-size", "10", "-y")
    assert (run.returncode, run.stdout) == (
        10,
        lines(one for one in BEST if one not in RECORDS[50:60]),
    )
    assert run.stderr.decode().splitlines() == [
        "co: records 51 to 60 are missing: record 55 is not wanted (HTTP 400)",
        "co: 1 of 20 requests failed, with 10 records",
        "hint: --resume sends only what failed",
    ]
    server.begin(ranking)
    run = rank("--batch-size", "10", "-y", "--resume")
    assert (run.returncode, run.stdout, run.stderr) == (0, lines(BEST), b"")
    assert server.documents == RECORDS[50:60]


def test_adjacent_batches_that_failed_alike_are_reported_together(rank, server):
    server.begin(without("record 5"))
    run = rank(
        "--batch-size",
        "1",
        "--concurrency",
        "1",
        "-y",
        stdin=lines(f"record {number}" for number in (1, 5, 51, 2, 52, 3)),
    )
    assert run.returncode == 10
    assert run.stderr.decode().splitlines()[:3] == [
        "co: records 2 to 3 are missing: record 5 is not wanted (HTTP 400)",
        "co: record 5 is missing: record 5 is not wanted (HTTP 400)",
        "co: 3 of 6 requests failed, with 3 records",
    ]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, 5),
        pytest.param(500, 8, marks=pytest.mark.slow),
        pytest.param(400, 5, marks=pytest.mark.slow),
        pytest.param(401, 4, marks=pytest.mark.slow),
        pytest.param(402, 6, marks=pytest.mark.slow),
    ],
)
def test_where_all_fail_the_error_is_the_servers_own(rank, server, status, code):
    server.begin(lambda _: refused(status, "no"))
    run = rank("--batch-size", "5", "-y", "--retries", "0", "--json")
    assert (run.returncode, run.stdout) == (code, b"")
    first, *others = run.stderr.decode().splitlines()
    assert first == f"co: no (HTTP {status})"
    assert [line[:6] for line in others] in ([], ["hint: "])
    # Three failures end it, while as many others may be under way.
    assert len(server.bodies) < 8


def lie(**changed):
    """Rank the first document wrongly."""

    def answer(body):
        first, *others = results_for(body)
        return Reply({"results": [{**first, **changed}, *others]})

    return answer


LIES = {
    "out of range": lie(index=10),
    "negative": lie(index=-1),
    "no number": lie(index="0"),
    "NaN": lie(relevance_score=float("nan")),
    "no score": lie(relevance_score=None),
    "doubled": lambda body: Reply({"results": results_for(body)[:1] * 10}),
    "missing": lambda body: Reply({"results": results_for(body)[1:]}),
    "too many": lambda body: Reply({"results": results_for(body) * 2}),
    "unsorted": lambda body: Reply({"results": results_for(body)[::-1]}),
    "no results": lambda _: Reply({}),
    "no object": lambda _: Reply([]),
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name == "NaN" else pytest.mark.slow)
        for name in LIES
    ],
)
def test_one_ranking_that_cannot_be_right_makes_all_worthless(rank, server, name):
    def answer(body):
        return (LIES[name] if "record 55" in body["documents"] else ranking)(body)

    server.begin(answer)
    run = rank("--batch-size", "10", "-y", "-n", "0")
    assert (run.returncode, run.stdout) == (8, b"")
    assert b"co: the reply" in run.stderr


@pytest.mark.slow
def test_a_wrong_ranking_is_refused_in_a_single_request_too(rank, server):
    server.begin(LIES["doubled"])
    run = rank(stdin=lines(RECORDS[:10]))
    assert (run.returncode, run.stdout) == (8, b"")
    assert run.stderr == b"co: the reply ranks a document twice\n"


def test_no_more_requests_are_sent_in_a_minute_than_were_allowed(rank, server):
    run = rank("--batch-size", "20", "--rate", "3", "--max-time", "0.8")
    assert (run.returncode, run.stdout) == (28, b"")
    assert len(server.bodies) == 3
    assert b"co: 3 requests of this job finished; --resume sends only the" in (
        run.stderr
    )


@pytest.mark.slow
def test_the_limit_of_a_trial_key_is_learnt_from_the_first_reply(rank, server):
    def answer(body):
        reply = ranking(body)
        return Reply(reply.body, 200, {"X-Trial-Endpoint-Call-Limit": "3"})

    server.begin(answer)
    words = ("--batch-size", "20", "--max-time", "0.8", "--concurrency", "1")
    run = rank(*words)
    assert (run.returncode, run.stdout) == (28, b"")
    assert len(server.bodies) == 3
    assert b"the server allows 3 requests a minute; the rest wait" in (run.stderr)


def test_only_the_first_of_several_requests_is_looked_at(rank, server):
    run = rank("--batch-size", "70", "--dry-run")
    assert json.loads(run.stdout)["documents"] == RECORDS[:70]
    assert run.stderr == b"co: the first of 3 requests\n"
    assert server.bodies == []


@pytest.mark.slow
def test_a_command_of_curl_sends_the_first_of_several_requests(rank, server):
    run = rank("--batch-size", "2", "--curl")
    assert run.stdout.startswith(b"curl ")
    assert b"record 1" in run.stdout
    assert b"record 2" not in run.stdout
    assert run.stderr == b"co: the first of more than 10 requests\n"
    assert server.bodies == []
