"""Defaults of flags in a profile: flag > body file > default, checked like the flags."""

import json
from pathlib import Path

import pytest

SETTINGS = """\
active = "work"
[profiles.base.chat]
seed = 7
[profiles.base.rerank]
top_n = 1
[profiles.work]
inherits = "base"
[profiles.work.chat]
temperature = 0.2
stop = ["END", "a,b"]
logprobs = true
[profiles.work.compat]
max_tokens = 9
"""


@pytest.fixture
def write(co):
    directory = Path(co.environ["CO_CONFIG_DIR"])

    def settings(text: str) -> Path:
        directory.mkdir(mode=0o700, exist_ok=True)
        path = directory / "config.toml"
        path.write_text(text)
        return path

    return settings


@pytest.fixture
def body(co, write):
    write(SETTINGS)

    def preview(*words: str) -> dict[str, object]:
        run = co(*words, "--dry-run")
        assert (run.returncode, run.stderr) == (0, b"")
        return json.loads(run.stdout)

    return preview


PLAIN = {
    "model": "command-a-03-2025",
    "messages": [{"role": "user", "content": "Hi"}],
    "stream": True,
}


def test_the_defaults_of_a_profile_and_of_its_parent_are_in_the_body(body):
    defaults = {
        "temperature": 0.2,
        "seed": 7,
        "stop_sequences": ["END", "a,b"],
        "logprobs": True,
    }
    assert body("chat", "Hi") == PLAIN | defaults
    assert body("compat", "Hi") == PLAIN | {"max_tokens": 9}
    assert body("chat", "Hi", "-p", "sandbox") == PLAIN
    assert body("chat", "Hi", "--no-defaults") == PLAIN


def test_a_flag_beats_a_default_even_with_its_built_in_value(body):
    words = ("-T", "0.3", "--seed", "1", "--stop", "X", "--no-logprobs")
    given = {"temperature": 0.3, "seed": 1, "stop_sequences": ["X"], "logprobs": False}
    assert body("chat", "Hi", *words) == PLAIN | given


@pytest.mark.parametrize(
    ("command", "default", "flags", "expected"),
    [
        (
            "chat",
            "thinking = false",
            ("--thinking-budget", "5"),
            {"thinking": {"type": "enabled", "token_budget": 5}},
        ),
        (
            "chat",
            "thinking_budget = 5",
            ("--no-thinking",),
            {"thinking": {"type": "disabled"}},
        ),
        (
            "chat",
            "schema = 'name'",
            ("--json-object",),
            {"response_format": {"type": "json_object"}},
        ),
        (
            "compat",
            "max_tokens = 5",
            ("--max-completion-tokens", "6"),
            {"max_completion_tokens": 6},
        ),
        ("chat", "output = 'yaml'", ("--json",), {}),
    ],
    ids=str,
)
def test_a_flag_beats_the_default_of_another_that_sets_the_same(
    body, write, command, default, flags, expected
):
    write(f'active = "a"\n[profiles.a.{command}]\n{default}\n')
    assert body(command, "Hi", *flags) == PLAIN | expected


def test_a_body_file_beats_a_default_and_loses_to_a_flag(body, tmp_path):
    file = tmp_path / "body.json"
    own = {"temperature": 0.7, "stop_sequences": ["F"], "messages": PLAIN["messages"]}
    file.write_text(json.dumps(own))
    rest = {"seed": 7, "logprobs": True, "stream": True, "model": PLAIN["model"]}
    assert body("chat", "-f", str(file)) == own | rest
    assert body("chat", "-f", str(file), "-T", "0")["temperature"] == 0.0


