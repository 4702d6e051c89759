import pytest
from retrieval.searching import candidates

from cohere_cli.documents.document import Document
from cohere_cli.retrieval.passages import Candidate, distinct, joined, text_of

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


def test_near_copies_are_once_and_the_first_stays():
    text = " ".join(map(str, range(100)))
    found = [
        passage(text, "a"),
        passage(f"{text} more", "b"),
        passage(text.replace("5", "6"), "c"),
        passage("a - b", "d"),
        passage("b - a", "e"),
        passage("x", "f"),
        passage(" x\n", "g"),
        passage("y", "h"),
    ]
    assert ids(distinct(found)) == [
        "a:1-1",
        "c:1-1",
        "d:1-1",
        "e:1-1",
        "f:1-1",
        "h:1-1",
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
