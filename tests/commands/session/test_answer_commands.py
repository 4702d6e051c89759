import json
from base64 import b64encode

from cohere_cli.terminal import Terminal


def copied(text: str) -> bytes:
    return b"\x1b]52;c;" + b64encode(text.encode()) + b"\x1b\\"


def test_the_last_answer_is_copied_by_the_terminal(person):
    noted = person.types("Hello", "/copy")
    answer = person.turns[1].answer
    assert copied(answer) in person.session.terminal.written
    assert f"the answer, {len(answer)} characters, was sent to the" in noted


def test_a_code_block_is_copied_alone(person):
    person.types("Hello")
    turn = person.turns[1]._replace(answer="a\n```sh\nls\n```\n```\nb\n```\n")
    person.turns[1] = turn
    noted = person.types("/copy 1", "/copy 3")
    assert copied("ls\n") in person.session.terminal.written
    assert "the answer has 2 code blocks, not 3" in noted


def test_an_answer_without_code_is_copied_only_as_a_whole(person):
    person.types("Hello")
    assert person.types("/copy 1") == (
        "error: the answer has no code block\nhint: /copy alone copies the whole answer\n"
    )


def test_without_an_answer_there_is_nothing_to_copy_save_or_export(person):
    noted = person.types("/copy", "/save a.txt", "/export", "/usage")
    assert noted.count("there is no answer yet") == 3
    assert "there is no turn yet" in noted


def test_the_answer_or_the_conversation_is_saved_and_nothing_overwritten(
    person, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    noted = person.types("one", "two\nlines", "/save a.txt", "/save 'b c.md'")
    two = person.turns[2].answer
    assert noted == (
        "co: the last answer is in a.txt\nco: the conversation is in b c.md\n"
    )
    assert (tmp_path / "a.txt").read_text() == f"{two}\n"
    whole = (tmp_path / "b c.md").read_text()
    assert whole.startswith(f"# {person.session.conversation.id}\n\n## 1 · ")
    assert "> two\n> lines\n" in whole
    noted = person.types("/save a.txt", "/save no/a.txt", "/save")
    assert "a.txt is there already" in noted
    assert "no/a.txt cannot be written: no such file or directory" in noted
    assert "/save takes one file" in noted
    assert (tmp_path / "a.txt").read_text() == f"{two}\n"


def test_the_conversation_is_exported(person):
    person.types("one", "two", "/undo")
    before = len(person.session.terminal.written)
    person.types("/export json")
    found = json.loads(person.session.terminal.written[before:])
    assert found["id"] == person.session.conversation.id
    assert [turn["prompt"] for turn in found["turns"]] == ["one", "two"]
    person.types("/export html")
    assert person.session.terminal.written.rstrip().endswith(b"</html>")
    assert "unknown format 'jsn'" in person.types("/export jsn")


def test_usage_has_the_tokens_of_the_last_turn_and_of_all(person):
    noted = person.types("one", "two", "/usage")
    assert "co: turn 2: " in noted
    assert " tokens in 2 turns\n" in noted


def test_what_a_file_name_holds_does_not_drive_the_terminal(person):
    noted = person.types("one", "/save '/\x1b[2J/a.txt'")
    assert isinstance(person.session.terminal, Terminal)
    assert "\x1b[2J" not in noted
