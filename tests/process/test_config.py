import json
import time
from pathlib import Path
from threading import Event

import pexpect
import pytest
from raw_server import http

CONFIG = """\
# mine
active = "work"
[profiles.work]  # the office
timeout = 5
show = ["usage"]
concurrency = 1
client_name = "my app"
headers = { X-Team = "canary-header-value" }
"""


@pytest.fixture
def configured(co):
    directory = Path(co.environ["CO_CONFIG_DIR"])
    directory.mkdir(mode=0o700)
    (directory / "config.toml").write_text(CONFIG)
    return co


def settings(co) -> str:
    return (Path(co.environ["CO_CONFIG_DIR"]) / "config.toml").read_text()


def test_settings_are_set_shown_and_taken_back(configured):
    run = configured("config", "set", "timeout", "60")
    assert run.stderr == b"co: set timeout in profile 'work'\n"
    assert settings(configured) == CONFIG.replace("= 5", "= 60")
    assert configured("config", "get", "timeout").stdout == b"60\n"
    run = configured("config", "unset", "timeout")
    assert run.stderr == b"co: removed timeout from profile 'work'\n"
    assert configured("config", "get", "timeout").stdout == b""
    assert configured("config", "set", "timeout", "no").returncode == 2


def test_the_table_says_where_each_setting_is_from(configured):
    shown = configured("config", "show", env={"CO_MODEL": "x"}).stdout.decode()
    rows = [line.split(maxsplit=2) for line in shown.splitlines()]
    assert ["model", "x", "CO_MODEL"] in rows
    assert ["timeout", "5", "profile 'work'"] in rows
    assert ["headers", "X-Team=…", "profile 'work'"] in rows
    assert ["rate", "-", "built-in"] in rows
    output = json.loads(configured("config", "show", "--json").stdout)
    assert {"name": "timeout", "value": 5.0, "source": "profile 'work'"} in output


def test_the_path_is_where_the_settings_are(configured):
    assert configured("config", "path").stdout.decode() == (
        f"{configured.environ['CO_CONFIG_DIR']}/config.toml\n"
    )


def test_an_editor_changes_a_draft_that_is_checked(configured):
    editor = {"EDITOR": "sed -i s/timeout/timeuot/"}
    run = configured("config", "edit", env=editor)
    assert run.returncode == 3
    assert b"co: nothing was changed: unknown setting 'timeuot' (" in run.stderr
    assert settings(configured) == CONFIG
    editor = {"VISUAL": "sed -i 's/= 5/= 6/'", "EDITOR": "false"}
    run = configured("config", "edit", env=editor)
    assert run.stderr == b"co: config.toml is changed\n"
    assert settings(configured) == CONFIG.replace("= 5", "= 6")


def test_a_wrong_draft_can_be_edited_again(configured, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text(
        "#!/bin/sh\ngrep -q 77 \"$1\" && s='s/77x/9/' || s='s/= 5/= 77x/'\n"
        'sed -i "$s" "$1"\n'
    )
    editor.chmod(0o755)
    environ = {**configured.environ, "EDITOR": str(editor)}
    child = pexpect.spawn("co", ["config", "edit"], env=environ, timeout=10)
    child.expect_exact("edit again? [y/N] ")
    child.sendline("y")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert settings(configured) == CONFIG.replace("= 5", "= 9")


def test_what_a_profile_says_is_done(configured, serve):
    reply = (
        b'{"id":"r","message":{"content":[{"type":"text","text":"Hi"}]},'
        b'"finish_reason":"COMPLETE","usage":{"tokens":{"input_tokens":3,"output_tokens":1}}}'
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    server = serve(head + reply, head + reply)
    configured("config", "set", "base_url", server.url)
    run = configured("chat", "Hi", "--no-stream", env={"CO_API_KEY": "k"})
    assert (run.returncode, run.stdout) == (0, b"Hi\n")
    asked = server.requests[0]
    assert asked.header("X-Client-Name") == "my app"
    assert asked.header("X-Team") == "canary-header-value"
    assert b"3 in, 1 out; COMPLETE" in run.stderr
    words = ("chat", "Hi", "--no-stream", "--hide", "usage")
    assert b"COMPLETE" not in configured(*words, env={"CO_API_KEY": "k"}).stderr


def test_a_profiles_rate_holds_many_requests_back(configured, serve, tmp_path):
    ranking = b'{"results":[{"index":0,"relevance_score":0.5}]}'
    reply = http(ranking, kind="application/json")
    came = Event()
    server = serve([lambda _: came.set(), reply], reply)
    configured("config", "set", "base_url", server.url)
    configured("config", "set", "rate", "1")
    (tmp_path / "lines").write_text("a\nb\n")
    configured.environ |= {"CO_API_KEY": "k", "CO_DATA_DIR": str(tmp_path / "data")}
    words = ("-q", "x", str(tmp_path / "lines"), "--batch-size", "1", "--yes")
    with configured.start("rerank", *words) as ranking:
        assert came.wait(10)
        time.sleep(0.5)
        assert len(server.requests) == 1
        ranking.kill()


STAND_IN = b"a mock server on this machine answers, not a model; injected faults: "


def test_a_profile_with_faults_starts_a_sandbox_that_has_them(co):
    assert co("config", "set", "sandbox", "true", "-p", "flaky").returncode == 0
    assert co("config", "set", "faults", "cut=5", "-p", "flaky").returncode == 0
    run = co("chat", "Hi", "-p", "flaky")
    assert (run.returncode, run.stdout) == (18, b"This is the\n")
    assert run.stderr.splitlines() == [
        b"co: profile flaky: " + STAND_IN + b"cut=5",
        b"co: answer incomplete: the connection was lost",
        b"hint: what arrived was written; the same command asks again",
    ]


def test_an_error_about_a_fault_out_of_range_names_its_profile(co):
    directory = Path(co.environ["CO_CONFIG_DIR"])
    directory.mkdir(mode=0o700)
    message = '[profiles.flaky]\nsandbox = true\nfaults = ["status=9"]\n'
    (directory / "config.toml").write_text(message)
    run = co("rerank", "-q", "x", "-p", "flaky", stdin=b"a\n")
    assert (run.returncode, run.stdout) == (3, b"")
    output = b"co: faults of profile 'flaky': status must be from 400 to 599\n"
    assert run.stderr == output
