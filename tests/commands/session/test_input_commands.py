from base64 import b64decode

import pytest

from cohere_cli.commands.session.input_commands import question_and_paths

# One white pixel.
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsdEa0QAAAABJRU5E"
    "rkJggg=="
)


@pytest.fixture
def files(tmp_path, monkeypatch):
    (tmp_path / "notes.md").write_text("The Matterhorn is 4478 m high.\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/peaks.md").write_text("The Dufourspitze is 4634 m high.\n")
    (tmp_path / "tools.json").write_text(
        '[{"type": "function", "function": {"name": "now", "parameters": {}}}]'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def documents(person, number: int) -> list[str]:
    return [one["id"] for one in person.turns[number].request.get("documents", ())]


@pytest.mark.usefixtures("files")
def test_a_file_is_sent_with_each_later_prompt_until_it_is_removed(person):
    noted = person.types("one", "/doc notes.md", "two", "three", "/doc -", "four")
    assert "1 document, ~21 tokens" in noted
    assert "later answers are not grounded in documents" in noted
    assert [documents(person, number) for number in person.turns] == [
        [],
        ["notes.md"],
        ["notes.md"],
        [],
    ]


def test_a_file_that_grew_is_sent_as_it_is_now(person, files):
    person.types("/doc notes.md", "one")
    (files / "notes.md").write_text("It is not.\n")
    person.types("two")
    (sent,) = person.turns[2].request["documents"]
    assert "It is not." in str(sent)


def test_a_folder_is_searched_afresh_at_each_turn(person, files):
    noted = person.types("/doc docs", "How high is the Dufourspitze?")
    assert "docs is searched for each later prompt" in noted
    assert documents(person, 1) == ["docs/peaks.md:1-1"]
    (files / "docs/more.md").write_text("The Weisshorn is 4506 m high.\n")
    person.types("And the Weisshorn?")
    assert sorted(documents(person, 2)) == ["docs/more.md:1-1", "docs/peaks.md:1-1"]
    assert [turn.command for turn in person.turns.values()] == ["ask", "ask"]


@pytest.mark.usefixtures("files")
def test_doc_lists_what_there_is(person):
    noted = person.types("/doc", "/doc notes.md docs", "/doc")
    assert "there are no documents; /doc PATH adds a file or a folder" in noted
    assert "co: notes.md is sent\n" in noted
    assert "co: docs is searched\n" in noted


@pytest.mark.usefixtures("files")
def test_a_bad_document_is_not_added(person):
    assert "no such file" in person.types("/doc nowhere.md", "Hello")
    assert person.session.flags.document is None
    assert documents(person, 1) == []


def test_a_document_that_vanishes_says_how_to_leave_it_out(person, files):
    person.types("/doc notes.md")
    (files / "notes.md").unlink()
    noted = person.types("Hello")
    assert "/doc - leaves out the documents" in noted
    person.types("/doc -", "Hello")
    assert person.session.conversation.head == 1


def test_standard_input_is_the_keyboard(person):
    noted = person.types("/doc a -", "/image -", "/tools a -")
    assert noted.count("standard input (-) is the keyboard here") == 3


@pytest.mark.usefixtures("files")
def test_one_question_is_asked_of_files_without_changing_what_follows(person):
    person.types("/ask How high is the Dufourspitze? docs/")
    assert person.turns[1].prompt == "How high is the Dufourspitze?"
    assert documents(person, 1) == ["docs/peaks.md:1-1"]
    assert person.session.folders == []


@pytest.mark.parametrize(
    ("argument", "found"),
    [
        ("Where are the docs", ("Where are the docs", [])),
        ("Where is it? docs/ notes.md", ("Where is it?", ["docs/", "notes.md"])),
        ("'Where is it?' docs", ("Where is it?", ["docs"])),
        ("Where is it? docs", ("Where is it?", ["docs"])),
        ("Where is it? Say docs", ("Where is it? Say docs", [])),
        ("What's in it?", ("What's in it?", [])),
        ("Where is nowhere.md", ("Where is nowhere.md", [])),
        ("a\n  b", ("a\n  b", [])),
    ],
)
@pytest.mark.usefixtures("files")
def test_a_path_after_a_question_looks_like_one_and_exists(argument, found):
    assert question_and_paths(argument) == found


def test_images_go_with_the_next_prompt_alone(person, files):
    (files / "a.png").write_bytes(PNG)
    noted = person.types("/image a.png", "What is it?", "And now?")
    assert "the next prompt has 1 image" in noted
    first, second = person.turns[1].request, person.turns[2].request
    assert "image_url" in str(first["messages"])
    assert "image_url" not in str(second["messages"])


def test_a_bad_image_is_not_added_and_one_that_is_refused_is_left_out(person, files):
    assert "no such file" in person.types("/image nowhere.png")
    assert person.session.images == []
    (files / "a.png").write_bytes(PNG)
    person.types("/image a.png", "/model command-r-08-2024")
    noted = person.types("What is it?")
    assert "hint: choose a vision model, such as /model command-a-vision" in noted
    assert "the images are left out of the next prompt" in noted
    assert person.session.images == []


def test_a_schema_holds_until_it_is_removed(person):
    person.types("/schema name, age int", "Who? As JSON", "/schema -", "Who?")
    assert person.turns[1].answer.startswith("{")
    assert not person.turns[2].answer.startswith("{")
    assert "response_format" not in person.turns[2].request


def test_a_broken_schema_is_not_taken(person):
    assert "unknown type 'in'" in person.types("/schema age in")
    assert person.session.flags.schema is None


@pytest.mark.usefixtures("files")
def test_json_and_a_search_do_not_go_together(person):
    noted = person.types("/doc docs", "/schema name", "Who? As JSON")
    assert "JSON cannot be grounded in documents" in noted
    assert person.turns == {}


@pytest.mark.usefixtures("files")
def test_tools_are_declared_once_each_turn_until_they_are_removed(person):
    person.types("/tools tools.json", "one", "two", "/tools -", "three")
    counts = [len(turn.request.get("tools", ())) for turn in person.turns.values()]
    assert counts == [1, 1, 0]


def test_a_system_message_is_set_shown_replaced_and_removed(person):
    noted = person.types("/system", "/system Be brief.", "one", "/system", "two")
    assert "there is no system message" in noted
    assert noted.count("co: system message: Be brief.\n") == 2
    person.types("/system Be kind.", "three", "/system -", "four")
    assert person.messages(2)[0] == ("system", "Be brief.")
    assert person.messages(3)[0] == ("system", "Be kind.")
    assert [role for role, _ in person.messages(4)] == ["user"]
