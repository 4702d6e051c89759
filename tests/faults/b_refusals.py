"""B1 to B6, B11, B12: refusals, retries, and rankings that went wrong in part."""

from tests.faults.rows import AGAIN, ASK, Case, Row
from tests.faults.troubles import WHOLE, http, noted, ranking, refusal, reset

_ON = "co: slow down (HTTP 429); retrying in 2.0 s (1 of 2)"
_RECORDS = b"".join(b"record %d\n" % number for number in range(10))
_BATCHES = (
    "--batch-size",
    "2",
    "--concurrency",
    "1",
    "-n",
    "0",
    "--retries",
    "0",
    "-y",
)
_RANK = ("rerank", "-q", "q", "--base-url", "{url}")


def _asks_for_time(fault: str, *headers: str) -> Row:
    return Row(
        case="B1",
        fault=fault,
        replies=(refusal("429 Slow", "slow down", *headers), WHOLE),
        out=b"Hi\n",
        says=(_ON,),
        gap=2.0,
    )


def _given_up(case: str, status: str, message: str, *headers: str) -> Row:
    """A limit that waiting does not lift: one request, exit 6."""
    return Row(
        case=case,
        fault=f"{status}: {message} {' '.join(headers)}",
        replies=(refusal(status, message, *headers), WHOLE),
        requests=1,
        code=6,
        says=(f"co: *{'3600 s' if headers else message}*", "hint: *"),
    )


def _passes(case: str, fault: str, reply: object, says: str) -> Row:
    return Row(
        case=case, fault=fault, replies=(reply, WHOLE), out=b"Hi\n", says=(says,)
    )


def _mispaired(fault: str, reply: bytes) -> Row:
    return Row(
        case="B12",
        fault=fault,
        words=_RANK,
        stdin=b"a\nb\nc\n",
        replies=(reply,),
        code=8,
        says=("co: the reply *",),
    )


CASES: tuple[Case, ...] = (
    _asks_for_time("Retry-After in seconds", "Retry-After: 2"),
    _asks_for_time(
        "Retry-After as a date",
        "Retry-After: Wed, 21 Oct 2015 07:28:02 GMT",
        "Date: Wed, 21 Oct 2015 07:28:00 GMT",
    ),
    _given_up("B2", "429 Slow", "slow down", "Retry-After: 3600"),
    _given_up("B3", "429 Slow", "Trial key: 1000 API calls / month"),
    _given_up("B3", "402 Pay", "billing"),
    _passes(
        "B4",
        "503 once",
        refusal("503 Busy", "busy"),
        "co: busy (HTTP 503); retrying in * s (1 of 2)",
    ),
    _passes(
        "B4",
        "a reset before the head",
        [reset],
        "co: the connection was lost (*); retrying in * s (1 of 2)",
    ),
    _passes(
        "B4",
        "an end before the head",
        b"",
        "co: the connection was lost (*); retrying in * s (1 of 2)",
    ),
    _passes(
        "B4",
        "a loss before the first content",
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nContent-Type: text/event-stream\r\n\r\n"
        ],
        "co: the connection was lost (*); retrying in * s (1 of 2)",
    ),
    Row(
        case="B5",
        fault="500 for ever",
        replies=(refusal("500 No", "broken"),) * 9,
        requests=3,
        code=8,
        says=(AGAIN, AGAIN, "co: broken (HTTP 500)", "hint: *"),
        within=15,
    ),
    *(
        Row(
            case="B6",
            fault=f"{status} with an escape",
            replies=(refusal(status, "no \x1b]52;c;aGk=\x07\x9b2J\u202e"),),
            code=4,
            says=(
                f"co: no ^[]52;c;aGk=^G\\u{{9b}}2J\\u{{202e}} (HTTP {status[:3]})",
                "hint: *",
            ),
        )
        for status in ("401 No", "403 No", "498 No")
    ),
    *(
        Row(
            case="B6",
            fault=f"a reason in {next(iter(shape))!r}",
            replies=(noted(shape, "400 No"),),
            code=5,
            says=("co: no room (HTTP 400)",),
        )
        for shape in (
            {"errors": [{"message": "no room"}]},
            {"fault": {"faultstring": "no room"}},
            {"Message": "no room"},
            {"message": {"text": "no room"}},
        )
    ),
    Row(
        case="B6",
        fault="the key, with an escape",
        replies=(
            http(
                b'{"message": "canary\\u002b8Zq3/vN5xW1tK7mB2 is no key"}',
                "401 No",
                "application/json",
            ),
        ),
        code=4,
        says=("co: *** is no key (HTTP 401)", "hint: *"),
    ),
    Row(
        case="B6",
        fault="the key, repeated",
        replies=(refusal("401 No", "canary+8Zq3/vN5xW1tK7mB2 is no key"),),
        code=4,
        says=("co: *** is no key (HTTP 401)", "hint: *"),
    ),
    Row(
        case="B11",
        fault="batch 3 of 5 fails",
        words=(*_RANK, *_BATCHES),
        stdin=_RECORDS,
        replies=(
            *[ranking(0, 1)] * 2,
            refusal("400 No", "too long"),
            *[ranking(0, 1)] * 2,
        ),
        code=10,
        out=b"".join(b"record %d\n" % at for at in (0, 2, 6, 8, 1, 3, 7, 9)),
        says=(
            "co: records 5 to 6 are missing: too long (HTTP 400)",
            "co: 1 of 5 requests failed, with 2 records",
            "hint: --resume sends only what failed",
        ),
    ),
    _mispaired("a place that is not there", ranking(0, 1, 3)),
    _mispaired("a place below 0", ranking(0, 1, -1)),
    _mispaired("a place twice", ranking(0, 1, 1)),
    _mispaired("a place that is missing", ranking(0, 1)),
    _mispaired("a place that is true", ranking(0, True, 2)),
    _mispaired("a score of NaN", ranking(0, 1, 2, scores=(1.0, float("nan"), 0.1))),
    _mispaired(
        "a score without end", ranking(0, 1, 2, scores=(float("inf"), 0.2, 0.1))
    ),
    _mispaired("a worse one first", ranking(0, 1, 2, scores=(0.1, 0.2, 0.3))),
)

# A request is sent once more at most as often as requested: see A23 for silence.
CASES += tuple(
    Row(
        case="B5",
        fault=f"HTTP {status} is not tried again",
        words=ASK,
        replies=(refusal(f"{status} No", "no"), WHOLE),
        requests=1,
        code=5,
        says=(f"co: no (HTTP {status})", *("hint: *",) * (status == 404)),
        slow=status != 400,
    )
    for status in (400, 404, 405, 409, 413, 422, 425, 499)
)
