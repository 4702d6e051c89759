"""Files to read, in a folder of their own, and what came of reading them."""

import io
import os

import pytest

from cohere_cli.documents.reader import read_documents, read_records
from cohere_cli.errors import InputProblem


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def documents(folder):  # noqa: ARG001 - the folder is made
    """Write a file and read it as documents."""
    return lambda name, data: _read(read_documents, name, data)


@pytest.fixture
def records(folder):  # noqa: ARG001 - the folder is made
    """Write a file and read its records."""
    return lambda name, data: _read(read_records, name, data)


@pytest.fixture
def refusal():
    """Say why a call is refused: what, where and the hint."""

    def expected(call, *arguments):
        with pytest.raises(InputProblem) as caught:
            call(*arguments)
        return caught.value.what, caught.value.where, caught.value.hint

    return expected


def _read(reader, name, data):
    with open(os.fsencode(name), "wb") as file:  # noqa: PTH123 - a name of any bytes
        file.write(data)
    return list(reader([name], io.BytesIO()))
