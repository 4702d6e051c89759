"""The directories of settings, data and caches, never the current directory."""

import os
from collections.abc import Mapping
from pathlib import Path

from cohere_cli.errors import ConfigProblem

_ABSOLUTE = f"use a path that begins with {os.path.abspath(os.sep)}"  # noqa: PTH100 - of text


def config_directory(environ: Mapping[str, str]) -> Path:
    """Return CO_CONFIG_DIR, or the platform's directory for a user's settings.

    Raises `ConfigProblem` for a relative path: a project that was just cloned must
    not be able to decide where prompts go.
    """
    return _directory(environ, "CO_CONFIG_DIR", "config")


def data_directory(environ: Mapping[str, str]) -> Path:
    """Return CO_DATA_DIR, or the platform's directory for a user's data.

    Raises `ConfigProblem` for a relative path.
    """
    return _directory(environ, "CO_DATA_DIR", "data")


def preset_directory(environ: Mapping[str, str]) -> Path:
    """Return the directory of presets, below that of the settings."""
    return config_directory(environ) / "presets"


def cache_directory(environ: Mapping[str, str]) -> Path:
    """Return CO_CACHE_DIR, or the platform's directory for what can be made again.

    Raises `ConfigProblem` for a relative path.
    """
    return _directory(environ, "CO_CACHE_DIR", "cache")


def index_directory(environ: Mapping[str, str]) -> Path:
    """Return the directory of the indexes of searched files."""
    return cache_directory(environ) / "index"


def is_home_unavailable(environ: Mapping[str, str]) -> bool:
    """Whether the platform's directory of settings is unknown, or cannot be searched.

    So it is for service accounts. False where CO_CONFIG_DIR names a directory.
    """
    if environ.get("CO_CONFIG_DIR"):
        return False
    try:
        (config_directory(environ) / "config.toml").lstat()
    except FileNotFoundError:
        return False
    except (OSError, ConfigProblem):
        return True
    return False


def _directory(environ: Mapping[str, str], variable: str, kind: str) -> Path:
    if environ.get(variable):
        directory, where = Path(environ[variable]), variable
    else:
        directory = _platform_directory(kind, variable)
        where = str(directory)
    if directory.is_absolute():
        return directory
    problem = f"the {kind} directory is not an absolute path"
    raise ConfigProblem(problem, where=where, hint=_ABSOLUTE)


def _platform_directory(kind: str, variable: str) -> Path:
    import platformdirs

    platform = platformdirs.PlatformDirs("co", appauthor=False)
    try:
        return Path(getattr(platform, f"user_{kind}_dir"))
    except RuntimeError as exc:
        hint = f"set HOME, or {variable}, to an absolute path"
        raise ConfigProblem("this user has no home directory", hint=hint) from exc
