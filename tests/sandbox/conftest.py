import http.client
import json
from dataclasses import dataclass

import pytest

from cohere_cli.sandbox import running


@dataclass(frozen=True)
class Client:
    port: int

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
        status, _, text = self.send("POST", path, sent, Authorization="Bearer k")
        return status, text.decode()


@pytest.fixture(scope="session")
def client():
    with running() as sandbox:
        yield Client(int(sandbox.url.rpartition(":")[2]))
