"""Previews of a request for `--dry-run` and `--curl`: JSON, YAML or a curl command."""

import re
import shlex
from typing import Any

from cohere_cli.render.json import format_json, write_json
from cohere_cli.strict_json import WrittenNumber
from cohere_cli.terminal import Terminal

# Characters; a longer string is shortened to its beginning and its length.
_LONGEST = 200
_BEGINNING = 60


def write_body(terminal: Terminal, body: Any, output: str | None) -> None:
    """Write *body* (JSON types) as JSON, or as YAML if *output* is "yaml"."""
    if output == "yaml":
        terminal.write(format_yaml(body, terminal))
    else:
        write_json(terminal, body)


def format_yaml(value: Any, terminal: Terminal | None = None) -> str:
    """Return *value* (JSON types) as YAML that YAML 1.1 and 1.2 parse alike.

    Where *terminal* shows it, characters that could control it are escaped.
    """
    import yaml

    from cohere_cli.characters.cleaner import clean_text, has_suspects

    is_shown = terminal is not None and terminal.shows_output

    class Dumper(yaml.SafeDumper):
        """Quotes strings that YAML 1.1 and 1.2 parse differently, such as 1e3."""

    def represent(dumper: Any, text: str) -> Any:
        unsafe = re.search(r"[\x85\u2028\u2029]", text)
        style = '"' if unsafe or (is_shown and has_suspects(text)) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)

    def represent_number(dumper: Any, number: WrittenNumber) -> Any:
        tag = dumper.resolve(yaml.ScalarNode, number.written, (True, False))
        return dumper.represent_scalar(tag, number.written)

    Dumper.add_representer(str, represent)
    Dumper.add_representer(WrittenNumber, represent_number)
    number = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?$")
    Dumper.add_implicit_resolver("tag:yaml.org,2002:float", number, [*"-0123456789"])
    text = yaml.dump(
        value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=88
    )
    return clean_text(text, _yaml_escape) if is_shown else text


def _yaml_escape(character: str) -> str:
    """Return *character*, which is in double quotes, as an escape of YAML."""
    return f"\\U{ord(character):08X}"


def write_curl(terminal: Terminal, url: str, body: Any) -> None:
    """Write a command for a POSIX shell that sends the same request.

    The command contains `$CO_API_KEY` instead of the key. A *url* that is a path, for
    the sandbox, follows `$CO_API_URL`. The body is a here-document, because Linux
    limits an argument to 128 KiB.
    """
    text = format_json(terminal, body, 2)
    _note_server(terminal, url)
    terminal.write(
        f"curl -sS --no-buffer {_shell_word(url)} \\\n"
        '  -H "Authorization: Bearer $CO_API_KEY" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  --data-binary @- <<'BODY'\n{text}\nBODY\n"
    )


def write_curl_get(terminal: Terminal, url: str) -> None:
    """Write a command that sends a GET request to *url*; see `write_curl`."""
    _note_server(terminal, url)
    key = '-H "Authorization: Bearer $CO_API_KEY"'
    terminal.write(f"curl -sS {_shell_word(url)} {key}\n")


def _shell_word(url: str) -> str:
    # Without a value, a shell ends with the message and sends nothing.
    server = "${CO_API_URL:?is not set: run co sandbox serve}"
    return f'"{server}{url}"' if url.startswith("/") else shlex.quote(url)


def _note_server(terminal: Terminal, url: str) -> None:
    """Note where the URL of a sandbox comes from, which ends with the command."""
    if url.startswith("/"):
        terminal.note(
            "hint: the command needs a server: `co sandbox serve` prints CO_API_URL "
            "and CO_API_KEY for it"
        )


def shorten_strings(value: Any) -> Any:
    """Return *value* (JSON types) with each long string cut and its length added."""
    match value:
        case str() if len(value) > _LONGEST:
            return f"{value[:_BEGINNING]}… ({len(value):,} characters)"
        case dict():
            return {name: shorten_strings(item) for name, item in value.items()}
        case list():
            return [shorten_strings(item) for item in value]
        case _:
            return value
