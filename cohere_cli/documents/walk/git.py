"""The settings of git: where else it has rules for names to ignore, and their case."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from cohere_cli.errors import InputProblem
from cohere_cli.text import shown_source

_MAX_SECONDS = 10.0
_NOT_SET = 1


class GitSettings(NamedTuple):
    """Files with rules, the last of them first to decide; they need not exist.

    `ignores_case`: rules match names in any case, as the file system does.
    """

    exclude_files: tuple[str, ...]
    ignores_case: bool


def read_settings(root: str) -> GitSettings:
    """Return the settings of the repository with the root *root*.

    Raises `InputProblem` if git cannot read them.
    """
    folder = _git_folder(root)
    common = _first_line(f"{folder}/commondir")
    shared = os.path.join(folder, common) if common else folder  # noqa: PTH118
    named = _setting("path", "core.excludesFile", root, folder)
    excludes = os.path.join(root, named) if named else _default_excludes()  # noqa: PTH118
    ignores_case = _setting("bool", "core.ignoreCase", root, folder) == "true"
    return GitSettings((excludes, f"{shared}/info/exclude"), ignores_case)


def _git_folder(root: str) -> str:
    """Return the repository's own folder; in a linked work tree `.git` names it."""
    path = f"{root}/.git"
    named = _first_line(path).removeprefix("gitdir:").strip()
    return os.path.join(root, named) if named else path  # noqa: PTH118 - of any bytes


def _first_line(path: str) -> str:
    with suppress(OSError, ValueError):
        if os.path.isfile(path):  # noqa: PTH113 - a pipe would block
            data = Path(path).read_bytes()
            return os.fsdecode(data.partition(b"\n")[0].rstrip(b"\r"))
    return ""


def _setting(kind: str, name: str, root: str, folder: str) -> str:
    """Return a setting as git finds it in all of its files, "" if it is not set."""
    import subprocess

    command = ["git", f"--git-dir={folder}", "config", "-z", f"--type={kind}"]
    try:
        run = subprocess.run(  # noqa: S603 - without a shell
            [*command, "--get", name],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_MAX_SECONDS,
        )
    except (OSError, ValueError):
        return ""
    except subprocess.TimeoutExpired as exc:
        raise _unknown(root, "git does not answer") from exc
    if run.returncode in (0, _NOT_SET):
        return os.fsdecode(run.stdout.removesuffix(b"\0"))
    reason, _, _ = run.stderr.decode(errors="replace").partition("\n")
    raise _unknown(root, reason)


def _default_excludes() -> str:
    base = os.path.expandvars("$XDG_CONFIG_HOME")
    # As for git, an empty value counts as unset; an unset one stays as it is.
    if base in ("", "$XDG_CONFIG_HOME"):
        base = os.path.expanduser("~/.config")  # noqa: PTH111 - of any bytes
    return f"{base}/git/ignore"


def _unknown(root: str, reason: str) -> InputProblem:
    what = f"the files that git ignores are unknown: {reason}"
    return InputProblem(what, where=shown_source(root), hint="try: git status")
