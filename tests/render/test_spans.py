import pytest

from cohere_cli.api.protocol.events import Citation
from cohere_cli.api.protocol.reply import Content, Reply
from cohere_cli.render.spans import CitedSpans


@pytest.mark.parametrize(
    ("start", "end", "words", "found"),
    [
        (0, 4, "word", (0, 4)),
        (0, 99, "word", (0, 4)),
        (0, 2, "word", (0, 4)),
        (3, 7, "more", (5, 9)),
        (9, 13, "word", (0, 4)),
        (0, 4, "none", None),
        (9, 9, "", None),
    ],
)
def test_a_citation_with_wrong_offsets_is_placed_at_its_words(start, end, words, found):
    reply = Reply(content={0: Content("text", "word more")})
    placed = CitedSpans().of(reply, Citation(start, end, words, ())).citation
    assert (placed.start, placed.end, placed.text) == (
        (*found, words) if found else (start, end, "")
    )


def test_as_many_citations_as_long_answers_have_are_placed():
    reply, spans = Reply(content={0: Content("text", "word more")}), CitedSpans()
    for _ in range(10_000):
        spans.of(reply, Citation(5, 9, "word", ()))


def test_words_that_only_another_block_has_are_found_there():
    reply = Reply(content={0: Content("text", "one"), 1: Content("text", "a word")})
    span = CitedSpans().of(reply, Citation(2, 6, "word", ()))
    assert (span.index, span.citation.start) == (1, 2)


@pytest.mark.parametrize(
    ("start", "end", "words"), [(5, 9, "more"), (0, 5, "word"), (5, 10, ""), (6, 5, "")]
)
def test_a_citation_without_words_has_those_of_its_span(start, end, words):
    reply = Reply(content={0: Content("text", "word more")})
    placed = CitedSpans().of(reply, Citation(start, end, "", ())).citation
    assert placed.text == words
