"""The TLS context of a connection: trusted CAs and the client certificate."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os.path import expandvars
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from cohere_cli.api.connection import CERTIFICATES, Route, trust_for
from cohere_cli.errors import ConfigProblem

_NO_PIPE = "a pipe or a device would be waited for; copy it to a file"


def tls_context(route: Route) -> ssl.SSLContext:
    """Return the TLS context: trusted CAs and the client certificate.

    Raises `ConfigProblem` naming a file that cannot be used.
    """
    _require_file("TLS key log", expandvars("$SSLKEYLOGFILE"))
    path, _ = trust_for(route)
    with _read_for_tls("CA bundle", path):
        if Path(path).is_dir():
            context = ssl.create_default_context(capath=path)
        else:
            context = ssl.create_default_context(cafile=path)
    if route.client_certificate:
        _require_file("client key", route.client_key)
        with _read_for_tls("client certificate", route.client_certificate):
            # Without a password OpenSSL would prompt for one on the terminal.
            context.load_cert_chain(
                route.client_certificate, route.client_key or None, password=""
            )
    return context


# `<(command)` in a shell: a pipe that has a writer.
_OPEN_ALREADY = "/dev/fd/"


def _require_file(what: str, path: str) -> None:
    """Raise `ConfigProblem` if *path* is a pipe or a device, which TLS would wait for.

    A missing file, or a folder, is an error of TLS itself.
    """
    with suppress(OSError, ValueError):
        mode = os.stat(path).st_mode  # noqa: PTH116 - no Path on the way of a prompt
        if not (S_ISREG(mode) or S_ISDIR(mode) or path.startswith(_OPEN_ALREADY)):
            raise ConfigProblem(
                f"the {what} is not a regular file", where=path, hint=_NO_PIPE
            )


@contextmanager
def _read_for_tls(what: str, path: str) -> Iterator[None]:
    _require_file(what, path)
    try:
        yield
    except OSError as exc:
        # OpenSSL's own messages are about its internals.
        is_invalid = isinstance(exc, ssl.SSLError)
        reason = "it is incomplete or not PEM" if is_invalid else exc.strerror
        raise ConfigProblem(
            f"the {what} cannot be used: {reason}", where=path, hint=CERTIFICATES
        ) from exc
