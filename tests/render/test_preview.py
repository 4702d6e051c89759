import pytest

from cohere_cli.render.preview import shorten_strings, write_curl
from cohere_cli.terminal import Terminal


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://api.cohere.com/v2/chat", "https://api.cohere.com/v2/chat"),
        ("https://x/$(id)`id`", "'https://x/$(id)`id`'"),
        ("/v2/chat", '"$CO_API_URL/v2/chat"'),
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
