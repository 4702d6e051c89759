import httpx

from cohere_cli.api.responses import EVENT_STREAM, open_reply


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
