"""What programs write for programs: in a folder, such files are no documents."""

from cohere_cli.documents.formats import ending_of

_NAMES = {
    "composer.lock",
    "go.sum",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "pnpm-lock.yaml",
}
_ENDINGS = (".lock", ".map", ".min.css", ".min.js", ".min.mjs")
# People who write code break lines; those who write prose need not.
_PROSE = {".adoc", ".htm", ".html", ".markdown", ".md", ".org", ".rst", ".tex", ".txt"}
_LONGEST_LINE = 5_000


def is_generated(path: str, text: str = "") -> bool:
    """Whether the file's name, or a line of more than 5,000 characters, says so."""
    _, _, name = path.lower().rpartition("/")
    if name in _NAMES or name.endswith(_ENDINGS):
        return True
    if ending_of(name) in _PROSE:
        return False
    return any(len(line) > _LONGEST_LINE for line in text.split("\n"))
