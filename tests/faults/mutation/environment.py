"""A Python in which one module of the project has another source.

The project's files stay as they are, so several can run at the same time.
"""

import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.co_program import ROOT

# Without imports of its own, which would hide what the program imports.
_FINDER = """\
import sys
from _frozen_importlib_external import SourceFileLoader, spec_from_file_location
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            loader = SourceFileLoader(name, {file!r})
            return spec_from_file_location(name, {file!r}, loader=loader)
sys.meta_path.insert(0, Finder)
"""


@contextmanager
def environment(module: str = "", source: str = "") -> Iterator[Path]:
    """Yield a Python with the project installed, in which *module* is *source*.

    It finds all other packages where this Python does.
    """
    with tempfile.TemporaryDirectory(prefix="co-mutant-") as home:
        programs = Path(home) / "bin"
        paths = sysconfig.get_paths(vars={"base": home, "platbase": home})
        packages = Path(paths["purelib"])
        packages.mkdir(parents=True)
        programs.mkdir()
        base = Path(sys.base_prefix) / "bin"
        (Path(home) / "pyvenv.cfg").write_text(f"home = {base}\n")
        python = programs / "python"
        python.symlink_to(Path(sys.executable).resolve())
        ours = sysconfig.get_paths()["purelib"]
        (packages / "project.pth").write_text(f"{ROOT}\n{ours}\n")
        if module:
            file = Path(home) / f"{module}.py"
            file.write_text(source)
            finder = _FINDER.format(module=module, file=str(file))
            (packages / "sitecustomize.py").write_text(finder)
            (Path(home) / "finder.py").write_text(finder)
        program = f"#!{python}\nfrom cohere_cli.__main__ import entry\nentry()\n"
        for tool in ("lint-imports", "ruff"):
            (programs / tool).symlink_to(Path(sys.executable).with_name(tool))
        (programs / "co").write_text(program)
        (programs / "co").chmod(0o755)
        yield python
