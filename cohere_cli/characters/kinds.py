"""Kinds of characters, each named by a letter, so that contexts are short patterns.

Capitals and digits name what is invisible, other letters and signs what is visible.
From the Unicode Character Database 14.0, as of Python 3.11, unless noted otherwise.
"""

from bisect import bisect_right
from collections.abc import Iterable
from functools import cache

_NEVER_SHOWN = (
    # Controls except tab and newline; surrogates, private use, noncharacters; fillers,
    # inherent vowels of Khmer, overrides, separators, invisible operators, deprecated
    # formats, annotations, formats of shorthand and music, what is not assigned yet.
    "0-8 b-1f 7f-9f ad 17b4-17b5 2028-2029 202a-202e 2060-2065 206a-206f 3164"
    " d800-f8ff fdd0-fdef feff ffa0 fff0-fffb fffe-ffff 1bca0-1bca3 1d159 1d173-1d17a"
    " 1fffe-1ffff 2fffe-2ffff 3fffe-3ffff 4fffe-4ffff 5fffe-5ffff 6fffe-6ffff"
    " 7fffe-7ffff 8fffe-8ffff 9fffe-9ffff afffe-affff bfffe-bffff cfffe-cffff"
    " dfffe-dffff e0000-e001f e0080-e00ff e01f0-e0fff efffe-10ffff"
)

_INVISIBLE = {
    "Z": "200b",  # zero width space
    "N": "200c",  # zero width non-joiner
    "J": "200d",  # zero width joiner
    "G": "34f",  # combining grapheme joiner
    "D": "61c 200e-200f",  # direction marks
    "O": "2066-2068",  # opens an isolate
    "P": "2069",  # closes it
    "A": "fe00",  # variation selectors
    "B": "fe01",
    "C": "fe02",
    "E": "fe03-fe06",
    "X": "fe0e-fe0f",  # as text, as emoji
    # 32 is the most that an ideograph has in IVD_Sequences.txt.
    "I": "e0100-e011f",
    "F": "180b-180d 180f",  # selectors of Mongolian
    "M": "180e",  # its vowel separator
    "L": "115f",  # fillers of Hangul: a consonant
    "V": "1160",  # a vowel
    "S": "2800",  # the blank of braille
    "Y": "16fe4",  # the filler of Khitan
    "H": "13430-13440",  # joiners of hieroglyphs
    # The tags of the flags in emoji-sequences.txt: gbeng, gbsct, gbwls, and the end.
    "0": "e0067",
    "1": "e0062",
    "2": "e0065",
    "3": "e006e",
    "4": "e0073",
    "5": "e0063",
    "6": "e0074",
    "7": "e0077",
    "8": "e006c",
    "9": "e007f",
    "Q": "fe07-fe0d e0020-e007e e0120-e01ef",  # other selectors and tags
}
_VISIBLE = {
    ";": "a",
    # StandardizedVariants.txt of Unicode 16: zeros and mathematical signs; punctuation;
    # script capitals; letters of Myanmar, Phags-pa and Manichaean.
    "@": "30",
    "~": "23 2a 31-39",  # other bases of keycaps
    "=": "2205 2229-222a 2268-2269 2272-2273 228a-228b 2293-2295 2297 229c 22da-22db"
    " 2a3c-2a3d 2a9d-2a9e 2aac-2aad 2acb-2acc ff10",
    ",": "2018-2019 201c-201d 3001-3002 ff01 ff0c ff0e ff1a-ff1b ff1f",
    "&": "1d49c 1d49e-1d49f 1d4a2 1d4a5-1d4a6 1d4a9-1d4ac 1d4ae-1d4b5 210b 2110 2112"
    " 211b 212c 2130-2131 2133",
    "y": "1000 1002 1004 1010-1011 1015 1019-101a 101c-101d 1022 1031 1075 1078 107a"
    " 1080 aa60-aa66 aa6b-aa6c aa6f aa7a",
    "q": "a856 a85c a85e-a860 a868",
    "d": "10ac5-10ac6 10ad6-10ad7 10ae1",
    # Hebrew marks; meteg.
    "h": "591-5bc 5bf 5c1-5c2 5c4-5c5 5c7",
    "g": "5bd",
    # Letters that join (Joining_Type) and marks on them: Mongolian a and e, the rest of
    # Mongolian, other scripts from left to right, scripts from right to left.
    "a": "1820-1821",
    "m": "1822-1878 1880-18aa",
    "j": "1807 180a a840-a873",
    "c": "610-61a 620-65f 66e-6dc 6df-6ff 710-74a 74d-77f 7ca-7fa 840-85b 860-86a"
    " 870-887 889-88e 898-8e1 8e3-8ff fb50-fbb1 fbd3-fd3d fd50-fdce fdf0-fdfb fe70-fefc"
    " 10ac0-10ac4 10ac7-10ae6 10b80-10b91 10d00-10d27 10f30-10f54 10f70-10f85"
    " 10fb0-10fcb 1e900-1e94b",
    # Other characters of scripts from right to left.
    "r": "5be-8ff fb1d-fb4f fbb2-fdff fe70-fefe 10800-10fff 1e800-1efff",
    # Canonical_Combining_Class 9, in scripts without blanks between words, and others.
    "w": "1039-103a 17d2 1a60 1b44 a9c0 aaf6 1172b",
    "v": "94d 9cd a4d acd b4d bcd c4d ccd d3b-d3c d4d dca f84 1714-1715 1734 1baa-1bab"
    " 1bf2-1bf3 a806 a82c a8c4 a953 abed 10a3f 11046 11070 110b9 11133-11134 111c0"
    " 11235 112ea 1134d 11442 114c2 115bf 1163f 116b6 11839 1193d-1193e 119e0 11a34"
    " 11a47 11a99 11c3f 11d44-11d45 11d97",
    "b": "980-dff",  # Bengali to Sinhala
    # Scripts without blanks between words (Line_Break=SA, and Balinese and Javanese):
    # Khmer, its register shifters, the others.
    "k": "1780-17b3 17b6-17c8 17cb-17e9",
    "s": "17c9-17ca",
    "u": "e01-e3a e40-e5b e81-e82 e84 e86-ed9 edc-edf 1000-109f 1950-19df 1a20-1aad"
    " 1b00-1b7f a980-a9df a9e0-a9fe aa60-aadf 11700-11746",
    # Extended_Pictographic of emoji-data.txt.
    "f": "1f3f4",
    "p": "a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 2388 23cf"
    " 23e9-23f3 23f8-23fa 24c2 25aa-25ab 25b6 25c0 25fb-25fe 2600-2605 2607-2612"
    " 2614-2685 2690-2705 2708-2712 2714 2716 271d 2721 2728 2733-2734 2744 2747 274c"
    " 274e 2753-2755 2757 2763-2767 2795-2797 27a1 27b0 27bf 2934-2935 2b05-2b07"
    " 2b1b-2b1c 2b50 2b55 3030 303d 3297 3299 1f000-1f0ff 1f10d-1f10f 1f12f 1f16c-1f171"
    " 1f17e-1f17f 1f18e 1f191-1f19a 1f1ad-1f1e5 1f201-1f20f 1f21a 1f22f 1f232-1f23a"
    " 1f23c-1f23f 1f249-1f3fa 1f400-1f53d 1f546-1f64f 1f680-1f6ff 1f774-1f77f"
    " 1f7d5-1f7ff 1f80c-1f80f 1f848-1f84f 1f85a-1f85f 1f888-1f88f 1f8ae-1f8ff"
    " 1f90c-1f93a 1f93c-1f945 1f947-1faff 1fc00-1fffd",
    "t": "1f3fb-1f3ff",  # skin tones
    ":": "20e3",  # combining enclosing keycap
    "i": "3007 3400-4dbf 4e00-9fff fa0e-fa29 20000-2fffd 30000-3fffd",  # ideographs
    # Hangul_Syllable_Type L, V and T.
    "x": "1100-115e a960-a97c",
    "o": "1161-11a7 d7b0-d7c6",
    "e": "11a8-11ff d7cb-d7fb",
    "z": "2801-28ff",  # braille
    "%": "18b00-18cd5",  # Khitan
    "!": "13000-1342f 13441-143fa",  # hieroglyphs
}
Ranges = tuple[tuple[int, int], ...]


