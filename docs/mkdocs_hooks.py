"""What the pages need to look in the site as they look on a page of the repository."""

# ruff: noqa: INP001 - a hook of mkdocs beside the pages

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
# As a reader of the repository follows it: from docs/ to the folder beside it.
LINK = re.compile(r"\]\(\.\./(examples/[^)#]+)\)")
ROW = re.compile(r"^\|.*\|$", re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add each file of examples/ that a page links to."""
    pages = [file.content_string for file in files.documentation_pages()]
    for name in sorted({name for text in pages for name in LINK.findall(text)}):
        if (ROOT / name).is_file():  # else the link is broken, and a warning
            files.append(File(name, str(ROOT), config.site_dir, False))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Return the page with links to the copies of examples/, and pipes in its tables.

    In the code of a table, `\\|` is a pipe elsewhere, and two characters to mkdocs.
    """
    return ROW.sub(_with_pipes, LINK.sub(r"](\1)", markdown))


def _with_pipes(row: re.Match[str]) -> str:
    return CODE.sub(lambda code: code[0].replace("\\|", "|"), row[0])
