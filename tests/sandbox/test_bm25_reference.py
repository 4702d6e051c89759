"""The BM25 scores, compared with those of the library bm25s."""

from pathlib import Path
from pydoc_data.topics import topics

import pytest

from cohere_cli.sandbox.answers.ranking import bm25_scores
from cohere_cli.sandbox.answers.text import content_words, stems

bm25s = pytest.importorskip("bm25s")

ROOT = Path(__file__).parent.parent.parent
CORPORA = {
    "examples": (
        (ROOT / "examples" / "capitals.txt").read_text().splitlines(),
        [
            "What is the capital of the United States?",
            "islands in the ocean",
            "the largest city",
        ],
    ),
    "documentation": (
        [
            paragraph
            for page in sorted((ROOT / "docs").glob("*.md"))
            for paragraph in page.read_text().split("\n\n")
        ],
        ["exit code of a stream that was cut", "key and profile", "table in a pipe"],
    ),
    "python": (
        list(topics.values()),
        ["how is an exception raised", "string formatting", "attribute of a class"],
    ),
}


def reference(texts, query):
    """Return the scores of bm25s for stems, without its own tokenizer."""
    index = bm25s.BM25(k1=1.2, b=0.75, method="lucene", dtype="float64")
    index.index(texts, show_progress=False)
    return index.get_scores(sorted(content_words(query) & {*index.vocab_dict})).tolist()


@pytest.mark.parametrize(
    ("corpus", "query"),
    [(name, query) for name, (_, queries) in CORPORA.items() for query in queries],
)
def test_scores_equal_those_of_bm25s(corpus, query):
    texts = [stems(text) for text in CORPORA[corpus][0]]
    ours, theirs = bm25_scores(query, texts, pair=0), reference(texts, query)
    assert sum(map(bool, ours)) > 1
    # Theirs lack the factor (k1 + 1) and are not divided by the best possible score.
    best = max(range(len(ours)), key=ours.__getitem__)
    factor = theirs[best] / ours[best]
    assert [score * factor for score in ours] == pytest.approx(theirs, rel=1e-9)
