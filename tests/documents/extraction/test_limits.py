"""What files from strangers cannot do: take long, take memory, or end the program."""

import pytest
from sample_files import docx, paragraph, pdf, xlsx, zipped

from cohere_cli.documents.extraction.extract import Refused
from cohere_cli.documents.extraction.worker_process import WorkerProcess

ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><document><p><t>&c;</t></p></document>'
)


def test_an_archive_that_unpacks_to_hundreds_of_megabytes_is_too_large(message):
    bomb = zipped({"word/document.xml": b"<document>" + b" " * (257 * 2**20)})
    assert message("a.docx", bomb) == (
        "a.docx is too large to extract its text",
        "divide it, or export its text",
    )


def test_a_text_of_millions_of_words_is_too_large(message):
    content = docx(paragraph("word " * 4_000_000))
    assert message("a.docx", content)[0] == "a.docx is too large to extract its text"


def test_entities_of_xml_are_not_expanded(message):
    content = zipped({"word/document.xml": ENTITIES})
    assert message("a.docx", content)[0].startswith("a.docx is damaged")


def test_a_sheet_with_two_cells_at_its_corners_is_too_large(notes):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    book = xlsx(A=f'<row r="1"><c r="A1"><v>1</v></c></row>{far}')
    assert notes({"a.xlsx": book, "b.xlsx": xlsx(A=[["x"]])}) == [
        "d: 1 file skipped (1 too large)"
    ]


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(folder):
    (folder / "a.pdf").write_bytes(pdf("One"))
    worker = WorkerProcess()
    with (folder / "a.pdf").open("rb") as file:
        with pytest.raises(Refused, match="too slow"):
            worker.extract(file.fileno(), seconds=0)
        assert worker.extract(file.fileno()).text == "One"
    worker.close()


LIMITS = """
import resource
class PdfiumError(Exception): pass
class PdfDocument:
    def __init__(self, file): pass
    def __len__(self): return 1
    def __getitem__(self, nth): return self
    def close(self): pass
    def get_textpage(self): return self
    def get_text_range(self):
        names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE")
        return str([resource.getrlimit(getattr(resource, name))[0] for name in names])
    def get_metadata_value(self, name): return ""
"""


def test_the_process_has_limits_of_memory_and_time(library, texts):
    library(LIMITS)
    (found,) = texts("a.pdf", pdf("One"))
    assert found in {str([2**30, seconds, 0]) for seconds in (30, 31, 32)}


def test_the_process_does_not_know_the_key(library, texts, monkeypatch):
    monkeypatch.setenv("CO_API_KEY", "secret-key")
    names = LIMITS.replace("import resource", "import os").partition(
        "        names = "
    )[0]
    rest = "    def get_metadata_value(self, name): return ''"
    library(f"{names}        return str(os.environ.get('CO_API_KEY'))\n{rest}")
    assert texts("a.pdf", pdf("One")) == ["None"]


DIES = """
import os
import signal
os.kill(os.getpid(), signal.{})
"""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("SIGSEGV", "damaged"),
        ("SIGXCPU", "too slow"),
        ("SIGABRT", "too large"),
        ("SIGKILL", "too large"),
    ],
)
def test_a_library_that_crashes_costs_one_file(library, notes, name, reason):
    library(DIES.format(name))
    files = {"a.pdf": pdf("One"), "b.docx": docx(paragraph("Two")), "c.pdf": pdf("One")}
    assert notes(files) == [f"d: 2 files skipped (2 {reason})"]


ANSWERS = """
import gc
import os
import socket
answer = {!r}
(channel,) = [one for one in gc.get_objects() if type(one) is socket.socket]
channel.sendall(len(answer).to_bytes(4, "big") + answer)
os._exit(0)
"""


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b'["t", [["page", "1", "", "x"]], 0]', "damaged"),
        (b'["t", [["other", 1, "", "x"]], 0]', "damaged"),
        (b'["t", [["page", 1, "", 2]], 0]', "damaged"),
        (b'["t"]', "damaged"),
        (b'"\\u001b[31m"', "damaged"),
        (b"{", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b"5", "damaged"),
        (b'["", [], 0]', "no text"),
    ],
)
def test_what_a_captured_library_answers_is_checked(library, notes, answer, reason):
    library(ANSWERS.format(answer))
    files = {"a.pdf": pdf("One"), "b.txt": b"text"}
    assert notes(files) == [f"d: 1 file skipped (1 {reason})"]


def test_control_characters_of_an_answer_are_left_out(library, texts):
    library(ANSWERS.format(b'["", [["page", 1, "", "a\\u0000\\u001b[1mb\\ud800"]], 0]'))
    assert texts("a.pdf", pdf("One")) == ["a[1mb\ufffd"]


def test_without_the_extra_files_are_counted_or_refused(library, notes, message):
    library("raise ImportError")
    assert message("a.pdf", pdf("One")) == (
        "a.pdf cannot be read without cohere-cli[files]",
        "pip install 'cohere-cli[files]'; or `pdftotext a.pdf - | co chat QUESTION -d -` reads its text",
    )
    assert notes({"a.pdf": pdf("One"), "b.docx": docx(paragraph("Two"))}) == [
        "d: 1 file skipped (1 requiring cohere-cli[files])"
    ]
