from contextlib import suppress

import pytest

from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.api.protocol.rerank import RankedDocument, Ranking
from cohere_cli.jobs.journal import Journal
from cohere_cli.jobs.workers import Task
from cohere_cli.ranking.job import RerankJob, rerank_job

BODY = RerankBody(model="m", query="q", documents=("a", "b"))
RESPONSE = {
    "results": [
        {"index": 1, "relevance_score": 0.5},
        {"index": 0, "relevance_score": 0.25},
    ]
}
RANKING = Ranking((RankedDocument(1, 0.5), RankedDocument(0, 0.25)), RESPONSE)


class Server:
    """A client that counts the requests and gives the same response to each."""

    max_time = None

    def __init__(self, response=RESPONSE):
        self.response = response
        self.sent = []

    def rerank(self, body, _):
        self.sent.append(body)
        return Ranking(RANKING.results, self.response)


@pytest.fixture
def rank(tmp_path):
    """Rank bodies in a job that is interrupted at its end; return the outcomes."""

    def rank(server, *bodies):
        outcomes = {}
        with suppress(InterruptedError), Journal.at(tmp_path, "job") as journal:
            job = rerank_job(server, journal, lambda _: None, resume=True)
            tasks = [Task(body, body) for body in bodies]
            job.run(tasks, receive=outcomes.__setitem__, concurrency=2)
            raise InterruptedError
        return outcomes

    return rank


def test_a_resumed_job_does_not_repeat_a_request(rank):
    assert rank(Server(), BODY) == {BODY: RANKING}
    again = Server()
    assert rank(again, BODY) == {BODY: RANKING}
    assert again.sent == []


@pytest.mark.parametrize(
    "other",
    [
        BODY.replace(query="other"),
        BODY.replace(model="other"),
        BODY.replace(top_n=1),
        BODY.replace(documents=("a", "c")),
        BODY.replace(documents=("ab", "")),
        BODY.replace(documents=("b", "a")),
    ],
    ids=["query", "model", "top_n", "content", "boundaries", "order"],
)
def test_a_resumed_job_sends_a_request_that_differs(rank, other):
    rank(Server(), BODY)
    again = Server()
    rank(again, other)
    assert again.sent == [other]


def test_a_recorded_response_that_does_not_fit_the_request_is_not_used(rank):
    rank(Server({"results": [{"index": 7, "relevance_score": 0.5}]}), BODY)
    again = Server()
    rank(again, BODY)
    assert again.sent == [BODY]


def test_the_journal_holds_no_text_of_a_request(rank, tmp_path):
    rank(Server(), BODY.replace(query="SECRET", documents=("SECRET", "b")))
    (path,) = tmp_path.iterdir()
    assert b"SECRET" not in path.read_bytes()


class Batch:
    """Two records, of which nothing is kept."""

    first, records, owners, long_records, body = 0, (), None, 0, BODY

    def scores(self, _):
        return ()

    def response(self, ranking):
        return ranking.response


class Silence:
    """Shows no progress."""

    def update(self, *_, **__):
        pass


@pytest.mark.parametrize(
    ("units", "merged"),
    [
        ((None, None), {}),
        ((1, 2), {"meta": {"billed_units": {"search_units": 3}}}),
        ((0, 0), {"meta": {"billed_units": {"search_units": 0}}}),
        ((1.5, None), {"meta": {"billed_units": {"search_units": 1.5}}}),
    ],
)
def test_the_search_units_that_servers_report_are_added_and_none_invented(
    units, merged
):
    meta = ({"billed_units": {"search_units": one}} for one in units)
    server = Server()
    replies = iter([{**RESPONSE, "meta": one} for one in meta])
    server.rerank = lambda *_: Ranking(RANKING.results, next(replies))
    job = RerankJob([], Silence())
    requests = rerank_job(server, Journal.in_memory(), lambda _: None, resume=False)
    job.run(requests, [Batch(), Batch()], concurrency=1)
    assert job.response == merged
