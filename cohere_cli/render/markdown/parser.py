"""The parser of Markdown: nothing is hidden from the reader, nothing takes long."""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# Each of these marks is looked up and compared with others: 10 µs, at every frame.
_DEAR = "[*_~"
_MOST_DEAR = 200


def create_parser() -> MarkdownIt:
    """Return a parser of CommonMark with tables and strikethrough."""
    # Rich draws neither HTML nor an image's address nor a definition of a link:
    # taken for text, they are seen. `Vec<String>` would be shown as `Vec`.
    unseen = ["html_block", "html_inline", "image", "reference"]
    made = MarkdownIt().enable(["strikethrough", "table"]).disable(unseen)
    made.core.ruler.at("inline", _read_inline)
    return made


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
    """Say whether *text* has more marks than anybody writes who means them."""
    marks = sum(map(text.count, _DEAR))
    return marks > _MOST_DEAR and marks > len(text) // 8


def _soften(tokens: list[Token]) -> None:
    """Turn line ends within a paragraph to blanks: Rich draws one text quicker."""
    for token in tokens:
        if token.type == "softbreak":
            token.type, token.content = "text", " "
