"""The modules that are mutated, and the tests that cover each."""

from pathlib import Path

from tests.co_program import ROOT

_KEYS = ("process/test_auth.py", "process/test_secrets.py", "process/test_config.py")
_CALLS = ("process/test_secrets.py", "process/test_exit_codes.py")
_SCREEN = ("process/test_pipes.py", "process/test_terminal.py")
_SERVER = ("sandbox/test_server.py", "sandbox/test_refusals.py")
_FILES = ("documents/test_reader.py", "process/test_bad_input.py")

MODULES: dict[str, tuple[str, ...]] = {
    "__main__.py": ("process/test_signals.py", "process/test_startup.py"),
    "app.py": (
        "commands/test_help.py",
        "process/test_signals.py",
        "process/test_words.py",
        *_CALLS,
        *_SCREEN,
    ),
    "api/client.py": _CALLS,
    "api/connection.py": _CALLS,
    "api/deadline.py": _CALLS,
    "api/diagnostics.py": _CALLS,
    "api/responses.py": _CALLS,
    "api/retry.py": _CALLS,
    "api/sse.py": ("faults/test_oracle.py", *_CALLS),
    "api/transport.py": _CALLS,
    "config/credentials.py": _KEYS,
    "config/key_stores.py": _KEYS,
    "config/permissions.py": _KEYS,
    "config/resolution.py": _KEYS,
    "config/secure_files.py": _KEYS,
    "config/urls.py": _KEYS,
    "documents/open_file.py": _FILES,
    "documents/walk/collect.py": _FILES,
    "documents/walk/file_list.py": _FILES,
    "documents/walk/folders.py": _FILES,
    "documents/walk/git.py": _FILES,
    "documents/walk/gitignore.py": _FILES,
    "sandbox/access.py": _SERVER,
    "sandbox/http_handler.py": _SERVER,
    "strict_json.py": ("documents/formats", "api/protocol", *_CALLS),
    "terminal.py": ("render/test_plain.py", *_SCREEN, "screen/test_attacks.py"),
    "text.py": ("documents", "config", "process/test_bad_input.py"),
}
"""Paths below `cohere_cli/`, each with tests of whole programs, below `tests/`.

Security, limits, signals and strictness are decided here.
"""


def coverage_of(path: str) -> list[str]:
    """Return the tests of the module at *path*, the nearest first.

    Those are the file of its name, the other files of the same folder, then what
    `MODULES` adds.
    """
    module = Path(path)
    folder = ROOT / "tests" / module.parent
    own = folder / f"test_{module.stem}.py"
    siblings = sorted(folder.glob("test_*.py")) if module.parent.parts else []
    added = [ROOT / "tests" / one for one in MODULES[path]]
    nearest = [own] if own.exists() else []
    names = dict.fromkeys([*nearest, *siblings, *added])
    return [str(one.relative_to(ROOT)) for one in names]
