"""A TLS server whose certificate is trusted only if its CA is configured."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

_VALID = b'{"valid":true}'


class Answering(BaseHTTPRequestHandler):
    """Takes any key."""

    def do_POST(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(_VALID)))
        self.end_headers()
        self.wfile.write(_VALID)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def authority():
    return trustme.CA(organization_name="Our own")


@pytest.fixture
def https(authority):
    """Start a server with a certificate of the authority; *client_too* wants one."""
    started = []

    def start(*, client_too=False):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        if client_too:
            authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        server.handle_error = lambda *_: None
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.url = f"https://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.fixture
def files(authority, tmp_path):
    """What a profile may name: our authority, and a certificate of a client's."""
    mine = authority.issue_cert("me@example.com")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    mine.private_key_pem.write_to_path(tmp_path / "key.pem")
    mine.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    (tmp_path / "not.pem").write_text("canary")
    return {path.stem: str(path) for path in tmp_path.iterdir()}
