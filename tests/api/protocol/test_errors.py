import json

import pytest

from cohere_cli.api.protocol.errors import body_message, error_from_response
from cohere_cli.errors import ExitCode


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"id":"1","message":"invalid api token"}', "invalid api token"),
        (b'{"error":{"message":"no such model","code":404}}', "no such model"),
        (b'{"error":"overloaded"}', "overloaded"),
        (b'{"detail":"Not authenticated"}', "Not authenticated"),
        (
            b'{"detail":[{"loc":["body","n"],"msg":"field required"}]}',
            "body.n: field required",
        ),
        (b'{"title":"Bad Gateway"}', "Bad Gateway"),
        (b'{"title":"Bad","detail":"the upstream is gone"}', "the upstream is gone"),
        (b'"plain"', "plain"),
        (b"upstream connect error\nreset", "upstream connect error reset"),
        (b"<html><head><title>502\nBad</title>", "a web page: 502 Bad"),
        (b"<!doctype html><p>hello", "a web page"),
        (b'{"errors":[{"message":"one"},{"message":"two"}]}', "one"),
        (
            b'{"errors":{"model":["is missing"],"n":["is 0"]}}',
            "model: is missing; n: is 0",
        ),
        (b'{"Error":{"Code":"X","Message":"denied"}}', "denied"),
        (b'{"message":["a","b"]}', "a"),
        (b"", ""),
        (b"{}", ""),
        (b"[]", ""),
        (b'{"message":7}', ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[" * 100_000, "[" * 199 + "…" + "[" * 199),
        (b"x" * 500, "x" * 199 + "…" + "x" * 199),
    ],
)
def test_every_shape_of_error_has_one_readable_line(body, message):
    assert body_message(body) == message


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, ExitCode.AUTH),
        (403, ExitCode.AUTH),
        (498, ExitCode.AUTH),
        (402, ExitCode.LIMITED),
        (429, ExitCode.LIMITED),
        (307, ExitCode.SERVER_FAULT),
        (400, ExitCode.REFUSED),
        (404, ExitCode.REFUSED),
        (405, ExitCode.REFUSED),
        (413, ExitCode.REFUSED),
        (422, ExitCode.REFUSED),
        (499, ExitCode.REFUSED),
        (501, ExitCode.SERVER_FAULT),
        (500, ExitCode.SERVER_FAULT),
        (503, ExitCode.SERVER_FAULT),
        (529, ExitCode.SERVER_FAULT),
        (600, ExitCode.SERVER_FAULT),
    ],
)
def test_the_status_decides_the_exit_code(status, code):
    assert error_from_response(status, {}, b"").exit_code is code


def test_status_and_request_are_named_with_the_message():
    headers = {"x-debug-trace-id": "abc"}
    problem = error_from_response(404, headers, b'{"message":"model \'x\' not found"}')
    assert str(problem) == "model 'x' not found (HTTP 404, request abc)"
    assert problem.hint == "check the model's name (`co models list`) and the base URL"


def test_a_redirect_is_named_and_not_followed():
    problem = error_from_response(307, {"location": "http://other/"}, b"")
    assert (
        str(problem) == "the server redirects to http://other/; not followed (HTTP 307)"
    )


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"message": "no room"}]},
        {"errors": ["no room"]},
        {"errors": {"field": None, "message": "no room"}},
        {"message": {"content": None, "message": "no room"}},
        {"message": ["no room", "no time"]},
        {"Message": "no room"},
        {"message": {"text": "no room"}},
        {"data": {"message": "no room"}},
        {"fault": {"faultstring": "no room", "detail": {"errorcode": "x.y"}}},
        {"error": {"code": 5, "details": [{"reason": "no room"}]}},
        {"error_description": "no room", "error": ""},
        [{"message": "no room"}],
    ],
)
def test_the_reason_is_found_in_an_error_of_any_shape(body):
    assert error_from_response(400, {}, json.dumps(body).encode()).what == "no room"


def test_a_missing_endpoint_of_another_server_is_named_with_its_request():
    problem = error_from_response(501, {"x-request-id": "r-1"}, b"")
    assert str(problem) == "not implemented (HTTP 501, request r-1)"
    assert problem.hint == "check the base URL: this server may not have the endpoint"
