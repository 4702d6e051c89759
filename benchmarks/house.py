"""The size of the code: files, functions, folders, circles, and what a start loads.

    python benchmarks/house.py [FOLDER]

Lines are physical lines. A function's length goes from `def` to its last line. A
circle is a set of modules that import each other at import time, directly or not.
"""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parent.parent
PACKAGE = "cohere_cli"
SMALL = 40  # lines
UNREACHABLE = 7  # the exit code where nobody listens
SERVER = ("--base-url", "http://127.0.0.1:9", "--retries", "0")
# The history is loaded when the answer is there.
CHAT = ("chat", "Hi", "--no-history", *SERVER)


def main() -> None:
    """Print the figures of the package in FOLDER, else of this one."""
    root = Path(sys.argv[1]) if sys.argv[1:] else ROOT
    files = sorted((root / PACKAGE).rglob("*.py"))
    trees = {path: ast.parse(path.read_text()) for path in files}
    lines = [len(path.read_text().splitlines()) for path in files]
    lengths = [length for tree in trees.values() for length in functions(tree)]
    folders = Counter(path.parent.relative_to(root) for path in files)
    widest, most = folders.most_common(1)[0]
    figures = {
        "modules": len(files),
        "lines": f"{sum(lines):,}",
        "lines of a file, median / p90 / max": spread(lines),
        f"files under {SMALL} lines, __init__ apart": sum(
            number < SMALL
            for path, number in zip(files, lines, strict=True)
            if path.name != "__init__.py"
        ),
        "lines of a function, median / p90 / max": spread(lengths),
        "most files in a folder": f"{most} ({widest})",
        "circles": sum(len(group) > 1 for group in circles(root, trees)),
        "own modules that a plain `co chat` loads": loaded(root),
    }
    for name, value in figures.items():
        print(f"{name:42} {value}")


def functions(tree: ast.Module) -> Iterator[int]:
    """Yield how many lines each function of *tree* has."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1


def spread(numbers: list[int]) -> str:
    """Return median, 90th percentile and maximum of *numbers*."""
    return (
        f"{median(numbers):.0f} / {quantiles(numbers, n=10)[-1]:.0f} / {max(numbers)}"
    )


def circles(root: Path, trees: dict[Path, ast.Module]) -> Iterator[set[str]]:
    """Yield the strongly connected sets of modules (Tarjan's algorithm)."""
    names = {name_of(root, path): tree for path, tree in trees.items()}
    graph = {name: set(imports(tree, names)) - {name} for name, tree in names.items()}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []

    def visit(name: str) -> Iterator[set[str]]:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in graph[name]:
            if other not in index:
                yield from visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            at = stack.index(name)
            yield set(stack[at:])
            del stack[at:]

    for name in graph:
        if name not in index:
            yield from visit(name)


def name_of(root: Path, path: Path) -> str:
    """Return the dotted name of the module at *path*."""
    dotted = ".".join(path.relative_to(root).with_suffix("").parts)
    return dotted.removesuffix(".__init__")


def imports(tree: ast.Module, names: dict[str, ast.Module]) -> Iterator[str]:
    """Yield those of *names* that *tree* imports, inside of functions, too.

    Not those for a type checker alone.
    """
    typed = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    for node in ast.walk(tree):
        is_typed = id(node) in typed
        if isinstance(node, ast.ImportFrom) and node.module and not is_typed:
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                yield from {module, node.module} & names.keys()


def loaded(root: Path) -> int:
    """Return how many modules of the package a plain `co chat` imports."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", PACKAGE, *CHAT],
        cwd=root,
        env={"CO_API_KEY": "k" * 40, "CO_CONFIG_DIR": "/nonexistent", "PATH": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != UNREACHABLE:
        sys.exit(run.stderr)
    named = (line.rpartition("|")[2].strip() for line in run.stderr.splitlines())
    return len({name for name in named if name.split(".")[0] == PACKAGE})


if __name__ == "__main__":
    main()
