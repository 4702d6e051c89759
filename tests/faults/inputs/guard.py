"""Lets a process reach this machine only: any other name is not known.

Run as a program, it starts `co` in an interpreter of its own, guarded.
"""

import errno
import os
import socket
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any


def install() -> None:
    """Replace the calls that look up names and connect."""
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def guarded_look_up(host: Any, *given: Any, **more: Any) -> Any:
        if isinstance(host, str) and not _is_here(host):
            host.encode("idna")  # as the real one does before it asks
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *given, **more)

    def guarded_connect(one: socket.socket, address: Any) -> None:
        if one.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
        connect(one, address)

    socket.getaddrinfo = guarded_look_up
    socket.socket.connect = guarded_connect  # type: ignore[method-assign]


def _is_here(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    # As for the installed program: not the folder of this file.
    sys.path[0] = str(Path(__file__).parents[3])
    install()
    sys.argv[0] = "co"
    from cohere_cli.__main__ import main

    main()
