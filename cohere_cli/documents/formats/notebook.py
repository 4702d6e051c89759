"""The cells of a Jupyter notebook: their sources, and their outputs as far as text."""

import json
import re
from typing import Any, cast

from cohere_cli.documents.extraction.extract import Extract, Refused, Section
from cohere_cli.documents.outline import parse_outline
from cohere_cli.documents.source import Source

_MARKDOWN = "cell.md"
_COLOUR = re.compile(r"\x1b\[[0-9;:]*[A-Za-z]")
_TEXTS = ("text/markdown", "text/plain")


def notebook_extract(source: Source) -> Extract:
    """Return the cells of *source* that have text, without pictures and data.

    Raises `Refused` unless it is a notebook with text.
    """
    try:
        notebook = json.loads(source.whole().content)
        cells = notebook.get("cells") or notebook["worksheets"][0]["cells"]
        language = _language(notebook)
        texts = [_cell_text(cell, language) for cell in cells]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
        raise Refused("damaged") from exc
    sections = tuple(
        Section("cell", number, "", text)
        for number, text in enumerate(texts, 1)
        if text.strip()
    )
    if not sections:
        raise Refused("no text")
    return Extract(_title(cells), sections)


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata") or {}
    name = (metadata.get("language_info") or {}).get("name", "")
    return name if isinstance(name, str) else ""


def _cell_text(cell: dict[str, Any], language: str) -> str:
    # Notebooks of version 3 call the source of code its input.
    content = _joined(cell.get("source", cell.get("input", ""))).strip("\n")
    if cell.get("cell_type") != "code":
        return content
    fence = "````" if "```" in content else "```"
    code = f"{fence}{language}\n{content}\n{fence}" if content else ""
    outputs = filter(None, map(_output_text, cell.get("outputs") or ()))
    shown = "\n".join(outputs)
    return "\n".join(filter(None, (code, shown and f"Output:\n{shown}")))


def _output_text(output: dict[str, Any]) -> str:
    """Return an output's text; that of a picture only names its size."""
    data = output.get("data", output)
    if any(str(name).startswith("image/") or name in ("png", "jpeg") for name in data):
        return ""
    if output.get("output_type") in ("error", "pyerr"):
        return f"{output.get('ename', '')}: {output.get('evalue', '')}"
    names = ("text", *_TEXTS)
    text = next((_joined(data[name]) for name in names if name in data), "")
    lines = _COLOUR.sub("", text).replace("\r\n", "\n").split("\n")
    # A progress bar is drawn over itself.
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines).strip(
        "\n"
    )


def _joined(text: object) -> str:
    """Return a text, which may be a list of its lines; else raises `TypeError`."""
    return text if isinstance(text, str) else "".join(cast("list[str]", text))


def _title(cells: list[dict[str, Any]]) -> str:
    """Return the first heading."""
    for cell in cells:
        if cell.get("cell_type") == "markdown":
            lines = _joined(cell.get("source", "")).split("\n")
            if title := parse_outline(lines, _MARKDOWN).title:
                return title
    return ""
