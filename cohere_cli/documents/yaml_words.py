"""What a plain word of YAML means here: text, unless JSON would take it otherwise.

So `NO`, `off`, `2023-09-29`, `12:30` and `007` stay as they are written, where YAML
1.1 has false, false, a date, 750 and 7.
"""

import re

from cohere_cli.documents.strict_json import UnfitNumber, number

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def meaning(word: str) -> str | int | float | bool | None:
    """Return the value of the unquoted scalar *word*.

    Raises `UnfitNumber` for one that JSON does not have.
    """
    if word in _WORDS:
        return _WORDS[word]
    if _NUMBER.fullmatch(word):
        return number(word)
    if _NOT_FINITE.fullmatch(word):
        raise UnfitNumber(f"{word} is no finite number")
    return word
