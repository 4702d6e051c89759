import json
import shlex

import pytest

from cohere_cli.commands.call.editor import draft_path
from cohere_cli.terminal import Terminal


@pytest.fixture
def edited(sandboxed, tmp_path):
    """`co`, with an editor that shows what it is given, and adds a line to it."""
    editor, seen = tmp_path / "editor", tmp_path / "seen"
    editor.write_text(f'#!/bin/sh\ncat "$1" >> {seen}\necho written >> "$1"\n')
    editor.chmod(0o755)
    seen.touch()
    sandboxed.environ |= {
        "EDITOR": str(editor),
        "CO_DATA_DIR": str(tmp_path / "data"),
        "SEEN": str(seen),
    }
    return sandboxed


def draft(co):
    return draft_path(Terminal.fake(environ=co.environ))


def sent(co, *words, stdin=None):
    run = co("chat", "--editor", "--dry-run", *words, stdin=stdin)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)["messages"][0]["content"]


def test_the_prompt_is_what_the_editor_leaves(edited):
    assert sent(edited) == "written"
    assert sent(edited, "Hello") == "Hello\nwritten"


def test_piped_input_is_appended_as_ever(edited):
    assert sent(edited, stdin=b"piped") == "written\n\npiped"


def test_a_prompt_that_begins_with_an_at_sign_names_no_file(edited):
    assert sent(edited, "@@ann") == "@ann\nwritten"


def test_a_prompt_without_words_sends_nothing(edited):
    run = edited("chat", "--editor", env={"EDITOR": "true"})
    assert run.returncode == 2
    assert run.stderr == b"co: the prompt is empty\nhint: nothing was sent\n"


def test_a_prompt_that_was_not_answered_is_kept_and_begins_the_next(edited, tmp_path):
    run = edited("chat", "--editor", "-m", "nope", "Hello")
    file = draft(edited)
    assert run.returncode == 5
    notice = f"co: the prompt is in {file}; the next --editor opens it\n"
    assert notice.encode() in run.stderr
    assert file.read_text() == "Hello\nwritten\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert edited("chat", "--editor").returncode == 0
    assert (tmp_path / "seen").read_text() == "Hello\nHello\nwritten\n"
    assert not file.exists()


def test_a_draft_stays_where_nothing_is_sent(edited):
    edited("chat", "--editor", "-m", "nope", "Hello")
    sent(edited)
    assert draft(edited).exists()


def test_an_edited_turn_is_kept_too_if_it_is_refused(edited):
    edited("chat", "Hello")
    run = edited("chat", "-c", "--edit", "1", "-m", "nope")
    assert run.returncode == 5
    assert draft(edited).read_text() == "Hello\nwritten\n"


@pytest.mark.parametrize(
    "script", ['rm "$0"', 'rm "$0"; mkdir "$0"', 'rm "$0"; mkfifo "$0"']
)
def test_an_editor_that_leaves_no_file_is_named(edited, script):
    editor = f"sh -c {shlex.quote(script)}"
    run = edited("chat", "--editor", "Hello", env={"EDITOR": editor})
    assert run.returncode == 3
    assert run.stderr.decode() == (
        "co: the prompt cannot be read from the editor's file: "
        "no such file or directory\nhint: nothing was sent\n"
    )


def test_a_prompt_that_is_not_utf_8_can_be_edited(edited):
    assert sent(edited, "caf\udce9") == "caf\ufffd\nwritten"
