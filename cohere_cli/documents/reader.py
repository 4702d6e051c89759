"""Reads paths and standard input as documents, as records, or as one value."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from cohere_cli.documents.binary_types import has_sections, is_extractable
from cohere_cli.documents.blocks import NEWLINE, NUL
from cohere_cli.documents.detect import detect_format, format_in_folder
from cohere_cli.documents.document import Document, with_unique_ids
from cohere_cli.documents.formats import FORMATS, FormatName, InputFormat
from cohere_cli.documents.open_file import no_text_hint, open_source
from cohere_cli.documents.skipped import BadRecords, Notify
from cohere_cli.documents.source import Source, type_name
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.text import STDIN, plural, shown_source

if TYPE_CHECKING:
    from cohere_cli.documents.formats.parsed_file import ParsedFile
    from cohere_cli.documents.walk.collect import ReadStrategy


def read_documents(
    sources: Iterable[str],
    stdin: BinaryIO,
    *,
    split: bool = True,
    taken: Collection[str] = (),
    notify: Notify = lambda _: None,
    check: Callable[[Document], None] = lambda _: None,
) -> Iterator[Document]:
    """Yield documents to ground an answer in, source by source.

    A source is a file, a folder, a pattern of names, or "-". A file of records
    gives a document each, and so does each line of grep's output. Any other file is
    one document; with *split*, one of
    more than 400 words is a document a passage. In a folder JSON and YAML are text,
    too. *notify* gets one line for each source in which files or blank lines were
    skipped. *check* gets each document as soon as it is read, and may raise an error
    before the next. A document whose own id another has, or is one of *taken*, has
    its file and line for an id.

    Raises `InputProblem`, also for an empty document: the API refuses it.
    """
    # Here and below: reading one value needs none of it.
    from cohere_cli.documents.walk.collect import collect

    found = []
    strategy = document_strategy(split=split)
    for document in collect(sources, stdin, strategy, notify, BadRecords()):
        check(document)
        found.append(document)
    unique = tuple(with_unique_ids(found, taken))
    if renamed := sum(a.id != b.id for a, b in zip(found, unique, strict=True)):
        what = "with an id that another has, or on its line"
        notify(f"{plural(renamed, 'document')} {what}: named by file and line")
    yield from unique


def document_strategy(*, split: bool) -> "ReadStrategy":
    """Return how files are read to ground an answer in; see `read_documents`."""
    from cohere_cli.documents.formats.text import text_documents
    from cohere_cli.documents.walk.collect import ReadStrategy

    return ReadStrategy(
        named=partial(_documents, split=split),
        found=partial(_documents, split=split, is_found=True),
        fallback=partial(text_documents, split=split, is_found=True),
        is_extracted=is_extractable,
    )


def read_records(
    sources: Iterable[str],
    stdin: BinaryIO,
    kind: InputFormat = "auto",
    *,
    null: bool = False,
    at: str = "",
    notify: Notify = lambda _: None,
    bad: BadRecords | None = None,
) -> Iterator[Document]:
    """Yield records to rank, source by source; plain text has one record per line.

    *kind* overrides detection by name and content. For "files" each file is a
    record, and "-" stands for a list of file names on standard input, one per line.
    With *null*, NULs separate those names, and they separate the records of plain
    text. *at* is the path of the list inside JSON: `data.items`. *bad* takes the
    errors of records that cannot be read, and of a source whose rest cannot; without
    it they are raised. Sources and *notify* are as for `read_documents`. Raises
    `InputProblem`, also if all records are bad, and `UsageProblem` for an invalid
    *at*.
    """
    from cohere_cli.documents.walk.collect import collect

    strategy = select_strategy(kind, at, null=null)
    bad = bad or BadRecords()
    records = collect(sources, stdin, strategy, notify, bad)
    first = next(records, None)
    if first is None:
        bad.raise_first()
    else:
        yield first
        yield from records


def read_mapping(source: str, stdin: BinaryIO, hint: str = "") -> dict[str, Any]:
    """Return the one JSON or YAML object in *source*.

    Raises `InputProblem`, with *hint* for any other value.
    """
    value = read_value(source, stdin)
    if isinstance(value, dict):
        return value
    what = f"expected one JSON or YAML object, found {type_name(value)}"
    raise InputProblem(what, where=shown_source(source), hint=hint)


def read_value(source: str, stdin: BinaryIO) -> Any:
    """Return the one JSON or YAML value in *source*; raises `InputProblem`."""
    return read_parsed(source, stdin).value


def read_parsed(source: str, stdin: BinaryIO) -> "ParsedFile":
    """Return the one JSON or YAML value in *source*, and where its parts are.

    Raises `InputProblem`.
    """
    from cohere_cli.documents.formats.parsed_file import ParsedFile

    with open_source(source, stdin) as stream:
        begun = Source.begin(source, stream)
        text = begun.whole()
    if not text.content.strip():
        hint = no_text_hint(source)
        raise InputProblem("contains no text", where=begun.name, hint=hint)
    if _detect(begun) not in ("json", "jsonl"):
        from cohere_cli.documents.formats.yaml import parse_one

        return ParsedFile(parse_one(text), text, is_json=False)
    from cohere_cli.documents.formats.json import one_value

    found = one_value(text)
    if found.doubled:
        what = f"duplicate key {found.doubled!r}"
        raise text.error_at(what, found.start, hint="keep one of them")
    return ParsedFile(found.value, text, is_json=True)


def read_text(source: str, stdin: BinaryIO) -> str:
    """Return all of *source* as it is, an empty one too; raises `InputProblem`."""
    with open_source(source, stdin) as stream:
        return Source.begin(source, stream).whole().content


def _detect(source: Source) -> FormatName | None:
    return detect_format(source.path, source.head)


def _documents(
    source: Source, *, split: bool, is_found: bool = False
) -> Iterator[Document]:
    from cohere_cli.documents.formats.text import text_documents

    if has_sections(source.head, source.path):
        from cohere_cli.documents.extraction.passages import section_documents

        return section_documents(source, split=split)
    form = format_in_folder(source.path) if is_found else _detect(source)
    if form is not None:
        return _full_records(source, form, split=split)
    if lines := None if is_found else _quoted_lines(source):
        return map(_with_path, lines)
    return text_documents(source, split=split, is_found=is_found)


def _quoted_lines(source: Source) -> Iterator[Document] | None:
    """Return the lines of grep's output with their places, None for another text."""
    from cohere_cli.documents.formats.grep import grep_lines, is_grep_output

    if is_grep_output(source.head):
        return grep_lines(source, is_sure=False)
    if source.path != STDIN:
        return None
    from cohere_cli.documents.formats.quotation import is_quotation, quoted_lines

    return quoted_lines(source) if is_quotation(source.head) else None


