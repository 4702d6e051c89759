import json

import pytest

pytestmark = pytest.mark.real

KEY = "a-good-key"
SCHEMA = {
    "type": "object",
    "properties": {"yes": {"type": "boolean"}},
    "required": ["yes"],
    "additionalProperties": False,
}
LINES = b"a cat\na dog\na long line about many animals\n"


@pytest.fixture
def asked(co, chat_server):
    """Run `co compat` for the server of a model that talks nonsense."""
    co.environ["CO_API_KEY"] = KEY

    def ask(*words, **more):
        return co("compat", *words, "--base-url", f"{chat_server}/v1", **more)

    return ask


@pytest.mark.parametrize("how", ["--stream", "--no-stream"])
def test_an_answer_is_described_by_its_finish_reason_and_tokens(asked, how):
    run = asked(
        "Hello", "--max-tokens", "8", "--seed", "1", "-T", "0", how, "-o", "json"
    )
    assert (run.returncode, run.stderr.count(b"\n")) == (0, 1)
    shown = json.loads(run.stdout)
    (choice,) = shown["choices"]
    assert (choice["finish_reason"], shown["usage"]["completion_tokens"]) == (
        "length",
        8,
    )
    assert choice["message"]["content"]


def test_an_answer_is_the_same_streamed_and_whole(asked):
    words = ("Hello", "--max-tokens", "20", "--seed", "1", "-T", "0", "-q")
    streamed, whole = asked(*words), asked(*words, "--no-stream")
    assert (streamed.returncode, streamed.stdout) == (0, whole.stdout)
    assert len(streamed.stdout) > 20


def test_an_answer_of_a_schema_fits_it(asked):
    run = asked("Yes?", "--response-format", json.dumps(SCHEMA), "--max-tokens", "200")
    assert run.returncode == 0, run.stderr
    assert set(json.loads(run.stdout)) == {"yes"}


def test_fields_of_its_own_are_sent(asked):
    body = (
        b'{"messages": [{"role": "user", "content": "x"}], "n_predict": 2, "top_k": 1}'
    )
    run = asked("-f", "-", "-u", stdin=body)
    assert run.returncode == 0
    assert b"unknown fields, sent unchanged: n_predict" in run.stderr
    assert b"2 out" in run.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--response-format", '{"type": 5}'], 5, "HTTP 400"),
        (["--key-file", "/dev/stdin"], 4, "HTTP 401"),
    ],
)
def test_a_refusal_is_one_line(asked, words, code, message):
    run = asked("Hi", *words, "-q", stdin=b"not-the-key")
    first, *others = run.stderr.decode().splitlines()
    assert (run.returncode, run.stdout, len(others)) == (code, b"", code == 4)
    assert message in first


def test_its_models_are_listed(co, chat_server):
    co.environ["CO_API_KEY"] = KEY
    words = ["models", "list", "--compat", "--base-url", f"{chat_server}/v1/"]
    assert co(*words).stdout == b"random-chat\n"
    (model,) = json.loads(co(*words, "--json").stdout)
    assert model["meta"]["n_ctx_train"] == 2048
    table = co(*words, "-o", "table").stdout
    assert table.split() == [b"random-chat", b"2,048"]


@pytest.mark.parametrize("path", ["/v2/rerank", "/v1/rerank", "/rerank"])
def test_records_are_ranked_at_each_path(co, rerank_server, path):
    words = ["rerank", "-q", "cats", "--base-url", rerank_server, "--rerank-path", path]
    run = co(*words, "-o", "jsonl", stdin=LINES, env={"CO_API_KEY": "x"})
    if path == "/v2/rerank":
        assert (run.returncode, run.stdout) == (5, b"")
        return
    ranked = [json.loads(line) for line in run.stdout.splitlines()]
    scores = [one["relevance_score"] for one in ranked]
    assert scores == sorted(scores, reverse=True)
    assert sorted(one["index"] for one in ranked) == [0, 1, 2]
    best = co(*words, "-n", "1", stdin=LINES)
    assert best.stdout.decode() == f"{ranked[0]['document']}\n"
