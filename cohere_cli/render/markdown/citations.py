"""Citation markers, inserted into Markdown source without changing its meaning."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from markdown_it.token import Token

from cohere_cli.characters.cleaner import clean_controls, clean_pieces
from cohere_cli.render.links import find_urls
from cohere_cli.terminal import Terminal

# The word joiner distinguishes these markers from a model's own "[1]": cleaning
# removes it from untrusted text.
MARKER_PATTERN = re.compile("(?:\\[\u2060[0-9]+\\])+")
"""Matches adjacent markers in parsed Markdown, where their backslashes are gone."""

Mark = tuple[int, list[int]]
"""The end of a cited span, in code points, and the numbers of its sources."""

Span = tuple[int, int]
"""The start and end of a span of source, in code points."""

# The parser would turn these entities into a word joiner.
_JOINER_ENTITY = re.compile(r"&(?=#0*8288;|#[xX]0*2060;|NoBreak;)")
# Escapes, entities, link destinations and autolinks.
_UNBROKEN = re.compile(
    r"\\[!-/:-@\[-`{-~]"
    r"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{0,31});"
    r"|\]\((?:[^()\s]|\([^()\s]*\))*(?:\s\"[^\"\n]*\")?\)"
    r"|<[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^<>\s]*>"
)
_BACKTICKS = re.compile(r"(?<![\\`])`+")
_ZWJ = "\u200d"
# Letters of Thai to Khmer, of Chinese and Japanese: no blanks separate their words.
_UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]"
)
_LETTER = rf"(?:(?!{_UNSPACED})[^\W_]|[\u0300-\u036f])"
# With parts after an apostrophe, an underscore, or a decimal point. Compiled, in 2 ms,
# for the first citation.
_REST_OF_WORD = rf"(?:{_LETTER}|[\u2019'_]+(?={_LETTER})|(?<=[0-9])[.,](?=[0-9]))+"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_CLOSING = re.compile(r"[*_~]+(?!\w)")


def insert_markers(source: str, marks: Iterable[Mark]) -> str:
    """Return *source* with a marker for each number after its span.

    It is without controls; what else is invisible depends on the parsed text.
    """
    marks = sorted(marks)
    spans = list[Span]()
    if marks:
        spans = [*code_spans(source), *unbroken_spans(source), *find_urls(source)]
    places = Places(source, spans)
    moved = [(places.at(end), numbers) for end, numbers in marks]
    return "".join(_pieces(source, moved, format_markers, _clean))


def insert_signs(text: str, marks: Iterable[Mark], *, raised: bool) -> str:
    """Return *text*, not Markdown, cleaned, with a sign for each mark."""
    places = Places(text)
    moved = [(places.word_end(end), numbers) for end, numbers in sorted(marks)]

    def sign(numbers: Iterable[int]) -> str:
        return with_joiners(citation_sign(numbers, raised=raised))

    return "".join(_pieces(text, moved, sign, clean_pieces))


def marker_line(marks: Iterable[Mark]) -> str:
    """Return all markers side by side, for text that cannot contain markers."""
    return format_markers(number for _, numbers in marks for number in numbers)


def format_markers(numbers: Iterable[int]) -> str:
    """Return the markers for *numbers*, each once."""
    # Escaped, because "[1]" before "(" would be a link.
    return "".join(f"\\[\u2060{number}\\]" for number in dict.fromkeys(numbers))


def _pieces(
    source: str,
    marks: Iterable[Mark],
    write: Callable[[Iterable[int]], str],
    cleaned: Callable[[Sequence[str]], Sequence[str]],
) -> Iterator[str]:
    """Yield *source* with what *write* returns for the numbers at each position."""
    places: dict[int, dict[int, None]] = {}
    for end, numbers in marks:
        places.setdefault(end, {}).update(dict.fromkeys(numbers))
    cuts = sorted(places)
    ends = zip([0, *cuts], [*cuts, len(source)], strict=True)
    first, *others = cleaned([source[start:end] for start, end in ends])
    yield first
    for place, piece in zip(cuts, others, strict=True):
        yield write(places[place])
        yield piece


def _clean(pieces: Sequence[str]) -> list[str]:
    return [_JOINER_ENTITY.sub("&amp;", clean_controls(piece)) for piece in pieces]


class Places:
    """Finds the nearest places in *source* where marks are parsed as text.

    They are outside of *spans*. For ends in ascending order, each character is read
    a few times at most, however many ends there are.
    """

    def __init__(self, source: str, spans: Iterable[Span] = ()) -> None:
        ordered = sorted(spans)
        self._source = source
        self._starts = [start for start, _ in ordered]
        self._stops = [*accumulate((stop for _, stop in ordered), max)]
        self._runs: dict[Callable[[str, int], int], Span] = {}
        self._blanks = (0, 0)

    def at(self, end: int) -> int:
        """Return the nearest place from *end* on where a marker is parsed as text.

        It is before a newline and a table row's last bar, and after the delimiters
        that close emphasis.
        """
        place = self.outside(self._before_blanks(self.word_end(end)))
        return self._run_end(_closing_end, place)

    def outside(self, place: int) -> int:
        """Return *place*, or the end of the spans that it is in."""
        spans = bisect_left(self._starts, place)
        return max(place, self._stops[spans - 1]) if spans else place

    def word_end(self, end: int) -> int:
        """Return *end*, moved to the end of a word or number that it would split."""
        end = self._run_end(_character_end, end)
        before = self._source[max(end - 1, 0) : end]
        if not before.isalnum() or re.match(_UNSPACED, before):
            return end
        return self._run_end(_word_end, end)

    def _before_blanks(self, end: int) -> int:
        start, stop = self._blanks
        place = end = min(end, len(self._source))
        while place and self._source[place - 1] in " \t\r\n|":
            place = start if place == stop else place - 1
        self._blanks = (place, end)
        return place

    def _run_end(self, find: Callable[[str, int], int], at: int) -> int:
        """Return what *find* does, which is the same for all of a run."""
        start, stop = self._runs.get(find, (0, 0))
        if not start <= at < stop:
            start, stop = self._runs[find] = at, find(self._source, at)
        return stop


def _closing_end(source: str, at: int) -> int:
    closing = _CLOSING.match(source, at)
    return closing.end() if closing else at


def _word_end(source: str, at: int) -> int:
    rest = re.compile(_REST_OF_WORD).match(source, at)
    return _character_end(source, rest.end()) if rest else at


def _character_end(source: str, end: int) -> int:
    """Return *end*, moved to the end of a character that it would split."""
    while end < len(source) and _belongs(source[end], source[end - 1 : end]):
        end += 1
    return end


def _belongs(part: str, before: str) -> bool:
    """Return whether *part* combines with *before*, as an accent or a skin tone."""
    if part.isascii():
        return False
    is_mark = unicodedata.category(part).startswith("M") or part == _ZWJ
    return is_mark or part in _SKIN_TONES or before == _ZWJ


def ends_escaped(source: str, end: int | None = None) -> bool:
    """Return whether a backslash at *end*, or at the very end, escapes what follows."""
    before = source[:end]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def unbroken_spans(source: str) -> Iterator[Span]:
    """Yield the spans of escapes, entities, link destinations and autolinks."""
    return (found.span() for found in _UNBROKEN.finditer(source))


def code_spans(source: str) -> Iterator[Span]:
    """Yield the spans of inline code, between equal runs of backticks."""
    runs = list(_BACKTICKS.finditer(source))
    later: dict[str, list[re.Match[str]]] = {}
    for run in reversed(runs):
        later.setdefault(run.group(), []).append(run)
    done = 0
    for run in runs:
        alike = later[run.group()]
        alike.pop()
        if alike and run.start() >= done:
            done = alike[-1].end()
            yield run.start(), done


Parser = Callable[[str], Sequence[Token]]

# Characters to parse per block to place marks one by one; takes about 0.1 s.
_MOST_PARSED = 100_000


def place_markers(
    source: str, marks: Sequence[Mark], parse: Parser
) -> tuple[str, Sequence[Mark]]:
    """Return *source* as `insert_markers` does, and the marks that were not placed.

    A span may end where a marker is not text: in code, or in a table's delimiter row.
    """
    marked = insert_markers(source, marks)
    if not marks:
        return marked, ()
    seen = _visible_text(parse(insert_markers(source, ())))
    if _visible_text(parse(marked)) == seen:
        return marked, ()
    if len(source) * len(marks) > _MOST_PARSED:
        return insert_markers(source, ()), marks
    placed = [_placed(source, one, parse, seen) for one in marks]
    unplaced = [one for one, place in zip(marks, placed, strict=True) if not place]
    return insert_markers(source, [place for place in placed if place]), unplaced


def _placed(source: str, mark: Mark, parse: Parser, seen: str) -> Mark | None:
    """Return *mark* at its end or above a line without words; None if neither fits."""
    end, numbers = mark
    above = source.rfind("\n", 0, end)
    is_wordless = above > 0 and not any(map(str.isalpha, source[above:end]))
    for place in (end, above) if is_wordless else (end,):
        if _visible_text(parse(insert_markers(source, [(place, numbers)]))) == seen:
            return place, numbers
    return None


def _visible_text(tokens: Iterable[Token]) -> str:
    return "".join(_visible_parts(tokens))


def _visible_parts(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield the visible text of *tokens*, without markers except those in code."""
    for token in tokens:
        if token.type == "inline":
            yield from _visible_parts(token.children or ())
        elif token.type == "text":
            yield MARKER_PATTERN.sub("", token.content)
        else:
            yield f"<{token.type} {token.tag} {token.info} {token.attrs}>"
            yield token.content


SIGN_PATTERN = re.compile("((?:[^\u2060]\u2060)+)")
"""Matches a sign from `with_joiners` before it is drawn."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def supports_superscript(terminal: Terminal) -> bool:
    """Return whether *terminal* has superscript digits; the Linux console has few."""
    return terminal.environ.get("TERM") != "linux"


def citation_sign(numbers: Iterable[int], *, raised: bool) -> str:
    """Return the visible marker of the sources with these *numbers*."""
    if raised:
        # ¹² is the twelfth source, ¹·² are the first and the second.
        return "·".join(str(number) for number in numbers).translate(_RAISED)
    return "".join(f"[{number}]" for number in numbers)


def with_joiners(sign: str) -> str:
    """Return *sign* with word joiners, which pass through Markdown and Rich."""
    return "".join(f"{character}\u2060" for character in sign)
