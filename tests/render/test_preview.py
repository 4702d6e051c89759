import json
import subprocess

import pytest
import yaml

from cohere_cli.render.preview import shorten_strings, write_body, write_curl
from cohere_cli.terminal import Terminal


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://api.cohere.com/v2/chat", "https://api.cohere.com/v2/chat"),
        ("https://x/$(id)`id`", "'https://x/$(id)`id`'"),
        ("/v2/chat", '"${CO_API_URL:?is not set: run co sandbox serve}/v2/chat"'),
    ],
)
def test_a_curl_command_runs_nothing_but_curl(url, address):
    terminal = Terminal.fake()
    write_curl(terminal, url, {"model": "it's $HOME"})
    assert terminal.written.decode() == (
        f"curl -sS --no-buffer {address} \\\n"
        '  -H "Authorization: Bearer $CO_API_KEY" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        "  --data-binary @- <<'BODY'\n"
        '{\n  "model": "it\'s $HOME"\n}\n'
        "BODY\n"
    )


def test_only_long_texts_are_elided_at_any_depth():
    long = "x" * 201
    assert shorten_strings({"a": [long, "y" * 200, 1, None]}) == {
        "a": ["x" * 60 + "… (201 characters)", "y" * 200, 1, None]
    }


# Shown as they are, escaped on a terminal, and in quotes of the shell.
HOSTILE = "क्\u200dष 👩\u200d👧 a\u200bb \x1b[2J \x7f \u202e \U000e0061 \ue000 '\"\\$x`id`\nBODY\n"


@pytest.mark.parametrize("tty", [True, False])
def test_what_a_shell_sends_is_the_body_also_if_copied_from_a_terminal(tty):
    terminal = Terminal.fake(tty=tty)
    write_curl(terminal, "https://x/v2/chat", {"message": HOSTILE, "a\u200bb": 1})
    command = terminal.written.decode()
    assert tty is not ("\u202e" in command)
    script = f"curl() {{ cat; }}\n{command}"
    run = subprocess.run(
        ["bash"], input=script.encode(), capture_output=True, check=True
    )
    assert run.stdout.decode() == command.partition("<<'BODY'\n")[2].removesuffix(
        "BODY\n"
    )
    assert json.loads(run.stdout) == {"message": HOSTILE, "a\u200bb": 1}


@pytest.mark.parametrize(
    ("output", "read"), [(None, json.loads), ("yaml", yaml.safe_load)]
)
def test_a_body_on_a_terminal_is_still_the_same_value(output, read):
    texts = [
        HOSTILE,
        "\u200f: שלום",
        "שלום\u200f",
        "❤\ufe0f",
        "z" + 40 * "\u0301",
        "#\u200b",
    ]
    body = {"texts": texts, "\u3164key": {"\u200d": "a " * 100 + "\u200b"}}
    terminal = Terminal.fake(tty=True)
    write_body(terminal, body, output)
    shown = terminal.written.decode()
    assert read(shown) == body
    for invisible in "\u200b\u202e\x1b\x7f\U000e0061\ue000\u3164":
        assert invisible not in shown
    for plain in ("क्\u200dष", "❤\ufe0f"):
        assert plain in shown


def test_half_of_a_surrogate_pair_is_escaped_in_a_curl_command():
    terminal = Terminal.fake()
    write_curl(terminal, "https://x/", {"message": "\ud83d"})
    assert b'"message": "\\ud83d"' in terminal.written
