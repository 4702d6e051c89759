"""Rewrites `tests/interface/interface.txt` from the program: `python -m tests.interface`.

Read the diff: what goes, or changes its type, is a change that breaks scripts.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.interface.surface import FILE, written

with tempfile.TemporaryDirectory() as home:
    FILE.write_text(written(Path(home)), "utf-8")