def _with_path(line: Document) -> Document:
    """Return a line as a document, with the path that it quotes if any."""
    path = {} if line.source == STDIN else {"path": shown_source(line.source)}
    return line._replace(data={**path, "text": line.data})


def _full_records(
    source: Source, form: FormatName, *, split: bool
) -> Iterator[Document]:
    from cohere_cli.documents.formats.ranking import ranked_documents

    document = None
    for document in FORMATS[form].read(source):
        if not document.data:
            where = f"{source.name}:{document.line}"
            hint = "remove it, or give it a field"
            raise InputProblem("an empty document", where=where, hint=hint)
        yield from ranked_documents(document, split=split)
    if document is None:
        hint = no_text_hint(source.path, "records")
        raise InputProblem("contains no records", where=source.name, hint=hint)


def select_strategy(kind: InputFormat, at: str, *, null: bool) -> "ReadStrategy":
    """Return how to read records of *kind*; for the rest see `read_records`."""
    from cohere_cli.documents.formats.lines import plain_lines
    from cohere_cli.documents.walk.collect import ReadStrategy

    end = NUL if null else NEWLINE
    if at:
        read = _reader_at(kind, at)
    elif kind == "files":
        whole = partial(_whole_file, is_found=True)
        return ReadStrategy(
            _whole_file, whole, separator=end, is_extracted=is_extractable
        )
    elif kind == "auto":
        read = partial(_detected_records, end=end)
        lines = partial(_records_of_text, read=partial(plain_lines, end=end), end=end)
        found = partial(_records_of_text, read=read, end=end)
        return ReadStrategy(read, found, lines, skips_empty=False, takes_nuls=null)
    elif kind == "lines":
        read = partial(plain_lines, end=end)
    else:
        read = FORMATS[kind].read
    found = partial(_records_of_text, read=read, end=end)
    return ReadStrategy(read, found, skips_empty=False, takes_nuls=null)


def _whole_file(source: Source, *, is_found: bool = False) -> tuple[Document, ...]:
    if has_sections(source.head, source.path):
        from cohere_cli.documents.extraction.passages import section_record

        return section_record(source)
    from cohere_cli.documents.formats.text import text_record

    return text_record(source, is_found=is_found)


def _records_of_text(
    source: Source, read: Callable[[Source], Iterator[Document]], end: bytes
) -> Iterator[Document]:
    """Yield what *read* finds; a file that a search found may be a binary one."""
    source.require_text(end)
    return read(source)


def _reader_at(kind: InputFormat, at: str) -> Callable[[Source], Iterator[Document]]:
    from cohere_cli.documents.formats.json import locate_records
    from cohere_cli.documents.formats.json_path import parse_path, select_items

    if kind not in ("auto", "json"):
        what = f"only JSON has a list at {at}, not {kind}"
        raise UsageProblem(what, hint="convert it to JSON")
    steps = parse_path(at)
    return partial(locate_records, values=partial(select_items, steps=steps))


def _detected_records(source: Source, end: bytes) -> Iterator[Document]:
    from cohere_cli.documents.formats.grep import grep_lines, is_grep_output
    from cohere_cli.documents.formats.lines import plain_lines

    if end == NUL and NUL in source.head:
        # A first record that is JSON does not make the others JSON.
        form = detect_format(source.path, b"")
    else:
        form = _detect(source)
    if form:
        return FORMATS[form].read(source)
    if is_grep_output(source.head):
        return grep_lines(source, is_sure=False)
    return plain_lines(source, end)
