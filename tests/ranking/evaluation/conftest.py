"""Lines and records as they are read."""

import pytest

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem


@pytest.fixture
def records_of():
    def id_of(data, line):
        return data.get("id", str(line)) if isinstance(data, dict) else ""

    def records(*datas, source="file"):
        return [
            Document(data, b"", source, line, id_of(data, line))
            for line, data in enumerate(datas, 1)
        ]

    return records


@pytest.fixture
def problem():
    """Return what a call was refused with: what, where, hint."""

    def problem(refused, *given):
        with pytest.raises(InputProblem) as caught:
            refused(*given)
        return caught.value.what, caught.value.where, caught.value.hint

    return problem
