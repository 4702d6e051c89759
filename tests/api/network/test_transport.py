import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import certifi
import pexpect
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from raw_server import http

from cohere_cli.api.client import Client
from cohere_cli.api.connection import Connection, Route, trust_for
from cohere_cli.api.diagnostics import check_key
from cohere_cli.api.network.transport import open_http_client
from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.errors import CoError, ConfigProblem, Unreachable

VALID = b'{"valid":true}'


def problem_with(route: Route, url: str) -> CoError:
    with pytest.raises(CoError) as caught:
        check_key(Connection(url, route=route))
    return caught.value


def test_a_certificate_in_the_bundle_is_trusted(https, files):
    url = https().url
    assert "not trusted" in str(problem_with(Route(), url))
    route = Route(ca_bundle=files["ca"])
    assert check_key(Connection(url, route=route)).is_valid


needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="there is no openssl here"
)
VARIABLES = ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]


@pytest.fixture
def no_variables(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def hashed(files, tmp_path):
    """A folder of authorities as OpenSSL looks one up: by the hash of its name."""
    folder = tmp_path / "hashed"
    folder.mkdir()
    shutil.copy(files["ca"], folder / "ca.pem")
    subprocess.run(["openssl", "rehash", folder], check=True)
    return folder


@pytest.mark.usefixtures("no_variables")
@pytest.mark.parametrize("name", [one for one in VARIABLES if "DIR" not in one])
def test_a_variable_names_the_certificates(https, files, name, monkeypatch):
    monkeypatch.setenv(name, files["ca"])
    assert trust_for(Route()) == (files["ca"], name)
    assert check_key(Connection(https().url)).is_valid


@needs_openssl
@pytest.mark.usefixtures("no_variables")
@pytest.mark.parametrize("name", ["SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"])
def test_a_variable_may_name_a_folder(https, hashed, name, monkeypatch):
    monkeypatch.setenv(name, str(hashed))
    assert check_key(Connection(https().url)).is_valid


@pytest.mark.usefixtures("no_variables")
def test_the_first_variable_counts_and_the_profile_beats_them(monkeypatch):
    found = []
    for name in reversed(VARIABLES):
        monkeypatch.setenv(name, f"/{name}")
        found.append(trust_for(Route()).named_by)
    assert found == VARIABLES[::-1]
    assert trust_for(Route(ca_bundle="/a.pem")).path == "/a.pem"


@pytest.mark.usefixtures("no_variables")
def test_without_a_variable_the_systems_certificates_are_trusted(tmp_path, monkeypatch):
    file, folder = tmp_path / "all.pem", tmp_path / "certs"
    folder.mkdir()
    paths = SimpleNamespace(cafile=str(file), capath=str(folder))
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: paths)
    assert trust_for(Route()) == (str(file), "the system")
    (folder / "002c0b4f.0").touch()
    assert trust_for(Route()) == (str(folder), "the system")
    paths.cafile = paths.capath = None
    assert trust_for(Route()) == (certifi.where(), "the package certifi")


def test_a_server_may_want_to_know_the_client(https, files):
    url = https(client_too=True).url
    anonymous = Route(ca_bundle=files["ca"])
    assert isinstance(problem_with(anonymous, url), Unreachable)
    known = Route(
        ca_bundle=files["ca"],
        client_certificate=files["cert"],
        client_key=files["key"],
    )
    assert check_key(Connection(url, route=known)).is_valid


@pytest.mark.parametrize(
    ("names", "what", "at"),
    [
        ({"ca_bundle": "not"}, "CA bundle", "not"),
        ({"client_certificate": "not"}, "client certificate", "not"),
        ({"client_certificate": "cert"}, "client certificate", "cert"),
        (
            {"client_certificate": "cert", "client_key": "ca"},
            "client certificate",
            "cert",
        ),
    ],
)
def test_a_file_that_is_not_a_certificate_is_named(files, names, what, at):
    route = Route(**{setting: files[name] for setting, name in names.items()})
    problem = problem_with(route, "https://a.example")
    assert isinstance(problem, ConfigProblem)
    assert str(problem) == (
        f"the {what} cannot be used: it is incomplete or not PEM ({files[at]})"
    )


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (["ca_bundle"], "CA bundle"),
        (["client_certificate"], "client certificate"),
        (["client_certificate", "client_key"], "client key"),
    ],
)
def test_a_pipe_in_place_of_a_certificate_is_not_waited_for(files, names, what):
    os.mkfifo(pipe := str(Path(files["cert"]).with_name("pipe")))
    route = Route(**{**dict.fromkeys(names, files["cert"]), names[-1]: pipe})
    problem = problem_with(route, "https://a.example")
    assert str(problem) == f"the {what} is not a regular file ({pipe})"


@pytest.mark.parametrize(
    ("variable", "what"),
    [("SSL_CERT_FILE", "CA bundle"), ("SSLKEYLOGFILE", "TLS key log")],
)
def test_a_pipe_that_a_variable_of_tls_names_is_not_waited_for(
    tmp_path, monkeypatch, variable, what
):
    os.mkfifo(pipe := str(tmp_path / "pipe"))
    monkeypatch.setenv(variable, pipe)
    problem = problem_with(Route(), "https://a.example")
    assert str(problem) == f"the {what} is not a regular file ({pipe})"


