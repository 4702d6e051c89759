"""What is typed by mistake, or out of habit from other programs, and its hint."""

import shlex
import sys

import pytest
from typer.testing import CliRunner

from cohere_cli.app import app

DASH = "a prompt that begins with a dash follows two dashes, `{}`"
DASH_TEXT = 'co chat -- "- TEXT"'
KEY = (
    "a key on the command line can be read by other users",
    "`co auth login` asks for it, or reads it from a pipe; else set CO_API_KEY or use --key-file FILE",
)
HEADER = "`co config set headers.NAME VALUE` sets a header"
PROMPT = 'the prompt needs no flag: `co chat "TEXT"`'
TRUST = "`co config set ca_bundle FILE` trusts a certificate"


@pytest.fixture
def typed(monkeypatch):
    """Run a command line; return its lines on standard error, without prefixes."""

    def run(line):
        words = shlex.split(line)
        monkeypatch.setattr(sys, "argv", ["co", *words])
        done = CliRunner().invoke(app, words, prog_name="co")
        what, hint = done.stderr.splitlines()
        assert (done.exit_code, done.stdout) == (2, "")
        return what.removeprefix("co: "), hint.removeprefix("hint: ")

    return run


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        # misspelt, shortened, or in the style of a field
        ("chat Hi --modle x", "--model"),
        ("chat Hi --max_tokens 5", "--max-tokens"),
        ("chat Hi --maxTokens 5", "--max-tokens"),
        ("chat Hi --temprature 1", "--temperature"),
        ("chat Hi --docs a", "--document"),
        ("chat Hi --dryrun", "--dry-run"),
        ("chat Hi --strem", "--stream"),
        ("rerank -q x --topn 3", "--top-n"),
        ("models list --endpont chat", "--endpoint"),
        # llm
        ("chat Hi --attachment a.png", "--image"),
        ("chat Hi --fragment a.md", "--document"),
        # sgpt and aichat
        ("chat Hi --role pirate", "--system"),
        ("chat Hi --rag docs", "--document"),
        # the openai client
        ("chat Hi --engine x", "--model"),
        ("chat Hi --api-base u", "--base-url"),
        ("chat Hi --functions f", "--tools"),
        ("compat Hi --reasoning", "--reasoning-effort"),
        # curl and httpie
        ("chat Hi --silent", "--quiet"),
        ("chat Hi --data @x", "--file"),
        ("chat Hi --url u", "--base-url"),
        ("chat Hi --connect-timeout 5", "--timeout"),
        ("chat Hi --retry 3", "--retries"),
        ("chat Hi --debug", "--verbose"),
        # rerankers
        ("rerank -q x --limit 3", "--top-n"),
        ("rerank --search x", "--query"),
        ("rerank -q x --threshold 1", "--min-score"),
        ("rerank -q x --format json", "--output"),
        ("rerank -q x --output-format json", "--output"),
    ],
)
def test_a_flag_that_is_near_is_named(typed, line, meant):
    _, hint = typed(line)
    assert hint == f"did you mean {meant}?"


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("chat -k Hi", "no such option: -k", TRUST),
        ("chat --insecure Hi", "no such option: --insecure", TRUST),
        ("chat -H x Hi", "no such option: -H", HEADER),
        ("chat --header x Hi", "no such option: --header", HEADER),
        ("chat --prompt Hi", "no such option: --prompt", PROMPT),
        ("chat --message Hi", "no such option: --message", PROMPT),
        ("chat --key x Hi", *KEY),
        ("compat --api_key x Hi", *KEY),
        ("auth login abc123", *KEY),
        (
            "chat --list-models",
            "no such option: --list-models",
            "`co models list` lists models",
        ),
        # near nothing
        ("chat --repl", "no such option: --repl", "see `co chat --help`"),
        (
            "chat Hi --logit-bias 1",
            "no such option: --logit-bias",
            "see `co chat --help`",
        ),
        ("rerank -q x --follow", "no such option: --follow", "see `co rerank --help`"),
        ("doctor -z", "no such option: -z", "see `co doctor --help`"),
        ("chat '- one'", "no such option: -", DASH.format('co chat -- "- one"')),
        (
            "chat -p sandbox '- a $b' c",
            "no such option: -",
            DASH.format("co chat -p sandbox -- '- a $b' c"),
        ),
        ("chat '- a' -p sandbox", "no such option: -", DASH.format(DASH_TEXT)),
        ("chat -5", "no such option: -5", DASH.format("co chat -- -5")),
        ("compat -5", "no such option: -5", DASH.format("co compat -- -5")),
        (
            "--modle x chat Hi",
            "no such option: --modle",
            "flags follow the command: `co chat --model x Hi`",
        ),
        (
            "--modle=x chat 'Hi you'",
            "no such option: --modle",
            'flags follow the command: `co chat --model=x "Hi you"`',
        ),
        (
            "--modle",
            "no such option: --modle",
            "flags follow the command: `co chat --model …`",
        ),
        (
            "--model x chat Hi",
            "no such option: --model",
            "flags follow the command: `co chat --model x Hi`",
        ),
        (
            "-p sandbox chat Hi",
            "no such option: -p",
            "flags follow the command: `co chat -p sandbox Hi`",
        ),
        (
            "-p sandbox models list",
            "no such option: -p",
            "flags follow the command: `co models list -p sandbox`",
        ),
        ("-q", "no such option: -q", "flags follow the command: `co chat -q …`"),
        (
            "models -p sandbox",
            "no such option: -p",
            "flags follow the command: `co models list -p …`",
        ),
        # a flag of another command, or of other programs
        ("compat Hi -d a.txt", "no such option: -d", "`co chat` has -d"),
        (
            "rerank -q Hi -d a.txt",
            "no such option: -d",
            "files need no flag: `co rerank -q QUERY FILE`",
        ),
        (
            "map x a.csv --limit 5",
            "no such option: --limit",
            "--sample N takes N random records",
        ),
        (
            "map x a.csv -j 8",
            "no such option: -j",
            "--concurrency N sends N requests at a time",
        ),
        (
            "map --prompt x a.csv",
            "no such option: --prompt",
            "the prompt needs no flag: `co map PROMPT FILE`",
        ),
        (
            "chat Hi --colour always",
            "no such option: --colour",
            "did you mean --color?",
        ),
        (
            "chat Hi --response-format json",
            "no such option: --response-format",
            "--json-object requires JSON, --schema JSON of a schema",
        ),
        (
            "chat --version",
            "no such option: --version",
            "`co --version` prints the version",
        ),
        # a value where there is none, and none where there is one
        (
            "chat Hi --stream=false",
            "option '--stream' does not take a value",
            "--stream or --no-stream",
        ),
        (
            "auth token --yes=1",
            "option '--yes' does not take a value",
            "--yes alone",
        ),
        (
            "chat Hi --model -p sandbox",
            "--model is followed by a flag: -p",
            "give --model a value; --model=-p is possible",
        ),
        (
            "chat Hi -d --no-stream",
            "-d is followed by a flag: --no-stream",
            "give -d a value; --document=--no-stream is possible",
        ),
        (
            "config set timeout -5",
            "no such option: -5",
            "a value that begins with a dash follows two: `co config set -- timeout -5`",
        ),
        # commands
        ("chta Hi", "no such command: 'chta'", "did you mean `co chat`?"),
        ("prompt Hi", "no such command: 'prompt'", "did you mean `co chat`?"),
        ("login", "no such command: 'login'", "did you mean `co auth`?"),
        ("auth lgin", "no such command: 'lgin'", "did you mean `co auth login`?"),
        ("auth whoami", "no such command: 'whoami'", "did you mean `co auth status`?"),
        ("models ls", "no such command: 'ls'", "did you mean `co models list`?"),
        (
            "config delete x",
            "no such command: 'delete'",
            "did you mean `co config unset`?",
        ),
        ("help chta", "no such command: 'chta'", "did you mean `co chat`?"),
        ("banana", "no such command: 'banana'", "see `co --help`"),
        ("auth banana", "no such command: 'banana'", "see `co auth --help`"),
        (
            "'Who wrote it?'",
            "no such command: 'Who wrote it?'",
            'to ask a question: `co chat "Who wrote it?"`',
        ),
        (
            "Who wrote it -m x",
            "no such command: 'Who'",
            'to ask a question: `co chat "Who wrote it" -m x`',
        ),
        (
            "'What is `ls`?'",
            "no such command: 'What is `ls`?'",
            "to ask a question: `co chat 'What is `ls`?'`",
        ),
        ("help banana split", "no such command: 'banana'", "see `co --help`"),
        # values
        (
            "chat Hi -o md",
            "--output is one of text, markdown, json, events, yaml, not 'md'",
            "did you mean markdown?",
        ),
        (
            "chat Hi -o jsn",
            "--output is one of text, markdown, json, events, yaml, not 'jsn'",
            "did you mean json?",
        ),
        (
            "map Hi -o json",
            "--output is one of jsonl, csv, tsv, text, not 'json'",
            "did you mean jsonl?",
        ),
        (
            "map Hi -o xlsx",
            "--output is one of jsonl, csv, tsv, text, not 'xlsx'",
            "did you mean csv?",
        ),
        (
            "chat Hi -o out.txt",
            "--output is one of text, markdown, json, events, yaml, not 'out.txt'",
            "`> out.txt` writes the answer to a file",
        ),
        (
            "chat Hi -o banana",
            "--output is one of text, markdown, json, events, yaml, not 'banana'",
            "see `co chat --help`",
        ),
        (
            "models list --endpoint chta",
            "--endpoint is one of chat, rerank, embed, transcriptions, not 'chta'",
            "did you mean chat?",
        ),
        (
            "chat Hi -T 2",
            "--temperature must be a number from 0 to 1, not 2.0",
            "see `co chat --help`",
        ),
        (
            "chat Hi -T hot",
            "--temperature must be a number from 0 to 1, not hot",
            "see `co chat --help`",
        ),
        (
            "chat Hi --top-p 1",
            "--top-p must be a number from 0.01 to 0.99, not 1.0",
            "see `co chat --help`",
        ),
        (
            "chat Hi --max-tokens many",
            "--max-tokens must be a whole number of 0 or more, not many",
            "see `co chat --help`",
        ),
        # settings
        ("config set modle x", "unknown setting 'modle'", "did you mean 'model'?"),
        (
            "config set api_url x",
            "unknown setting 'api_url'",
            "did you mean 'base_url'?",
        ),
        (
            "config get http_proxy",
            "unknown setting 'http_proxy'",
            "did you mean 'proxy'?",
        ),
        # defaults of flags, and aliases, without the name of their table or a wrong one
        (
            "config set temperature 0",
            "unknown setting 'temperature'",
            "did you mean 'chat.temperature'?",
        ),
        (
            "config set temprature 0",
            "unknown setting 'temprature'",
            "did you mean 'chat.temperature'?",
        ),
        (
            "config set top-n 3",
            "unknown setting 'top-n'",
            "did you mean 'rerank.top_n'?",
        ),
        (
            "config set aliases.fast command-r7b-12-2024",
            "unknown setting 'aliases.fast'",
            "did you mean 'alias.fast'?",
        ),
        # tools that no file declares
        (
            "compat Hi --tool-choice atuo --allow-empty-input -p sandbox",
            "--tool-choice: no tool 'atuo' is declared",
            "did you mean 'auto'?",
        ),
        (
            "compat Hi --tool-choice any --allow-empty-input -p sandbox",
            "--tool-choice: no tool 'any' is declared",
            "did you mean 'required'?",
        ),
        (
            "compat Hi --tool-choice now --allow-empty-input -p sandbox",
            "--tool-choice: no tool 'now' is declared",
            "declare it: -t FILE",
        ),
        # types of a schema
        (
            "chat Hi --schema 'tags list' --allow-empty-input -p sandbox",
            "unknown type 'list' (--schema:1:6)",
            "write a list as [str]",
        ),
        (
            "chat Hi --schema 'a object' --allow-empty-input -p sandbox",
            "unknown type 'object' (--schema:1:3)",
            "write an object as {a, b int}",
        ),
        (
            "chat Hi --schema 'a [xyz, b]' --allow-empty-input -p sandbox",
            "unknown type 'xyz' (--schema:1:4)",
            "types: str, string, int, integer, float, number, bool, boolean, date, datetime, time, uuid, [str] is a list, {a, b int} an object",
        ),
        (
            "chat Hi --show reasoning -p sandbox",
            "unknown channel 'reasoning'",
            "did you mean 'thinking'?",
        ),
    ],
)
def test_a_line_that_is_wrong_has_one_message_and_one_hint(typed, line, what, hint):
    assert typed(line) == (what, hint)


def test_a_flag_may_be_a_value_where_it_is_written_as_one():
    words = ["chat", "--model=-p", "-s=-v", "-p", "sandbox", "--dry-run"]
    words += ["--allow-empty-input", "--", "-d"]
    done = CliRunner().invoke(app, words, prog_name="co")
    assert (done.exit_code, done.stderr) == (0, "")
    assert '"model": "-p"' in done.stdout


@pytest.mark.parametrize("program", ["cohere-cli", "python -m cohere_cli"])
def test_the_hint_does_not_depend_on_the_name_of_the_program(monkeypatch, program):
    for line, hint in {
        "-p sandbox chat Hi": "flags follow the command: `co chat -p sandbox Hi`",
        "models list -z": f"see `{program} models list --help`",
        "chat Hi --stream=0": "--stream or --no-stream",
    }.items():
        words = line.split()
        monkeypatch.setattr(sys, "argv", ["co", *words])
        done = CliRunner().invoke(app, words, prog_name=program)
        assert done.stderr.splitlines()[1:] == [f"hint: {hint}"]
