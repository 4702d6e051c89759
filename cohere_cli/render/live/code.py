"""Code coloured line by line while it comes: each line is read once.

Pygments reads whole texts. So its lexers' state, a stack of names, is kept from
line to line. Loaded only where something is drawn.
"""

from pygments.lexer import ExtendedRegexLexer, Lexer, LexerContext, RegexLexer  # type: ignore[import-untyped]
from pygments.lexers import TextLexer, get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import Comment, Text, _TokenType  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

from cohere_cli.render.markdown.blocks import Fence
from cohere_cli.terminal import clean

Token = tuple[_TokenType, str]
"""A kind of word, as Pygments names it, and the characters."""

_LONGEST_LANGUAGE = 40
# Characters; a lexer can be slow on a line that was made for it.
_LONGEST_LINE = 2_000
_DEEPEST = 100


class Highlighter:
    """The lines of one fence, coloured in their order."""

    def __init__(self, fence: Fence) -> None:
        self.fence = fence
        self._lexer = _lexer_of(fence.language)
        self._stack = ["root"]
        self._in_comment = False
        self._done: list[list[Token]] = []

    def line(self, at: int, text: str) -> list[Token]:
        """Return the tokens of the line *at*; *text* is it while it is still open."""
        for line in self.fence.lines[len(self._done) : at + 1]:
            self._done.append(self._read(line))
        if at < len(self._done):
            return self._done[at]
        kept = self._stack[:], self._in_comment
        tokens = self._read(text)
        self._stack, self._in_comment = kept
        return tokens

    def _read(self, line: str) -> list[Token]:
        code = clean(line.expandtabs(4))
        if len(code) > _LONGEST_LINE:
            return [(Text, code)]
        if not self._in_comment:
            return self._coloured(code)
        comment, end, after = code.partition("*/")
        self._in_comment = not end
        rest = self._coloured(after) if after else []
        return [(Comment.Multiline, comment + end), *rest]

    def _coloured(self, code: str) -> list[Token]:
        """Colour *code*; many lexers see a comment `/*` only when it is closed."""
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
        # The end of the line is read too: many states end with it.
        *tokens, (kind, last) = _read_on(self._lexer, f"{code}\n", self._stack)
        tokens.append((kind, last.removesuffix("\n")))
        return [(kind, piece) for kind, piece in tokens if piece]


def _lexer_of(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language[:_LONGEST_LANGUAGE], stripnl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False)


def _read_on(lexer: Lexer, text: str, stack: list[str]) -> list[Token]:
    """Return the tokens of *text*, and leave the lexer's state in *stack*."""
    if not _goes_in_steps(lexer):
        return list(lexer.get_tokens(text))
    context = LexerContext(text, 0, stack)
    # Not the lexer's own method, which tells nobody its state.
    read = ExtendedRegexLexer.get_tokens_unprocessed(lexer, context=context)
    try:
        return [(kind, piece) for _, kind, piece in read]
    except (TypeError, AttributeError, LookupError, RecursionError):
        # A few lexers have parts of their own that take no context.
        return [(Text, text)]
    finally:
        stack[:] = context.stack[-_DEEPEST:]


def _goes_in_steps(lexer: Lexer) -> bool:
    own = type(lexer).get_tokens_unprocessed
    steps = own is ExtendedRegexLexer.get_tokens_unprocessed
    return steps or (
        isinstance(lexer, RegexLexer) and not isinstance(lexer, ExtendedRegexLexer)
    )
