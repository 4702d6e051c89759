import json

from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.protocol.requests import (
    Document,
    DocumentContent,
    TextContent,
    ToolMessage,
)
from cohere_cli.sandbox.answers.quotes import (
    NO_MATCH,
    NO_TEXT,
    from_documents,
    from_results,
    quote_evidence,
)

POLICY = Document(
    {"title": "Returns", "text": "We are open daily. Refunds take 14 days."}, "policy"
)
TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)))
VALUE = st.recursive(
    TEXT | st.integers() | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=6,
)
DOCUMENTS = st.lists(TEXT | st.builds(Document, st.dictionaries(TEXT, VALUE)))


def answer(question, *documents):
    return quote_evidence(question, from_documents(documents))


def cited(found):
    return [(c.text, [source.id for source in c.sources]) for c in found.citations]


def test_the_matching_sentence_is_quoted_with_its_source():
    found = answer("How long does a refund take?", POLICY)
    assert found.text == "Refunds take 14 days."
    (citation,) = found.citations
    assert (citation.start, citation.end) == (0, 21)
    assert citation.sources[0].data == {
        "type": "document",
        "id": "policy",
        "document": {"id": "policy", **POLICY.data},
    }


def test_several_documents_are_quoted():
    found = answer(
        "Where do the tallest penguins live?",
        Document({"title": "Tall", "snippet": "Emperor penguins are the tallest."}),
        Document({"title": "Home", "snippet": "Emperor penguins live in Antarctica."}),
        Document({"title": "Plants", "snippet": "Plants are no animals."}),
    )
    assert cited(found) == [
        ("Emperor penguins are the tallest.", ["doc:0"]),
        ("Emperor penguins live in Antarctica.", ["doc:1"]),
    ]


def test_a_sentence_of_two_documents_is_quoted_once_and_cites_both():
    assert cited(answer("apples?", "Apples are red.", "Apples are red.")) == [
        ("Apples are red.", ["doc:0", "doc:1"])
    ]


def test_a_wrapped_sentence_is_cited_line_by_line():
    found = answer("apples?", "Apples that are\nripe are red.")
    assert found.text == "Apples that are ripe are red."
    assert cited(found) == [
        ("Apples that are", ["doc:0"]),
        ("ripe are red.", ["doc:0"]),
    ]


def test_a_document_s_id_takes_precedence_over_one_in_its_data():
    found = answer("which price?", Document({"id": "inner", "price": 5}, "outer"))
    assert found.text == "price: 5."
    assert found.citations[0].sources[0].content == {"id": "outer", "price": 5}


def test_each_value_of_a_record_is_cited():
    found = answer("What price has the lamp?", Document({"name": "Lamp", "price": 5}))
    assert found.text == "name: Lamp, price: 5."
    assert [c.text for c in found.citations] == ["Lamp", "5"]


def test_a_title_is_matched_but_not_quoted():
    assert answer("returns?", POLICY).text.startswith("We are open daily.")


def test_without_a_match_the_answer_states_it_and_cites_the_first_sentence():
    found = answer("Elephants?", "Apples are red. Pears are not.")
    assert found.text == f"{NO_MATCH} Apples are red."
    assert cited(found) == [("Apples are red.", ["doc:0"])]


def test_a_summary_needs_no_match():
    found = answer("Summarise this", "Apples are red. So.", "Pears are green.")
    assert found.text == "Apples are red. Pears are green."


def test_documents_without_text_cannot_be_quoted():
    assert answer("x", Document({"a": "", "b": None}), "--").text == NO_TEXT


@given(TEXT, DOCUMENTS)
def test_citations_are_exact_and_found_in_their_source(question, documents):
    found = answer(question, *documents)
    for citation in found.citations:
        assert found.text[citation.start : citation.end] == citation.text
        assert citation.text
        for source in citation.sources:
            assert any(citation.text in leaf for leaf in leaves(source.content))


def leaves(value):
    match value:
        case dict():
            return [leaf for each in value.values() for leaf in leaves(each)]
        case list():
            return [leaf for each in value for leaf in leaves(each)]
        case str():
            return [value]
        case _:
            return [json.dumps(value)]


def test_tool_results_are_named_after_their_call():
    evidence = from_results(
        (
            ToolMessage("a_1", '{"total": 3}'),
            ToolMessage("d_4", '{"total": NaN}'),
            ToolMessage("b_2", (TextContent("-3"), TextContent("[1, 2]"))),
            ToolMessage("c_3", (DocumentContent(Document({"x": 1}, "mine")),)),
        )
    )
    assert [each.source.data for each in evidence] == [
        {"type": "tool", "id": "a_1:0", "tool_output": {"total": 3}},
        {"type": "tool", "id": "d_4:0", "tool_output": {"content": '{"total": NaN}'}},
        {"type": "tool", "id": "b_2:0", "tool_output": {"content": "-3"}},
        {"type": "tool", "id": "b_2:1", "tool_output": {"content": "[1, 2]"}},
        {"type": "tool", "id": "mine", "tool_output": {"x": 1}},
    ]
