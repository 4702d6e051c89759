"""Reads the texts of the command line: the prompt, `@FILE`, and piped input."""

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, is_file, plural, shown_source

if TYPE_CHECKING:
    from cohere_cli.commands.flags.answer import AnswerFlags

_AT = "@"
_SILENCE = 2.0  # seconds without input before a note is printed
_MAX_NAMED = 3  # files that a hint names
_IMAGE = re.compile(r"\.(?:png|jpe?g|webp|gif)\Z", re.IGNORECASE)


def check_texts(words: Sequence[str], flags: "AnswerFlags", terminal: Terminal) -> None:
    """Check the prompt's *words* and --system before anything is read.

    Raises `UsageProblem` where there can be no prompt, for bytes that are not UTF-8,
    for standard input that is named twice, and for words that are files, which the
    shell made of a pattern.
    """
    has_results = getattr(flags, "tool_results", None)
    is_any = words or flags.file or flags.preset or flags.image or has_results
    if not (is_any or terminal.has_piped_input):
        from cohere_cli.request.body_file import missing_prompt

        raise missing_prompt()
    require_one_stdin(_input_files(words, flags))
    require_text("--system", flags.system)
    require_text("the prompt", *words)
    if words and words[-1] == STDIN:
        hint = "piped input is added to the prompt without it: `COMMAND | co chat`"
        raise UsageProblem("- is not a prompt", hint=hint)
    if len(words) > 1:
        _refuse_file_names(words, flags)
    announce_input(_input_files(words, flags), terminal)


def read_prompt(words: Sequence[str], flags: "AnswerFlags", terminal: Terminal) -> str:
    """Join the words of the command line and the piped input.

    One word `@FILE` is the text of a file. If a flag names standard input, the prompt
    does not include it. Raises `UsageProblem` for piped input that is empty.
    """
    from cohere_cli.request.body_file import join_prompt

    is_named = STDIN in _input_files(words, flags)
    if len(words) == 1:
        words = [read_argument(words[0], terminal)]
    if is_named or not terminal.has_piped_input:
        return join_prompt(words)
    return join_prompt(words, _piped(words, flags, terminal))


def _input_files(words: Sequence[str], flags: "AnswerFlags") -> list[str]:
    """Return the files that are read, any of which may be `-`."""
    texts = (flags.system, *(words if len(words) == 1 else ()))
    named = (_file_of(text) for text in texts)
    return [*flags.input_files(), *(file for file in named if file)]


def read_argument(text: str, terminal: Terminal) -> str:
    """Return *text*, or for `@FILE` the text of the file; `@@` begins with one `@`.

    Line ends at the end of a file are left out. Raises `InputProblem`.
    """
    source = _file_of(text)
    if source is None:
        return text.removeprefix(_AT) if text.startswith(_AT * 2) else text
    from cohere_cli.documents.open_file import UnreadableFile
    from cohere_cli.documents.reader import read_text

    try:
        found = read_text(source, terminal.stdin.buffer).rstrip("\r\n")
    except UnreadableFile as exc:
        also = f"{_AT}{_AT} begins a text with one {_AT}"
        hint = _joined(exc.hint, also) if exc.reason == "missing" else exc.hint
        raise InputProblem(exc.what, where=exc.where, hint=hint) from exc
    if not found.strip():
        from cohere_cli.documents.open_file import no_text_hint

        where, hint = shown_source(source), no_text_hint(source)
        raise InputProblem("contains no text", where=where, hint=hint)
    return found


def _joined(hint: str, more: str) -> str:
    separator = " " if hint.endswith("?") else "; "
    return f"{hint}{separator}{more}" if hint else more


def _file_of(text: str | None) -> str | None:
    """Return the FILE of `@FILE`, which may be `-`; None for any other text."""
    is_named = text and text.startswith(_AT) and text[1:2] not in ("", _AT)
    return text[1:] if text and is_named else None


