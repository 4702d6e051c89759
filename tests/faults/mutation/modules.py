"""The modules that are mutated, and the tests that cover each."""

from dataclasses import dataclass
from pathlib import Path

from tests.co_program import ROOT

_KEYS = ("process/test_auth.py", "process/test_secrets.py", "process/test_config.py")
_CALLS = ("process/test_secrets.py", "process/test_exit_codes.py")
_SCREEN = ("process/test_pipes.py", "process/test_terminal.py")
_ATTACKS = ("test_terminal.py", "render/test_plain.py", "screen/test_attacks.py")
_SERVER = ("sandbox/test_server.py", "sandbox/test_refusals.py")
_FILES = (
    "documents/test_reader.py",
    "documents/test_skipped.py",
    "process/test_bad_input.py",
)

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
    "api/connection.py": ("golden/test_golden.py", *_CALLS),
    "api/deadline.py": _CALLS,
    "api/diagnostics.py": _CALLS,
    "api/forward.py": _CALLS,
    "api/masking.py": _CALLS,
    "api/responses.py": _CALLS,
    "api/retry.py": _CALLS,
    "api/sse.py": ("faults/test_oracle.py", *_CALLS),
    "api/network/transport.py": _CALLS,
    "characters/cleaner.py": _ATTACKS,
    "characters/contexts.py": _ATTACKS,
    "characters/kinds.py": _ATTACKS,
    "config/credentials.py": _KEYS,
    "config/key_stores.py": _KEYS,
    "config/permissions.py": _KEYS,
    "config/resolution.py": _KEYS,
    "config/secure_files.py": _KEYS,
    "config/urls.py": _KEYS,
    "documents/open_file.py": _FILES,
    "documents/walk/automaton.py": (),
    "documents/walk/bracket.py": (),
    "documents/walk/collect.py": _FILES,
    "documents/walk/file_list.py": _FILES,
    "documents/walk/first_look.py": _FILES,
    "documents/walk/folders.py": _FILES,
    "documents/walk/git.py": (),
    "documents/walk/gitignore.py": (),
    "documents/walk/part_table.py": (),
    "documents/walk/rule.py": (),
    "documents/walk/rule_files.py": (),
    "documents/walk/rule_tree.py": (),
    "documents/walk/work.py": (),
    "render/links.py": ("render/test_addresses.py", *_ATTACKS),
    "render/spans.py": ("render/markdown", "render/test_many_events.py"),
    "sandbox/access.py": ("sandbox/http", "sandbox/test_trial_limits.py", *_SERVER),
    "sandbox/http/body.py": _SERVER,
    "sandbox/http/budget.py": _SERVER,
    "sandbox/http/connection.py": ("sandbox/test_faults.py", *_SERVER),
    "sandbox/http/head.py": _SERVER,
    "sandbox/http/incoming.py": _SERVER,
    "sandbox/http/limits.py": _SERVER,
    "sandbox/http/reply.py": _SERVER,
    "sandbox/server.py": ("sandbox/http", *_SERVER, "sandbox/test_serve.py"),
    "strict_json.py": ("documents/formats", "api/protocol", *_CALLS),
    "system/private_files.py": ("config", *_KEYS),
    "terminal.py": (
        "process/test_presentation.py",
        "process/test_rerank_cost.py",
        "process/test_startup.py",
        *_ATTACKS,
        *_SCREEN,
    ),
    "text.py": ("documents", "config", "process/test_bad_input.py"),
}
"""Paths below `cohere_cli/`, each with tests of other folders, below `tests/`.

Security, limits, signals and strictness are decided here.
"""

_OF_THE_PROGRAM = {"process", "screen"}
"""Folders whose tests run the installed program; all others call the package."""
_CROWDED = {"sandbox": ("test_access", "test_server", "test_refusals", "test_serve")}
"""Folders of which only some files concern the modules that are mutated."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Test files that call a module, and those that run the whole program."""

    near: tuple[str, ...]
    far: tuple[str, ...]


def coverage_of(path: str) -> Coverage:
    """Return the tests of the module at *path*, the nearest first.

    Those are the file of its name, the other files of the same folder, then what
    `MODULES` adds.
    """
    module = Path(path)
    folder = ROOT / "tests" / module.parent
    own = folder / f"test_{module.stem}.py"
    few = _CROWDED.get(module.parent.name)
    siblings = [
        one
        for one in sorted(folder.glob("test_*.py"))
        if module.parent.parts and (not few or one.stem in few)
    ]
    added = [file for one in MODULES[path] for file in _files(ROOT / "tests" / one)]
    nearest = [own] if own.exists() else []
    names = [*dict.fromkeys([*nearest, *siblings, *added])]
    far = [one for one in names if one.parent.name in _OF_THE_PROGRAM]
    near = [one for one in names if one not in far]
    return Coverage(_relative(near), _relative(far))


def _files(place: Path) -> list[Path]:
    return sorted(place.rglob("test_*.py")) if place.is_dir() else [place]


def _relative(files: list[Path]) -> tuple[str, ...]:
    return tuple(str(one.relative_to(ROOT)) for one in files)
