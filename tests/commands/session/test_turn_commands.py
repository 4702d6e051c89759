import pytest

from cohere_cli.conversation.database import history_path
from cohere_cli.conversation.store import opened_history


def stored(person):
    return opened_history(history_path(person.session.terminal.environ))


def test_undo_leaves_the_last_turn_out_of_what_follows_also_in_another_call(person):
    noted = person.types("one", "two", "/undo")
    assert "turn 2 is left out of what follows; /branch 2 includes it again" in noted
    with stored(person) as history:
        assert history.head_of(person.session.conversation.id) == 1
    person.types("three")
    assert person.turns[3].parent == 1


def test_without_a_turn_there_is_nothing_to_undo_to_retry_or_to_edit(person):
    noted = person.types("/undo", "/retry", "/edit")
    assert noted.count("error: ") == 3
    assert noted.count("there is no turn yet") == 2
    assert person.turns == {}


def test_retry_asks_the_same_prompt_on_a_branch(person):
    noted = person.types("one", "two", "/retry")
    assert [turn.prompt for turn in person.turns.values()] == ["one", "two", "two"]
    assert person.turns[3].parent == 1
    assert "turn 3 begins a branch; /branch lists all" in noted
    assert b"> two\n" in person.session.terminal.written


def test_retry_of_a_prompt_that_failed_asks_it_where_it_was(sit_down):
    person = sit_down(key="wrong")
    person.types("one", "/retry")
    assert [turn.parent for turn in person.turns.values()] == [0, 0]
    assert person.drafts[-1] == "one"


@pytest.mark.parametrize(
    ("line", "prompt", "parent"),
    [("/edit", "two!", 1), ("/edit 1", "one!", 0)],
)
def test_edit_asks_what_the_editor_made_of_a_prompt_on_a_branch(
    person, tmp_path, line, prompt, parent
):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/$/!/' \"$1\"\n")
    editor.chmod(0o755)
    person.session.terminal.environ["EDITOR"] = str(editor)
    person.types("one", "two", line)
    assert (person.turns[3].prompt, person.turns[3].parent) == (prompt, parent)


def test_an_editor_that_fails_changes_nothing(person):
    assert "the editor failed with exit code 1" in person.types("one", "/edit")
    assert person.session.conversation.head == 1
    assert person.session.conversation.edited is None


def test_a_prompt_that_is_edited_and_refused_is_the_draft(person, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho better > "$1"\n')
    editor.chmod(0o755)
    person.session.terminal.environ["EDITOR"] = str(editor)
    noted = person.types("one", "/model nope", "/edit")
    assert "HTTP 404" in noted
    assert person.drafts[-1] == "better"
    assert "the next prompt takes the place of that of turn 1" in noted


def test_branch_goes_on_from_any_turn(person):
    person.types("one", "two", "/branch 1", "three", "/branch")
    assert person.turns[3].parent == 1
    lines = person.session.terminal.written.decode().strip().splitlines()[-3:]
    assert [line.split() for line in lines] == [
        ["*", "1", "first", "one"],
        ["2", "after", "1", "two"],
        ["*", "3", "after", "1", "three"],
    ]


def test_branch_refuses_a_turn_that_is_not_there(person):
    assert "has 1 turn, not 7" in person.types("one", "/branch 7")
    assert "'x' is not the number of a turn" in person.types("/branch x")


def test_a_name_is_kept_whether_it_is_given_before_the_first_turn_or_later(person):
    person.types("/name trip", "one")
    with stored(person) as history:
        assert history.find("trip") == [person.session.conversation.id]
    assert "`co chat --resume voyage` goes on with it" in person.types("/name voyage")
    noted = person.types("/name two words")
    assert noted == "co: `co chat --resume 'two words'` goes on with it\n"
    person.types("/name voyage")
    with stored(person) as history:
        assert history.find("voyage") == [person.session.conversation.id]


def test_a_name_that_another_conversation_has_is_refused(person, sit_down):
    person.types("/name trip", "one")
    other = sit_down()
    assert "another conversation is named 'trip'" in other.types("/name trip")
    assert other.session.conversation.name == ""


def test_what_is_not_kept_has_no_name(sit_down):
    noted = sit_down(history=False).types("/name trip", "/name")
    assert "this conversation is not kept in the history" in noted
    assert "is without a name, and not kept in the history" in noted
