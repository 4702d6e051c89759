"""Where settings and data are kept: never in the current directory."""

from collections.abc import Mapping
from pathlib import Path

from cohere_cli.errors import ConfigProblem


def config_directory(environ: Mapping[str, str]) -> Path:
    """Return CO_CONFIG_DIR, or the platform's own place for a user's settings.

    Raises `ConfigProblem` for a relative path: a project that one has just
    cloned must not be able to say where prompts go.
    """
    said = environ.get("CO_CONFIG_DIR")
    directory = Path(said) if said else _usual_config()
    return _absolute(directory, "configuration", "CO_CONFIG_DIR" if said else "")


def data_directory(environ: Mapping[str, str]) -> Path:
    """Return CO_DATA_DIR, or the platform's own place for a user's data.

    Raises `ConfigProblem` for a relative path.
    """
    said = environ.get("CO_DATA_DIR")
    directory = Path(said) if said else _usual_data()
    return _absolute(directory, "data", "CO_DATA_DIR" if said else "")


def _absolute(directory: Path, of: str, named_by: str) -> Path:
    if directory.is_absolute():
        return directory
    raise ConfigProblem(
        f"the {of} directory is not an absolute path",
        where=named_by or str(directory),
        hint="give a path that begins with /",
    )


def _usual_config() -> Path:
    from platformdirs import user_config_path

    return user_config_path("co", appauthor=False)


def _usual_data() -> Path:
    from platformdirs import user_data_path

    return user_data_path("co", appauthor=False)
