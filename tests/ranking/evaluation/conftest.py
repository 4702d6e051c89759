"""Lines and records as a room of readers would hand them over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from cohere_cli.errors import InputProblem


@dataclass(frozen=True)
class Record:
    data: Mapping[str, Any] | str
    source: str
    line: int
    id: str


@pytest.fixture
def records_of():
    def records(*datas, source="file"):
        return [
            Record(
                data,
                source,
                line,
                data.get("id", str(line)) if isinstance(data, dict) else "",
            )
            for line, data in enumerate(datas, 1)
        ]

    return records


@pytest.fixture
def told():
    """What a call was refused with: what, where, hint."""

    def told(refused, *given):
        with pytest.raises(InputProblem) as caught:
            refused(*given)
        return caught.value.what, caught.value.where, caught.value.hint

    return told
