import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from retrieval.searching import found

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SCRIPT = Path(__file__).with_name("searching.py")
RUNS = 20
WORDS = (
    "apple",
    "pear",
    "plum",
    "read_timeout",
    "readTimeout",
    "日本語",
    "retries",
    "the",
)
QUERY = 'retry the "pear plum" read_timeout 日本'


class Folder:
    """Files that change as people and programs change them."""

    def __init__(self, path, seed):
        self.path, self.random = path, random.Random(seed)
        for number in range(60):
            self.write(number)

    def file(self, number):
        return (
            self.path / f"d{number % 5}" / f"f{number}.{'md' if number % 3 else 'txt'}"
        )

    def write(self, number):
        path = self.file(number)
        path.parent.mkdir(exist_ok=True)
        lines = self.random.randint(0, 300)
        path.write_text(
            "".join(
                ("# " if self.random.random() < 0.05 else "")
                + " ".join(self.random.choices(WORDS, k=8))
                + ("\n\n" if self.random.random() < 0.1 else "\n")
                for _ in range(lines)
            )
        )

    def change(self):
        """Change one file, or which files are ignored."""
        number = self.random.randrange(70)
        path = self.file(number)
        kind = self.random.randrange(8)
        if kind == 0:
            path.unlink(missing_ok=True)
        elif kind == 1:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"pear\0plum")
        elif kind == 2 and path.is_file():
            self.exchange_in_place(path)
        elif kind == 3:
            rule = f"f{number}.*\n" if self.random.random() < 0.8 else ""
            (self.path / ".gitignore").write_text(rule)
        elif kind == 4:
            shutil.rmtree(path.parent, ignore_errors=True)
        elif kind == 5 and path.is_file():
            path.rename(self.file((number + 15) % 70).with_suffix(path.suffix))
        else:
            self.write(number)

    def exchange_in_place(self, path):
        """Change words, not the size, and set the time back."""
        status = path.stat()
        text = path.read_text(errors="replace")
        path.write_text(text.replace("pear", "grap").replace("plum", "pear"))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def start(folder, cache):
    command = [sys.executable, SCRIPT, cache, QUERY]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.parametrize("seed", range(2))
def test_twenty_runs_at_once_kills_and_edits_never_change_what_is_found(
    tmp_path, monkeypatch, seed
):
    (tmp_path / "files").mkdir()
    monkeypatch.chdir(tmp_path / "files")
    folder, cache = Folder(tmp_path / "files", seed), tmp_path / "cache" / "index"
    chance = folder.random
    for _ in range(3):
        runs = [start(folder.path, cache) for _ in range(RUNS)]
        end = time.monotonic() + 2
        while time.monotonic() < end:
            folder.change()
            if chance.random() < 0.1:
                chance.choice(runs).send_signal(signal.SIGKILL)
            time.sleep(0.02)
        for run in runs:
            _, errors = run.communicate()
            assert (run.returncode, errors) in ((0, b""), (-signal.SIGKILL, b""))
        plain, _ = found(QUERY, ["."])
        assert found(QUERY, ["."], cache)[0] == plain
        for run in [start(folder.path, cache) for _ in range(RUNS)]:
            output, errors = run.communicate()
            assert errors == b""
            assert json.loads(output)[0] == json.loads(json.dumps(plain))
