"""What each command writes for programs fits the schema of `co help schemas`."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.main import get_command

from cohere_cli.app import app
from cohere_cli.commands.completion.command_tree import build_tree
from cohere_cli.commands.help.schemas import schemas
from cohere_cli.commands.help.topics.formats import formats_of_commands

FILES = Path(__file__).parents[1] / "golden" / "files"
SCHEMAS = schemas()
FOR_PROGRAMS = {"json", "jsonl", "events"}

# Each schema, and the command lines whose output it describes.
LINES = {
    "chat json": [
        "chat Hi -p sandbox",
        "chat Which? -d notes.txt -p sandbox --logprobs -u",
        "chat Hi -p sandbox --thinking -m command-a-reasoning-08-2025",
        "chat Greet -t tools.yaml -p sandbox --allow greet",
        "chat Hi -p cut",
    ],
    "chat events": ["chat Which? -d notes.txt -p sandbox"],
    "ask json": ["ask animals . -p sandbox"],
    "ask events": ["ask animals . -p sandbox"],
    "compat json": ["compat Hi -p sandbox", "compat -f openai.json --check"],
    "compat jsonl": ["compat -f openai.json --check"],
    "compat events": ["compat Hi -p sandbox"],
    "map jsonl": [
        "map Describe:{text} animals.jsonl -p sandbox",
        "map Describe:{text} animals.jsonl -p sandbox --only --json-object",
        "map Describe:{text} animals.jsonl -p sandbox -m command-a-03-2025 -m command-r7b-12-2024",
        "map Describe:{text} animals.jsonl -p cut",
    ],
    "replay json": ["replay reply.sse"],
    "replay events": ["replay reply.sse"],
    "search json": ["search animals . -p sandbox", "search animals . --lexical"],
    "search jsonl": ["search animals . --lexical", "search retries . -p sandbox"],
    "rerank json": ["rerank -q cat animals.jsonl notes.txt -p sandbox"],
    "rerank jsonl": ["rerank -q cat animals.jsonl notes.txt -p sandbox"],
    "lab json": [
        "lab animals.jsonl --queries queries.tsv --labels labels.txt -p sandbox -m rerank-v3.5 -m rerank-v4.0-pro"
    ],
    "lab jsonl": [
        "lab animals.jsonl --queries queries.tsv --labels labels.txt -p sandbox --baseline input"
    ],
    "models list json": ["models list -p sandbox", "models list --compat -p sandbox"],
    "models list jsonl": ["models list -p sandbox"],
    "models show json": ["models show rerank-v3.5 -p sandbox"],
    "models show jsonl": ["models show rerank-v3.5 -p sandbox"],
    "history list json": ["history list"],
    "history list jsonl": ["history list"],
    "history show json": ["history show one", "history show one:1"],
    "history show jsonl": ["history show one"],
    "history show events": ["history show one:1"],
    "history search json": ["history search animals"],
    "history search jsonl": ["history search animals"],
    "history export json": ["history export one", "history export --all"],
    "history export jsonl": ["history export --all"],
    "history export events": ["history export one:1"],
    "history stats json": ["history stats"],
    "auth list json": ["auth list"],
    "auth status json": ["auth status -p work", "auth status -p sandbox"],
    "config show json": ["config show -p work"],
    "config get json": ["config get model", "config get timeout -p work"],
    "doctor json": ["doctor -p sandbox", "doctor -p nowhere"],
    "preset list json": ["preset list"],
    "tools list json": ["tools list tools.yaml", "tools list"],
    "tools run json": ["tools run tools.yaml rows {}"],
    "tools run jsonl": ["tools run tools.yaml rows {}"],
    "mcp list json": ["mcp list"],
    "mcp check json": ["mcp check files"],
    "cache list json": ["cache list"],
}
SETTINGS = """
[profiles.work]
timeout = 5
[profiles.cut]
sandbox = true
faults = ["cut"]
[profiles.nowhere]
base_url = "http://127.0.0.1:9"
[mcp.files]
command = ["{python}", "{server}"]
[mcp.web]
url = "http://127.0.0.1:9/mcp"
"""


@pytest.fixture
def used(co, tmp_path):
    """A home with settings, a preset, an index and conversations."""
    files = tmp_path / "files"
    shutil.copytree(FILES, files)
    config = Path(co.environ["CO_CONFIG_DIR"])
    config.joinpath("presets").mkdir(parents=True, mode=0o700)
    config.chmod(0o700)
    config.joinpath("config.toml").write_text(
        SETTINGS.replace("{python}", sys.executable).replace(
            "{server}", str(files / "mcp_server.py")
        )
    )
    config.joinpath("keys.toml").write_text(
        '[profiles.work]\nkey = "secret-key-12"\nbase_url = "https://api.cohere.com"\n'
    )
    config.joinpath("keys.toml").chmod(0o600)
    config.joinpath("presets", "short.yaml").write_text(
        "# short: be brief\nmessages:\n- role: system\n  content: '{{language=German}}'\n"
    )
    run = {"cwd": files}
    co(
        "chat",
        "Which animals?",
        "--name",
        "one",
        "-p",
        "sandbox",
        "--history",
        stdin=b"cats",
        **run,
    )
    co("compat", "Hi", "-p", "sandbox", "--history", "--allow-empty-input", **run)
    co("chat", "Hi", "-p", "cut", "--history", "--allow-empty-input", **run)
    co("search", "animals", ".", "--lexical", **run)
    return lambda *words: co(*words, **run)


def output_of(used, name, line):
    command, _, output = name.rpartition(" ")
    words = line.split()
    words += ["--allow-empty-input"] if words[0] in ("chat", "compat") else []
    has_output = command in {
        " ".join(one.path[1:])
        for one in build_tree(get_command(app)).all()
        if any("--output" in flag.names for flag in one.flags)
    }
    return used(*words, *(["-o", output] if has_output else ["--json"]))


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for name in LINES for line in LINES[name]]
)
def test_what_is_written_fits_its_schema(used, name, line):
    run = output_of(used, name, line)
    written = run.stdout.decode()
    texts = [written] if name.endswith(" json") else written.splitlines()
    assert texts != [], run.stderr
    assert texts != [""], run.stderr
    for text in texts:
        Draft202012Validator(SCHEMAS[name]).validate(json.loads(text))


def test_a_reply_that_was_cut_has_its_error(used):
    found = json.loads(output_of(used, "chat json", "chat Hi -p cut").stdout)
    assert (found["complete"], found["error"]["exit"]) == (False, 18)


def test_each_format_for_programs_of_each_command_has_a_schema():
    formats = formats_of_commands(build_tree(get_command(app)))
    wanted = {
        f"{command.removeprefix('co ')} {name}"
        for command, names in formats.items()
        for name in names
        if name in FOR_PROGRAMS
    }
    assert wanted == set(SCHEMAS) - {"errors"}
    assert set(LINES) == wanted


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_printed_by_its_name(co, name):
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert json.loads(co("help", "schemas", *name.split()).stdout) == SCHEMAS[name]


def test_all_schemas_are_printed_together(co):
    assert json.loads(co("help", "schemas").stdout) == SCHEMAS
