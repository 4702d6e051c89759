import contextlib
import http.client
import json
from dataclasses import dataclass

import pytest

from cohere_cli.sandbox import running
from cohere_cli.sandbox.server import run_server


@dataclass(frozen=True)
class Client:
    port: int
    key: str = "k"

    def send(self, method, path, body=b"", **headers):
        """Return status, headers and body of one exchange on its own connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def post(self, path, body):
        """Return status and text of a request with a key."""
        sent = json.dumps(body).encode()
        status, _, text = self.send(
            "POST", path, sent, Authorization=f"Bearer {self.key}"
        )
        return status, text.decode()


@pytest.fixture(scope="session")
def client():
    with running(any_key=True) as sandbox:
        yield Client(int(sandbox.url.rpartition(":")[2]))


@pytest.fixture
def serve():
    """Return a function that starts sandboxes; they stop after the test."""
    with contextlib.ExitStack() as stack:

        def start(*, any_key=True, **options):
            sandbox = stack.enter_context(running(any_key=any_key, **options))
            return Client(int(sandbox.url.rpartition(":")[2]), sandbox.key)

        yield start


@pytest.fixture
def serve_setup():
    """Return a function that starts a sandbox with a `Setup` and `Limits`."""
    with contextlib.ExitStack() as stack:

        def start(setup, limits=None, watch=None):
            served = run_server(0, None, watch, setup, limits)
            sandbox = stack.enter_context(served)
            return Client(int(sandbox.url.rpartition(":")[2]), sandbox.key)

        yield start
