from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from cohere_cli.api.bodies import RerankBody
from cohere_cli.compose.rerank import ranked_text, rerank_body
from cohere_cli.errors import UsageProblem


@dataclass(frozen=True)
class Ground:
    data: Any
    id: str = ""


def test_lines_are_sent_as_they_are_and_zero_asks_for_all():
    body = rerank_body("q", [Ground("a"), Ground("b")], model="m", top_n=0)
    assert body == RerankBody(model="m", query="q", documents=("a", "b"))


def test_a_record_is_sent_as_yaml_with_its_fields_in_their_own_order():
    record = {"title": "Zürich", "body": "long" * 50, "n": 1, "tags": ["a"]}
    text = ranked_text(Ground(record))
    assert text.startswith("title: Zürich\nbody: longlong")
    assert len(text.splitlines()) == 5
    assert list(yaml.safe_load(text).items()) == list(record.items())


@pytest.mark.parametrize("query", ["", "  ", "\n"])
def test_a_blank_query_is_refused_before_anything_is_sent(query):
    with pytest.raises(UsageProblem, match=r"^the query is blank$"):
        rerank_body(query, [Ground("a")], model="m")
