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


def test_the_sandbox_s_own_key_is_valid(serve):
    client = serve(any_key=False)
    status, _, payload = check(client, client.key)
    assert (status, payload["valid"]) == (200, True)
    assert [*payload] == ["valid", "organization_id", "owner_id"]


@pytest.mark.parametrize("key", ["sandbox", "Ã©"])
def test_another_key_is_rejected_with_the_api_s_message(serve, key):
    status, headers, payload = check(serve(any_key=False), key)
    assert (status, payload["message"]) == (401, WRONG)
    assert "x-debug-trace-id" not in headers


def test_each_start_has_a_new_key(serve):
    keys = {serve().key for _ in range(3)}
    assert len(keys) == 3
    assert all(key.startswith("sandbox-") for key in keys)


def test_any_key_accepts_every_key_but_an_empty_one(serve):
    client = serve(any_key=True)
    assert check(client, "whatever")[0] == 200
    assert check(client, "")[0] == 401
