"""Words as a search sees them: folded, split, stemmed; and those that say little."""

import re
from functools import lru_cache
from unicodedata import normalize

# Japanese and Chinese put no spaces between words: there a character is a word.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SHORTEST_STEM = 3

_LITTLE = """
a about all also am an and any are as at be been but by can could d did do does
done each for from get give had has have he her him his how i if in into is it
its just let ll like m make many may me more most much my need no not of on one
or other our out over please re s shall she should so some such t tell than that
the their them then there these they this those to up us use using ve very was
we were what when where whether which while who whom whose why will with would
you your
"""
STOP_WORDS = frozenset(_LITTLE.split())


def words(text: str) -> list[str]:
    """Split *text* into stems, in order: no case, no accents, no endings."""
    return [_stem(word) for word in _WORD.findall(_folded(text))]


def telling(text: str) -> frozenset[str]:
    """Return the stems of *text* that say what it is about.

    Where there are none ("Who is who?"), all of them have to do.
    """
    found = _WORD.findall(_folded(text))
    some = [word for word in found if word not in STOP_WORDS]
    return frozenset(_stem(word) for word in some or found)


def spelt_out(name: str) -> str:
    """Write an identifier as words: `dailySales` and `daily_sales` alike."""
    return _HUMP.sub(" ", name).replace("_", " ").replace("-", " ")


def _folded(text: str) -> str:
    text = text.casefold()
    if text.isascii():
        return text
    return normalize("NFC", _ACCENTS.sub("", normalize("NFKD", text)))


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """Take a plural, -ing or -ed and a last -e off an English word.

    The plural's rules are Harman's (JASIS 42, 1991). It is enough that forms of
    one word meet; what they meet in need not be a word.
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
