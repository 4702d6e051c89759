import gzip
import json
import socket
import time

import pytest

from cohere_cli.errors import UsageProblem
from cohere_cli.sandbox import running
from cohere_cli.sandbox.faults.catalog import FAULTS, Fault
from cohere_cli.sandbox.faults.parse import FaultRule, InvalidFault, parse_faults
from cohere_cli.sandbox.faults.schedule import FaultSchedule
from cohere_cli.sandbox.messages import Response

ASK = {
    "model": "command-a-03-2025",
    "stream": True,
    "messages": [{"role": "user", "content": "Wie groß?"}],
    "documents": ["Groß."],
}
COMPAT = {"model": "command-a-03-2025", "stream": True, "messages": ASK["messages"]}


def sent(fault, body=ASK, path="/v2/chat"):
    data = json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Authorization: Bearer k",
        f"Content-Length: {len(data)}",
        *([f"X-Co-Fault: {fault}"] if fault else []),
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + data


def raw(client, request, seconds=10.0):
    """Return the received bytes and how they ended: `end`, `reset` or `silence`."""
    with socket.create_connection(("127.0.0.1", client.port), seconds) as connection:
        connection.sendall(request)
        got = b""
        while True:
            try:
                piece = connection.recv(1 << 20)
            except ConnectionResetError:
                return got, "reset"
            except TimeoutError:
                return got, "silence"
            if not piece:
                return got, "end"
            got += piece


def chunked(answer):
    """Return the chunks of an answer, and whether it has the final empty chunk."""
    head, _, rest = answer.partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in head
    chunks = []
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        if size == b"0":
            return chunks, True
        chunks.append(rest[: int(size, 16)])
        rest = rest[int(size, 16) + 2 :]
    return chunks, False


def head(answer):
    first, *lines = answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines)


@pytest.fixture(scope="module")
def good(client):
    chunks, is_whole = chunked(raw(client, sent(""))[0])
    assert is_whole
    assert len(chunks) == 9
    return chunks


def faulty(client, fault, **more):
    answer, how = raw(client, sent(fault, **more))
    return *chunked(answer), how


def test_cut_closes_after_some_events(client, good):
    assert faulty(client, "cut=2") == (good[:2], False, "end")


def test_end_ends_the_body_normally_after_some_events(client, good):
    assert faulty(client, "end=2") == (good[:2], True, "end")


