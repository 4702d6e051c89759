"""Rankings of other makers' servers: their paths, shapes and scores."""

import json

import pytest
from raw_server import http
from scoring_server import Reply, scoring

RANKED = b'{"results":[{"index":0,"score":-1.5,"document":"x"},{"index":1,"score":2}]}'


LOGITS = b"co: scores are not between 0 and 1; only their order has a meaning\n"
WARNING = (
    b"co: warning: scores are not between 0 and 1; only their order has a meaning, "
    b"--min-score 0.5 may have none\n"
)


@pytest.mark.parametrize("path", ["/v1/rerank", "/rerank"])
def test_rerank_speaks_to_servers_that_do_not_sort(co, serve, path):
    server = serve(http(RANKED, kind="application/json"))
    words = ["rerank", "-q", "q", "--base-url", f"{server.url}/v1", "-n", "1"]
    run = co(*words, "--rerank-path", path, stdin=b"one\ntwo\n")
    assert (run.returncode, run.stdout, run.stderr) == (0, b"two\n", LOGITS)
    assert server.requests[0].head.startswith(f"POST {path} HTTP")


@pytest.mark.parametrize(
    ("scores", "words", "noted"),
    [
        ((0, 1), [], b""),
        ((0.1, 1.01), [], LOGITS),
        ((-0.1, 0.9), [], LOGITS),
        ((-0.1, 0.9), ["--quiet"], b""),
        ((-0.1, 9.0), ["--min-score", "0.5"], WARNING),
        ((-0.1, 9.0), ["--min-score", "0.5", "--quiet"], WARNING),
        ((0.6, 0.9), ["--min-score", "0.5"], b""),
    ],
)
def test_scores_outside_0_to_1_are_remarked_upon_once(co, words, scores, noted):
    low, high = scores
    results = [
        {"index": 0, "relevance_score": high},
        {"index": 1, "relevance_score": low},
    ]
    with scoring() as server:
        server.begin(lambda _: Reply({"results": results}))
        words = ["rerank", "-q", "q", "--batch-size", "2", *words]
        run = co(*words, stdin=b"a\nb\nc\nd\n", env=server.environ)
    assert (run.returncode, run.stderr) == (0, noted)


TEI = [{"index": 0, "score": 0.1}, {"index": 1, "score": 0.9}]
TEI_WRITTEN = (
    b'{"results": [{"index": 1, "score": 0.9, "relevance_score": 0.9, '
    b'"document": "two"}, {"index": 0, "score": 0.1, "relevance_score": 0.1, '
    b'"document": "one"}]}\n'
)
VOYAGE = {
    "object": "list",
    "data": [
        {"relevance_score": 0.9, "index": 1},
        {"relevance_score": 0.1, "index": 0.0, "score": None},
    ],
    "usage": {"total_tokens": 7},
}
VOYAGE_WRITTEN = (
    b'{"object": "list", "usage": {"total_tokens": 7}, "results": [{"index": 1, '
    b'"relevance_score": 0.9, "document": "two"}, {"index": 0.0, '
    b'"relevance_score": 0.1, "score": null, "document": "one"}]}\n'
)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [(TEI, TEI_WRITTEN), (VOYAGE, VOYAGE_WRITTEN)],
    ids=["TEI", "Voyage"],
)
def test_rankings_in_the_shapes_of_other_servers_are_read(co, reply, expected):
    with scoring() as server:
        server.begin(lambda _: Reply(reply))
        words = ["rerank", "-q", "q", "--rerank-path", "/rerank", "-o", "json"]
        run = co(*words, stdin=b"one\ntwo\n", env=server.environ)
    assert (run.returncode, run.stdout, run.stderr) == (0, expected, b"")


ALL = (  # LiteLLM 1.108 in front of TEI: `top_n` is not obeyed
    b'{"id":"x","results":[{"index":1,"relevance_score":0.9},'
    b'{"index":0,"relevance_score":0.1}],"meta":null}'
)


def test_more_results_than_top_n_are_cut(co, serve):
    server = serve(http(ALL, kind="application/json"))
    words = ["rerank", "-q", "q", "--base-url", server.url, "-n", "1", "-o", "json"]
    run = co(*words, stdin=b"one\ntwo\n")
    assert (run.returncode, run.stderr, json.loads(run.stdout)["results"]) == (
        0,
        b"",
        [{"index": 1, "relevance_score": 0.9, "document": "two"}],
    )


def test_the_rerank_path_is_the_profiles_own_matter(co, serve, tmp_path):
    server = serve(http(RANKED, kind="application/json"))
    (tmp_path / "config").mkdir()
    config = f'[profiles.lab]\nbase_url = "{server.url}"\nrerank_path = "/rerank"\n'
    (tmp_path / "config" / "config.toml").write_text(config)
    run = co("rerank", "-q", "q", "-p", "lab", stdin=b"one\ntwo\n")
    assert (run.returncode, run.stdout) == (0, b"two\none\n")
    curl = co("rerank", "-q", "q", "-p", "lab", "--curl", stdin=b"one\n")
    assert f"{server.url}/rerank ".encode() in curl.stdout
