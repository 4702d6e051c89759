"""A request to look at instead of sending it: as JSON, as YAML, or for curl."""

import json
import re
import shlex
from typing import Any

from cohere_cli.render.json import write_json
from cohere_cli.terminal import Terminal

_LINE_ENDS = re.compile(r"[\x85\u2028\u2029]")
_LONGEST = 200
_KEPT = 60


def write_body(terminal: Terminal, body: Any, output: str | None) -> None:
    """Write the body, JSON types, as JSON or, for *output* "yaml", as YAML."""
    if output == "yaml":
        terminal.write(format_yaml(body))
    else:
        write_json(terminal, body)


def format_yaml(value: Any) -> str:
    """Return *value*, JSON types, as YAML that says the same to every reader."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes what YAML's versions read differently: 1e3, Unicode's line ends."""

    def text(dumper: Any, said: str) -> Any:
        style = '"' if _LINE_ENDS.search(said) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", said, style)

    Dumper.add_representer(str, text)
    number = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?$")
    Dumper.add_implicit_resolver("tag:yaml.org,2002:float", number, [*"-0123456789"])
    return yaml.dump(
        value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=88
    )


def write_curl(terminal: Terminal, url: str, body: Any) -> None:
    """Write a command for a POSIX shell that makes the same call.

    The key stays out of it: `$CO_API_KEY`. The sandbox has an address only while it
    runs: its *url* is a path, behind `$CO_API_URL`. The body stands in a here-document,
    because one argument may not be longer than 128 KiB on Linux.
    """
    text = json.dumps(body, ensure_ascii=False, indent=2)
    terminal.write(
        f"curl -sS --no-buffer {_address(url)} \\\n"
        '  -H "Authorization: Bearer $CO_API_KEY" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  --data-binary @- <<'BODY'\n{text}\nBODY\n"
    )


def write_curl_get(terminal: Terminal, url: str) -> None:
    """Write a command that only asks for what is at *url*; see `write_curl`."""
    key = '-H "Authorization: Bearer $CO_API_KEY"'
    terminal.write(f"curl -sS {_address(url)} {key}\n")


def _address(url: str) -> str:
    return f'"$CO_API_URL{url}"' if url.startswith("/") else shlex.quote(url)


def shorten_strings(value: Any) -> Any:
    """Return *value* with each long text shortened, its length told."""
    match value:
        case str() if len(value) > _LONGEST:
            return f"{value[:_KEPT]}… ({len(value):,} characters)"
        case dict():
            return {name: shorten_strings(item) for name, item in value.items()}
        case list():
            return [shorten_strings(item) for item in value]
        case _:
            return value
