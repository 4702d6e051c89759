"""Markdown with the markers of citations, which change nothing else of what is seen."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it.token import Token

from cohere_cli.render.marks import MARKERS, Mark, marked

Parse = Callable[[str], Sequence[Token]]

# Characters that may be parsed for a block's marks one by one: 0.1 s of work.
_MOST_PARSED = 100_000


def settled(
    source: str, marks: Sequence[Mark], parse: Parse
) -> tuple[str, Sequence[Mark]]:
    """Return *source* cleaned and with its markers, and the marks that found no place.

    A span may end where text cannot stand: in code, in the row of dashes of a table.
    """
    told = marked(source, marks)
    if not marks:
        return told, ()
    seen = _seen(parse(marked(source, ())))
    if _seen(parse(told)) == seen:
        return told, ()
    if len(source) * len(marks) > _MOST_PARSED:
        return marked(source, ()), marks
    placed = [_placed(source, one, parse, seen) for one in marks]
    homeless = [one for one, place in zip(marks, placed, strict=True) if not place]
    return marked(source, [place for place in placed if place]), homeless


def _placed(source: str, mark: Mark, parse: Parse, seen: str) -> Mark | None:
    """Return *mark* at its place, or above a line without words; None: nowhere."""
    end, numbers = mark
    above = source.rfind("\n", 0, end)
    is_wordless = above > 0 and not any(map(str.isalpha, source[above:end]))
    for place in (end, above) if is_wordless else (end,):
        if _seen(parse(marked(source, [(place, numbers)]))) == seen:
            return place, numbers
    return None


def _seen(tokens: Iterable[Token]) -> str:
    return "".join(_told(tokens))


def _told(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield what is seen of *tokens*; a marker is nothing in text, but is in code."""
    for token in tokens:
        if token.type == "inline":
            yield from _told(token.children or ())
        elif token.type == "text":
            yield MARKERS.sub("", token.content)
        else:
            yield f"<{token.type} {token.tag} {token.info} {token.attrs}>"
            yield token.content
