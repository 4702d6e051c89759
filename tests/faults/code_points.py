"""Every code point through `clean`, judged by Unicode's own data.

`python -m tests.faults.code_points`
"""

import sys
from collections.abc import Iterator
from unicodedata import category

from cohere_cli.characters.cleaner import Cleaner
from cohere_cli.terminal import clean, clean_line
from tests.attacks import ATTACKS
from tests.faults.alone import main
from tests.faults.tally import Tally

ALL = sys.maxunicode + 1

# Format characters that have a glyph.
_SEEN = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2}
_SEEN |= {0x110BD, 0x110CD}
# Invisible without being called so: Default_Ignorable_Code_Point without Cf, and
# blanks that are no spaces.
_UNSEEN = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2065}
_UNSEEN |= {0x3164, *range(0xFE00, 0xFE10), 0xFFA0, *range(0xFFF0, 0xFFF9)}
_UNSEEN |= {*range(0xE0000, 0xE1000), 0x2800, 0x16FE4, 0x1D159}
# Formats of hieroglyphs, some newer than Python's data; noncharacters.
_UNSEEN |= {*range(0x13430, 0x13441), *range(0xFDD0, 0xFDF0)}
_UNSEEN |= {at + end for at in range(0, ALL, 0x10000) for end in (0xFFFE, 0xFFFF)}
_KEPT_FOR_FORMATS = ("Cc", "Cf", "Co", "Zl", "Zp")


def check(*, seed: int, count: int) -> Tally:  # noqa: ARG001 - as every check
    """Try *count* code points, evenly spread, and the attacks cut in two anywhere.

    Each stands alone: what its context changes is in `tests/characters`. There is
    nothing random in it: *seed* is not used.
    """
    codes = range(0, ALL, max(1, ALL // count))
    failures = [
        f"U+{code:04X} does not come out as it should" for code in codes if _fails(code)
    ]
    output = "\n".join(map(chr, codes))
    if clean(output) != "\n".join(map(_shown, codes)):
        failures.append("all in one text are not what they are one by one")
    failures += [f"{name}, cut in two, passes" for name in ATTACKS if _parts(name)]
    return Tally("code points", len(codes) - len(failures), len(codes), failures)


def _fails(code: int) -> bool:
    character, shown = chr(code), _shown(code)
    on_one_line = " " if character == "\n" else shown
    return (clean(character), clean_line(character)) != (shown, on_one_line)


def _shown(code: int) -> str:
    """What a person has to see where *code* stands."""
    kind = category(chr(code))
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    acts = kind in _KEPT_FOR_FORMATS and chr(code) not in "\t\n" and code not in _SEEN
    if not (acts or code in _UNSEEN):
        return chr(code)
    if code == 0x7F:
        return "^?"
    return f"^{chr(code + 0x40)}" if code < 0x20 else f"\\u{{{code:x}}}"


def _parts(name: str) -> bool:
    """Whether it makes a difference where the attack is cut."""
    attack = ATTACKS[name]
    whole = clean(attack)
    return any(_in_two(attack, at) != whole for at in range(len(attack)))


def _in_two(attack: str, at: int) -> str:
    cleaner = Cleaner()
    return cleaner.feed(attack[:at]) + cleaner.feed(attack[at:], final=True)


def run(*, seed: int, scale: float) -> Iterator[Tally]:  # noqa: ARG001 - as every part
    """Check all."""
    yield check(seed=seed, count=ALL)


if __name__ == "__main__":
    main(check, ALL)
