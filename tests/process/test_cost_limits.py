"""`--max-cost` and `max_cost_month`: what is refused before it is sent, and counted."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from scoring_server import ranking, scoring, without

from cohere_cli.jobs.ledger import this_month

MANY = ("-q", "q", "-n", "1", "--batch-size", "10", "--retries", "0")


def records(number):
    return "".join(f"record {at:03}\n" for at in range(number))


@pytest.fixture
def server():
    with scoring() as served:
        yield served


@pytest.fixture
def home(tmp_path):
    (tmp_path / "records.txt").write_text(records(120))
    return tmp_path


@pytest.fixture
def ledger(co, tmp_path):
    """Return the totals of this month by profile; {} if there is no file."""
    co.environ["CO_DATA_DIR"] = str(tmp_path / "data")
    file = tmp_path / "data" / "costs" / f"{this_month()}.json"
    return lambda: json.loads(file.read_text()) if file.exists() else {}


def refused(run, problem, hint, code=6):
    """Whether *run* ended with this error alone, after notes about what it read."""
    lines = run.stderr.decode().splitlines()
    return (run.returncode, run.stdout, lines[-2:]) == (
        code,
        b"",
        [f"co: {problem}", f"hint: {hint}"],
    )


CHAT_HINT = (
    "raise --max-cost, set a lower --max-tokens, or choose another model with -m"
)
RERANK_HINT = "raise --max-cost, rank fewer records, or choose another model with -m"


@pytest.mark.parametrize("command", ["chat", "compat"])
def test_an_answer_that_may_cost_too_much_is_not_asked_for(
    sandboxed, command, tmp_path
):
    words = (command, "Hi", "--record", str(tmp_path / "reply"))
    run = sandboxed(*words, "--max-cost", "0.01")
    problem = (
        "this request may cost about $0.041, more than --max-cost 0.01 "
        "(command-a-03-2025: ~13 tokens in, 4,096 out)"
    )
    assert refused(run, problem, CHAT_HINT)
    assert not (tmp_path / "reply").exists()


def test_a_limit_on_cost_is_no_limit_of_the_server(sandboxed):
    run = sandboxed("chat", "Hi", "--max-cost", "0.01", "--errors", "json")
    error = json.loads(run.stderr.splitlines()[0])["error"]
    assert (error["exit"], error["kind"]) == (6, "cost_limited")


@pytest.mark.parametrize("command", ["chat", "compat"])
def test_an_answer_below_the_limit_is_that_of_a_call_without_one(sandboxed, command):
    words = (command, "Hi", "--max-tokens", "500")
    limited, plain = sandboxed(*words, "--max-cost", "0.01"), sandboxed(*words)
    assert (limited.returncode, limited.stdout) == (0, plain.stdout)
    assert limited.stderr == b""


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("chat", "Hi", "-m", "new"), "a million tokens: `co config set prices.new input=X,output=Y`"),
        (("compat", "Hi", "-m", "new"), "a million tokens: `co config set prices.new input=X,output=Y`"),
        (("rerank", "-q", "q", "records.txt", "-m", "new"), "1,000 search units: `co config set prices.new search=X`"),
        (("search", "record", "records.txt", "-m", "new"), "1,000 search units: `co config set prices.new search=X`"),
        (("ask", "record", "records.txt", "--rerank-model", "new"), "1,000 search units: `co config set prices.new search=X`"),
    ],
    ids=str,
)  # fmt: skip
def test_without_a_price_nothing_is_sent(sandboxed, home, words, hint):
    run = sandboxed(*words, "--max-cost", "100", cwd=home)
    problem = "no price is known for the model 'new'"
    assert refused(run, problem, f"set its price, the dollars for {hint}", code=3)


def test_the_price_of_a_profile_is_used(sandboxed):
    sandboxed("config", "set", "prices.command-a-03-2025", "input=1,output=1000")
    run = sandboxed("chat", "Hi", "--max-cost", "0.01", "--max-tokens", "100")
    assert run.returncode == 6
    assert b"may cost about $0.11, more than" in run.stderr


def test_a_limit_can_be_a_default_and_is_left_out_with_the_others(sandboxed):
    sandboxed("config", "set", "chat.max_cost", "0.01")
    assert sandboxed("chat", "Hi").returncode == 6
    assert sandboxed("chat", "Hi", "--no-defaults").returncode == 0
    assert sandboxed("chat", "Hi", "--dry-run").returncode == 0


def test_the_requests_of_an_answer_from_files_are_limited_together(sandboxed, home):
    words = ("ask", "record", "records.txt", "--max-tokens", "100")
    run = sandboxed(*words, "--max-cost", "0.003", cwd=home)
    problem = (
        r"co: these requests may cost about \$0\.00\d+, more than --max-cost 0\.003 "
        r"\(rerank-v3\.5: 1 search unit; command-a-03-2025: ~\d+ tokens in, 100 out\)\n"
    )
    assert run.returncode == 6
    assert re.search(problem, run.stderr.decode())
    assert sandboxed(*words, "--max-cost", "0.01", cwd=home).returncode == 0


def test_a_search_by_words_alone_costs_nothing(sandboxed, home):
    words = ("search", "record", "records.txt")
    run = sandboxed(*words, "--max-cost", "0.001", cwd=home)
    problem = (
        "this request may cost about $0.002, more than --max-cost 0.001 "
        "(rerank-v3.5: 1 search unit)"
    )
    assert refused(run, problem, RERANK_HINT)
    lexical = sandboxed(*words, "--max-cost", "0.001", "--lexical", cwd=home)
    assert lexical.returncode == 0


def test_a_ranking_is_refused_before_its_first_request(co, home, server):
    words = ("rerank", *MANY, "records.txt", "--max-cost", "0.02")
    run = co(*words, cwd=home, env=server.environ)
    problem = (
        "these requests may cost about $0.024, more than --max-cost 0.02 "
        "(rerank-v3.5: 12 search units)"
    )
    assert refused(run, problem, RERANK_HINT)
    assert server.bodies == []


def test_a_ranking_of_unknown_size_stops_at_the_limit_and_can_be_resumed(
    co, home, server
):
    text = records(240).encode()
    words = ("rerank", *MANY, "--concurrency", "1", "--max-cost")
    run = co(*words, "0.03", stdin=text, cwd=home, env=server.environ)
    assert (run.returncode, run.stdout, len(server.bodies)) == (6, b"", 15)
    assert run.stderr.decode().splitlines() == [
        "co: 15 requests of this job finished; --resume sends only the rest",
        (
            "co: this request may cost about $0.002: with $0.03 for earlier "
            "requests, more than --max-cost 0.03 (rerank-v3.5: 1 search unit)"
        ),
        f"hint: {RERANK_HINT}",
    ]
    more = co(*words, "0.03", "--resume", stdin=text, cwd=home, env=server.environ)
    assert (more.returncode, len(server.bodies)) == (0, 24)


def test_what_is_finished_does_not_count_when_a_ranking_is_resumed(co, home, server):
    words = ("rerank", *MANY, "records.txt", "--resume")
    server.begin(without("record 055"))
    first = co(*words, cwd=home, env=server.environ)
    server.begin(ranking)
    assert first.returncode == 10
    run = co(*words, "--max-cost", "0.002", cwd=home, env=server.environ)
    assert (run.returncode, run.stderr, len(server.bodies)) == (0, b"", 1)


def test_an_experiment_is_limited_with_all_its_models(sandboxed, home):
    (home / "docs.jsonl").write_text('{"text": "a", "good": 1}\n{"text": "b"}\n')
    words = ("lab", "docs.jsonl", "-q", "a", "--label-field", "good")
    models = ("-m", "rerank-v3.5", "-m", "rerank-v4.0-pro")
    run = sandboxed(*words, *models, "--max-cost", "0.004", cwd=home)
    problem = (
        "these requests may cost about $0.0045, more than --max-cost 0.004 "
        "(rerank-v3.5: 1 search unit; rerank-v4.0-pro: 1 search unit)"
    )
    assert refused(run, problem, RERANK_HINT)
    run = sandboxed(*words, *models, "--max-cost", "0.005", cwd=home)
    assert run.returncode == 0


def test_a_month_is_counted_by_what_was_billed(sandboxed, home, ledger):
    sandboxed("config", "set", "max_cost_month", "20", "-p", "work")
    answer = json.loads(sandboxed("chat", "Hi", "-p", "work", "-o", "json").stdout)
    billed = answer["usage"]["billed_units"]
    dollars = (billed["input_tokens"] * 2.5 + billed["output_tokens"] * 10) / 1e6
    assert ledger() == {"work": {"dollars": pytest.approx(dollars), "requests": 1}}
    for words in (("compat", "Hi"), ("rerank", "-q", "q", "records.txt")):
        assert sandboxed(*words, "-p", "work", cwd=home).returncode == 0
    # The same answer again, and two search units for 120 records.
    total = {"dollars": pytest.approx(2 * dollars + 0.004), "requests": 3}
    assert ledger() == {"work": total}
    run = sandboxed("ask", "record", "records.txt", "-p", "work", cwd=home)
    assert (run.returncode, ledger()["work"]["requests"]) == (0, 5)


def test_without_the_setting_nothing_is_counted(sandboxed, ledger):
    assert sandboxed("chat", "Hi", "--max-cost", "1").returncode == 0
    assert ledger() == {}


def test_a_month_that_is_spent_refuses_what_comes_next(sandboxed, ledger, tmp_path):
    sandboxed("config", "set", "max_cost_month", "0.05", "-p", "work")
    folder = tmp_path / "data" / "costs"
    folder.mkdir(parents=True)
    spent = {"work": {"dollars": 0.02, "requests": 9}}
    (folder / f"{this_month()}.json").write_text(json.dumps(spent))
    run = sandboxed("chat", "Hi", "-p", "work")
    problem = (
        "this request may cost about $0.041; with the $0.02 of this month that is more "
        "than max_cost_month 0.05 (profile work; command-a-03-2025: ~13 tokens in, "
        "4,096 out)"
    )
    hint = (
        "`co config set max_cost_month DOLLARS -p work` raises it; months begin on the "
        "1st, UTC"
    )
    assert refused(run, problem, hint)
    assert ledger() == spent


def test_sixteen_calls_at_once_are_all_counted(sandboxed, ledger):
    sandboxed("config", "set", "max_cost_month", "20", "-p", "work")
    words = ("chat", "Hi", "-p", "work", "--max-tokens", "100")
    sandboxed(*words)
    each = ledger()["work"]["dollars"]
    with ThreadPoolExecutor(16) as pool:
        runs = list(pool.map(lambda _: sandboxed(*words), range(16)))
    assert {run.returncode for run in runs} == {0}
    assert ledger()["work"] == {"dollars": pytest.approx(17 * each), "requests": 17}


@pytest.mark.parametrize(
    ("fault", "code", "requests"),
    [("status=429", 6, 0), ("status=500", 8, 0), ("refuse", 7, 0), ("cut=5", 18, 1)],
)
def test_a_request_that_is_refused_is_not_counted(co, ledger, fault, code, requests):
    for setting in ("sandbox=true", f"faults={fault}", "max_cost_month=20"):
        co("config", "set", *setting.split("=", 1), "-p", "work")
    run = co("chat", "Hi", "-p", "work", "--retries", "0")
    assert (run.returncode, ledger()["work"]["requests"]) == (code, requests)


def test_retries_of_a_request_are_one_request(co, ledger):
    faults = "status=500;times=2"
    for name, value in (
        ("sandbox", "true"),
        ("faults", faults),
        ("max_cost_month", "9"),
    ):
        co("config", "set", name, value, "-p", "work")
    run = co("chat", "Hi", "-p", "work")
    assert (run.returncode, ledger()["work"]["requests"]) == (0, 1)


@pytest.mark.usefixtures("ledger")
def test_a_ledger_that_cannot_be_written_costs_a_warning_and_no_answer(
    sandboxed, tmp_path
):
    plain = sandboxed("chat", "Hi", "--no-history")
    sandboxed("config", "set", "max_cost_month", "20", "-p", "work")
    (tmp_path / "data").write_text("a file")
    run = sandboxed("chat", "Hi", "-p", "work", "--quiet", "--no-history")
    assert (run.returncode, run.stdout) == (0, plain.stdout)
    (warning,) = run.stderr.decode().splitlines()
    assert warning.startswith(
        "co: warning: the month's costs are neither counted nor limited: cannot "
    )


def test_a_call_that_is_killed_counts_as_estimated(co, ledger):
    settings = ("sandbox=true", "faults=slow-headers=30", "max_cost_month=20")
    for setting in settings:
        co("config", "set", *setting.split("=", 1), "-p", "work")
    with co.start("chat", "Hi", "-p", "work", "--max-tokens", "100") as run:
        while not ledger():
            assert run.poll() is None
        run.kill()
    estimate = (12 * 2.5 + 100 * 10) / 1e6
    assert ledger() == {
        "work": {"dollars": pytest.approx(estimate, rel=0.01), "requests": 1}
    }
