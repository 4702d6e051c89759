"""Incremental syntax highlighting: each line of code is tokenized once.

Pygments tokenizes whole texts, so the lexer's state (a stack of names) is saved
between lines. Imported only to draw.
"""

from pygments.lexer import ExtendedRegexLexer, Lexer, LexerContext, RegexLexer  # type: ignore[import-untyped]
from pygments.lexers import TextLexer, get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import Comment, Text, _TokenType  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

from cohere_cli.render.markdown.blocks import Fence
from cohere_cli.terminal import clean

Token = tuple[_TokenType, str]
"""The type of a token, as Pygments names it, and its text."""

_LONGEST_LANGUAGE = 40
# Characters; a hostile line can make a lexer slow.
_LONGEST_LINE = 2_000
_DEEPEST = 100


class Highlighter:
    """Highlights the lines of one fence in order."""

    def __init__(self, fence: Fence) -> None:
        self.fence = fence
        self._lexer = _lexer_of(fence.language)
        self._stack = ["root"]
        self._in_comment = False
        self._done: list[list[Token]] = []

    def line(self, at: int, text: str) -> list[Token]:
        """Return the tokens of the line *at*; *text* is an incomplete line so far."""
        for line in self.fence.lines[len(self._done) : at + 1]:
            self._done.append(self._read(line))
        if at < len(self._done):
            return self._done[at]
        saved = self._stack[:], self._in_comment
        tokens = self._read(text)
        self._stack, self._in_comment = saved
        return tokens

    def _read(self, line: str) -> list[Token]:
        code = clean(line.expandtabs(4))
        if len(code) > _LONGEST_LINE:
            return [(Text, code)]
        if not self._in_comment:
            return self._highlight(code)
        comment, end, after = code.partition("*/")
        self._in_comment = not end
        rest = self._highlight(after) if after else []
        return [(Comment.Multiline, comment + end), *rest]

    def _highlight(self, code: str) -> list[Token]:
        """Tokenize *code*; many lexers recognize a comment `/*` only when closed."""
        at = code.rfind("/*")
        if at > code.rfind("*/"):
            stack = self._stack[:]
            *before, (kind, last) = self._tokens(f"{code}*/")
            if kind in Comment and last == f"{code[at:]}*/":
                self._in_comment = True
                return [*before, (kind, code[at:])]
            self._stack = stack
        return self._tokens(code)

    def _tokens(self, code: str) -> list[Token]:
        # With the newline, because many states end with it.
        *tokens, (kind, last) = _read_on(self._lexer, f"{code}\n", self._stack)
        tokens.append((kind, last.removesuffix("\n")))
        return [(kind, piece) for kind, piece in tokens if piece]


def _lexer_of(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language[:_LONGEST_LANGUAGE], stripnl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False)


def _read_on(lexer: Lexer, text: str, stack: list[str]) -> list[Token]:
    """Return the tokens of *text*, and update the lexer's state in *stack*."""
    if not _is_incremental(lexer):
        return list(lexer.get_tokens(text))
    context = LexerContext(text, 0, stack)
    # The lexer's own method does not return its state.
    read = ExtendedRegexLexer.get_tokens_unprocessed(lexer, context=context)
    try:
        return [(kind, piece) for _, kind, piece in read]
    except (TypeError, AttributeError, LookupError, RecursionError):
        # A few lexers have callbacks that take no context.
        return [(Text, text)]
    finally:
        stack[:] = context.stack[-_DEEPEST:]


def _is_incremental(lexer: Lexer) -> bool:
    own = type(lexer).get_tokens_unprocessed
    steps = own is ExtendedRegexLexer.get_tokens_unprocessed
    return steps or (
        isinstance(lexer, RegexLexer) and not isinstance(lexer, ExtendedRegexLexer)
    )
