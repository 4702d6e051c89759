import json

import pytest

from cohere_cli.sandbox.messages import ApiError
from cohere_cli.sandbox.values import MAX_VALUES, check_values


@pytest.mark.parametrize(
    "body",
    [
        b"[1, 2, 3]",
        b'{"a": 1, "b": []}',
        b"[,[\x00",
        b'["' + b'\\",' * 1_000_000,
        b'["' + b"[" * 1_000_000 + b"\\",
        json.dumps(["a, b, [c], {d}", '"\\', ',"']).encode(),
    ],
    ids=range(6),
)
def test_a_body_with_few_values_passes_whatever_its_strings_hold(body):
    check_values(body, 3)


@pytest.mark.parametrize(
    "body",
    [b"[1, 2, 3, 4]", b"[[[[1]]]]", b'{"a": [{}, {}]}', b'["a, b", "c", "\\"", 1]'],
)
def test_a_body_with_more_values_is_refused(body):
    with pytest.raises(ApiError) as caught:
        check_values(body, 3)
    found = (caught.value.status, caught.value.message)
    assert found == (413, "the body has more than 3 values")


def test_the_sandbox_refuses_too_many_values_before_it_parses_them(client):
    body = b"[" * (MAX_VALUES + 1)
    status, _, text = client.send("POST", "/v2/chat", body, Authorization="Bearer k")
    message = json.loads(text)["message"]
    assert (status, message) == (413, "the body has more than 250000 values")
