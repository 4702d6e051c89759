"""The Markdown parser for drawing: hides no text, and limits the parsing time."""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# The parser matches each of these delimiters with others: 10 µs each, in every frame.
_DELIMITERS = "[*_~"
_MOST_DELIMITERS = 200
# Levels of quotes and lists; a list has two. The parser drops text beyond its own
# limit, and Rich needs about ten stack frames for each level.
_DEEPEST = 40


def create_parser() -> MarkdownIt:
    """Return a parser of CommonMark with tables and strikethrough."""
    # Rich does not draw HTML, image URLs and link definitions: as text they are
    # visible. `Vec<String>` would be shown as `Vec`.
    invisible = ["html_block", "html_inline", "image", "reference"]
    parser = MarkdownIt().enable(["strikethrough", "table"]).disable(invisible)
    parser.options["maxNesting"] = 2 * _DEEPEST
    parser.block.ruler.before("table", "too_deep", _read_too_deep)
    parser.core.ruler.at("inline", _read_inline)
    return parser


def _read_too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read blocks that are nested too deeply as one paragraph."""
    if state.level < _DEEPEST:
        return False
    if not silent:
        state.push("paragraph_open", "p", 1)
        inline = state.push("inline", "", 0)
        lines = state.getLines(start, end, state.blkIndent, False).split("\n")
        inline.content = "  \n".join(line.strip() for line in lines if line.strip())
        inline.children = []
        state.push("paragraph_close", "p", -1)
        state.line = end
    return True


def _read_inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if _is_noise(token.content):
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        _soften(token.children)


def _is_noise(text: str) -> bool:
    """Return whether *text* has too many delimiters to be meant as Markdown."""
    count = sum(map(text.count, _DELIMITERS))
    return count > _MOST_DELIMITERS and count > len(text) // 8


def _soften(tokens: list[Token]) -> None:
    """Replace soft line breaks by spaces, because Rich draws one text faster."""
    for token in tokens:
        if token.type == "softbreak":
            token.type, token.content = "text", " "
