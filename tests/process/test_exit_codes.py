import socket

import pytest
from raw_server import http

START = b'event: message-start\ndata: {"type":"message-start","id":"r1"}\n\n'
HI = (
    b'event: content-delta\ndata: {"type":"content-delta","index":0,'
    b'"delta":{"message":{"content":{"text":"Hi"}}}}\n\n'
)
END = b'data: {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}\n\n'
FAILED = (
    b'data: {"type":"message-end","delta":{"finish_reason":"ERROR","error":"no"}}\n\n'
)


def refusal(status: str, message: str, *headers: str) -> bytes:
    body = b'{"id":"1","message":"%s"}' % message.encode()
    return http(body, status, "application/json", *headers)


def noted(run):
    return run.returncode, run.stdout.decode(), run.stderr.decode()


@pytest.mark.parametrize(
    ("reply", "code", "out", "line"),
    [
        (http(START + HI + END), 0, "Hi\n", ""),
        (
            http(START + HI),
            18,
            "Hi",
            "answer incomplete: the stream ended before its end event",
        ),
        (http(START + HI + FAILED), 18, "Hi", "answer failed: no"),
        (refusal("400 Bad", "too many tokens"), 5, "", "too many tokens (HTTP 400)"),
        (refusal("401 No", "invalid api token"), 4, "", "invalid api token (HTTP 401)"),
        (refusal("402 Pay", "billing"), 6, "", "billing (HTTP 402)"),
        (
            refusal("404 No", "model 'x' not found"),
            5,
            "",
            "model 'x' not found (HTTP 404)",
        ),
        (refusal("422 No", "unknown field"), 5, "", "unknown field (HTTP 422)"),
        (refusal("429 Slow", "slow down"), 6, "", "slow down (HTTP 429)"),
        (refusal("500 No", "internal"), 8, "", "internal (HTTP 500)"),
        (refusal("503 No", "overloaded"), 8, "", "overloaded (HTTP 503)"),
        (
            http(b"<title>Log in</title>", kind="text/html"),
            8,
            "",
            "the reply is text/html, not a stream of events: a web page: Log in",
        ),
        (
            refusal("401 No", "\\u001b]52;c;aGk=\\u0007\\u202e"),
            4,
            "",
            "^[]52;c;aGk=^G\\u{202e} (HTTP 401)",
        ),
    ],
)
def test_each_reply_has_its_exit_code_and_one_line(co, serve, reply, code, out, line):
    server = serve(reply)
    run = co(
        "chat",
        "Hi",
        "--base-url",
        server.url,
        "--retries",
        "0",
        env={"CO_API_KEY": "k" * 9},
    )
    status, stdout, stderr = noted(run)
    assert (status, stdout.removesuffix("\n"), stderr.split("\n")[0]) == (
        code,
        out.removesuffix("\n"),
        line and f"co: {line}",
    )
    assert b"\x1b" not in run.stderr
    assert len(stderr.splitlines()) <= 2


def test_nobody_there_is_7_and_names_the_host(co):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        host = f"127.0.0.1:{gone.getsockname()[1]}"
    run = co(
        "chat",
        "Hi",
        "--base-url",
        f"http://{host}",
        "--retries",
        "0",
        env={"CO_API_KEY": "k" * 9},
    )
    assert noted(run) == (
        7,
        "",
        (
            f"co: cannot connect: connection refused ({host})\n"
            "hint: check the base URL and the network\n"
        ),
    )


def test_silence_is_28_and_keeps_what_came(co, serve):
    server = serve([http(START + HI), lambda connection: connection.recv(1)])
    run = co(
        "chat",
        "Hi",
        "--base-url",
        server.url,
        "--timeout",
        "0.3",
        env={"CO_API_KEY": "k" * 9},
    )
    assert (run.returncode, run.stdout) == (28, b"Hi\n")


