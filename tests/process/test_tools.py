"""`co tools`, and the processes of the commands that it runs."""

import json
import random
import re
import signal
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pexpect
import pytest
from co_program import ROOT

# Starts a child in the group, and two that leave it and ignore what they can.
LEAVING = "sleep $0 & (setsid sh -c 'trap \"\" TERM HUP INT; sleep $0 & sleep $0' $0 &)"


def declared(folder, script, *words, **fields):
    """Write a file with the tool `t` that runs *script*; return its path."""
    tool = {"name": "t", "parameters": {}, "run": ["sh", "-c", script, *words]}
    file = folder / f"{uuid.uuid4()}.json"
    file.write_text(json.dumps({**tool, **fields}))
    return str(file)


def processes(mark):
    listed = subprocess.run(
        ["ps", "-axww", "-o", "pid=,command="],
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in listed.stdout.splitlines() if mark in line]


def left(mark):
    """Return the processes with *mark* in their command, once they have had time."""
    for _ in range(100):
        if not processes(mark):
            break
        time.sleep(0.1)
    return processes(mark)


def interrupt(co, file, seconds):
    """Run a tool that hangs, and send SIGINT some time after the start."""
    process = co.start("tools", "run", file, "t", start_new_session=True)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        # While Python itself starts, before any of our code, it may lose the signal,
        # and says so.
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
        assert re.search(rb"Exception ignored in|Failed checking if argv\[0\]", err)
    return process.returncode


def interrupt_many(co, folder, runs):
    mark, chance = f"8{uuid.uuid4().int % 10**15}", random.Random(7)
    file = declared(folder, f"{LEAVING}; sleep $0", mark)
    delays = [chance.uniform(0, 0.8) for _ in range(runs)]
    with ThreadPoolExecutor(4) as pool:
        codes = {*pool.map(lambda seconds: interrupt(co, file, seconds), delays)}
    # Python itself may have been starting: exit code 1, before any of our code.
    assert codes <= {-signal.SIGINT, 1}
    assert left(mark) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="see docs/tools.md")
def test_no_process_is_left_after_ctrl_c_at_any_time(co, tmp_path):
    interrupt_many(co, tmp_path, 12)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="see docs/tools.md")
def test_no_process_is_left_after_200_interrupted_runs(co, tmp_path):
    interrupt_many(co, tmp_path, 200)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_tool_ends_with_co_however_that_ends(co, tmp_path, number):
    mark = f"8{uuid.uuid4().int % 10**15}"
    file = declared(tmp_path, "sleep $0 & sleep $0", mark)
    process = co.start("tools", "run", file, "t")
    while not any("sleep" in line and "sh -c" not in line for line in processes(mark)):
        time.sleep(0.05)
    process.send_signal(number)
    assert process.wait(30) == -number
    assert left(mark) == []
    process.communicate()


def test_a_tool_does_not_get_the_key(co, tmp_path):
    file = declared(tmp_path, "env", env=["MINE", "OTHER"])
    environ = {
        "CO_API_KEY": "a-secret",
        "COHERE_API_KEY": "b-secret",
        "MINE": "x a-secret y",
        "OTHER": "1",
    }
    run = co("tools", "run", file, "t", env=environ)
    assert run.returncode == 0
    assert b"secret" not in run.stdout
    assert b"\nOTHER=1\n" in b"\n" + run.stdout


def test_escapes_of_a_tool_never_reach_the_terminal(co, tmp_path):
    escapes = r"\033]0;title\007\033[2J\033[31mred\033[0m\n\302\2331A"
    texts = declared(tmp_path, f"printf '{escapes}'")
    failing = declared(tmp_path, f"printf '{escapes}' >&2; exit 1")
    rows = declared(
        tmp_path, r'printf "%s" "{\"a\": \"\u001b[2J \u202e\"}"', result="json"
    )
    for file in (texts, failing, rows):
        child = pexpect.spawn(
            "co", ["tools", "run", file, "t"], cwd=ROOT, env=co.environ, timeout=30
        )
        shown = child.read()
        # Of co's own, there are colours alone.
        assert not re.search(
            rb"\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0e-\x1a]|\xc2\x9b", shown
        )
        assert "\u202e".encode() not in shown


