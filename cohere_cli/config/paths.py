"""The directories of the configuration and of data, never the current directory."""

from collections.abc import Mapping
from pathlib import Path

from cohere_cli.errors import ConfigProblem


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


def _directory(environ: Mapping[str, str], variable: str, kind: str) -> Path:
    if environ.get(variable):
        directory, where = Path(environ[variable]), variable
    else:
        import platformdirs

        platform = platformdirs.PlatformDirs("co", appauthor=False)
        directory = Path(getattr(platform, f"user_{kind}_dir"))
        where = str(directory)
    if directory.is_absolute():
        return directory
    problem = f"the {kind} directory is not an absolute path"
    raise ConfigProblem(problem, where=where, hint="use a path that begins with /")