@pytest.mark.parametrize(
    ("words", "code", "lines"),
    [
        (
            ["chat", "Hi"],
            4,
            [
                "co: no API key",
                (
                    "hint: get one from https://dashboard.cohere.com/api-keys and run "
                    "`co auth login`, or set CO_API_KEY or use --key-file FILE; "
                    "-p sandbox needs no key"
                ),
            ],
        ),
        (
            ["chat", "-p", "sandbox"],
            2,
            [
                "co: there is no prompt",
                "hint: pass it as an argument, in a body file (-f) or on standard input",
            ],
        ),
        (
            ["chat", "Hi", "--no-stream", "-o", "events", "-p", "sandbox"],
            2,
            [
                "co: -o events needs a streamed reply",
                "hint: leave out --no-stream, or use -o json",
            ],
        ),
        (
            ["chat", "Hi", "-f", "-", "-d", "-", "-p", "sandbox"],
            2,
            [
                "co: standard input (-) is named twice",
                "hint: write one of them to a file",
            ],
        ),
        (
            ["chat", "--strem"],
            2,
            [
                "co: no such option: --strem",
                "hint: did you mean --stream?",
            ],
        ),
        (
            ["chta"],
            2,
            [
                "co: no such command: 'chta'",
                "hint: did you mean `co chat`?",
            ],
        ),
        (
            ["chat", "Hi", "-T", "2"],
            2,
            [
                "co: --temperature must be a number from 0 to 1, not 2.0",
                "hint: see `co chat --help`",
            ],
        ),
        (
            ["chat", "Hi", "--top-p", "1"],
            2,
            [
                "co: --top-p must be a number from 0.01 to 0.99, not 1.0",
                "hint: see `co chat --help`",
            ],
        ),
        (
            ["completion", "install", "tcsh"],
            2,
            [
                "co: SHELL is one of bash, zsh, fish, powershell, not 'tcsh'",
                "hint: see `co completion install --help`",
            ],
        ),
        (
            ["rerank", "examples/capitals.txt", "-q"],
            2,
            ["co: option '-q' requires an argument", "hint: see `co rerank --help`"],
        ),
        (
            ["rerank", "examples/capitals.txt", "-p", "sandbox"],
            2,
            [
                "co: there is no query",
                "hint: name it with -q: `co rerank -q TEXT examples/capitals.txt`",
            ],
        ),
        (
            ["rerank", "-q", "x", "-p", "sandbox"],
            2,
            [
                "co: there are no records to rank",
                "hint: name files, or pipe records in",
            ],
        ),
        (
            ["chat", "Hi", "-d", "nowhere.txt", "-p", "sandbox"],
            3,
            ["co: no such file (nowhere.txt)"],
        ),
        (
            ["chat", "Hi", "-d", "/dev/zero", "-p", "sandbox"],
            3,
            ["co: /dev/zero is a device, not a regular file"],
        ),
        (["chat", "Hi", "-p", "sandbx"], 3, ["co: there is no profile 'sandbx' (-p)"]),
        (
            ["chat", "Hi", "--base-url", "ftp://x", "--key-file", "LICENSE"],
            3,
            [
                (
                    "co: the base URL must begin with https:// (or http:// for a server on "
                    "this machine) (--base-url)"
                )
            ],
        ),
    ],
)
def test_bad_input_gets_one_line_and_a_remedy(co, words, code, lines):
    run = co(*words)
    assert (run.returncode, run.stdout) == (code, b"")
    assert run.stderr.decode().splitlines()[: len(lines)] == lines
    assert len(run.stderr.splitlines()) <= 2


def test_a_body_file_with_a_slip_is_refused_by_path_and_nearest_name(co, tmp_path):
    body = tmp_path / "body.yaml"
    body.write_text("messages:\n  - {role: user, contents: Hi}\n")
    run = co("chat", "-f", str(body), "-p", "sandbox")
    assert noted(run) == (
        3,
        "",
        f"co: unknown field 'messages[0].contents' ({body})\nhint: did you mean 'content'?\n",
    )


def test_a_bug_is_1_without_a_traceback(co, tmp_path):
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "import cohere_cli.commands.chat as chat\n"
        "def run(*_):\n    secret = 'canary'\n    raise ZeroDivisionError('oops')\n"
        "chat.run = run\n"
    )
    env = {"PYTHONPATH": str(tmp_path)}
    run = co("chat", "Hi", env=env)
    assert noted(run) == (
        1,
        "",
        (
            "co: a bug in co: ZeroDivisionError: oops\n"
            "hint: CO_DEBUG=1 shows where; please report it\n"
        ),
    )
    traced = co("chat", "Hi", env={**env, "CO_DEBUG": "1"})
    assert b"ZeroDivisionError" in traced.stderr.splitlines()[-1]
    assert b"canary" not in traced.stderr.replace(b"secret = 'canary'", b"")