@pytest.mark.parametrize(
    ("command", "default", "own"),
    [
        ("chat", "system = 'S'", {"messages": [{"role": "system", "content": "F"}]}),
        ("compat", "system = 'S'", {"messages": [{"role": "developer", "content": "F"}]}),
        ("chat", "schema = 'name'", {"response_format": {"type": "text"}}),
        ("chat", "thinking_budget = 5", {"thinking": {"type": "disabled"}}),
        ("chat", "top_k = 5", {"k": 6}),
        ("chat", "citations = 'off'", {"citation_options": {"mode": "FAST"}}),
        ("compat", "stop = ['a']", {"stop": ["b"]}),
        ("compat", "max_tokens = 5", {"max_completion_tokens": 6}),
        ("compat", "response_format = 'json_object'", {"response_format": {"type": "text"}}),
        ("chat", "stream = false", {"stream": True}),
    ],
    ids=str,
)  # fmt: skip
def test_a_default_gives_way_to_the_field_of_a_file_whatever_it_is_called(
    body, write, tmp_path, command, default, own
):
    write(f'active = "a"\n[profiles.a.{command}]\n{default}\n')
    file = tmp_path / "body.json"
    file.write_text(json.dumps(own))
    alone = body(command, "-f", str(file), "Hi", "--no-defaults")
    assert body(command, "-f", str(file), "Hi") == alone


def test_the_log_names_the_defaults_that_were_used(co, write, tmp_path):
    write(SETTINGS)
    used = "logprobs true, seed 7, stop END,a,b, temperature 0.2"
    run = co("chat", "Hi", "--dry-run", "-v")
    assert run.stderr == f"co: defaults of profile 'work': {used}\n".encode()
    run = co("chat", "Hi", "--dry-run", "-v", "--no-defaults")
    assert run.stderr == b""
    file = tmp_path / "body.json"
    file.write_text('{"seed": 1, "temperature": 1, "logprobs": false}')
    run = co("chat", "Hi", "--dry-run", "-v", "-f", str(file))
    assert run.stderr == b"co: defaults of profile 'work': stop END,a,b\n"


def test_a_ranking_has_defaults_too(co, write):
    defaults = "[profiles.a.rerank]\ntop_n = 1\nscores = true\n"
    write(f"[profiles.a]\nsandbox = true\n{defaults}")
    words = ("rerank", "-q", "b", "-p", "a", "--no-scores")
    assert co(*words, stdin=b"a\nb\n").stdout == b"b\n"
    assert co(*words, "-n", "0", stdin=b"a\nb\n").stdout == b"b\na\n"


def test_a_text_file_is_read_at_each_call_from_any_folder(co, write, tmp_path):
    write("[profiles.work]\n")
    file = tmp_path / "persona.txt"
    file.write_text("One.\n")
    run = co("config", "set", "chat.system", "@persona.txt", "-p", "work", cwd=tmp_path)
    assert run.stderr == b"co: set chat.system in profile 'work'\n"
    assert (
        co("config", "get", "chat.system", "-p", "work").stdout == f"@{file}\n".encode()
    )
    words = ("chat", "Hi", "-p", "work", "--dry-run")
    for text in ("One.", "Two."):
        file.write_text(text)
        sent = json.loads(co(*words, cwd="/").stdout)["messages"]
        assert sent[0] == {"role": "system", "content": text}
    file.unlink()
    run = co(*words)
    assert run.returncode == 3
    assert run.stderr.startswith(f"co: no such file ({file})".encode())


def test_every_setting_shown_with_its_source(co, write):
    write(SETTINGS)
    shown = co("config", "show").stdout.decode().splitlines()
    rows = [line.split(maxsplit=1) for line in shown[-6:]]
    assert [(name, " ".join(rest.split())) for name, rest in rows] == [
        ("chat.logprobs", "true profile 'work'"),
        ("chat.seed", "7 profile 'base'"),
        ("chat.stop", """["END", "a,b"] profile 'work'"""),
        ("chat.temperature", "0.2 profile 'work'"),
        ("compat.max_tokens", "9 profile 'work'"),
        ("rerank.top_n", "1 profile 'base'"),
    ]


HINT = (
    "hint: leave out --no-stream, or use -o json; "
    "--no-defaults leaves out the profile's output"
)


def test_a_usage_error_that_a_default_may_cause_has_a_hint(co, write):
    write('active = "a"\n[profiles.a.chat]\noutput = "events"\n')
    run = co("chat", "Hi", "--no-stream", "--dry-run")
    assert (run.returncode, run.stderr.decode().splitlines()) == (
        2,
        [
            "co: -o events needs a streamed reply",
            HINT,
        ],
    )
