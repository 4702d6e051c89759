"""Text cut into sentences that can be quoted: every part stands so in one line."""

import re
from collections.abc import Iterator

Sentence = tuple[str, ...]
"""The parts of one sentence, one for each line that it runs over."""

_LONGEST = 320  # characters: minified text would else be one sentence
_WRAPPED = 50  # characters: a shorter line ended because its writer ended it
_MARK = re.compile(r"(?:#{1,6}|[-*+•>|]|\d{1,3}[.)])\s+")
# What may stand behind the mark that ends a sentence: quotes and brackets, also
# the typographic ones and those of East Asia, and Markdown's own marks.
CLOSERS = "\"'\u201d\u2019\u00bb\u300d\u300f\uff09)]*_"
ENDS = ".!?\u2026\u3002\uff01\uff1f"
_CLOSER = f"[{re.escape(CLOSERS)}]*"
_END = re.compile(
    rf"(?<![.!?\u2026])[.!?\u2026]++{_CLOSER}+(?=\s)|[\u3002\uff01\uff1f]+{_CLOSER}"
)
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:(?:\w\.)*\w|mrs?|ms|dr|prof|st|no|vs|etc|al|fig|approx|inc|ltd|cf)$",
    re.IGNORECASE,
)
_LOOKBACK = 12  # characters: more than the longest abbreviation
_QUOTABLE = re.compile(r"[^\W_]|[^\x00-\x7f]")
_CHUNK = re.compile(rf"\S.{{0,{_LONGEST - 1}}}(?!\S)|\S.{{0,{_LONGEST - 1}}}")


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of *text*; each part is found in it as it is.

    A sentence may go on over wrapped lines. It ends at a full stop, question or
    exclamation mark, at a blank line, before a heading or a list's next point.
    """
    for paragraph in _paragraphs(text):
        for sentence in _cut(paragraph):
            yield from _quotable(sentence)


def _paragraphs(text: str) -> Iterator[str]:
    """Yield lines that belong together, without their list marks, as one string."""
    together: list[str] = []
    for line in (*text.splitlines(), ""):
        marked = _MARK.match(line.strip())
        bare = line.strip()[marked.end() :] if marked else line.strip()
        if together and (marked or not _goes_on(together[-1], bare)):
            yield "\n".join(together)
            together = []
        if bare:
            together.append(bare)


def _goes_on(line: str, following: str) -> bool:
    return following[:1].islower() or (bool(following) and len(line) >= _WRAPPED)


def _cut(paragraph: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(paragraph):
        if _is_end(paragraph, end):
            yield paragraph[start : end.end()]
            start = end.end()
    yield paragraph[start:]


def _is_end(paragraph: str, end: re.Match[str]) -> bool:
    if paragraph[end.end() : end.end() + 2].lstrip()[:1].islower():
        return False
    before = paragraph[max(0, end.start() - _LOOKBACK) : end.start()]
    return end[0] != "." or not _ABBREVIATED.search(before)


def _quotable(sentence: str) -> Iterator[Sentence]:
    lines = (line.strip() for line in sentence.split("\n"))
    parts = tuple(line for line in lines if _QUOTABLE.search(line))
    if sum(map(len, parts)) <= _LONGEST:
        yield from [parts] if parts else []
        return
    for part in parts:
        yield from ((chunk.strip(),) for chunk in _CHUNK.findall(part))
