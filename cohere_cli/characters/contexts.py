"""Contexts in which invisible characters are part of a script, as one table."""

import re
from dataclasses import dataclass
from functools import cache

from cohere_cli.characters.kinds import kinds_of

# Characters between a direction mark and right-to-left text, and in an isolate.
_NEAR = 32
_LONGEST_ISOLATE = 64
LOOK_BACK = _NEAR + 1
"""Shown characters before one that its context can contain."""

LOOK_AHEAD = _LONGEST_ISOLATE + _NEAR + 3
"""Characters behind one that its context can contain."""


@dataclass(frozen=True, slots=True)
class Context:
    """Kinds of the characters `before` and `after` one that is part of a script.

    `ahead` is how many characters these patterns look at. Where `waits` matches to the
    end of what has arrived, it depends on what follows.
    """

    before: re.Pattern[str]
    after: re.Pattern[str]
    waits: re.Pattern[str] | None
    ahead: int


# Kinds, as `kinds` names them: from right to left, cursive, unspaced.
_RTL, _CURSIVE, _UNSPACED = "[hgrcd]", "[amjqcd]", "[wksuy]"
# Blanks, digits, punctuation, emoji.
_NEUTRAL = "[n@~=,:pft]"
_EARLIER_RTL = rf"{_RTL}[^;]{{0,{_NEAR}}}"
_BETWEEN = rf"(?!D)(?:{_NEUTRAL}|D(?!D)){{0,{_NEAR}}}"
_LATER_RTL = rf"{_BETWEEN}{_RTL}"
# Nothing that may become an escape, except for marks and non-joiners: what is cleaned
# again, as JSON is when it is written, stays as it is.
_IN_ISOLATE = "[^;OPUA-CE-MQSVX-Z0-9]"
_ISOLATED = rf"{_IN_ISOLATE}{{1,{_LONGEST_ISOLATE}}}P"
_WAITS_FOR_END = rf"{_IN_ISOLATE}{{0,{_LONGEST_ISOLATE}}}(?:\Z|P{_BETWEEN}\Z)"

# Kinds, what is before, what follows, and what may still become that: `\Z` where
# the next character decides, "" where none does.
_ROWS = (
    # Words of Thai to Javanese.
    ("Z", _UNSPACED, _UNSPACED, r"\Z"),
    # Persian to Mongolian: a joiner after or before a letter that joins.
    ("NJ", _CURSIVE, "", ""),
    ("NJ", "(?<![NJ])", _CURSIVE, r"\Z"),
    # Conjuncts of Indic scripts: after a virama, or before it, as in Bengali.
    ("NJ", "[vw]", "", ""),
    ("NJ", "b", "v", r"\Z"),
    # Register shifters of Khmer, marks of Hebrew.
    ("NJ", "k", "s", r"\Z"),
    ("NJ", "h", "g", r"\Z"),
    ("G", "[hg]", "[hg]", r"\Z"),
    # Emoji; keycaps; the flags of England, Scotland and Wales.
    ("J", "[pf][Xt]?", "[pf]", r"\Z"),
    ("X", "[pf]", "", ""),
    ("X", "[@~]", ":", r"\Z"),
    ("0", "f", "12309|14569|17849", r"[0-8]{0,4}\Z"),
    ("0123456789", "f0[0-8]{0,4}", "", ""),
    # Variants of ideographs, letters and signs.
    ("ABCI", "i", "", ""),
    ("A", "[@=yqd]", "", ""),
    ("AB", "[,&]", "", ""),
    ("ABCE", "!", "", ""),
    # Mongolian: forms of letters, and the vowel that is written apart.
    ("F", "[am]", "", ""),
    ("M", "[am]F?", "a", r"\Z"),
    # Syllables of Old Korean without a consonant or a vowel.
    ("L", "", "o|Ve", r"V?\Z"),
    ("V", "x", "", ""),
    ("V", "L", "e", r"\Z"),
    # The blank of braille, the filler of Khitan, joiners of hieroglyphs.
    ("S", rf"zS{{0,{_NEAR}}}", "", ""),
    ("S", "", rf"S{{0,{_NEAR}}}z", rf"S{{0,{_NEAR}}}\Z"),
    ("Y", "%", "", ""),
    ("H", "!", "", ""),
    ("H", "", "!", r"\Z"),
    # Direction marks near right-to-left text, but not inside of a word, nor in a row.
    ("D", rf"{_EARLIER_RTL}(?<![lhgrcdD])", "", ""),
    ("D", rf"{_EARLIER_RTL}(?<=[lhgrcd])", "(?![lhgrcd])", r"\Z"),
    ("D", "(?<![hgrcdD])", _LATER_RTL, rf"{_BETWEEN}\Z"),
    # Isolates that end on their line, hold no others, and have to do with such text.
    (
        "O",
        "",
        rf"(?={_IN_ISOLATE}{{0,{_LONGEST_ISOLATE}}}{_RTL}){_ISOLATED}",
        _WAITS_FOR_END,
    ),
    ("O", _EARLIER_RTL, _ISOLATED, _WAITS_FOR_END),
    ("O", "", rf"{_ISOLATED}{_LATER_RTL}", _WAITS_FOR_END),
)


@cache
def contexts_of(kind: str) -> tuple[Context, ...]:
    """Return the contexts in which characters of *kind* are part of a script."""
    return tuple(_context(*row) for kinds, *row in _ROWS if kind in kinds)


@cache
def _context(before: str, after: str, waits: str) -> Context:
    return Context(
        re.compile(rf"(?:{before})\Z"),
        re.compile(after),
        re.compile(waits) if waits else None,
        1 if waits in ("", r"\Z") else LOOK_AHEAD,
    )


def is_in_context(
    kind: str, before: str, text: str, at: int, *, final: bool
) -> bool | None:
    """Return whether a character of *kind* is part of a script; None if that depends.

    *before* are kinds of what is shown before it, *text* from *at* on is what follows
    and, if *final*, all that follows.
    """
    depends = False
    for context in contexts_of(kind):
        if context.before.search(before):
            ahead = kinds_of(text[at : at + context.ahead])
            if not final and context.waits and context.waits.match(ahead):
                depends = True
            elif context.after.match(ahead):
                return True
    return None if depends else False
