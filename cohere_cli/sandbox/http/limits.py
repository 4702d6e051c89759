"""What a sandbox lends to other programs: bytes, seconds and connections."""

from cohere_cli.record import value_class

MIB = 1 << 20


@value_class
class Limits:
    """The limits of one sandbox, in bytes and seconds.

    `head` is the most of a request line with its headers, `body` of one body,
    `bodies` of all bodies in memory together; bodies of at most `small` bytes do not
    count. `connections` are the most at a time, one thread each.

    A connection may send nothing for `idle_seconds`; a head must be complete after
    `head_seconds`, a body after `body_seconds`, and each part of a reply must be
    accepted within `write_seconds`. A body waits `queue_seconds` for memory. After a
    refusal, what the client still sends is discarded for `linger_seconds`, at most
    `body` bytes, on `lingering` connections at a time.
    """

    head: int = 32 * 1024
    body: int = 64 * MIB
    bodies: int = 64 * MIB
    small: int = 64 * 1024
    connections: int = 512
    idle_seconds: float = 60.0
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    write_seconds: float = 60.0
    queue_seconds: float = 10.0
    linger_seconds: float = 2.0
    lingering: int = 16