def _refuse_file_names(words: Sequence[str], flags: "AnswerFlags") -> None:
    """Raise `UsageProblem` if words are files: `-d docs/*.md` names only the first."""
    files = [word for word in words if _names_a_file(word)]
    if not files:
        return
    first, others = shown_source(files[0]), len(files) - 1
    also = f" and {plural(others, 'other word')} are files" if others else " is a file"
    what = f"{first}{also}, not a part of the prompt"
    raise UsageProblem(what, hint=_meant(files, flags))


def _names_a_file(word: str) -> bool:
    """Whether *word* looks like the name of a file, and is one."""
    return ("." in word or os.sep in word) and is_file(word.removeprefix(_AT))


def _meant(files: Sequence[str], flags: "AnswerFlags") -> str:
    """Return the flags that were probably meant for *files*."""
    prompt = "put a prompt that names files in quotes"
    flag = "-i" if all(map(_IMAGE.search, files)) else "-d"
    if flag == "-d" and not hasattr(flags, "document"):
        return f"pipe it in: `co compat PROMPT < {shlex.quote(files[0])}`; {prompt}"
    given = (flags.image if flag == "-i" else getattr(flags, "document", None)) or []
    files = [*given[-1:], *(file.removeprefix(_AT) for file in files)]
    named = [f"{flag} {shlex.quote(file)}" for file in files[:_MAX_NAMED]]
    line = " ".join([*named, *(["…"] if len(files) > _MAX_NAMED else [])])
    pattern = _pattern(files)
    quoted = f", or {flag} {shlex.quote(pattern)}" if pattern and flag == "-d" else ""
    return f"name each file: {line}{quoted}; {prompt}"


def _pattern(files: Sequence[str]) -> str:
    """Return the pattern that the shell probably replaced by *files*, or ""."""
    paths = [Path(file) for file in files]
    folders, suffixes = ({path.parent for path in paths}, {one.suffix for one in paths})
    if len(files) == 1 or len(folders) > 1 or len(suffixes) > 1:
        return ""
    return str(folders.pop() / f"*{suffixes.pop()}")


def _piped(words: Sequence[str], flags: "AnswerFlags", terminal: Terminal) -> str:
    """Return the piped input; raises `UsageProblem` if it is empty."""
    from cohere_cli.documents.reader import read_text

    # A service manager or an editor may attach a pipe and never close it.
    if terminal.is_input_silent(_SILENCE):
        terminal.note("co: waiting for standard input; `< /dev/null` makes it empty")
    text = read_text(STDIN, terminal.stdin.buffer)
    # Without words the error is that there is no prompt.
    is_alone = not (words or flags.file or flags.preset)
    if text.strip() or flags.allow_empty_input or is_alone:
        return text
    hint = "did the command before it fail? `< /dev/null` or --allow-empty-input"
    raise UsageProblem("the piped input is empty", hint=f"{hint} sends the rest alone")


def require_text(name: str, *texts: str | None) -> None:
    """Raise `UsageProblem` for an argument with bytes that are not UTF-8.

    Python reads each as half of a character, which no server can decode.
    """
    for text in texts:
        if text and (shown := shown_source(text)) != text and text != STDIN:
            what = f"{name} has bytes that are not UTF-8: {shown!r}"
            hint = "pipe it in, converted: `iconv -f latin1 -t utf8 FILE | co chat`"
            raise UsageProblem(what, hint=hint)


def require_one_stdin(named: Iterable[str | None]) -> None:
    """Raise `UsageProblem` if more than one of the files is standard input."""
    if list(named).count(STDIN) > 1:
        hint = "write one of them to a file"
        raise UsageProblem("standard input (-) is named twice", hint=hint)


def announce_input(named: Iterable[str | None], terminal: Terminal) -> None:
    """Note that a terminal is read, if one of the files is standard input.

    There is no other sign of it, and not everybody knows how to end it.
    """
    if terminal.stdin.isatty() and STDIN in named:
        terminal.note("co: reading standard input; Ctrl-D on an empty line ends it")
