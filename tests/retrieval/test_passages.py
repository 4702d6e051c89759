import pytest
from retrieval.searching import candidates

from cohere_cli.documents.document import Document
from cohere_cli.retrieval.passages import Candidate, grouped, joined, text_of

PARAGRAPH = " ".join(["word"] * 150)


def passage(text, name="a.txt", first=1, score=1.0):
    last = first + text.count("\n")
    data = {"title": name, "path": name, "text": text}
    id_ = f"{name}:{first}-{last}"
    return Candidate(
        Document(data, text.encode(), name, first, id_), first, last, score
    )


def ids(found):
    return [each.document.id for each in found]


def test_texts_with_the_same_words_are_a_group_and_a_number_is_a_word():
    text = "The limit for a hotel is 500 euros."
    found = [
        passage(text, "a"),
        passage(text.replace("500", "9000"), "b"),
        passage("the LIMIT, for a hotel:\nis 500 euros", "c"),
        passage("a - b", "d"),
        passage("b - a", "e"),
        passage("--", "f"),
        passage(" --\n", "g"),
        passage("++", "h"),
    ]
    assert [ids(group) for group in grouped(found)] == [
        ["a:1-1", "c:1-2"],
        ["b:1-1"],
        ["d:1-1"],
        ["e:1-1"],
        ["f:1-1", "g:1-2"],
        ["h:1-1"],
    ]


def test_neighbours_are_joined_with_the_text_of_the_file(lay):
    whole = f"one {PARAGRAPH}\n \n\ntwo {PARAGRAPH}\n\nthree {PARAGRAPH}\nend\n"
    lay({"a.txt": whole})
    three, one, two = candidates("three end", "one", "two")
    (both,) = joined([three, one, two])
    assert both.document.id == "a.txt:1-7"
    assert (both.first, both.last, both.score) == (1, 7, three.score)
    assert both.text == both.document.raw.decode() == whole.removesuffix("\n")
    assert both.document.data.keys() == {"title", "path", "text"}
    assert ids(joined([one, three])) == [one.document.id, three.document.id]


def test_what_is_not_next_to_each_other_in_one_file_stays_apart(lay):
    lay({"a.txt": "one\nleft out\ntwo\n", "b.txt": "one\n\ntwo\n"})
    apart = [passage("one"), passage("two", first=3), passage("two", "b.txt", 3)]
    assert joined(apart) == apart
    changed = [passage("one", "b.txt"), passage("other", "b.txt", 3)]
    assert joined(changed) == changed
    missing = [passage("one", "c.txt"), passage("two", "c.txt", 2)]
    assert joined(missing) == missing


def test_parts_of_a_long_line_stay_apart(lay):
    lay({"a.txt": f"before\n{'some words. ' * 600}\n\nafter\n"})
    found = candidates("words", "before", "after")
    assert len(found) > 4
    assert ids(joined(found)) == ids(found)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("plain", "plain"),
        ({"title": "T", "path": "p", "text": "only\nthis"}, "only\nthis"),
        ({"name": "x", "use": ["eat", {"raw": True}], "no": None},
         "name: x\nuse: eat raw True\nno: "),
        ({"text": "a", "id": 3}, "text: a\nid: 3"),
    ],
)  # fmt: skip
def test_the_text_of_a_record_has_its_fields(data, text):
    assert text_of(Document(data, b"", "a", 1, "a:1")) == text