def test_the_passphrase_of_a_key_is_not_prompted_for(files, tmp_path):
    key = load_pem_private_key(Path(files["key"]).read_bytes(), None)
    locked = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"canary")
    )
    (tmp_path / "locked.pem").write_bytes(locked)
    load = (
        "from cohere_cli.api.connection import Route\n"
        "from cohere_cli.api.network.tls import tls_context\n"
        "import sys\n"
        "route = Route(client_certificate=sys.argv[1], client_key=sys.argv[2])\n"
        "try:\n    tls_context(route)\nexcept Exception as exc:\n    print(exc)\n"
    )
    words = ["-c", load, files["cert"], str(tmp_path / "locked.pem")]
    output, _ = pexpect.run(
        shlex.join([sys.executable, *words]), timeout=10, withexitstatus=True
    )
    assert output.decode().strip() == (
        "the client certificate cannot be used: it is incomplete or not PEM "
        f"({files['cert']})"
    )


@pytest.mark.parametrize("setting", ["ca_bundle", "client_certificate"])
def test_a_missing_file_is_named(setting, tmp_path):
    path = str(tmp_path / "none.pem")
    problem = problem_with(Route(**{setting: path}), "https://a.example")
    assert str(problem).endswith(f"cannot be used: No such file or directory ({path})")


def test_headers_and_names_of_the_profile_go_with_each_request(serve):
    server = serve(http(VALID, kind="application/json"))
    route = Route(headers={"X-Team": "search"}, client_name="my app")
    check_key(Connection(server.url, "k", route=route))
    asked = server.requests[0]
    assert asked.head.splitlines()[0] == "POST /v1/check-api-key HTTP/1.1"
    names = ("X-Team", "X-Client-Name", "Authorization")
    assert [asked.header(name) for name in names] == ["search", "my app", "Bearer k"]


def test_an_empty_key_sends_no_authorization_header(serve):
    server = serve(http(VALID, kind="application/json"))
    check_key(Connection(server.url, ""))
    assert server.requests[0].header("Authorization") is None


def test_secrets_are_masked_in_a_servers_body(serve):
    echo = {"message": "bad: canary-header-value, k-canary, and x"}
    reply = http(json.dumps(echo).encode(), "400 Bad Request", "application/json")
    server = serve(reply)
    route = Route(headers={"X-Secret": "canary-header-value", "X": "x"})
    connection = Connection(server.url, "k-canary", route=route)
    with Client(connection) as client, pytest.raises(CoError) as caught:
        client.rerank(RerankBody(model="m", query="q", documents=("d",)))
    assert caught.value.what == "bad: ***, ***, and x"


def test_secrets_are_masked_in_a_list_of_models(serve):
    """Which is stored in a file, for completion."""
    listed = {"models": [{"name": "m-canary-key", "k": ["canary-key", 1, None]}]}
    server = serve(http(json.dumps(listed).encode(), kind="application/json"))
    with Client(Connection(server.url, "canary-key")) as client:
        found = client.get("/v1/models")
    assert found == {"models": [{"name": "m-canary-key", "k": ["***", 1, None]}]}


def test_a_long_header_is_masked_before_it_is_cut(serve):
    place = f"Location: {'x' * 1990}canary-key-0123456789{'y' * 999}"
    server = serve(http(b"", "307 Go", "text/plain", place))
    with (
        Client(Connection(server.url, "canary-key-0123456789")) as client,
        pytest.raises(CoError) as caught,
    ):
        client.get("/")
    assert "canary" not in caught.value.what
    assert len(caught.value.what) <= 2000


@pytest.mark.parametrize(
    ("key", "body", "shown"),
    [
        ("EMPTY", b"an EMPTY key", b"an EMPTY key"),
        ("not-ex", b"the model does-not-exist", b"the model does-not-exist"),
        ("testtest", b"testtest is no model-testtest", b"*** is no model-testtest"),
        ("testtest", rb'"a\ntesttest" %20testtest \u0020testtest.', rb'"a\n***" %20*** \u0020***.'),
        ("x" * 40, b"a" + b"x" * 40 + b"b", b"a***b"),
    ],
)  # fmt: skip
def test_only_whole_tokens_are_masked_unless_they_are_long(key, body, shown):
    assert Connection("https://a.b", key).without_secrets(body) == shown


def test_requests_go_through_the_proxy(serve):
    proxy = serve(http(b"no", "407 Proxy Authentication Required", "text/plain"))
    url = proxy.url.replace("http://", "http://me:canary@")
    problem = problem_with(Route(proxy=url), "https://cohere.example")
    assert proxy.requests[0].head.startswith("CONNECT cohere.example:443 HTTP/1.1")
    assert str(problem) == (
        "the proxy refused the connection: 407 Proxy Authentication Required "
        f"(cohere.example through the proxy {proxy.url.removeprefix('http://')})"
    )


def test_loopback_addresses_use_no_proxy(serve):
    server = serve(http(VALID, kind="application/json"))
    route = Route(proxy="http://127.0.0.1:9")
    assert check_key(Connection(server.url, route=route)).is_valid


def test_a_base_url_that_httpx_cannot_use_is_a_problem_of_the_configuration():
    with pytest.raises(ConfigProblem) as caught:
        open_http_client(Connection("http://a.example:port"))
    assert str(caught.value).startswith("the base URL cannot be used: ")
