"""The table of record formats: a format is one reader, in a file here, and one row."""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from cohere_cli.documents.document import Document
    from cohere_cli.documents.source import Source

FormatName = Literal["lines", "jsonl", "json", "yaml", "csv", "tsv", "grep"]
InputFormat = Literal["auto", FormatName, "files"]
"""What `--input` takes: auto-detection, a format, or one record per file."""


class Format(NamedTuple):
    """A reader, as `module:function` of this folder, and the file names that have it.

    The reader takes a `Source` and yields its records as they are read. For JSON and
    YAML the whole text is held in memory; for the others one record.
    """

    reader: str
    suffixes: tuple[str, ...] = ()

    def read(self, source: "Source") -> "Iterator[Document]":
        """Yield the records of *source*; loads the reader's module on first use."""
        module, _, function = self.reader.partition(":")
        found: Iterator[Document] = getattr(
            import_module(f"{__name__}.{module}"), function
        )(source)
        return found


FORMATS: dict[FormatName, Format] = {
    "lines": Format("lines:plain_lines"),
    "jsonl": Format("json:jsonl_records", (".jsonl", ".ndjson")),
    "json": Format("json:json_records", (".json",)),
    "yaml": Format("yaml:yaml_records", (".yaml", ".yml")),
    "csv": Format("csv:csv_records", (".csv",)),
    "tsv": Format("csv:tsv_records", (".tsv",)),
    "grep": Format("grep:grep_records"),
}
