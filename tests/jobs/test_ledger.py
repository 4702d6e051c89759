import json
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from cohere_cli.errors import ConfigProblem
from cohere_cli.jobs.ledger import MonthLedger, Total, this_month

MONTH = this_month()


def test_what_is_added_is_found_in_the_month_and_profile_alone(tmp_path):
    ledger = MonthLedger(tmp_path, "work")
    ledger.add(MONTH, 0.25, 1)
    ledger.add(MONTH, 0.1, 1)
    ledger.add("2001-02", 5, 1)
    MonthLedger(tmp_path, "other").add(MONTH, 7, 1)
    assert ledger.total() == Total(0.35, 2)


def test_the_file_is_for_its_owner_alone_and_can_be_read(tmp_path):
    MonthLedger(tmp_path, "work").add(MONTH, 3.75e-8, 1)
    file = tmp_path / "costs" / f"{MONTH}.json"
    assert json.loads(file.read_text()) == {
        "work": {"dollars": 3.75e-08, "requests": 1}
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_total_does_not_fall_below_nothing(tmp_path):
    ledger = MonthLedger(tmp_path, "work")
    ledger.add(MONTH, -1, -1)
    assert ledger.total() == Total(0.0, 0)


def test_a_refused_amount_is_not_added(tmp_path):
    def refuse(total):
        raise RuntimeError(total)

    ledger = MonthLedger(tmp_path, "work")
    ledger.add(MONTH, 1, 1)
    with pytest.raises(RuntimeError, match="dollars=1"):
        ledger.add(MONTH, 1, 1, refuse)
    assert ledger.total() == Total(1.0, 1)


def test_changes_at_the_same_time_are_all_counted(tmp_path):
    def add(_):
        MonthLedger(tmp_path, "work").add(MONTH, 0.001, 1)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(64)))
    assert MonthLedger(tmp_path, "work").total() == Total(0.064, 64)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "[]",
        "[1]",
        '{"work": 1}',
        '{"work": {"dollars": "1", "requests": 1}}',
        '{"work": {"dollars": true, "requests": 1}}',
        '{"work": {"dollars": NaN, "requests": 1}}',
        '{"work": {"dollars": -1, "requests": 1}}',
        '{"other": {"dollars": 1, "requests": 1.5}}',
        '{"work": {"dollars": 1, "requests": 1, "more": 1}}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:50],
)
def test_a_file_of_another_shape_is_refused_and_left_alone(tmp_path, text):
    ledger, file = MonthLedger(tmp_path, "work"), tmp_path / "costs" / f"{MONTH}.json"
    file.parent.mkdir()
    file.write_text(text)
    for use in (ledger.total, lambda: ledger.add(MONTH, 1, 1)):
        with pytest.raises(ConfigProblem) as caught:
            use()
        assert caught.value.what == f"{file.name} does not hold costs as co writes them"
        assert caught.value.where == str(file)
    assert file.read_text() == text
