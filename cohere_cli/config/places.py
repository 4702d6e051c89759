"""Where the configuration is kept: never in the current directory."""

from collections.abc import Mapping
from pathlib import Path

from cohere_cli.errors import ConfigProblem


def config_directory(environ: Mapping[str, str]) -> Path:
    """Return CO_CONFIG_DIR, or the platform's own place for a user's settings.

    Raises `ConfigProblem` for a relative path: a project that one has just
    cloned must not be able to say where prompts go.
    """
    said = environ.get("CO_CONFIG_DIR")
    directory = Path(said) if said else _platform_directory()
    if not directory.is_absolute():
        raise ConfigProblem(
            "the configuration directory is not an absolute path",
            where="CO_CONFIG_DIR" if said else str(directory),
            hint="give a path that begins with /",
        )
    return directory


def _platform_directory() -> Path:
    from platformdirs import user_config_path

    return user_config_path("co", appauthor=False)