def test_cut_in_event_sends_half_an_event(client, good):
    half = good[2][: len(good[2]) // 2]
    assert faulty(client, "cut-in-event=2") == ([*good[:2], half], False, "end")


def test_cut_in_character_closes_inside_a_multi_byte_character(client, good):
    chunks, is_whole, _ = faulty(client, "cut-in-character=2")
    assert (chunks[:-1], is_whole) == (good[:2], False)
    assert chunks[-1] == good[2].partition("ß".encode())[0] + b"\xc3"


def test_cut_in_character_adds_a_character_if_there_is_none(client, good):
    chunks, _, _ = faulty(client, "cut-in-character=0")
    (torn,) = chunks
    assert torn[-1:] == b"\xc3"
    assert good[0].startswith(torn[:-1])
    with pytest.raises(UnicodeDecodeError):
        torn.decode()


def test_reset_resets_after_some_events(client):
    # A reset may discard data that was sent before it: check only the end.
    assert raw(client, sent("reset=1"))[1] == "reset"


def test_refuse_resets_before_the_head(client):
    assert raw(client, sent("refuse")) == (b"", "reset")


def test_stall_sends_no_more_and_leaves_the_connection_open(client, good):
    answer, how = raw(client, sent("stall=2"), seconds=0.3)
    assert (chunked(answer), how) == ((good[:2], False), "silence")


def test_split_sends_single_bytes(client, good):
    chunks, is_whole, _ = faulty(client, "split")
    assert {len(chunk) for chunk in chunks} == {1}
    assert (b"".join(chunks), is_whole) == (b"".join(good), True)


def test_garbage_inserts_an_invalid_event(client, good):
    chunks, is_whole, _ = faulty(client, "garbage=1")
    assert is_whole
    assert chunks == [good[0], chunks[1], *good[1:]]
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(chunks[1].removeprefix(b"data: ").strip())


def test_unknown_event_inserts_an_event(client, good):
    chunks, _, _ = faulty(client, "unknown-event=1")
    new = b'event: future-event\ndata: {"type":"future-event","delta":{}}\n\n'
    assert chunks == [good[0], new, *good[1:]]


def test_failed_ends_like_a_failed_generation(client, good):
    chunks, is_whole, _ = faulty(client, "failed=1")
    end = json.loads(chunks[1].partition(b"data: ")[2])
    assert (chunks[0], chunks[2], is_whole) == (good[0], b"data: [DONE]\n\n", True)
    assert end == {
        "type": "message-end",
        "delta": {
            "finish_reason": "ERROR",
            "usage": {},
            "error": "your request resulted in an invalid tool generation. "
            "Try updating the messages or tool definitions",
            "error_type": "INVALID_TOOL_GENERATION",
        },
    }


@pytest.mark.parametrize("events", [0, 1])
def test_failed_has_openai_s_format_on_the_compatible_endpoint(client, events):
    path = "/compatibility/v1/chat/completions"
    chunks, _, _ = faulty(client, f"failed={events}", body=COMPAT, path=path)
    error = json.loads(chunks[events].removeprefix(b"data: "))["error"]
    assert error["code"] == 500
    assert chunks[events + 1 :] == [b"data: [DONE]\n\n"]


def test_huge_line_inserts_a_line_of_the_given_length(client, good):
    chunks, is_whole, _ = faulty(client, "huge-line=2")
    body = b"".join(chunks)
    line = b"data: " + b"x" * (2 << 20) + b"\n\n"
    assert body == good[0] + line + b"".join(good[1:])
    assert is_whole


def test_gzip_bomb_is_small_until_it_is_decompressed(client):
    answer, _ = raw(client, sent("gzip-bomb=3"))
    assert len(answer) < 20_000
    assert head(answer)[1]["content-encoding"] == "gzip"
    assert gzip.decompress(b"".join(chunked(answer)[0])) == b" " * (3 << 20)


def test_slow_headers_delay_the_head(client):
    began = time.monotonic()
    raw(client, sent("slow-headers=0.3"))
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    ("fault", "at_once", "pause"),
    [("slow-start=0.3", 1, 0.3), ("slow-tokens=0.15", 0, 0.15)],
)
def test_slow_replies_send_their_head_at_once(client, good, fault, at_once, pause):
    with socket.create_connection(("127.0.0.1", client.port), 10) as connection:
        connection.sendall(sent(fault))
        time.sleep(0.1)
        began = connection.recv(1 << 16)
        moment = time.monotonic()
        connection.recv(1 << 16)
        assert time.monotonic() - moment >= pause - 0.12
    assert chunked(began)[0] == good[:at_once]


@pytest.mark.parametrize(
    ("status", "message", "more"),
    [
        (401, "invalid api token", {}),
        (
            404,
            "model not found, make sure the correct model ID was used and that you have access to the model.",
            {},
        ),
        (
            422,
            "No valid response generated. Try updating messages",
            {"error_type": "NO_VALID_RESPONSE_GENERATED"},
        ),
        (500, "internal server error", {}),
        (503, "the service is overloaded, please try again later", {}),
        (529, "the sandbox was asked for status 529", {}),
    ],
)
def test_status_replies_with_the_api_s_message(client, status, message, more):
    answer, _ = raw(client, sent(f"status={status}"))
    got, headers = head(answer)
    payload = json.loads(answer.partition(b"\r\n\r\n")[2])
    name = payload.pop("id")
    assert (got, payload) == (status, {"message": message, **more})
    assert (len(name), headers["content-type"]) == (36, "application/json")
    assert "retry-after" not in headers


def test_an_error_can_have_a_retry_after_header(client):
    status, headers = head(raw(client, sent("status=429;retry-after=2"))[0])
    assert (status, headers["retry-after"]) == (429, "2")


def test_redirect_has_a_location(client):
    status, headers = head(raw(client, sent("redirect=302"))[0])
    assert (status, headers["location"]) == (302, "http://127.0.0.1:9/")


def test_html_replies_with_a_page(client):
    answer, _ = raw(client, sent("html"))
    status, headers = head(answer)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<title>Sign in" in answer


