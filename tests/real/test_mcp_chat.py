"""`co chat --mcp` with servers of npm; the sandbox is the model, the tools are real."""

import json
from pathlib import Path

import pexpect
import pytest
from co_program import CO, ROOT, Co

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

READY = b"\x1b[?2004h"  # written when a prompt begins
SCOPE = "node_modules/@modelcontextprotocol"
FEATURES = "mcp://everything/demo://resource/static/document/features.md"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "note.md").write_text("# A note\n\nTravel is approved by the lead.\n")
    return folder.resolve()


@pytest.fixture
def chat(co: Co, mcp_folder: Path, shelf: Path):
    """Return what runs `co chat` with both servers, and reads its JSON."""
    script = "dist/index.js"
    everything = ["node", f"{mcp_folder}/{SCOPE}/server-everything/{script}"]
    files = ["node", f"{mcp_folder}/{SCOPE}/server-filesystem/{script}", str(shelf)]
    config = Path(co.environ["CO_CONFIG_DIR"])
    config.mkdir()
    (config / "config.toml").write_text(
        f"[mcp.everything]\ncommand = {everything}\n[mcp.files]\ncommand = {files}\n"
    )

    def run(prompt, *words, code=0):
        words = ("chat", prompt, "-p", "sandbox", "-o", "json", *words)
        ended = co(*words)
        assert ended.returncode == code, ended.stderr
        return json.loads(ended.stdout)

    return run


def cited(answer):
    """Return the ids of the sources, without the random end of those of tools."""
    sources = [
        source["id"]
        for citation in answer["message"]["citations"]
        for source in citation["sources"]
    ]
    return {id_.rpartition("_")[0] or id_ for id_ in sources}


def text(answer):
    return "".join(part["text"] for part in answer["message"]["content"])


def test_the_answer_cites_the_results_of_both_servers(chat, shelf):
    answer = chat(
        f'Read the text file "{shelf}/note.md", and give the sum of 2 and 3',
        *("--mcp", "files", "--mcp", "everything"),
        *("--tools-only", "files_read_text*", "--tools-only", "*_get_sum"),
        *("--allow", "*"),
    )
    assert "The sum of 2 and 3 is 5." in text(answer)
    assert cited(answer) == {"files_read_text_file", "everything_get_sum"}
    (step,) = answer["steps"]
    calls = [call["function"]["name"] for call in step["message"]["tool_calls"]]
    assert sorted(calls) == ["everything_get_sum", "files_read_text_file"]


def test_structured_content_is_cited(chat):
    answer = chat(
        'Get structured content of "Chicago"',
        *("--mcp", "everything", "--tools-only", "*_structured_*", "--allow", "*"),
    )
    assert text(answer) == (
        "temperature: 36, conditions: Light rain / drizzle, humidity: 82."
    )
    assert cited(answer) == {"everything_get_structured_content"}


def test_a_file_outside_of_the_shelf_is_refused_and_the_answer_says_so(chat):
    answer = chat(
        'Read the text file "/etc/passwd"',
        *("--mcp", "files", "--tools-only", "files_read_text_file", "--allow", "*"),
    )
    assert "Access denied" in text(answer)
    assert "root:" not in json.dumps(answer)


def test_a_call_that_is_not_allowed_is_not_made(chat, shelf):
    new = shelf / "new.md"
    answer = chat(
        f'Write the file "{new}" with the content "Hi"',
        *("--mcp", "files", "--allow", "files_read*", "--tools-only", "*write*"),
        code=11,
    )
    assert answer["error"]["exit"] == 11
    assert not new.exists()


def test_a_resource_grounds_the_answer_and_is_cited_by_its_name(chat):
    answer = chat("What does the echo tool do?", "-d", FEATURES)
    assert all(one.startswith(FEATURES) for one in cited(answer))
    assert "echo" in text(answer)


def test_a_resource_that_is_not_there_is_exit_3_and_nothing_is_sent(co, chat):
    del chat
    wrong = FEATURES.replace("features", "feature")
    run = co("chat", "Hi", "-d", wrong, "-p", "sandbox")
    assert (run.returncode, run.stdout) == (3, b"")
    noted = run.stderr.decode()
    assert noted.startswith(f"co: {wrong} cannot be read: MCP server 'everything'")
    assert noted.endswith(f"hint: did you mean {FEATURES!r}?\n")


@pytest.mark.pty
def test_a_session_keeps_its_server_and_ends_it(co, chat):
    del chat
    words = ["chat", "--mcp", "everything", "--allow", "*", "-p", "sandbox"]
    child = pexpect.spawn(str(CO), words, env=co.environ, cwd=ROOT, timeout=30)
    child.expect_exact(READY)
    found = [children(child.pid, "server-everything")]
    for line in ("Give the sum of 2 and 3", "Give the sum of 4 and 5"):
        child.send(f"{line}\r")
        child.expect_exact(READY)
        found.append(children(child.pid, "server-everything"))
        assert b"The sum of" in child.before
    child.send("/quit\r")
    child.expect(pexpect.EOF)
    assert found[0] == []
    assert len(found[1]) == 1
    assert found[1] == found[2]
    assert not Path(f"/proc/{found[1][0]}").exists()


def children(parent, word):
    """Return the numbers of the processes that *parent* has started for *word*."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            line = (folder / "cmdline").read_text()
        except OSError:
            continue
        if word in line and int(status[1]) == parent:
            found.append(int(folder.name))
    return found
