from math import log2

import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from cohere_cli.errors import UsageProblem
from cohere_cli.ranking.evaluation.measures import (
    DEFAULT_MEASURES,
    has_relevant,
    parse_measure,
)

quick = settings(deadline=None, max_examples=100)

# Two relevant of three judged; "x" has no judgement, "spam" a negative one.
JUDGED = {"a": 3, "b": 1, "no": 0, "spam": -2}

# Our name, what trec_eval calls it, and whether it takes the cut from the ranking.
TWINS = [
    ("ndcg@{}", "ndcg_cut_{}", False),
    ("recall@{}", "recall_{}", False),
    ("p@{}", "P_{}", False),
    ("map@{}", "map_cut_{}", False),
    ("mrr@{}", "recip_rank", True),
    ("ndcg", "ndcg", False),
    ("mrr", "recip_rank", False),
    ("map", "map", False),
    ("recall", "set_recall", False),
    ("p", "set_P", False),
]

IDS = [f"d{number:02}" for number in range(30)]
RANKINGS = st.permutations(IDS).flatmap(
    lambda ids: st.integers(1, len(ids)).map(lambda size: ids[:size])
)
# Some judged documents are in no ranking, and many ranked ones are not judged. Where
# every grade is negative, trec_eval reads outside its memory.
JUDGEMENTS = st.dictionaries(
    st.sampled_from([*IDS, "elsewhere"]), st.integers(-2, 4)
).map(lambda grades: grades | {"nowhere": 0})


def value(name, ranking, judgements=JUDGED):
    return parse_measure(name).of(ranking, judgements)


@quick
@given(RANKINGS, JUDGEMENTS, st.integers(1, 40))
@pytest.mark.parametrize(("ours", "theirs", "cuts"), TWINS)
def test_measures_equal_those_of_trec_eval(ours, theirs, cuts, ranking, judgements, k):
    # Whole numbers, for trec_eval keeps scores in 32 bits, and without ties.
    seen = ranking[:k] if cuts else ranking
    run = {document: float(-rank) for rank, document in enumerate(seen)}
    family = (
        theirs.format(k) if theirs.endswith("rank") else theirs.format("").strip("_")
    )
    asked = f"{family}.{k}" if "_{}" in theirs else family
    judge = pytrec_eval.RelevanceEvaluator({"q": judgements}, {asked})
    expected = judge.evaluate({"q": run})["q"][theirs.format(k)]
    assert value(ours.format(k), ranking, judgements) == pytest.approx(
        expected, abs=1e-9
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ndcg@1", 0.0),
        ("ndcg@3", (3 / log2(3) + 1 / log2(4)) / (3 + 1 / log2(3))),
        ("mrr@1", 0.0),
        ("mrr@9", 1 / 2),
        ("recall@2", 1 / 2),
        ("recall", 1.0),
        ("p@2", 1 / 2),
        ("p@10", 2 / 10),
        ("map", (1 / 2 + 2 / 3) / 2),
        ("map@2", (1 / 2) / 2),
    ],
)
def test_measures_are_what_their_definitions_say(name, expected):
    assert value(name, ["x", "a", "b", "spam"]) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("name", [*DEFAULT_MEASURES, "p@10", "map@10", "p", "map"])
def test_the_best_ranking_is_1_and_an_empty_one_0(name):
    depth = 2 / 10 if name == "p@10" else 1.0
    assert value(name, ["a", "b"]) == pytest.approx(depth)
    assert value(name, []) == 0.0


@pytest.mark.parametrize("name", [*DEFAULT_MEASURES, "p@10", "map@10"])
def test_a_measure_is_0_without_relevant_documents(name):
    judgements = {"a": 0, "b": -1}
    assert value(name, ["a", "b"], judgements) == 0.0
    assert not has_relevant(judgements)
    assert has_relevant(JUDGED)


def test_a_name_is_read_in_any_case():
    assert parse_measure(" nDCG@10 ").name == "ndcg@10"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ndgc@5", "did you mean ndcg@10?"),
        ("ndcg@0", "did you mean ndcg@10?"),
        ("recall@-1", "did you mean recall@10?"),
        ("ndcg@1٣", "did you mean ndcg@10?"),
        ("ndcg@99999999999", "did you mean ndcg@10?"),
        ("", "choose from ndcg@K, mrr@K, recall@K, p@K and map@K"),
        ("beauty", "choose from ndcg@K, mrr@K, recall@K, p@K and map@K"),
    ],
)
def test_an_unknown_measure_is_refused_with_the_nearest(name, hint):
    with pytest.raises(UsageProblem) as caught:
        parse_measure(name)
    assert (caught.value.what, caught.value.hint) == (
        f"unknown measure {name!r}",
        hint,
    )