def test_a_tool_cannot_read_from_the_terminal(co, tmp_path):
    file = declared(tmp_path, "read line < /dev/tty; cat; echo end:$line")
    child = pexpect.spawn(
        "co", ["tools", "run", file, "t"], cwd=ROOT, env=co.environ, timeout=30
    )
    child.send("typed\n")
    assert b"end:\r\n" in child.read()


@pytest.mark.parametrize(
    ("script", "fields", "row"),
    [
        ("yes", {}, "wrote more than 1 MiB, and was ended"),
        ("sleep 99", {"timeout": 0.3}, "was ended after 0.3 seconds, its time limit"),
        ("kill -SEGV $$", {}, "was ended by SIGSEGV"),
        ("head -c 3000 /dev/zero", {}, "wrote binary data, not text"),
        (
            "echo no",
            {"result": "json"},
            "wrote no JSON: expecting value at line 1, column 1",
        ),
    ],
)
def test_a_tool_that_fails_is_exit_10_with_a_result_that_says_so(
    co, tmp_path, script, fields, row
):
    file = declared(tmp_path, script, **fields)
    run = co("tools", "run", file, "t", "--json")
    *_, last = json.loads(run.stdout)
    assert run.returncode == 10
    assert f"co: the tool t failed: {row}\n" in run.stderr.decode()
    assert row == last.get("error") or "only the first 1 MiB" in last["note"]


def test_the_examples_give_rows_that_can_be_cited(co):
    words = ["tools", "run", "examples/tools.yaml"]
    sales = co(*words, "query_daily_sales_report", '{"day": "2023-09-29"}')
    assert json.loads(sales.stdout) == {
        "id": "sales_2023-09-29",
        "day": "2023-09-29",
        "total_sales": 10000,
        "units_sold": 250,
    }
    products = co(*words, "query_product_catalog", '{"category": "electronics"}')
    rows = [json.loads(line) for line in products.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["E-1001", "E-1002", "E-1003"]
    empty = co(*words, "query_product_catalog", '{"category": "none"}')
    assert empty.stdout == b'{"note": "the list is empty"}\n'
    assert co(*words, "query_daily_sales_report", '{"day": "1"}').returncode == 10


def test_the_examples_run_from_any_folder(co, tmp_path):
    file = str(ROOT / "examples/tools.yaml")
    words = ["tools", "run", file, "query_daily_sales_report", '{"day": "2023-09-29"}']
    assert co(*words, cwd=tmp_path).returncode == 0


def test_tools_that_are_added_at_the_same_time_are_all_there(co, tmp_path):
    names = [f"t{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        added = [
            *pool.map(
                lambda name: co("tools", "add", name, "--", "date", cwd=tmp_path), names
            )
        ]
    assert {run.returncode for run in added} == {0}
    listed = co("tools", "list", "tools.yaml", cwd=tmp_path)
    assert sorted(listed.stdout.decode().split()) == names
    assert [*tmp_path.iterdir()] == [tmp_path / "tools.yaml"]


def test_a_file_that_is_changed_keeps_its_mode_and_its_links(co, tmp_path):
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_text("# mine\n")
    real.chmod(0o640)
    link.symlink_to("real.yaml")
    assert co("tools", "add", "t", "-t", str(link), "--", "date").returncode == 0
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_text().startswith("# mine\n- type: function\n")


def test_a_file_that_cannot_be_changed_stays_as_it_is(co, tmp_path):
    file = tmp_path / "tools.yaml"
    for text in ("name: f\nparameters: {}\n", '[{"name": "f"}]', "a: b: c"):
        file.write_text(text)
        run = co("tools", "add", "t", "-t", str(file), "--", "date")
        assert (run.returncode, file.read_text()) == (3, text)


def test_the_schema_for_editors_is_printed(co):
    run = co("tools", "schema")
    schema = json.loads(run.stdout)
    assert (run.returncode, run.stderr) == (0, b"")
    assert set(schema["$defs"]) == {"Tool", "ToolFunction", "BareFunction"}
    body = json.loads(co("chat", "--body-schema").stdout)
    assert body["$defs"]["Tool"]["properties"]["run"]["minItems"] == 1
