import pytest
from raw_server import http

from cohere_cli.api.connection import Connection
from cohere_cli.api.diagnostics import KeyCheck, check_key
from cohere_cli.errors import RateLimited, ServerFault, Unreachable

VALID = b'{"valid":true}'


@pytest.mark.parametrize(
    ("reply", "is_valid"),
    [
        (http(VALID, kind="application/json"), True),
        (http(b'{"valid":false}', kind="application/json"), False),
        (http(b'{"message":"no"}', "401 Unauthorized", "application/json"), False),
        (http(b"", "403 Forbidden", "text/plain"), False),
        (http(b"", "404 Not Found", "text/html"), None),
        (http(b"", "405 Method Not Allowed", "text/html"), None),
        (http(b"{}", kind="application/json"), None),
        (http(b'{"valid":"yes"}', kind="application/json"), None),
    ],
)
def test_a_key_is_valid_or_invalid_or_unknown(serve, reply, is_valid):
    assert check_key(Connection(serve(reply).url, "k")) == KeyCheck(is_valid)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (http(b"{}", "429 Too Many Requests", "application/json"), RateLimited),
        (http(b"{}", "500 Oh", "application/json"), ServerFault),
        (http(b"", "302 Found", "text/html", "Location: https://e.vil"), ServerFault),
        (http(b"<html>", kind="text/html"), ServerFault),
        (b"", Unreachable),
    ],
)
def test_other_replies_do_not_decide_about_the_key(serve, reply, kind):
    with pytest.raises(kind):
        check_key(Connection(serve(reply).url, "k"))