def _ranges(text: str) -> Ranges:
    """Return the first and last code points in *text*, as `61-7a 5f`."""
    pairs = (item.partition("-") for item in text.split())
    return tuple((int(first, 16), int(last or first, 16)) for first, _, last in pairs)


@cache
def _segments() -> tuple[list[int], list[str]]:
    """Return where segments of one kind begin, and their kinds; "" is none."""
    kinds = _INVISIBLE | {"U": _NEVER_SHOWN} | _VISIBLE
    edges: dict[int, list[str]] = {0: []}
    for kind, text in kinds.items():
        for first, last in _ranges(text):
            edges.setdefault(first, []).append(kind)
            edges.setdefault(last + 1, []).append(kind)
    starts, found, inside = sorted(edges), list[str](), set[str]()
    for start in starts:
        for kind in edges[start]:
            inside ^= {kind}
        found.append(next(filter(inside.__contains__, kinds), ""))
    return starts, found


class _Kinds(dict[int, str]):
    """The kinds of the code points that were looked up, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        # A hostile text has each of the 1.1 million.
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[code] = kind = _kind(code)
        return kind


def _kind(code: int) -> str:
    starts, kinds = _segments()
    kind = kinds[bisect_right(starts, code) - 1]
    return kind or ("l" if chr(code).isalpha() else "n")


_MOST_REMEMBERED = 10_000
_KINDS = _Kinds()


def is_visible(kind: str) -> bool:
    """Return whether *kind* is one of visible characters, and of combining marks."""
    return not (kind.isupper() or kind.isdigit())


def kinds_of(text: str) -> str:
    """Return the letters of the kinds of the characters of *text*.

    That is the first kind in this module; without one it is `l` for a letter and `n`
    for blanks, digits, punctuation and marks.
    """
    return text.translate(_KINDS)


def as_class(texts: Iterable[str]) -> str:
    """Return *texts* of ranges as one class of a regular expression."""
    return f"[{''.join(map(_class_item, _ranges(' '.join(texts))))}]"


def _class_item(span: tuple[int, int]) -> str:
    return "-".join(f"\\U{code:08x}" for code in span)


NEVER = as_class([_NEVER_SHOWN])
"""A class of what is shown as an escape in any context."""

SUSPECT = as_class([_NEVER_SHOWN, *_INVISIBLE.values()])
"""A class of what is shown as an escape in some context."""
