"""Text analysis: stems, stop words, sentences and tokens."""

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import normalize
from zlib import crc32

# Japanese and Chinese have no spaces between words: each character is a word.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SHORTEST_STEM = 3

_STOP_WORD_LIST = """
a about all also am an and any are as at be been but by can could d did do does
done each for from get give had has have he her him his how i if in into is it
its just let ll like m make many may me more most much my need no not of on one
or other our out over please re s shall she should so some such t tell than that
the their them then there these they this those to up us use using ve very was
we were what when where whether which while who whom whose why will with would
you your
"""
STOP_WORDS = frozenset(_STOP_WORD_LIST.split())


def stems(text: str) -> list[str]:
    """Split *text* into stems, in order, without case, accents and endings."""
    return [_stem(word) for word in _WORD.findall(_normalize(text))]


def content_words(text: str) -> frozenset[str]:
    """Return the stems of *text* without stop words.

    If all are stop words ("Who is who?"), return all stems.
    """
    found = _WORD.findall(_normalize(text))
    content = [word for word in found if word not in STOP_WORDS]
    return frozenset(_stem(word) for word in content or found)


def split_identifier(name: str) -> str:
    """Split an identifier, such as `dailySales` or `daily_sales`, into words."""
    return _CAMEL_CASE.sub(" ", name).replace("_", " ").replace("-", " ")


def _normalize(text: str) -> str:
    text = text.casefold()
    if text.isascii():
        return text
    return normalize("NFC", _ACCENTS.sub("", normalize("NFKD", text)))


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """Remove plural, -ing or -ed, and a final -e from an English word.

    The plural rules are Harman's (JASIS 42, 1991). Forms of one word must have the
    same stem; the stem need not be a word.
    """
    word = _singular(word)
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_STEM:
            word = stem[:-1] if stem[-1] == stem[-2] not in "ls" else stem
            break
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM else word


def _singular(word: str) -> str:
    if len(word) <= _SHORTEST_STEM or not word.endswith("s"):
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if word.endswith(("us", "ss")):
        return word
    return word[:-1]


Sentence = tuple[str, ...]
"""The parts of one sentence, one for each line that it spans."""

_MAX_SENTENCE = 320  # characters, so that minified text is not one sentence
_MIN_WRAPPED_LINE = 50  # characters: a shorter line was not wrapped
_LIST_MARK = re.compile(r"(?:#{1,6}|[-*+•>|]|\d{1,3}[.)])\s+")
# Characters that may follow the mark that ends a sentence: quotes and brackets,
# also typographic and East Asian ones, and Markdown's marks.
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
_CHUNK = re.compile(rf"\S.{{0,{_MAX_SENTENCE - 1}}}(?!\S)|\S.{{0,{_MAX_SENTENCE - 1}}}")


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of *text*; each part is a substring of it.

    A sentence may span wrapped lines. It ends at a full stop, question or
    exclamation mark, at a blank line, and before a heading or a list item.
    """
    for paragraph in _paragraphs(text):
        for sentence in _split_sentences(paragraph):
            yield from _split_long(sentence)


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of *text*, without list marks."""
    lines: list[str] = []
    for line in (*text.splitlines(), ""):
        marked = _LIST_MARK.match(line.strip())
        bare = line.strip()[marked.end() :] if marked else line.strip()
        if lines and (marked or not _is_continued(lines[-1], bare)):
            yield "\n".join(lines)
            lines = []
        if bare:
            lines.append(bare)


def _is_continued(line: str, following: str) -> bool:
    return following[:1].islower() or (
        bool(following) and len(line) >= _MIN_WRAPPED_LINE
    )


def _split_sentences(paragraph: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(paragraph):
        if _is_sentence_end(paragraph, end):
            yield paragraph[start : end.end()]
            start = end.end()
    yield paragraph[start:]


def _is_sentence_end(paragraph: str, end: re.Match[str]) -> bool:
    if paragraph[end.end() : end.end() + 2].lstrip()[:1].islower():
        return False
    before = paragraph[max(0, end.start() - _LOOKBACK) : end.start()]
    return end[0] != "." or not _ABBREVIATED.search(before)


def _split_long(sentence: str) -> Iterator[Sentence]:
    lines = (line.strip() for line in sentence.split("\n"))
    parts = tuple(line for line in lines if _QUOTABLE.search(line))
    if sum(map(len, parts)) <= _MAX_SENTENCE:
        yield from [parts] if parts else []
        return
    for part in parts:
        yield from ((chunk.strip(),) for chunk in _CHUNK.findall(part))


# A token is a word with the white space before it, or one other character. It has
# at most 16 letters, so that scripts without spaces have several tokens, too.
_TOKEN = re.compile(r"\s*(?:\w{1,16}|[^\w\s])|\s+")

_VOCABULARY = 256_000  # token ids are below this


def tokens(text: str) -> list[str]:
    """Split *text* into tokens; joined, they are *text* again."""
    return _TOKEN.findall(text)


def first_tokens(text: str, count: int) -> str:
    """Return the first *count* tokens of *text*, joined."""
    return "".join(tokens(text)[:count])


def token_id(token: str) -> int:
    """Return the id of a token; two tokens may have the same id."""
    return crc32(token.encode(errors="replace")) % _VOCABULARY
