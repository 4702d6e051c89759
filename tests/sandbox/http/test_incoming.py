import socket

import pytest

from cohere_cli.sandbox.http.incoming import Deadline, Incoming
from cohere_cli.sandbox.http.limits import Limits


@pytest.fixture
def incoming():
    """What reads from a client that keeps its connection open."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"refused")
        yield Incoming(ours, Limits())


def test_what_a_silent_client_has_sent_is_discarded_for_its_time_alone(incoming):
    with pytest.raises(TimeoutError):
        incoming.discard(1000, 0.05)


def test_no_time_is_left_at_a_deadline():
    assert Deadline(10).left() > 9
    with pytest.raises(TimeoutError):
        Deadline(0).left()
