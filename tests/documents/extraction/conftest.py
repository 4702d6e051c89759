"""Files of other kinds than text, and the process that extracts their text."""

import io

import pytest

from cohere_cli.documents.extraction import reader as room
from cohere_cli.documents.reader import read_documents, read_records
from cohere_cli.errors import InputProblem


@pytest.fixture
def documents(folder):
    """Write a file, and return the ids and the data of its documents."""

    def read(name, content, **options):
        (folder / name).write_bytes(content)
        found = read_documents([name], io.BytesIO(), **options)
        return [(one.id, one.data) for one in found]

    return read


@pytest.fixture
def texts(documents):
    """Write a file, and return the texts of its documents."""
    return lambda name, content: [data["text"] for _, data in documents(name, content)]


@pytest.fixture
def whole(folder):
    """Write a file, and return it as the one record of `--input files`."""

    def read(name, content):
        (folder / name).write_bytes(content)
        return list(read_records([name], io.BytesIO(), "files"))

    return read


@pytest.fixture
def message(documents):
    """Write a file that is refused, and return the message and the hint."""

    def refused(name, content):
        with pytest.raises(InputProblem) as caught:
            documents(name, content)
        return str(caught.value), caught.value.hint

    return refused


@pytest.fixture
def notes(folder):
    """Write files into a folder, and return what is noted when it is read."""

    def noted(files, source="d"):
        (folder / "d").mkdir()
        for name, content in files.items():
            (folder / "d" / name).write_bytes(content)
        lines = []
        list(read_documents([source], io.BytesIO(), notify=lines.append))
        return lines

    return noted


@pytest.fixture
def library(tmp_path_factory, monkeypatch):
    """Put a module in the place of PDFium's, in a process that starts anew."""

    def replaced(code):
        place = tmp_path_factory.mktemp("library")
        (place / "pypdfium2.py").write_text(code)
        monkeypatch.syspath_prepend(str(place))
        _restart()

    yield replaced
    _restart()


def _restart():
    if room._worker.cache_info().currsize:
        room._worker().close()
    room._worker.cache_clear()
