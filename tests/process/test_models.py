import json
import time
from pathlib import Path

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


def test_a_model_is_shown_line_by_line(sandboxed):
    run = sandboxed("models", "show", "rerank-v3.5")
    assert run.stdout.decode().splitlines() == [
        "name        rerank-v3.5",
        "context     4,096 tokens",
        "endpoints   rerank",
        "default of  rerank",
    ]
    shown = json.loads(sandboxed("models", "show", "rerank-v3.5", "--json").stdout)
    assert (shown["name"], shown["context_length"]) == ("rerank-v3.5", 4096)
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
    assert (run.returncode, run.stderr) == (
        8,
        (
            b"co: the reply is not a list of models\n"
            b"hint: check the base URL: this server may have another API\n"
        ),
    )


LLAMA = (  # llama.cpp's own reply, shortened
    b'{"models":[{"name":"random-chat","model":"random-chat","type":"model",'
    b'"capabilities":["completion"]}],"object":"list","data":[{"id":"random-chat",'
    b'"object":"model","owned_by":"llamacpp","meta":{"n_ctx_train":2048}}]}'
)


@pytest.mark.parametrize(
    "words", [[], ["--endpoint", "chat"], ["--cached", "--endpoint", "chat"]]
)
def test_models_without_endpoints_are_listed(co, serve, words):
    server = serve(http(LLAMA, kind="application/json"))
    run = co("models", "list", *words, "--base-url", server.url)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"random-chat\n", b"")


def test_a_list_in_openais_format_needs_a_flag(co, serve):
    body = b'{"object":"list","data":[{"id":"m","object":"model"}]}'
    server = serve(http(body, kind="application/json"))
    run = co("models", "list", "--base-url", server.url)
    assert (run.returncode, run.stdout, run.stderr) == (
        8,
        b"",
        (
            b"co: the reply is not a list of models\n"
            b"hint: the server lists models as OpenAI's API does: add --compat\n"
        ),
    )


@pytest.fixture
def listed(co, serve):
    """`co` with a server that has named its models once, and would do it again."""
    server = serve(*pages(), *pages())
    co.environ |= {"CO_API_KEY": "k" * 9, "CO_API_URL": server.url}
    co.environ["CO_DATA_DIR"] = str(Path(co.environ["HOME"], "data"))
    co("models", "list")
    return co


def kept_file(co):
    (path,) = Path(co.environ["CO_DATA_DIR"], "models").glob("*.json")
    return path


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ([], b"chatty\n"),
        (["--all"], b"chatty\ngone\nvectors\n"),
        (["--endpoint", "embed"], b"vectors\n"),
        (["--endpoint", "rerank"], b""),
        (["--verbose", "-o", "json"], b"chatty\n"),
        (["--compat", "--endpoint", "chat"], b""),
        (["-p", "nobody"], b""),
    ],
)
def test_cached_names_are_listed_without_a_key(listed, words, names):
    run = listed("models", "list", "--cached", *words, env={"CO_API_KEY": ""})
    assert (run.returncode, run.stdout, run.stderr) == (0, names, b"")


def test_what_is_kept_is_names_and_endpoints_for_its_owner(listed):
    path = kept_file(listed)
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_bytes())["models"] == [
        {"name": "chatty", "endpoints": ["chat"], "is_deprecated": False},
        {"name": "gone", "endpoints": ["chat"], "is_deprecated": True},
        {"name": "vectors", "endpoints": ["embed"], "is_deprecated": False},
    ]


@pytest.mark.parametrize(
    "data",
    [
        *(
            json.dumps({"at": time.time() + seconds, "models": [{"name": "old"}]})
            for seconds in (-86401, 3600)
        ),
        "",
        "null",
        '{"at": "now", "models": []}',
        json.dumps({"at": time.time(), "models": [{}]}),
    ],
    ids=["of yesterday", "of the future", "empty", "null", "no time", "no name"],
)
def test_what_is_no_fresh_list_is_asked_for_and_replaced(listed, data):
    path = kept_file(listed)
    path.write_text(data)
    without_key = listed("models", "list", "--cached", env={"CO_API_KEY": ""})
    assert without_key.stdout == b""
    run = listed("models", "list", "--cached")
    assert (run.returncode, run.stdout, run.stderr) == (0, b"chatty\n", b"")
    assert len(json.loads(path.read_bytes())["models"]) == 3


def test_names_that_nobody_keeps_are_asked_for_whole_and_kept(co, serve):
    server = serve(*pages())
    co.environ |= {"CO_API_KEY": "k" * 9, "CO_API_URL": server.url}
    for _ in range(2):
        run = co("models", "list", "--cached", "--endpoint", "embed")
        assert (run.returncode, run.stdout, run.stderr) == (0, b"vectors\n", b"")
    assert len(server.requests) == 2


def test_a_list_of_one_endpoint_is_not_kept_for_all(co, serve):
    server = serve(*pages())
    co.environ |= {"CO_API_KEY": "k" * 9, "CO_API_URL": server.url}
    co("models", "list", "--endpoint", "chat")
    assert co("models", "list", "--cached").stdout == b""


def test_a_command_that_may_ask_for_a_passphrase_is_not_run(co, tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    config.joinpath("config.toml").write_text('active = "work"\n[profiles.work]\n')
    mark = tmp_path / "asked"
    script = tmp_path / "key"
    script.write_text(f"#!/bin/sh\ntouch {mark}; echo kkkkkkkkk\n")
    script.chmod(0o700)
    base = ["--base-url", "http://127.0.0.1:9", "--no-check"]
    done = co("auth", "login", "-p", "work", "--command", str(script), *base)
    assert done.returncode == 0, done.stderr
    mark.unlink(missing_ok=True)
    run = co("models", "list", "--cached", "-p", "work")
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert not mark.exists()


def test_a_directory_that_cannot_be_written_spoils_no_list(co, serve):
    server = serve(*pages())
    co.environ |= {"CO_API_KEY": "k" * 9, "CO_API_URL": server.url}
    run = co("models", "list", env={"CO_DATA_DIR": "/dev/null"})
    assert (run.returncode, run.stdout, run.stderr) == (0, b"chatty\n", b"")
