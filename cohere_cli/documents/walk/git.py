"""The files in which git, outside of the folders, has rules for names to ignore."""

import os
from contextlib import suppress
from pathlib import Path

from cohere_cli.errors import InputProblem
from cohere_cli.text import shown_source

_MAX_SECONDS = 10.0
_NOT_SET = 1


def exclude_files(root: str) -> tuple[str, str]:
    """Return the user's exclude file and that of the repository with the root *root*.

    They need not exist. Raises `InputProblem` if git cannot read its settings.
    """
    folder = _git_folder(root)
    common = _first_line(f"{folder}/commondir")
    shared = os.path.join(folder, common) if common else folder  # noqa: PTH118
    return _user_excludes(root, folder), f"{shared}/info/exclude"


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


def _user_excludes(root: str, folder: str) -> str:
    """Return `core.excludesFile`, as git finds it in all of its settings."""
    import subprocess

    command = ["git", f"--git-dir={folder}", "config", "-z", "--type=path"]
    try:
        run = subprocess.run(  # noqa: S603 - without a shell
            [*command, "--get", "core.excludesFile"],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_MAX_SECONDS,
        )
    except (OSError, ValueError):
        return _default_excludes()
    except subprocess.TimeoutExpired as exc:
        raise _unknown(root, "git does not answer") from exc
    if run.returncode == 0:
        named = os.fsdecode(run.stdout.removesuffix(b"\0"))
        return os.path.join(root, named)  # noqa: PTH118 - of any bytes
    if run.returncode == _NOT_SET:
        return _default_excludes()
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
