import json

import pytest
from raw_server import http

PAGES = [
    {
        "models": [
            {"name": "chatty", "endpoints": ["chat"], "context_length": 128000},
            {"name": "gone", "endpoints": ["chat"], "is_deprecated": True},
        ],
        "next_page_token": "t",
    },
    {"models": [{"name": "vectors", "endpoints": ["embed"], "context_length": 512}]},
]


def pages():
    return [http(json.dumps(page).encode(), kind="application/json") for page in PAGES]


@pytest.mark.parametrize(
    ("words", "out"),
    [
        ([], b"chatty\n"),
        (["--all"], b"chatty\ngone\nvectors\n"),
        (["--endpoint", "embed"], b"chatty\nvectors\n"),
        (
            ["-o", "table", "--all"],
            (
                b"chatty   128,000  chat\n"
                b"gone              chat   deprecated\n"
                b"vectors      512  embed\n"
            ),
        ),
        (
            ["-o", "jsonl"],
            b'{"name": "chatty", "endpoints": ["chat"], "context_length": 128000}\n',
        ),
        (
            ["--json"],
            b'[{"name": "chatty", "endpoints": ["chat"], "context_length": 128000}]\n',
        ),
    ],
)
def test_a_list_is_followed_over_its_pages(co, serve, words, out):
    server = serve(*pages())
    co.environ |= {"CO_API_KEY": "k" * 9, "CO_API_URL": server.url}
    run = co("models", "list", *words)
    assert (run.returncode, run.stdout, run.stderr) == (0, out, b"")
    first, second = (request.head.split()[1] for request in server.requests)
    assert second == f"{first}&page_token=t"
    assert server.requests[1].header("authorization") == f"Bearer {'k' * 9}"
    assert server.requests[0].body == b""


def test_the_sandbox_lists_its_models(sandboxed):
    run = sandboxed("models", "list", "--endpoint", "rerank")
    assert b"rerank-v3.5\n" in run.stdout
    assert b"command" not in run.stdout
    compatible = sandboxed("models", "list", "--compat")
    assert b"command-a-03-2025\n" in compatible.stdout


def test_a_model_is_told_line_by_line(sandboxed):
    run = sandboxed("models", "show", "rerank-v3.5")
    assert run.stdout.decode().splitlines() == [
        "name        rerank-v3.5",
        "context     4,096 tokens",
        "endpoints   rerank",
        "default of  rerank",
    ]
    told = json.loads(sandboxed("models", "show", "rerank-v3.5", "--json").stdout)
    assert (told["name"], told["context_length"]) == ("rerank-v3.5", 4096)
    compatible = sandboxed("models", "show", "command-a-03-2025", "--compat")
    assert compatible.stdout == b"name  command-a-03-2025\n"


@pytest.mark.parametrize("words", [[], ["--compat"]])
def test_a_model_that_there_is_not_is_5(sandboxed, words):
    run = sandboxed("models", "show", "no/such", *words)
    assert (run.returncode, run.stdout, run.stderr.count(b"\n")) == (5, b"", 2)
    assert b"no/such" in run.stderr


def test_what_would_be_asked_is_shown_without_a_key(co):
    base = ["--base-url", "http://127.0.0.1:9/v1"]
    run = co("models", "show", "$(id)", *base, "--curl")
    assert run.stdout == (
        b"curl -sS http://127.0.0.1:9/v1/models/%24%28id%29 "
        b'-H "Authorization: Bearer $CO_API_KEY"\n'
    )
    run = co("models", "list", "--compat", *base, "--dry-run")
    assert run.stdout == b"GET http://127.0.0.1:9/v1/models\n"


def test_a_compatible_server_tells_no_endpoints(co):
    run = co("models", "list", "--compat", "--endpoint", "chat")
    assert (run.returncode, run.stdout) == (2, b"")


def test_a_page_that_is_no_list_is_8(co, serve):
    server = serve(http(b"{}", kind="application/json"))
    run = co("models", "list", "--compat", "--base-url", f"{server.url}/v1")
    assert (run.returncode, run.stderr) == (8, b"co: the reply is no list of models\n")
