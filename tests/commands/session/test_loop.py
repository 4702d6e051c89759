from cohere_cli.commands.session.execution import HANDLERS
from cohere_cli.conversation.database import history_path
from cohere_cli.conversation.session.slash_command import COMMANDS
from cohere_cli.conversation.store import opened_history


def test_each_command_has_a_handler():
    assert list(HANDLERS) == list(COMMANDS)


def test_each_prompt_goes_on_from_those_before_and_is_kept(person):
    assert person.types("Hello", "  ", "Again") == ""
    assert [turn.prompt for turn in person.turns.values()] == ["Hello", "Again"]
    assert person.turns[2].parent == 1
    assert person.drafts == ["", "", "", ""]
    conversation = person.session.conversation
    with opened_history(history_path(person.session.terminal.environ)) as history:
        assert history.turns(conversation.id) == [*person.turns.values()]
        assert history.head_of(conversation.id) == 2


def test_an_error_ends_a_turn_and_its_prompt_is_the_draft_of_the_next_line(sit_down):
    person = sit_down(key="wrong")
    noted = person.types("Hello", "/model x")
    assert "error: " in noted
    assert "the model is x" in noted
    assert person.drafts == ["", "Hello", ""]
    assert [turn.status for turn in person.turns.values()] == ["error"]
    assert person.session.conversation.head == 0


def test_an_unknown_command_is_not_sent(person):
    noted = person.types("/modle x")
    assert "no such command: /modle" in noted
    assert person.drafts == ["", "/modle x"]
    assert person.turns == {}


def test_a_command_that_fails_is_the_draft_if_it_has_an_argument(person):
    person.types("/undo", "/branch 7")
    assert person.drafts == ["", "", "/branch 7"]


def test_a_command_without_an_argument_refuses_one(person):
    assert "/undo takes no argument" in person.types("/undo 3")


def test_quit_leaves_at_once(person):
    person.types("/quit", "Hello")
    assert person.turns == {}


def test_one_word_with_an_at_sign_is_a_file(person, tmp_path):
    (tmp_path / "prompt.md").write_text("What is it?\n")
    person.types(f"@{tmp_path}/prompt.md", "@@ann", "@bob and @ann wrote it", "//etc")
    prompts = [turn.prompt for turn in person.turns.values()]
    assert prompts == ["What is it?", "@ann", "@bob and @ann wrote it", "/etc"]


def test_a_missing_file_sends_nothing(person):
    assert "no such file" in person.types("@nowhere.md")
    assert person.turns == {}


def test_nothing_is_kept_with_no_history(sit_down):
    person = sit_down(history=False)
    person.types("Hello", "Again", "/undo")
    assert len(person.turns) == 2
    assert not history_path(person.session.terminal.environ).exists()
