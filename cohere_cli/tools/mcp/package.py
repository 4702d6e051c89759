"""The `mcp` package, which the extra `mcp` installs; it is imported when it is used."""

import logging
from importlib import import_module
from importlib.util import find_spec

from cohere_cli.errors import ConfigProblem

_INSTALL = "pip install 'cohere-cli[mcp]'"


def require_package() -> None:
    """Raise `ConfigProblem` if the package is not installed; it is not imported."""
    if not find_spec("mcp"):
        what = "the Model Context Protocol needs cohere-cli[mcp]"
        raise ConfigProblem(what, hint=_INSTALL)


def import_client() -> None:
    """Import the client of the package, which takes a second.

    Raises `ConfigProblem` for a version that does not have it.
    """
    _import("mcp.client.client")


def import_server() -> None:
    """Import the server of the package; see `import_client`."""
    _import("mcp.server.lowlevel")


def _import(module: str) -> None:
    # Without a handler, Python writes to standard error what libraries log, and with
    # that what a server has sent.
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    try:
        import_module(module)
    except ImportError as exc:
        what = f"the mcp package that is installed cannot be used: {exc}"
        raise ConfigProblem(what, hint=_INSTALL) from exc
