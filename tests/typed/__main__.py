"""Rewrites the files of typed commands from what the installed `co` shows now.

`python -m tests.typed [NAME]...`: all files, or those named, without `.txt`.
To add a command, write a file with its `$` line and run this; then read the diff.
"""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.typed.screens import FOLDER, read, run


def _rewrite(path: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        path.write_text(str(run(read(path), Path(home))))


with ThreadPoolExecutor(4) as pool:
    names = sys.argv[1:]
    paths = [
        one for one in sorted(FOLDER.glob("*.txt")) if one.stem in (names or one.stem)
    ]
    list(pool.map(_rewrite, paths))
