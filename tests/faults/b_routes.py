"""B7 to B10, B13, B14: the way to the server, and addresses that lead nowhere."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tests.faults.judging import MUCH, failures_of
from tests.faults.rows import Case, Row, Trial
from tests.faults.running import run
from tests.raw_server import http

_ELSEWHERE = ("chat", "Hi", "--retries", "0", "--base-url")
_NOBODY = "https://nobody.invalid"
_NO_PROXIES = (
    "::1/128",
    "[::1]",
    "[::1]:80,10.0.0.0/8,fe80::/10",
    "::1,*.local,.example.com",
)


def _unreached(
    case: str, fault: str, url: str, says: str, code: int = 7, **env: str
) -> Row:
    """No connection, or none that may be made: one line that names the address."""
    return Row(
        case=case,
        fault=fault,
        words=(*_ELSEWHERE, url),
        env=env,
        code=code,
        says=(says, "hint: *") if code == 7 or env else (says,),
    )


def _refused_address(case: str, url: str) -> Row:
    return Row(
        case=case,
        fault=f"the address {url!r}",
        words=(*_ELSEWHERE, url),
        code=3,
        says=("co: the base URL must *", *("hint: *",) * url.startswith("http:")),
    )


def _no_tls(home: Path) -> Iterator[str]:
    """Ask for TLS where somebody answers without it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Plain\r\n\r\n")

        yield from _asked_by_tls(listener, answer, "co: cannot connect: *ssl*", home)


def _untrusted(home: Path) -> Iterator[str]:
    """Ask a server whose certificate nobody has signed; for want of openssl, nobody."""
    if not shutil.which("openssl"):
        return
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    files = ["-keyout", home / "its.key", "-out", home / "its.pem"]
    subprocess.run([*made.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(home / "its.pem", home / "its.key")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with suppress(OSError):
                context.wrap_socket(listener.accept()[0], server_side=True)

        says = "co: the certificate is not trusted: *self*signed*"
        yield from _asked_by_tls(listener, answer, says, home)


def _asked_by_tls(
    listener: socket.socket, answer: Callable[[], None], says: str, home: Path
) -> Iterator[str]:
    threading.Thread(target=answer, daemon=True).start()
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    row = _unreached("B7", "TLS", f"https://{host}", f"{says} ({host})")
    yield from failures_of(row, run(row, home), MUCH)


def _write_no_certificate(home: Path) -> None:
    (home / "ca.pem").write_text("no certificate\n")


CASES: tuple[Case, ...] = (
    _unreached(
        "B7",
        "refused",
        "http://127.0.0.1:9",
        "co: cannot connect: connection refused (127.0.0.1:9)",
    ),
    _unreached("B7", "no such name", _NOBODY, "co: cannot connect: * (nobody.invalid)"),
    _unreached(
        "B7",
        "a proxy that is not there",
        _NOBODY,
        "co: cannot connect: connection refused (nobody.invalid*127.0.0.1:9*)",
        HTTPS_PROXY="http://127.0.0.1:9",
    ),
    Row(
        case="B7",
        fault="a proxy that refuses",
        words=(*_ELSEWHERE, _NOBODY),
        env={"HTTPS_PROXY": "{url}"},
        replies=(http(b"", "407 Who Are You", "text/plain"),),
        code=7,
        says=("co: the proxy refused the connection: 407 Who Are You (*)", "hint: *"),
    ),
    Trial("B7", "no TLS", _no_tls, codes=(7,)),
    Trial("B7", "a certificate of nobody we trust", _untrusted, codes=(7,)),
    _unreached(
        "B8",
        "a SOCKS proxy that is not there",
        _NOBODY,
        "co: cannot connect: connection refused (nobody.invalid*127.0.0.1:9*)",
        ALL_PROXY="socks5://127.0.0.1:9",
    ),
    *(
        Row(
            case="B9",
            fault=f"NO_PROXY={value}",
            words=(*_ELSEWHERE, _NOBODY),
            env={"HTTPS_PROXY": "{url}", "NO_PROXY": value},
            replies=(http(b"", "403 No", "text/plain"),),
            code=7,
            says=("co: the proxy refused the connection: 403 No (*)", "hint: *"),
        )
        for value in _NO_PROXIES
    ),
    *(
        Row(
            case="B9",
            fault=f"NO_PROXY={value}, which is met",
            words=(*_ELSEWHERE, _NOBODY),
            env={"HTTPS_PROXY": "{url}", "NO_PROXY": f"::1/128,{value}"},
            replies=(http(b"", "403 No", "text/plain"),),
            requests=0,
            code=7,
            says=("co: cannot connect: * (nobody.invalid)", "hint: *"),
        )
        for value in (
            "nobody.invalid",
            ".invalid",
            "*",
            "*.invalid",
            "NOBODY.invalid:443",
            "x.y nobody.invalid",
        )
    ),
    _unreached(
        "B8",
        "a proxy's port that is none",
        _NOBODY,
        "co: the proxy's port must be from 1 to 65535, not 99999 (HTTPS_PROXY)",
        3,
        HTTPS_PROXY="http://127.0.0.1:99999",
    ),
    _unreached(
        "B10",
        "SSL_CERT_FILE is not there",
        _NOBODY,
        "co: the CA bundle cannot be used: No such file or directory (*/nowhere.pem)",
        3,
        SSL_CERT_FILE="{home}/nowhere.pem",
    ),
    Row(
        case="B10",
        fault="SSL_CERT_FILE is no certificate",
        words=(*_ELSEWHERE, _NOBODY),
        env={"SSL_CERT_FILE": "{home}/ca.pem"},
        before=_write_no_certificate,
        code=3,
        says=("co: the CA bundle cannot be used: * (*/ca.pem)", "hint: *"),
    ),
    *(
        _refused_address("B13", url)
        for url in ("http://example.invalid", "http://10.0.0.1:8000/v1")
    ),
    *(
        _refused_address("B14", url)
        for url in (
            "https://user:word@example.invalid",
            "https://example.invalid/\x1b[2J",
            "https://example.invalid/\r\nX: y",
            "https://exa mple.invalid",
            "file:///etc/passwd",
            "ftp://example.invalid",
            "//example.invalid",
            "https://",
            "https://example.invalid?x=1",
            "https://ex\u0430mple.invalid",
        )
    ),
)
