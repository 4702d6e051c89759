import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from cohere_cli.ranking.evaluation.statistics import Cutoff, best_cutoff

quick = settings(deadline=None, max_examples=300)
PAIRS = st.lists(
    st.tuples(st.sampled_from([-2.0, 0.0, 0.1, 0.5, 0.9, 7.0]), st.booleans()),
    max_size=12,
)


def by_hand(scored):
    """Each score as the cut, the highest first, by the definitions of the rates."""
    relevant = sum(is_relevant for _, is_relevant in scored)
    for cut in sorted({score for score, _ in scored}, reverse=True):
        kept = [is_relevant for score, is_relevant in scored if score >= cut]
        precision, recall = sum(kept) / len(kept), sum(kept) / relevant
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        yield cut, len(kept), precision, recall, f1


def test_the_cut_keeps_what_is_relevant_and_drops_the_rest():
    scored = [(0.2, False), (0.9, True), (0.7, True), (0.8, False), (0.6, False)]
    assert best_cutoff(scored) == Cutoff(0.7, 3, 2 / 3, 1.0, 0.8)


@quick
@given(PAIRS)
def test_no_other_score_has_a_better_f1(scored):
    found = best_cutoff(scored)
    if not any(is_relevant for _, is_relevant in scored):
        assert found is None
        return
    rows = list(by_hand(scored))
    best = max(row[-1] for row in rows)
    strictest = next(row for row in rows if row[-1] > best - 1e-12)
    assert (found.threshold, found.kept, found.precision, found.recall) == strictest[:4]
    assert abs(found.f1 - best) < 1e-12


def test_documents_of_one_score_are_kept_together():
    assert best_cutoff([(0.5, True), (0.5, False)]) == Cutoff(0.5, 2, 0.5, 1.0, 2 / 3)
    assert best_cutoff([(0.5, False), (0.5, True)]) == Cutoff(0.5, 2, 0.5, 1.0, 2 / 3)


def test_of_equally_good_cuts_the_strictest_is_taken():
    # 1 of 1 found of 2 relevant, and 2 of 4: both have an F1 of 2/3.
    scored = [(0.9, True), (0.8, False), (0.7, False), (0.6, True)]
    assert best_cutoff(scored) == Cutoff(0.9, 1, 1.0, 0.5, 2 / 3)


def test_no_cutoff_without_relevant_documents():
    assert best_cutoff([]) is None
    assert best_cutoff([(0.9, False)]) is None


def test_a_hundred_thousand_scores_are_cut_at_once():
    chance = random.Random(3)
    scored = [(chance.random(), chance.random() < 0.1) for _ in range(100_000)]
    start = time.perf_counter()
    assert best_cutoff(scored).recall > 0.9
    # Quadratic, it would take hours; the machine may be busy.
    assert time.perf_counter() - start < 5


def test_the_threshold_has_no_more_digits_than_it_needs():
    scored = [(0.98123, True), (0.41562304, True), (0.41, False), (0.2, False)]
    assert best_cutoff(scored).threshold == 0.4156
    assert best_cutoff([(-3.4567, True), (-9.0, False)]).threshold == -3.5
    assert best_cutoff([(-3.4567, True)]).threshold == -3.5
    assert best_cutoff([(0.1234567890123456, True)]).threshold == 0.1
    close = [(0.30000000000000004, True), (0.3, False)]
    assert best_cutoff(close).threshold == 0.30000000000000004


@quick
@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.booleans()), min_size=1))
def test_the_threshold_keeps_what_the_cut_counts(scored):
    cut = best_cutoff(scored)
    if cut:
        assert sum(score >= cut.threshold for score, _ in scored) == cut.kept
