import httpx
import pytest

from cohere_cli.api.masking import mask
from cohere_cli.api.responses import EVENT_STREAM, open_reply, read_error_body
from cohere_cli.errors import ServerFault

KEY = "canary+8Zq3/vN5xW1tK7mB2-_~"


def test_one_kib_of_blanks_is_read_to_see_what_a_reply_is():
    read = []

    def blanks():
        for _ in range(10_000):
            read.append(1)
            yield b"\n"

    reply = httpx.Response(
        200, headers={"content-type": EVENT_STREAM}, content=blanks()
    )
    assert open_reply(reply, EVENT_STREAM).kind == EVENT_STREAM
    assert len(read) == 1025


def masked(body):
    return mask(body, KEY)


@pytest.mark.parametrize("before", range(150, 220, 7))
def test_a_body_of_the_wrong_type_is_masked_before_it_is_cut(before):
    text = "x" * before + KEY + "y" * 600
    reply = httpx.Response(200, headers={"content-type": "text/plain"}, text=text)
    with pytest.raises(ServerFault) as caught:
        open_reply(reply, EVENT_STREAM, masked)
    shown = masked(text.encode()).decode()
    assert caught.value.what == (
        f"the reply is text/plain, not a stream of events: {shown[:199]}…{'y' * 199}"
    )


@pytest.mark.parametrize("left", [3, 17, 26, 27, 500])
def test_a_secret_at_the_end_of_what_is_read_of_an_error_is_not_shown(left):
    text = "x" * ((64 << 10) - left) + KEY + "y" * 600
    body = read_error_body(httpx.Response(500, text=text), masked)
    assert body == b"x" * len(body)
    assert len(body) >= 56_000
