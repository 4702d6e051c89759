"""Flags, and values of flags, that were renamed: old names work for one release.

An entry warns, and goes with the release that it names. Renamed settings of a profile
are in `RENAMED_SETTINGS` of `config/settings.py`.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple


class RenamedFlag(NamedTuple):
    """A flag of *command* (`co chat`), dashes included, until version *until*."""

    command: str
    old: str
    new: str
    until: str


class RenamedValue(NamedTuple):
    """A value, such as a format, of the flag with the names *flags*."""

    command: str
    flags: tuple[str, ...]
    old: str
    new: str
    until: str


FLAGS: tuple[RenamedFlag, ...] = ()
VALUES: tuple[RenamedValue, ...] = ()


def with_new_names(
    command: str, words: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    """Return *words* of a command line of *command* with new names, and warnings.

    The warnings are by what they are about: there is one for each name.
    """
    warnings: dict[str, str] = {}
    ours = [*takewhile(lambda word: word != "--", words)]
    renamed = [*ours]
    for flag in FLAGS:
        if flag.command == command:
            renamed = [*_with_flag(renamed, flag, warnings)]
    for value in VALUES:
        if value.command == command:
            renamed = [*_with_value(renamed, value, warnings)]
    return [*renamed, *words[len(ours) :]], warnings


def _with_flag(
    words: Sequence[str], flag: RenamedFlag, warnings: dict[str, str]
) -> Iterator[str]:
    for word in words:
        name, equals, value = word.partition("=")
        if name == flag.old:
            warnings[flag.old] = _warning(flag.old, flag.new, flag.until)
            yield f"{flag.new}{equals}{value}"
        else:
            yield word


def _with_value(
    words: Sequence[str], value: RenamedValue, warnings: dict[str, str]
) -> Iterator[str]:
    before = ""
    for word in words:
        name, _, attached = word.partition("=")
        flag = name if name in value.flags else before
        given = attached if name in value.flags else word
        if flag in value.flags and given == value.old:
            old, new = f"{flag} {value.old}", f"{flag} {value.new}"
            warnings[old] = _warning(old, new, value.until)
            yield word.removesuffix(value.old) + value.new
        else:
            yield word
        before = word


def _warning(old: str, new: str, until: str) -> str:
    return f"{old} is now {new}; the old name goes with version {until}"
