"""Every code point through `clean`, judged by Unicode's own data.

`python -m tests.faults.code_points`
"""

import sys
from unicodedata import category

from cohere_cli.terminal import clean, clean_line
from tests.attacks import ATTACKS
from tests.faults.alone import main
from tests.faults.tally import Tally

ALL = sys.maxunicode + 1

# Format characters that have a glyph, or that shape the script around them.
_SEEN = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2}
_SEEN |= {0x110BD, 0x110CD, *range(0x13430, 0x13440), 0x200C, 0x200D}
# Invisible without being called so: a mark, and what Unicode keeps for formats.
_UNSEEN = {0x034F, 0x2065, *range(0xE0000, 0xE0080)}
_KEPT_FOR_FORMATS = ("Cc", "Cf", "Zl", "Zp")


def check(*, seed: int, count: int) -> Tally:  # noqa: ARG001 - as every check
    """Try *count* code points, evenly spread, and the attacks cut in two anywhere.

    There is nothing random in it: *seed* is not used.
    """
    codes = range(0, ALL, max(1, ALL // count))
    failures = [
        f"U+{code:04X} does not come out as it should" for code in codes if _fails(code)
    ]
    output = "".join(map(chr, codes))
    if clean(output) != "".join(map(_shown, codes)):
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
    halves = ((attack[:at], attack[at:]) for at in range(len(attack)))
    return any(clean(one) + clean(other) != whole for one, other in halves)


if __name__ == "__main__":
    main(check, ALL)