def test_wrong_type_changes_only_the_content_type(client, good):
    answer, _ = raw(client, sent("wrong-type"))
    assert head(answer)[1]["content-type"] == "text/plain"
    assert chunked(answer) == (good, True)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_applies_to_an_unstreamed_reply(client, fault):
    quick = {"slow-headers", "slow-start", "slow-tokens", "huge-line", "gzip-bomb"}
    number = "=0" if fault in quick else ""  # in no time
    body = {key: value for key, value in ASK.items() if key != "stream"}
    answer, how = raw(client, sent(f"{fault}{number}", body=body), seconds=0.3)
    assert how == {"refuse": "reset", "reset": "reset", "stall": "silence"}.get(
        fault, "end"
    )
    assert answer.startswith(b"HTTP/1.1 ") or fault in ("refuse", "reset")


def test_faults_can_be_combined(client, good):
    assert faulty(client, "slow-tokens=0.01, cut=2") == (good[:2], False, "end")


def test_times_limits_a_fault_to_the_first_requests(serve):
    client = serve()
    got = [head(raw(client, sent("status=503;times=2"))[0])[0] for _ in range(4)]
    assert got == [503, 503, 200, 200]


def test_faults_of_the_setup_apply_to_every_request(serve):
    client = serve(faults=["status=503;times=1", "cut=1"])
    assert head(raw(client, sent(""))[0])[0] == 503
    assert len(chunked(raw(client, sent(""))[0])[0]) == 1


def test_probability_is_reproducible_by_seed():
    def statuses(text):
        schedule, good = FaultSchedule(), Response(200, "0" * 32, b"{}")
        replies = (schedule.apply(good, "x", parse_faults(text)) for _ in range(400))
        return [reply.status for reply in replies]

    first = statuses("status=500;probability=0.25;seed=7")
    assert first == statuses("status=500;probability=0.25;seed=7")
    assert first != statuses("status=500;probability=0.25;seed=8")
    assert 70 < first.count(500) < 130
    assert statuses("status=500;probability=0") == [200] * 400


def test_a_fault_is_parsed_with_all_its_parameters():
    text = "status=429; retry-after=1.5;times=2 ;probability=0.5;seed=3 , html"
    assert parse_faults(text) == (
        FaultRule(Fault("status", 429, 1.5), times=2, probability=0.5, seed=3),
        FaultRule(Fault("html")),
    )


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("ct=3", "unknown fault 'ct'", "did you mean cut?"),
        ("", "unknown fault ''", f"one of {', '.join(FAULTS)}"),
        ("cut" + ",cut" * 20, "at most 20 faults can be combined", ""),
        ("cut=x", "cut needs a number, not 'x'", ""),
        ("cut=-1", "cut needs a number, not '-1'", ""),
        ("cut=9e9", "cut needs a number, not '9e9'", ""),
        ("cut=1000001", "cut must be from 0 to 1000000", ""),
        ("status=200", "status must be from 400 to 599", ""),
        ("redirect=200", "redirect must be from 300 to 399", ""),
        ("split=0", "split must be from 1 to 1000000", ""),
        ("cut=3;times", "times needs a number: times=1", ""),
        ("cut;probability=2", "probability must be from 0 to 1", ""),
        (
            "cut;when=2",
            "unknown parameter 'when'",
            "one of times, probability, seed, retry-after",
        ),
    ],
)
def test_an_invalid_fault_is_rejected_with_a_hint(text, message, hint):
    with pytest.raises(InvalidFault) as caught:
        parse_faults(text)
    assert (str(caught.value), caught.value.hint) == (message, hint)


def test_an_unknown_fault_in_the_header_gives_status_400(client):
    answer, _ = raw(client, sent("ct"))
    payload = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert payload["message"] == (
        "invalid request: x-co-fault: unknown fault 'ct'; did you mean cut?"
    )


def test_an_unknown_fault_in_the_setup_is_a_usage_problem():
    with pytest.raises(UsageProblem) as caught, running(faults=["ct"]):
        pass
    assert (caught.value.what, caught.value.hint) == (
        "unknown fault 'ct'",
        "did you mean cut?",
    )


def test_a_request_without_a_key_gets_no_faults(client):
    request = sent("html").replace(b"Bearer k", b"none")
    assert head(raw(client, request)[0])[0] == 401


def test_a_fault_for_every_reply_is_not_counted():
    schedule, good = FaultSchedule(), Response(200, "0" * 32, b"{}")
    for seed in range(100):
        (rule,) = parse_faults(f"status=500;seed={seed}")
        assert schedule.apply(good, "header", [rule]).status == 500
    assert len(schedule._counts) == 0
