"""The limits of a trial key: those that the server's headers state, and no more."""

import pytest

from cohere_cli.sandbox import running

LEFT = (
    "co: trial key: {} of 20 calls a minute left, 1,000 calls a month "
    "(the server does not say how many are left)"
)


@pytest.fixture
def trial(co):
    """`co`, with a server that has the limits of a trial key."""
    with running(trial=True) as server:
        co.environ |= {"CO_API_URL": server.url, "CO_API_KEY": server.key}
        yield co


def notes(run):
    return run.stderr.decode().splitlines()


@pytest.mark.parametrize("command", ["chat", "compat"])
def test_usage_ends_with_what_is_left_of_a_trial_key(trial, command):
    for left in (19, 18):
        run = trial(command, "Hi", "-u")
        assert (run.returncode, notes(run)[1:]) == (0, [LEFT.format(left)])


def test_it_is_of_the_answer_where_a_ranking_came_before(trial, tmp_path):
    (tmp_path / "a.md").write_text("The fox is red.\n")
    run = trial("ask", "fox", "a.md", "-u", cwd=tmp_path)
    assert notes(run)[-1] == LEFT.format(19)


def test_show_usage_prints_it_too_and_it_is_no_part_of_the_output(trial):
    run = trial("chat", "Hi", "--show", "usage", "-o", "json")
    assert notes(run)[-1] == LEFT.format(19)
    assert b"trial" not in run.stdout


def test_without_u_nothing_is_printed(trial):
    assert trial("chat", "Hi").stderr == b""


def test_of_a_production_key_nothing_is_printed(sandboxed):
    assert len(notes(sandboxed("chat", "Hi", "-u"))) == 1


def test_doctor_reports_the_limit_of_the_month_alone(trial):
    lines = trial("doctor").stdout.decode().splitlines()
    assert (
        "ok       trial key 1,000 calls a month; the server does not say how many are "
        "left"
    ) in lines


def test_doctor_reports_nothing_of_a_production_key(sandboxed):
    assert b"trial" not in sandboxed("doctor").stdout


def test_doctor_reports_what_this_machine_counted_of_the_month(trial, tmp_path):
    trial.environ["CO_DATA_DIR"] = str(tmp_path / "data")
    trial("config", "set", "max_cost_month", "20", "-p", "work")
    empty = (
        "ok       budget    $0.00 of 20.00 this month, by 0 requests from this machine"
    )
    assert empty in trial("doctor", "-p", "work").stdout.decode().splitlines()
    trial("chat", "Hi", "-p", "work")
    shown = b"budget    $0.00049 of 20.00 this month, by 1 request from this machine"
    assert shown in trial("doctor", "-p", "work").stdout
