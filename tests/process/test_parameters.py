import json
from pathlib import Path

import pytest

from cohere_cli.api.protocol.requests import ChatBody
from cohere_cli.sandbox import running

TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Looks a word up.",
        "parameters": {
            "type": "object",
            "properties": {"word": {"type": "string"}},
            "required": ["word"],
        },
    },
}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4"
    "2mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FILES = {
    "tools.yaml": [TOOL],
    "schema.json": SCHEMA,
    "notes.md": "It rains.\n",
}

# Each parameter of /v2/chat: the flags that say it, and what the server must see.
PARAMETERS = {
    "model": (["-m", "command-r7b-12-2024"], "command-r7b-12-2024"),
    "messages": ([], [{"role": "user", "content": "Hi in JSON"}]),
    "stream": (["--no-stream"], False),
    "tools": (["-t", "tools.yaml"], [TOOL]),
    "strict_tools": (["-t", "tools.yaml", "--strict-tools"], True),
    "tool_choice": (["-t", "tools.yaml", "--tool-choice", "none"], "NONE"),
    "documents": (
        ["-d", "notes.md"],
        [
            {
                "data": {"title": "notes.md", "path": "notes.md", "text": "It rains."},
                "id": "notes.md",
            }
        ],
    ),
    "citation_options": (["--citations", "accurate"], {"mode": "ACCURATE"}),
    "response_format": (
        ["--schema", "schema.json"],
        {"type": "json_object", "json_schema": SCHEMA},
    ),
    "safety_mode": (["--safety", "strict"], "STRICT"),
    "max_tokens": (["--max-tokens", "7"], 7),
    "stop_sequences": (["--stop", "a", "--stop", "b"], ["a", "b"]),
    "temperature": (["-T", "0.5"], 0.5),
    "seed": (["--seed", "18446744073709551615"], 2**64 - 1),
    "frequency_penalty": (["--frequency-penalty", "0.25"], 0.25),
    "presence_penalty": (["--presence-penalty", "1"], 1.0),
    "k": (["--k", "500"], 500),
    "p": (["--top-p", "0.99"], 0.99),
    "logprobs": (["--logprobs"], True),
    "thinking": (["--thinking-budget", "9"], {"type": "enabled", "token_budget": 9}),
    "priority": (["--priority", "999"], 999),
}
OTHER_WAYS = {
    "messages": (
        ["-s", "Be brief.", "-i", PNG + ":low"],
        [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Hi in JSON"},
                    {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}},
                ],
            },
        ],
    ),
    "response_format": (["--json-object"], {"type": "json_object"}),
    "k": (["--top-k", "0"], 0),
    "p": (["--p", "0.01"], 0.01),
    "thinking": (["--no-thinking"], {"type": "disabled"}),
    "stream": (["--stream"], True),
    "citation_options": (["--citations", "off"], {"mode": "OFF"}),
    "model": (["-i", PNG], "command-a-vision-07-2025"),
}


@pytest.fixture(scope="session")
def watched():
    bodies = []
    with running(watch=lambda _, body: bodies.append(body)) as served:
        yield served, bodies


@pytest.fixture
def seen(co, watched, tmp_path: Path):
    """Run `co chat`, and return the body that the sandbox saw, and the run."""
    served, bodies = watched
    for name, content in FILES.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(text)
    co.environ |= {"CO_API_URL": served.url, "CO_API_KEY": served.key}

    def run(*words: str):
        bodies.clear()
        ran = co("chat", *words, cwd=tmp_path)
        return (json.loads(bodies[0]) if bodies else None), ran

    return run


def test_the_table_has_every_parameter():
    # No flag has a server's own fields: `extra_body` is for body files alone.
    assert set(PARAMETERS) == set(ChatBody.field_names()) - {"extra_body"}


@pytest.mark.parametrize(
    ("name", "words", "value"),
    [(name, *way) for ways in (PARAMETERS, OTHER_WAYS) for name, way in ways.items()],
    ids=[
        f"{name}-{at}"
        for at, ways in enumerate((PARAMETERS, OTHER_WAYS))
        for name in ways
    ],
)
def test_the_server_sees_exactly_what_the_flags_say(seen, name, words, value):
    body, ran = seen("Hi in JSON", *words)
    assert ran.returncode == 0, ran.stderr.decode()
    assert body[name] == value
    assert type(body[name]) is type(value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-T", "1.1"], "--temperature must be a number from 0 to 1, not 1.1"),
        (["--frequency-penalty", "2"], "must be a number from 0 to 1, not 2.0"),
        (["--k", "501"], "must be a whole number from 0 to 500, not 501"),
        (["--p", "0"], "must be a number from 0.01 to 0.99, not 0.0"),
        (["--seed", "-1"], f"must be a whole number from 0 to {2**64 - 1}, not -1"),
        (["--priority", "1000"], "must be a whole number from 0 to 999, not 1000"),
        (["--thinking-budget", "0"], "must be a whole number of 1 or more, not 0"),
        (["--tool-choice", "required"], "co: a tool is required, but none is declared"),
        (["--stop", "a"] * 1 + ["--stop", "b"] * 5, "co: there are 6 stop sequences"),
        (
            ["--json-object", "-d", "notes.md"],
            "co: a JSON answer cannot be grounded in",
        ),
        (
            ["-m", "command-a-03-2025", "-i", PNG],
            "co: command-a-03-2025 does not accept images",
        ),
        (["-o", "yaml"], "co: -o yaml needs --dry-run"),
    ],
)
def test_what_the_api_would_refuse_is_refused_before_it_is_sent(seen, words, message):
    body, ran = seen("Hi", *words)
    assert (body, ran.returncode) == (None, 2)
    assert message in ran.stderr.decode()
    assert len(ran.stderr.splitlines()) == 2 or "--dry-run" in message
