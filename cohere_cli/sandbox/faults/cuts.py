"""Faults of the flow: replies that end too soon, stand still, or come in crumbs."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NoReturn

from cohere_cli.sandbox.faults.parts import parts
from cohere_cli.sandbox.response import HangUp, Response

_LONG = 3600.0  # seconds: longer than any client waits


def reset_before_head(response: Response, _: float) -> Response:
    """Reset the connection instead of answering."""

    def begin() -> NoReturn:
        raise HangUp("reset")

    return replace(response, begin=begin)


def reset(response: Response, events: float) -> Response:
    """Reset the connection after some *events*."""
    return _left(response, events, HangUp("reset"))


def cut(response: Response, events: float) -> Response:
    """Close the connection after some *events*, before the body's end."""
    return _left(response, events, HangUp("close"))


def stall(response: Response, events: float) -> Response:
    """Send nothing more after some *events*, and keep the connection."""
    return _left(response, events, HangUp("stall", _LONG))


def end(response: Response, events: float) -> Response:
    """End the body after some *events*, as if that were all."""
    return replace(response, body=islice(parts(response), int(events)))


def cut_in_event(response: Response, events: float) -> Response:
    """Close the connection in the middle of an event, after whole *events*."""

    def halved() -> Iterator[bytes]:
        coming = parts(response)
        yield from islice(coming, int(events))
        part = next(coming, b"")
        yield part[: len(part) // 2]
        raise HangUp("close")

    return replace(response, body=halved())


def cut_in_character(response: Response, events: float) -> Response:
    """Close the connection inside a character's bytes, after whole *events*."""

    def torn() -> Iterator[bytes]:
        coming = parts(response)
        yield from islice(coming, int(events))
        yield _torn(next(coming, b""))
        raise HangUp("close")

    return replace(response, body=torn())


def split(response: Response, size: float) -> Response:
    """Send the body in pieces of *size* bytes."""
    step = int(size)

    def crumbs() -> Iterator[bytes]:
        for part in parts(response):
            yield from (part[at : at + step] for at in range(0, len(part), step))

    return replace(response, body=crumbs())


def _left(response: Response, events: float, hang_up: HangUp) -> Response:
    def broken() -> Iterator[bytes]:
        yield from islice(parts(response), int(events))
        raise hang_up

    return replace(response, body=broken())


def _torn(part: bytes) -> bytes:
    """Cut *part* after the first byte of a character; one is added if it has none."""
    for at, byte in enumerate(part):
        if not chr(byte).isascii():
            return part[: at + 1]
    return part[: part.rfind(b'"')] + "é".encode()[:1]
