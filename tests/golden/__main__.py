"""Rewrites the golden files from what the installed `co` writes now.

`python -m tests.golden [COMMAND]...`: all files, or those of the commands named.
To add an entry, write its `$` line into a file and run this; then read the diff.
"""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from co_program import Co

from tests.golden.transcript import FOLDER, Entry, entries, run


def _rerun(entry: Entry) -> str:
    with tempfile.TemporaryDirectory() as home:
        return str(run(entry, Co(Path(home)), Path(home) / "files"))


for path in sorted(FOLDER.glob("*.txt")):
    if path.stem in (sys.argv[1:] or path.stem):
        with ThreadPoolExecutor(4) as pool:
            path.write_text("\n".join(pool.map(_rerun, entries(path))))
