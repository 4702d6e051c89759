"""The home of a run: files of every kind, and some that are no files."""

import os
import socket
from base64 import b64decode
from pathlib import Path

from tests.faults.inputs.situations import Trial, as_bytes
from tests.faults.rows import CANARY
from tests.faults.troubles import END, HI

_IMAGE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_FILES = {
    "rain.txt": b"It rains.\nIt shines.\n",
    "body.yaml": b"messages: [{role: user, content: Hi}]\n",
    "body.json": b'{"messages": [{"role": "user", "content": "Hi"}]}\n',
    "records.jsonl": b'{"text": "a", "a": 1}\n{"text": "b", "a": 2}\n',
    "table.csv": b"text,a\nrain,1\nsun,2\n",
    "schema.json": b'{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}',
    "tools.yaml": b"- type: function\n  function: {name: f, parameters: {type: object}}\n",
    "stream": HI + END,
    "image.png": _IMAGE,
    "bytes": bytes(range(256)),
    "nul": b"a\0b",
    "empty": b"",
    "blank": b" \n\n",
    "folder/a.txt": b"a",
    "key": CANARY.encode(),
}
_BIG = b"x" * (1 << 20)


def prepare(home: Path, trial: Trial, places: dict[str, str]) -> None:
    """Fill *home*, which is empty, with what *trial* finds there."""
    (home / "folder").mkdir()
    (home / "config").mkdir(mode=0o700)
    for name, data in _FILES.items():
        (home / name).write_bytes(data)
    if trial.number.endswith(("0", "5")):
        (home / "big").write_bytes(_BIG)
    for name, data in trial.files.items():
        path = home / name
        path.write_bytes(
            as_bytes(filled(data.decode("utf-8", "surrogateescape"), places))
        )
        path.chmod(0o600)
    (home / "key").chmod(0o600)
    _strange(home)


def _strange(home: Path) -> None:
    os.mkfifo(home / "fifo")
    (home / "unreadable").touch(mode=0)
    (home / "unsearchable").mkdir(mode=0)
    (home / "loop").symlink_to("loop")
    (home / "dangling").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(home / "socket"))


def filled(text: str, places: dict[str, str]) -> str:
    """Return *text* with the names in braces replaced by their places."""
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return text
