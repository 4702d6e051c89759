"""Faults of time: a reply that is late, or slow."""

from collections.abc import Iterator
from dataclasses import replace
from time import sleep

from cohere_cli.sandbox.faults.parts import parts
from cohere_cli.sandbox.response import Response


def before_head(response: Response, seconds: float) -> Response:
    """Wait before anything is sent."""

    def begin() -> None:
        sleep(seconds)
        response.begin()

    return replace(response, begin=begin)


def before_tokens(response: Response, seconds: float) -> Response:
    """Wait after the head and the first event: then the model begins to speak."""

    def late() -> Iterator[bytes]:
        for at, part in enumerate(parts(response)):
            if at == 1:
                sleep(seconds)
            yield part

    return replace(response, body=late())


def between_tokens(response: Response, seconds: float) -> Response:
    """Wait before each event."""

    def slow() -> Iterator[bytes]:
        for part in parts(response):
            sleep(seconds)
            yield part

    return replace(response, body=slow())
