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
        (["--key-file", "-"], 4, "HTTP 401"),
    ],
)
def test_a_refusal_is_one_line(asked, words, code, message):
    run = asked("Hi", *words, "-q", stdin=b"not-the-key")
    first, *others = run.stderr.decode().splitlines()
    assert (run.returncode, run.stdout, len(others)) == (code, b"", code == 4)
    assert message in first


def test_its_models_are_listed(co, chat_server):
    co.environ["CO_API_KEY"] = KEY
    native = co("models", "list", "--base-url", chat_server)
    assert native.stdout == b"random-chat\n"
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


def test_a_record_above_the_batch_size_is_refused_once(co, rerank_server):
    words = ["rerank", "-q", "cats", "--base-url", rerank_server]
    words += ["--rerank-path", "/v1/rerank"]
    records = b"word " * 2000 + b"\na cat\n"
    run = co(*words, stdin=records)
    assert (run.returncode, run.stdout, run.stderr.count(b"\n")) == (5, b"", 2)
    assert b"too large to process" in run.stderr
    assert b"--max-tokens-per-doc" in run.stderr
    split = co(*words, "--max-tokens-per-doc", "300", stdin=records)
    assert (split.returncode, len(split.stdout.splitlines())) == (0, 2)


def test_a_server_that_needs_a_key_has_its_remedy(co, chat_server):
    run = co("compat", "Hi", "--base-url", f"{chat_server}/v1")
    hint = b"hint: no key was sent: set CO_API_KEY, or use --key-file FILE\n"
    assert (run.returncode, run.stderr) == (
        4,
        b"co: Invalid API Key (HTTP 401)\n" + hint,
    )


def test_chat_without_coheres_api_has_its_remedy(co, chat_server):
    words = ["Hi", "--base-url", chat_server]
    run = co("chat", *words, env={"CO_API_KEY": KEY})
    assert (run.returncode, run.stdout) == (5, b"")
    assert b"`co compat` is for OpenAI's API" in run.stderr
