from dataclasses import replace

import pytest

from cohere_cli.api.protocol.chat import encode_response
from cohere_cli.api.protocol.events import (
    Citation,
    ContentDelta,
    MessageEnd,
    OtherChoice,
    Source,
    ToolPlanDelta,
)
from cohere_cli.api.protocol.reply import Content, Reply
from cohere_cli.render import create_renderer
from cohere_cli.render.live.section import count_words
from cohere_cli.render.sources import CitedSources, ListedSource, cited_sources
from cohere_cli.terminal import Terminal


def source(id_="", **content):
    return Source({"type": "document", "id": id_, "document": content})


def cited(text, *citations):
    return Reply(content={0: Content("text", text)}, citations=[*citations])


def test_a_source_is_listed_once_with_all_words_that_cite_it():
    one, two = source("a", title="A"), source("b", url="http://b")
    reply = cited(
        "x y x",
        Citation(0, 1, "x", (one,)),
        Citation(2, 3, "y", (two, one)),
        Citation(4, 5, "x", (one, one)),
    )
    sources = CitedSources()
    spans = [sources.add(reply, citation) for citation in reply.citations]
    assert [span.citation for span in spans] == reply.citations
    assert [*map(sources.numbers, reply.citations)] == [[1], [2, 1], [1]]
    assert sources.listed == [
        ListedSource(1, "A · a", ["x", "y"]),
        ListedSource(2, "http://b · b", ["y"]),
    ]


def test_a_citation_that_comes_before_its_text_is_quoted_once_it_is_there():
    reply, sources = Reply(), CitedSources()
    span = sources.add(reply, Citation(0, 1, "x", (source("a"),)))
    assert (span.citation.text, sources.listed) == ("", [ListedSource(1, "a", [])])
    reply.add(ContentDelta(text="x y"))
    sources.place_again(reply)
    assert sources.listed == [ListedSource(1, "a", ["x"])]


@pytest.mark.parametrize(
    ("title", "id_", "label"),
    [
        ("notes.txt", "docs/notes.txt", "docs/notes.txt"),
        ("docs/a.md", "docs/a.md:3-9#2", "docs/a.md:3-9#2"),
        ("a.pdf", "docs/a.pdf:p3#2", "docs/a.pdf:p3#2"),
        ("Retry", "Retry", "Retry"),
        ("a.md", "aa.md", "a.md · aa.md"),
        ("Retries", "docs/a.md:3", "Retries · docs/a.md:3"),
        ("", "d2", "d2"),
    ],
)
def test_a_source_whose_place_ends_with_its_title_is_named_once(title, id_, label):
    reply = cited("x", Citation(0, 1, "x", (source(id_, title=title),)))
    (one,) = cited_sources(reply)
    assert one.title == label


def test_sources_without_an_id_are_distinguished_by_their_contents():
    reply = cited(
        "x y",
        Citation(0, 1, "x", (source(text="a"), source(text="b"))),
        Citation(2, 3, "y", (source(text="a"), Source({}))),
    )
    assert [(one.number, one.title) for one in cited_sources(reply)] == [
        (1, "document"),
        (2, "document"),
        (3, "unnamed source"),
    ]


def test_quotes_are_few_and_short():
    words = ["a" * 70, "b\nc", "d", "e", "f", "g"]
    assert ListedSource(1, "t", words).quotes == (
        f"“{'a' * 59}…”, “b c”, “d”, “e” and 2 more"
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" a\nbc, d ", 3),
        ("日本のテキスト", 7),
        ("한국어 텍스트", 2),
        ("GPU 上で", 3),
    ],
)
def test_words_are_counted_in_every_script(text, count):
    assert count_words(text) == count


THOUGHT = ContentDelta(type="thinking", text="Hm")
ONLY_THOUGHT = "no answer: thinking used all of max_tokens (raise --max-tokens or set --thinking-budget)"


@pytest.mark.parametrize("output", ["text", "markdown", "json", "events"])
@pytest.mark.parametrize(
    ("reason", "events", "noted"),
    [
        ("MAX_TOKENS", [THOUGHT], ONLY_THOUGHT),
        ("MAX_TOKENS", [THOUGHT, ContentDelta(index=1, text=" \n")], ONLY_THOUGHT),
        (
            "MAX_TOKENS",
            [THOUGHT, ContentDelta(index=1, text="So")],
            "the answer was cut off at max_tokens",
        ),
        ("LENGTH", [], "the answer was cut off at max_tokens"),
        (
            "COMPLETE",
            [THOUGHT],
            "no answer: the reply has only thinking (--show thinking prints it; raise --max-tokens or set --thinking-budget)",
        ),
        (
            "COMPLETE",
            [ToolPlanDelta(text="x")],
            "no answer: the reply has only a tool plan (-o json includes it)",
        ),
        ("COMPLETE", [ContentDelta(text="\n")], "no answer: the text is blank"),
        ("COMPLETE", [THOUGHT, ContentDelta(index=1, text="So")], ""),
    ],
)
def test_an_answer_that_is_cut_off_or_missing_is_reported_in_every_format(
    play, output, reason, events, noted
):
    terminal = replace(Terminal.fake(), quiet=True)
    renderer = create_renderer(terminal, output, encode_response)
    play(renderer, [*events, MessageEnd(finish_reason=reason)])
    assert terminal.noted == (f"co: {noted}\n" if noted else "")


@pytest.mark.parametrize(
    ("output", "tty"), [("text", False), ("text", True), ("markdown", False)]
)
def test_further_answers_are_noted(play, output, tty):
    terminal = Terminal.fake(tty=tty)
    other = OtherChoice(choice=1, event=ContentDelta(text="Second"))
    events = [ContentDelta(text="First"), other, MessageEnd()]
    play(create_renderer(terminal, output, vars), events)
    note = "co: the server sent 2 answers; this is the first (-o json includes all)"
    assert terminal.noted == (f"\n\x1b[2m{note}\x1b[0m\n" if tty else f"{note}\n")
    assert b"Second" not in terminal.written
