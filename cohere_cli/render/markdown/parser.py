"""The Markdown parser for drawing: hides no text, and limits the parsing time."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# The parser matches each of these delimiters with others: 10 µs each, in every frame.
_DELIMITERS = "[*_~"
_MOST_DELIMITERS = 200
# Brackets within it are in pairs; it ends before a marker of a citation.
_AFTER_SCHEME = re.compile(
    "://(?:[^\\s<>\\[\\]\\\\]|\\\\(?!\\[\u2060)|\\[[^\\s<>\\[\\]\u2060]*\\](?![(\\[]))+"
)
_MARKER = "[\u2060"  # the beginning of a citation's, which is escaped
_MARKERS = re.compile("(?:\\\\\\[\u2060[0-9]+\\\\\\])+")
# Marks that rather end the markup, or the sentence, around a URL.
_AFTER_URL = "?!.,:;*_~'\"`"
# TeX is drawn as it came; money, `$5 and $6`, is no formula. The length is limited
# because a formula that does not end is looked for at each beginning.
_FORMULA = re.compile(
    r"\\\((?:[^\\\u2060]|\\(?!\))){1,500}\\\)"
    r"|\\\[(?:[^\\\u2060]|\\(?!\])){1,500}\\\]"
    r"|\$\$[^$\u2060]{1,500}\$\$"
    r"|\$(?![\s$])[^$\n\u2060]{1,500}(?<!\s)\$(?!\d)"
)
# Levels of quotes and lists; a list has two. The parser drops text beyond its own
# limit, Rich needs about ten stack frames for each level, and the bars of quotes leave
# few columns: a long line takes a row for each ten characters.
_DEEPEST = 20
# A cell takes 40 µs and 1.4 KB until its table ends, and may be a single character.
_MOST_CELLS = 10_000
_DELIMITER_ROW = re.compile(r"[-:|\s]*-[-:|\s]*")
# A line that begins no block and has no markup: words with one blank between them.
_WORD = r"[^\W_]++[,.:;?!]?"
_WORDS = rf"(?!\d+\.){_WORD}(?: {_WORD})*+"
_PLAIN_LINES = re.compile(rf"^(?:{_WORDS}\n)+{_WORDS}$", re.MULTILINE)
# Where such lines may be rows of a table, code, or part of a formula.
_LINES_MATTER = re.compile(r"[|$\\]|```|~~~")


def join_lines(text: str) -> str:
    """Return *text* with blanks for the line breaks that Markdown draws as blanks.

    Only between lines of words. The parser applies a dozen rules to each line, and an
    answer may have a word on each.
    """
    if _LINES_MATTER.search(text):
        return text
    return _PLAIN_LINES.sub(lambda lines: lines[0].replace("\n", " "), text)


def create_parser() -> MarkdownIt:
    """Return a parser of CommonMark with tables and strikethrough."""
    # Rich does not draw HTML, image URLs and link definitions: as text they are
    # visible. `Vec<String>` would be shown as `Vec`.
    invisible = ["html_block", "html_inline", "image", "reference"]
    parser = MarkdownIt().enable(["strikethrough", "table"]).disable(invisible)
    parser.options["maxNesting"] = 2 * _DEEPEST
    parser.block.ruler.before("table", "too_deep", _read_too_deep)
    parser.block.ruler.before("table", "too_large", _read_too_large)
    parser.core.ruler.before("inline", "extra_cells", _keep_extra_cells)
    parser.core.ruler.at("inline", _read_inline)
    parser.inline.ruler.after("text", "bare_url", _read_bare_url)
    parser.inline.ruler.before("escape", "markers", _read_markers)
    parser.inline.ruler.before("escape", "formula", _read_formula)
    return parser


def _read_markers(state: StateInline, silent: bool) -> bool:
    """Read the markers of citations at one place as one text: there may be many."""
    found = _MARKERS.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.pending += found[0].replace("\\", "")
    state.pos = found.end()
    return True


def _read_bare_url(state: StateInline, silent: bool) -> bool:
    """Read the rest of a bare URL as text: its `*`, `_` and `~` are no markup."""
    rest = _AFTER_SCHEME.match(state.src, state.pos)
    if rest is None:
        return False
    scheme = state.src[max(state.pos - len("https"), 0) : state.pos].lower()
    if not scheme.endswith(("http", "https")):
        return False
    url = rest[0].rstrip(_AFTER_URL)
    if not silent:
        state.pending += url
    state.pos += len(url)
    return bool(url)


def _read_formula(state: StateInline, silent: bool) -> bool:
    """Read a formula as text: its backslashes, `*` and `_` are TeX's."""
    formula = _FORMULA.match(state.src, state.pos)
    if formula is None:
        return False
    if not silent:
        state.pending += formula[0]
    state.pos = formula.end()
    return True


def _read_too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read blocks that are nested too deeply as one paragraph."""
    if state.level < _DEEPEST:
        return False
    if not silent:
        _push_lines(state, start, end)
    return True


def _read_too_large(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a table of too many cells as one paragraph of its lines."""
    rule = state.getLines(start + 1, min(start + 2, end), state.blkIndent, False)
    if not _DELIMITER_ROW.fullmatch(rule):
        return False
    columns = state.getLines(start, start + 1, state.blkIndent, False).count("|") + 1
    end = next(filter(state.isEmpty, range(start, end)), end)
    if columns * (end - start - 1) <= _MOST_CELLS:
        return False
    if not silent:
        _push_lines(state, start, end)
    return True


def _push_lines(state: StateBlock, start: int, end: int) -> None:
    state.push("paragraph_open", "p", 1)
    inline = state.push("inline", "", 0)
    lines = state.getLines(start, end, state.blkIndent, False).split("\n")
    inline.content = "  \n".join(line.strip() for line in lines if line.strip())
    inline.children = []
    state.push("paragraph_close", "p", -1)
    state.line = end


def _keep_extra_cells(state: StateCore) -> None:
    """Add the cells that a row has beyond its table's header to its last cell."""
    rows = [at for at, token in enumerate(state.tokens) if token.type == "tr_open"]
    lines = state.src.split("\n") if rows else []
    for at in rows:
        row = state.tokens[at]
        end = next(i for i in range(at, len(state.tokens)) if _ends(state.tokens[i]))
        cells = [token for token in state.tokens[at:end] if token.type == "inline"]
        if row.map and cells and (extra := _extra_cells(lines[row.map[0]], cells)):
            cells[-1].content += f" | {extra}"


def _ends(token: Token) -> bool:
    return token.type == "tr_close"


def _extra_cells(line: str, cells: list[Token]) -> str:
    """Return the text in *line* of a table after the last of *cells*."""
    parts = [part.strip() for part in escapedSplit(line)]
    # The line may begin with a bar, and with the marks of a quote.
    first = next((i for i, part in enumerate(parts) if _is_cell(part, cells[0])), None)
    extra = parts[first + len(cells) :] if first is not None else []
    return " | ".join(part for part in extra if part)


def _is_cell(part: str, cell: Token) -> bool:
    return part.endswith(cell.content) and bool(cell.content)


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
    count = sum(map(text.count, _DELIMITERS)) - text.count(_MARKER)
    return count > _MOST_DELIMITERS and count > len(text) // 8


def _soften(tokens: list[Token]) -> None:
    """Replace soft line breaks by spaces, because Rich draws one text faster."""
    for token in tokens:
        if token.type == "softbreak":
            token.type, token.content = "text", " "
