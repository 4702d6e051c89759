"""The benchmarks' server speaks the protocol, and their tables say what they mean."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from co_program import Co

from benchmarks.processes import Command, Failed, run
from benchmarks.replies import score, tokens
from benchmarks.server import Plan, Server, serving
from benchmarks.table import Figure, Row, markdown
from benchmarks.turns import medians, ratio, take_turns


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def co(tmp_path) -> Co:
    started = Co(tmp_path)
    started.environ["CO_API_KEY"] = "benchmark"
    return started


def test_the_server_streams_as_many_tokens_as_its_path_asks_for(co, server):
    ran = co("chat", "Hi", "--base-url", server.url(Plan(500)))
    assert (ran.stdout.decode().rstrip(), ran.stderr) == (
        "".join(tokens(500)).rstrip(),
        b"",
    )


def test_the_far_server_speaks_tls_with_its_own_authority(co, server):
    trust = {"SSL_CERT_FILE": server.authorities}
    ran = co("chat", "Hi", "--base-url", server.far_url(Plan(3, pace=1)), env=trust)
    assert (ran.stdout, ran.stderr) == (b"Zebras live in\n", b"")


def test_the_server_ranks_by_a_score_that_each_document_has_anywhere(co, server):
    words = ["one", "two", "three", "four"]
    ran = co(
        *("rerank", "-q", "q", "-", "--base-url", server.url(Plan()), "-o", "jsonl"),
        stdin="\n".join(words).encode(),
    )
    found = [json.loads(line)["index"] for line in ran.stdout.splitlines()]
    assert found == sorted(range(4), key=lambda at: -score(words[at]))


def test_the_answer_in_the_old_format_is_an_object_on_each_line(server):
    lines = httpx.post(f"{server.url(Plan(2))}/v1/chat", json={}).text.splitlines()
    assert [json.loads(line).get("text") for line in lines] == ["Zebras", " live", None]


ENVIRON = {"PATH": "/usr/bin:/bin"}


def shell(script: str, **more: object) -> Command:
    return Command(("/bin/sh", "-c", script), ENVIRON, **more)


def test_a_run_on_a_terminal_has_one_of_80_columns():
    ran = run(shell("test -t 0 && test -t 2 && stty size", on_terminal=True))
    assert ran.output == "24 80\r\n"


def test_the_first_token_is_measured_and_not_what_comes_before_it():
    ran = run(shell("echo note; sleep 0.1; echo token; echo end", until="token"))
    assert 100 < ran.first < ran.wall


@pytest.mark.parametrize("script", ["echo wrong", "echo right; exit 3"])
def test_a_run_fails_that_writes_something_else_or_ends_with_another_code(script):
    with pytest.raises(Failed, match=script):
        run(shell(script, expected="right"))


def test_a_missing_peer_leaves_a_gap_and_no_error():
    turns = take_turns({"ours": shell("true"), "peer": None}, 2)
    assert len(turns["ours"]) == 2
    assert ratio(turns, "ours", "peer", "wall") is None
    assert "peer" not in medians(turns, "wall", "ours", "peer")


def test_a_peer_that_fails_is_left_out_with_a_line(capfd):
    peer = shell("echo no; exit 1", is_peer=True)
    assert take_turns({"ours": shell("true"), "peer": peer}, 2).keys() == {"ours"}
    assert capfd.readouterr().err == (
        "peer is left out: /bin/sh -c echo no; exit 1: 'no\\n'\n"
    )


def test_a_table_has_a_figure_its_target_and_whether_it_is_met():
    rows = [
        Row("start", (Figure(3.14159, "times Python", 2.5),), "co 31 ms, Python 10 ms"),
        Row("both", (Figure(0.04, "times SDK", 0.15), Figure(90, "% of", 85, True))),
        Row("half", (Figure(1, "times SDK", 1), Figure(None, "times node", 2))),
        Row("none", (Figure(1234.5, "MB"),)),
    ]
    assert (
        markdown("Part", rows)
        == Path(__file__).with_name("data").joinpath("benchmark_table.md").read_text()
    )
