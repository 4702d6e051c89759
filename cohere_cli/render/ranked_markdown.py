"""A ranking as a Markdown table, to be pasted into an issue or a document."""

from collections.abc import Iterable, Iterator

from cohere_cli.render.excerpt import excerpt
from cohere_cli.render.query_words import QueryWords
from cohere_cli.render.ranked_record import RankedRecord, place_of
from cohere_cli.render.scores import score_text

# Characters of a document: more makes a row that nobody reads.
_WIDEST = 200
# With a backslash before it, a mark of CommonMark, GFM or GitHub's math is text.
CELL_ESCAPES = str.maketrans({mark: f"\\{mark}" for mark in r"\`*_[]<>|~&$"})


def markdown_lines(ranked: Iterable[RankedRecord], query: str) -> Iterator[str]:
    """Yield the table's lines: rank, score, place, and what the document says."""
    words = QueryWords(query)
    for rank, one in enumerate(ranked, 1):
        if rank == 1:
            yield "| rank | score | source | text |\n| ---: | ---: | --- | --- |\n"
        place = place_of(one.record)
        text = excerpt(one.record.data, words, _WIDEST)
        cells = (str(rank), score_text(one.relevance_score), place, text)
        yield f"| {' | '.join(cell.translate(CELL_ESCAPES) for cell in cells)} |\n"
