"""Words that once made names and messages hard to read, and stay out."""

import ast
import re

import pytest
from co_program import ROOT

DIALECT = re.compile(
    r"\b(said|told|nobody|unfit|homeless|strangers)\b"
    r"|\bis no (regular|valid|folder|file|object|list|text|number|key)\b",
    re.IGNORECASE,
)
# "there is no key" and "where there is no file" are plain.
PLAIN = re.compile(r"\bthere\s+is no \w+", re.IGNORECASE)
PAGES = [
    *(ROOT / "cohere_cli").rglob("*.py"),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "tests/golden").glob("*.txt"),
    *ROOT.glob("*.md"),
]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_is_in_plain_english(path):
    text = PLAIN.sub("", path.read_text())
    assert [found[0] for found in DIALECT.finditer(text)] == []


TESTS = sorted((ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_message_has_no_dialect_name_in_a_test(path):
    nodes = [*ast.walk(ast.parse(path.read_text()))]
    names = {getattr(node, "name", "") or getattr(node, "id", "") for node in nodes}
    names |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    words = {word for name in filter(None, names) for word in str(name).split("_")}
    assert words & {"said", "told"} == set()
