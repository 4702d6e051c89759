import json

import pytest

WRONG = (
    "Incorrect API key provided: ***********. You can find your API key at "
    "https://dashboard.cohere.com/api-keys."
)


def check(client, key):
    status, headers, text = client.send(
        "POST", "/v1/check-api-key", Authorization=f"Bearer {key}"
    )
    return status, headers, json.loads(text)


def test_its_own_key_is_valid(serve):
    client = serve(any_key=False)
    status, _, said = check(client, client.key)
    assert (status, said["valid"]) == (200, True)
    assert [*said] == ["valid", "organization_id", "owner_id"]


@pytest.mark.parametrize("key", ["sandbox", "Ã©"])
def test_any_other_key_is_refused_as_the_api_refuses_it(serve, key):
    status, headers, said = check(serve(any_key=False), key)
    assert (status, said["message"]) == (401, WRONG)
    assert "x-debug-trace-id" not in headers


def test_each_start_has_another_key(serve):
    keys = {serve().key for _ in range(3)}
    assert len(keys) == 3
    assert all(key.startswith("sandbox-") for key in keys)


def test_any_key_will_do_where_that_is_wanted(serve):
    client = serve(any_key=True)
    assert check(client, "whatever")[0] == 200
    assert check(client, "")[0] == 401
