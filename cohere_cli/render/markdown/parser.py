"""The Markdown parser for drawing: hides no text, and limits the parsing time."""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# The parser matches each of these delimiters with others: 10 µs each, in every frame.
_DELIMITERS = "[*_~"
_MOST_DELIMITERS = 200


def create_parser() -> MarkdownIt:
    """Return a parser of CommonMark with tables and strikethrough."""
    # Rich does not draw HTML, image URLs and link definitions: as text they are
    # visible. `Vec<String>` would be shown as `Vec`.
    invisible = ["html_block", "html_inline", "image", "reference"]
    parser = MarkdownIt().enable(["strikethrough", "table"]).disable(invisible)
    parser.core.ruler.at("inline", _read_inline)
    return parser


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
