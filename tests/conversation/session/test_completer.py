import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from cohere_cli.conversation.session.completer import SessionCompleter

CANDIDATES = {
    "models": lambda _: ["command-a", "command-r"],
    "settings": lambda earlier: ["strict", "off"] if earlier else ["safety", "seed"],
    "channels": lambda _: ["thinking", "usage"],
}


def completed(text: str) -> list[str]:
    """Return the lines that completion can make of *text*."""
    found = SessionCompleter(CANDIDATES).get_completions(
        Document(text), CompleteEvent()
    )
    return [text[: len(text) + one.start_position] + one.text for one in found]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("/mo", ["/model"]),
        ("/s", ["/system", "/schema", "/set", "/show", "/save"]),
        ("/model ", ["/model command-a", "/model command-r"]),
        ("/model command-r", ["/model command-r"]),
        ("/MODEL Command-R", ["/MODEL command-r"]),
        ("/set s", ["/set safety", "/set seed"]),
        ("/set safety s", ["/set safety strict"]),
        ("/show u", ["/show usage"]),
        ("/help und", ["/help undo"]),
        ("/undo ", []),
        ("/nothing ", []),
        ("What is /mo", []),
        ("", []),
    ],
)
def test_commands_and_their_arguments_are_completed(text, lines):
    assert completed(text) == lines


@pytest.fixture
def _folder(tmp_path, monkeypatch):
    for name in ("notes.md", "new file.md", ".hidden", "it's.md", "bad\x1bname"):
        (tmp_path / name).touch()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("/doc no", ["/doc notes.md"]),
        ("/doc docs/", ["/doc docs/a.md"]),
        ("/doc d", ["/doc docs/"]),
        ("/doc new", ["/doc 'new file.md'"]),
        ("/doc 'new f", ["/doc 'new file.md'"]),
        ("/doc new\\ f", ["/doc 'new file.md'"]),
        ("/doc notes.md n", ["/doc notes.md 'new file.md'", "/doc notes.md notes.md"]),
        ("/doc ./n", ["/doc './new file.md'", "/doc ./notes.md"]),
        ("/doc ~/do", ["/doc ~/docs/"]),
        ("/doc .h", ["/doc .hidden"]),
        ("/doc b", []),
        ("/doc nowhere/", []),
        ("/doc it", ["/doc 'it'\"'\"'s.md'"]),
        ("/image no", ["/image notes.md"]),
    ],
)
def test_paths_are_completed_and_quoted_where_a_shell_needs_it(text, lines):
    assert completed(text) == lines
