"""The code blocks of an answer, and the renderer that writes one of them alone."""

from collections.abc import Iterator
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cohere_cli.api.protocol.events import ChatEvent
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import AnswerIncomplete
from cohere_cli.render.renderer import DEFAULT_CHANNELS, Renderer, ResponseShape
from cohere_cli.terminal import Terminal
from cohere_cli.text import plural


class CodeBlock(NamedTuple):
    """A fenced block: the first word after its fence, and its lines with their ends.

    `is_closed` is false where the answer ended within it.
    """

    language: str
    code: str
    is_closed: bool


def code_blocks(text: str) -> Iterator[CodeBlock]:
    """Yield the fenced blocks of *text* as CommonMark has them, also in lists."""
    lines = text.split("\n")
    parser = MarkdownIt()
    # Code is looked for, whatever HTML is around it.
    parser.disable(["html_block"])
    for token in parser.parse(text):
        if token.type == "fence" and token.map:
            yield _block(token, lines)


def _block(token: Token, lines: list[str]) -> CodeBlock:
    first, end = token.map or (0, 0)
    content = token.content.removesuffix("\n").split("\n") if token.content else []
    # The parser makes every line end a newline; those of the answer come back.
    given = lines[first + 1 : first + 1 + len(content)]
    ends = ("\r\n" if line.endswith("\r") else "\n" for line in given)
    code = "".join(line + end for line, end in zip(content, ends, strict=False))
    closing = lines[end - 1].strip(" \t\r>")
    is_closed = end - 1 > first and closing.startswith(token.markup)
    language = token.info.split()[0] if token.info.split() else ""
    return CodeBlock(language, code, is_closed and not closing.strip(token.markup[0]))


def wanted_block(text: str, wanted: str) -> CodeBlock:
    """Return the block that *wanted* names: a number from 1, a language, "" the first.

    Raises `AnswerIncomplete` if there is none.
    """
    blocks = list(code_blocks(text))
    if wanted.isdecimal():
        found = blocks[int(wanted) - 1 : int(wanted)] if int(wanted) else []
    else:
        found = [one for one in blocks if not wanted or _is(one.language, wanted)]
    if found:
        return found[0]
    named = f" {wanted}" if wanted.isdecimal() else f" in {wanted}" if wanted else ""
    what = f"the answer has no code block{named}"
    if blocks:
        names = ", ".join(one.language or "no language" for one in blocks)
        what = f"{what}, but {plural(len(blocks), 'block')} ({names})"
    raise AnswerIncomplete(what, hint="the whole answer is above, on standard error")


def _is(language: str, wanted: str) -> bool:
    """Whether two names are of one language, such as `py` and `python`."""
    if language.lower() == wanted.lower():
        return True
    return bool(language) and _lexer_name(language) == _lexer_name(wanted)


def _lexer_name(language: str) -> str:
    from pygments.lexers import find_lexer_class_by_name  # type: ignore[import-untyped]
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]

    try:
        return str(find_lexer_class_by_name(language).name)
    except ClassNotFound:
        return language.lower()


class CodeBlockRenderer(Renderer):
    """Writes one code block of the answer, once that is there; no other text.

    An answer that has no such block is written to standard error. Of an answer that
    ended early, the block is written as far as it came.
    """

    def __init__(
        self,
        terminal: Terminal,
        shown: frozenset[str] = DEFAULT_CHANNELS,
        shape: ResponseShape = vars,
        wanted: str = "",
    ) -> None:
        super().__init__(terminal, shown, shape)
        self._wanted = wanted
        self._has_begun = False

    def _show(self, event: ChatEvent) -> None:
        self._has_begun = True

    def _complete(self, error: BaseException | None) -> None:
        if not self._has_begun:
            return
        try:
            block = wanted_block(self._reply.text, self._wanted)
        except AnswerIncomplete:
            for line in self._reply.text.splitlines():
                self._terminal.say(f"│ {line}")
        else:
            self._terminal.write(block.code)


def check_block(reply: Reply, wanted: str) -> None:
    """Raise `AnswerIncomplete` if the block is missing, or not closed."""
    if not wanted_block(reply.text, wanted).is_closed:
        raise AnswerIncomplete("the answer ends within the code block")
