"""The hints of errors whose line does not name the remedy."""

import shlex

import pytest
from typer.testing import CliRunner

from cohere_cli.app import app


@pytest.fixture
def hint(monkeypatch, tmp_path):
    """Run a command line in a folder with a text; return the hint of its error."""
    monkeypatch.setenv("CO_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("Some text.\n")
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "a.jsonl").write_text(
        '{"title": "A", "body": "B", "by": {"name": "C"}}'
    )

    def run(line):
        words = [*shlex.split(line), *(["-p", "work"] if "config" in line else [])]
        done = CliRunner().invoke(app, words, prog_name="co")
        assert done.exit_code in (2, 3, 4, 5, 18)
        return done.stderr.splitlines()[-1].removeprefix("hint: ")

    return run


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        (
            "config set headers X",
            "set one at a time: `co config set headers.NAME VALUE`",
        ),
        ("config set base_url example.com", "did you mean https://example.com?"),
        ("chat Hi --base-url 127.0.0.1:8/v1", "did you mean http://127.0.0.1:8/v1?"),
        ("chat Hi --base-url localhost:8000", "did you mean http://localhost:8000?"),
        (
            "config set base_url http://example.com",
            "`co config set allow_http true -p NAME` allows plain HTTP in a profile",
        ),
        ("config set faults cut=5", "set that first, or remove the faults"),
        ("chat Hi --base-url example.com/v2", "did you mean https://example.com/v2?"),
        (
            "chat Hi --key-file nowhere",
            "--key-file names a file that holds the key alone; - is standard input",
        ),
        (
            "chat Hi -f a.txt -p sandbox",
            "-f takes a request body; -d FILE sends a text, @FILE is the prompt of a file",
        ),
        (
            "compat Hi --response-format jsn -p sandbox --allow-empty-input",
            "did you mean 'json'?",
        ),
        (
            "compat Hi --response-format xml -p sandbox --allow-empty-input",
            "text, json_object, or a JSON Schema: a file, or JSON",
        ),
        (
            "chat Hi --record no/x.rec -p sandbox --allow-empty-input",
            "create the folder first",
        ),
        (
            "auth login -p work --command 'cat /nowhere/key'",
            "nothing was stored: run the command alone; it must print a key",
        ),
        (
            "chat Hi --max-tokens 0 -p sandbox --allow-empty-input",
            "raise --max-tokens",
        ),
        (
            "chat Hi --schema name --max-tokens 3 -p sandbox --allow-empty-input",
            "raise --max-tokens",
        ),
        ("sandbox serve --script empty.yaml", "the shortest rule is `- reply: TEXT`"),
        # models of the other endpoint
        (
            "chat Hi -m rerank-v3.5 -p sandbox --allow-empty-input",
            "rerank-v3.5 is not a model for chat: `co models list --endpoint chat` lists those that are",
        ),
        (
            "compat Hi -m rerank-v3.5 -p sandbox --allow-empty-input",
            "rerank-v3.5 is not a model for chat: `co models list --endpoint chat` lists those that are",
        ),
        (
            "rerank -q text a.txt -m command-a-03-2025 -p sandbox",
            "command-a-03-2025 is not a model for rerank: `co models list --endpoint rerank` lists those that are",
        ),
        (
            "chat Hi -m nothing -p sandbox --allow-empty-input",
            "check the model's name (`co models list`) and the base URL",
        ),
        (
            "chat Hi -m command-a-03-2052 -p sandbox --allow-empty-input",
            "did you mean 'command-a-03-2025'? `co models list` lists all",
        ),
        (
            "compat Hi -m comand-r7b-12-2024 -p sandbox --allow-empty-input",
            "did you mean 'command-r7b-12-2024'? `co models list` lists all",
        ),
        (
            "rerank -q text a.txt -m rerank-v35 -p sandbox",
            "did you mean 'rerank-v3.5'? `co models list` lists all",
        ),
        # fields of records
        ("rerank -q Q a.jsonl --field bdy -p sandbox", "did you mean 'body'?"),
        (
            "rerank -q Q a.jsonl --field title,body -p sandbox",
            "did you mean --field title --field body?",
        ),
        (
            "rerank -q Q a.jsonl --field by.name -p sandbox",
            "--field reads whole fields: --field by",
        ),
        (
            "rerank -q Q a.jsonl --field none -p sandbox",
            "its fields: title, body, by",
        ),
    ],
)
def test_an_error_names_its_remedy(hint, line, remedy):
    assert hint(line) == remedy


def test_a_base_url_with_a_password_is_not_repeated(hint):
    assert "word" not in hint("chat Hi --base-url user:word@example.com")
