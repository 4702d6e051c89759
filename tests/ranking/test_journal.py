import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.api.protocol.rerank import RankedDocument, Ranking
from cohere_cli.errors import ConfigProblem
from cohere_cli.ranking.journal import Journal

BODY = RerankBody(model="m", query="q", documents=("a", "b"))
RESPONSE = {
    "results": [
        {"index": 1, "relevance_score": 0.5},
        {"index": 0, "relevance_score": 0.25},
    ]
}
RANKING = Ranking((RankedDocument(1, 0.5), RankedDocument(0, 0.25)), RESPONSE)


class Killed(BaseException):
    """What a run ends with that does not come to its end."""


@contextmanager
def killed_run(directory, job="job"):
    with suppress(Killed), Journal.at(directory, job) as journal:
        yield journal
        raise Killed


def interrupted(directory, *pairs, job="job"):
    with killed_run(directory, job) as journal:
        for body, ranking in pairs:
            journal.keep(body, ranking)


def found(directory, *bodies, job="job"):
    with killed_run(directory, job) as journal:
        return [journal.find(body) for body in bodies]


def test_an_interrupted_run_is_found_again(tmp_path):
    interrupted(tmp_path, (BODY, RANKING))
    assert found(tmp_path, BODY) == [RANKING]


def test_a_run_that_came_to_its_end_leaves_nothing(tmp_path):
    with Journal.at(tmp_path, "job") as journal:
        journal.keep(BODY, RANKING)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_brought_nothing_leaves_nothing(tmp_path):
    interrupted(tmp_path)
    assert list(tmp_path.iterdir()) == []


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
    ids=["query", "model", "top_n", "content", "borders", "order"],
)
def test_another_request_is_not_taken_for_it(tmp_path, other):
    interrupted(tmp_path, (BODY, RANKING))
    assert found(tmp_path, other) == [None]


def test_another_job_has_a_journal_of_its_own(tmp_path):
    interrupted(tmp_path, (BODY, RANKING))
    assert found(tmp_path, BODY, job="other") == [None]


def test_half_a_line_is_passed_over_and_written_behind(tmp_path):
    other = BODY.replace(documents=("c", "d"))
    interrupted(tmp_path, (BODY, RANKING))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes() + b'{"key": "abc", "resp')
    interrupted(tmp_path, (other, RANKING))
    assert found(tmp_path, BODY, other) == [RANKING, RANKING]


def test_a_result_that_does_not_fit_the_documents_is_not_believed(tmp_path):
    wrong = {"results": [{"index": 7, "relevance_score": 0.5}]}
    interrupted(tmp_path, (BODY, Ranking((), wrong)))
    assert found(tmp_path, BODY) == [None]


def test_it_holds_no_text_and_is_the_users_alone(tmp_path):
    secret = BODY.replace(query="SECRET", documents=("SECRET", "b"))
    interrupted(tmp_path / "new", (secret, RANKING), job="SECRET")
    (path,) = (tmp_path / "new").iterdir()
    assert b"SECRET" not in path.read_bytes()
    assert "SECRET" not in path.name
    assert path.stat().st_mode & 0o777 == 0o600


def test_old_journals_are_forgotten(tmp_path):
    interrupted(tmp_path, (BODY, RANKING), job="old")
    (path,) = tmp_path.iterdir()
    os.utime(path, (0, 0))
    interrupted(tmp_path, (BODY, RANKING))
    assert not path.exists()


def test_one_in_memory_keeps_nothing():
    with Journal.in_memory() as journal:
        journal.keep(BODY, RANKING)
        assert (journal.kept, journal.find(BODY)) == (0, None)


def test_a_directory_that_cannot_be_written_in_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigProblem) as caught, Journal.at(tmp_path / "file", "job"):
        pass
    assert str(caught.value) == (
        "finished requests cannot be kept for --resume: "
        f"file exists ({tmp_path / 'file'})"
    )
    assert caught.value.hint == "name another directory with CO_DATA_DIR"


def test_runs_at_the_same_time_do_not_write_over_each_other(tmp_path):
    bodies = [BODY.replace(query=str(at)) for at in range(800)]
    parts = [[(body, RANKING) for body in bodies[at::8]] for at in range(8)]
    with ThreadPoolExecutor(8) as runs:
        list(runs.map(lambda part: interrupted(tmp_path, *part), parts))
    assert found(tmp_path, *bodies) == [RANKING] * len(bodies)


def test_a_journal_that_cannot_be_removed_is_no_failure(tmp_path):
    with Journal.at(tmp_path, "job"):
        [path] = tmp_path.iterdir()
        path.unlink()
        path.mkdir()
    assert list(tmp_path.iterdir()) == [path]
