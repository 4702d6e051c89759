"""Keys and other secrets, looked for wherever they must not be."""

import re
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from raw_server import http

KEY = "canary-key-0123456789-abcdefgh"
HEADER = "canary-header-0123456789"
PASSWORD = "canary-password"

STREAM = (
    b'data: {"type":"message-start","id":"r1"}\n\n'
    b'data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hi"}}}}\n\n'
    b'data: {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}\n\n'
)
ECHO = f'{{"message":"who is Bearer {KEY} with {HEADER}?"}}'.encode()


@pytest.fixture
def entrusted(co, tmp_path):
    """`co` with a key, a header and a proxy's password in its profiles."""
    run = co("auth", "login", "--no-check", "-p", "work", stdin=KEY.encode())
    message = [run.stdout + run.stderr]
    for words in (
        ("base_url", "http://127.0.0.1:9"),
        ("headers.X-Secret", HEADER),
        ("proxy", f"http://me:{PASSWORD}@127.0.0.1:9"),
    ):
        run = co("config", "set", *words)
        message.append(run.stdout + run.stderr)
    keys = Path(co.environ["CO_CONFIG_DIR"]) / "keys.toml"
    keys.write_text(
        keys.read_text().replace("https://api.cohere.com", "http://127.0.0.1:9")
    )
    co.environ["CO_DATA_DIR"] = str(tmp_path / "data")
    assert b"canary" not in b"".join(message)
    return co


LOCAL = [
    ("auth", "status"),
    ("auth", "status", "--json"),
    ("auth", "list"),
    ("auth", "list", "--json"),
    ("config", "show"),
    ("config", "show", "--json"),
    ("config", "get", "headers"),
    ("config", "get", "proxy"),
    ("doctor",),
    ("doctor", "--json"),
    ("chat", "Hi", "--dry-run"),
    ("chat", "Hi", "--curl"),
    ("chat", "Hi", "-v", "--retries", "0"),
    ("chat", "Hi", "-p", "sandbox", "-v"),
    ("chat", "Hi", "--base-url", "https://a.invalid"),
    ("auth", "logout"),
]


def test_no_command_says_a_secret(entrusted):
    """Each with CO_DEBUG, which shows where an error came from."""
    env = {"CO_DEBUG": "1"}

    def run(words) -> bytes:
        done = entrusted(*words, env=env)
        return done.stdout + done.stderr

    with ThreadPoolExecutor(2) as pool:
        for words, message in zip(LOCAL, pool.map(run, LOCAL), strict=True):
            assert message, words
            assert b"canary" not in message, words


def test_a_key_in_the_environment_is_not_shown_either(co):
    env = {"CO_API_KEY": f"{KEY}\u00e9", "CO_DEBUG": "1"}
    for words in (("chat", "Hi"), ("auth", "status"), ("doctor", "--json")):
        run = co(*words, env={**env, "CO_API_URL": "http://127.0.0.1:9"})
        assert run.returncode == 4
        assert b"canary" not in run.stdout + run.stderr


def test_a_server_that_repeats_secrets_is_not_repeated(entrusted, serve, tmp_path):
    server = serve(
        http(ECHO, "401 Unauthorized", "application/json"),
        http(ECHO, "400 Bad Request", "application/json"),
        http(STREAM),
    )
    (tmp_path / "key").write_text(KEY)
    entrusted("config", "set", "base_url", server.url)
    words = ["--key-file", str(tmp_path / "key"), "-v"]
    record = tmp_path / "reply.rec"
    for more in ([], [], ["--record", str(record)]):
        run = entrusted("chat", "Hi", *words, *more, env={"CO_DEBUG": "1"})
        assert b"canary" not in run.stdout + run.stderr
    sent = server.requests[0].head
    assert (KEY in sent, HEADER in sent) == (True, True)
    assert record.exists()
    assert b"canary" not in record.read_bytes()


def test_a_traceback_and_a_report_that_quote_a_server_are_masked(co, serve):
    """The status line is quoted by the HTTP library's own error."""
    reply = f"Bearer {KEY} 200 OK\r\n\r\n".encode()
    place = http(b"", "307 Go", "text/plain", f"Location: /{KEY}")
    env = {"CO_API_KEY": KEY, "CO_DEBUG": "1"}
    env |= {"CO_API_URL": serve(reply).url}
    run = co("chat", "Hi", "--retries", "0", env=env)
    assert (run.returncode, b"Bearer ***" in run.stderr) == (8, True)
    assert KEY.encode() not in run.stderr
    run = co("doctor", env={**env, "CO_API_URL": serve(*[place] * 3).url})
    assert (run.returncode, b"redirects to /***" in run.stdout) == (8, True)
    assert KEY.encode() not in run.stdout + run.stderr


def test_no_file_but_that_of_the_keys_has_the_key(entrusted, serve, tmp_path):
    ranking = (
        b'{"results":[{"index":0,"relevance_score":1},{"index":1,"relevance_score":0}]}'
    )
    replies = [http(ranking, kind="application/json")] * 2
    server = serve(*replies)
    entrusted("config", "set", "base_url", server.url)
    lines = b"a\nb\nc\nd\n"
    words = ("rerank", "-q", "x", "--batch-size", "2", "--concurrency", "1", "--yes")
    env = {"CO_API_KEY": KEY}
    assert entrusted(*words, stdin=lines, env=env).returncode == 0
    holders = {
        path.name
        for path in tmp_path.rglob("*")
        if path.is_file() and KEY.encode() in path.read_bytes()
    }
    assert holders == {"keys.toml"}


def test_the_sandbox_does_not_log_a_key(co):
    serving = co.start("sandbox", "serve", "--any-key", "-v")
    line = serving.stdout.readline().decode()
    url = re.search(r"CO_API_URL=(\S+)", line)[1]
    run = co("chat", "Hi", env={"CO_API_KEY": KEY, "CO_API_URL": url})
    serving.terminate()
    _, log = serving.communicate(timeout=10)
    assert run.returncode == 0
    assert b"/v2/chat" in log
    assert b"canary" not in log


@pytest.fixture
def cores_allowed():
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


@pytest.mark.usefixtures("cores_allowed")
def test_neither_the_command_line_nor_a_core_has_the_key(entrusted, serve, tmp_path):
    """While a call is under way, and a command has printed the key."""
    seen: dict[str, str] = {}

    def look(_connection) -> None:
        process = Path("/proc") / str(calling.pid)
        children = (process / "task" / process.name / "children").read_text().split()
        for pid in (process.name, *children):
            seen[pid] = (Path("/proc") / pid / "cmdline").read_text()
        seen["limits"] = (process / "limits").read_text()

    server = serve([look, http(STREAM)])
    entrusted("config", "set", "base_url", server.url)
    (tmp_path / "key").write_text(KEY)
    entrusted("config", "set", "key_command", f"cat '{tmp_path / 'key'}'")
    calling = entrusted.start("chat", "Hi")
    out, _ = calling.communicate(timeout=20)
    assert out == b"Hi\n"
    assert KEY in server.requests[0].head
    assert not any("canary" in message for message in seen.values())
    assert re.search(r"^Max core file size +0 ", seen["limits"], re.MULTILINE)
