"""A job: requests sent concurrently, each reply recorded so that it can be resumed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from cohere_cli.errors import CoError
from cohere_cli.jobs.journal import Journal
from cohere_cli.jobs.workers import Sender, Task, send_all
from cohere_cli.record import value_class
from cohere_cli.text import os_reason, plural

ItemT = TypeVar("ItemT")
RequestT = TypeVar("RequestT")
ReplyT = TypeVar("ReplyT")


@value_class
class Codec(Generic[RequestT, ReplyT]):
    """How a journal stores the reply to a request.

    `key` identifies the request in every run. `decode` returns None for a stored
    reply that does not fit the request.
    """

    key: Callable[[RequestT], str]
    encode: Callable[[ReplyT], Mapping[str, Any]]
    decode: Callable[[Mapping[str, Any], RequestT], ReplyT | None]


class Job(Generic[RequestT, ReplyT]):
    """Sends requests and records the replies in *journal*.

    With *resume*, requests that *journal* has a reply to are not sent again. *note*
    writes a line for the user.
    """

    def __init__(
        self,
        sender: Sender[RequestT, ReplyT],
        codec: Codec[RequestT, ReplyT],
        journal: Journal,
        note: Callable[[str], None],
        *,
        resume: bool,
    ) -> None:
        self._sender = sender
        self._codec = codec
        self._journal = journal
        self._note = note
        self._resume = resume
        self._can_record = True

    @property
    def finished(self) -> int:
        """The number of requests that a later run need not send."""
        return self._journal.finished

    def run(
        self,
        *groups: Iterable[Task[ItemT, RequestT]],
        receive: Callable[[ItemT, ReplyT | CoError], None],
        concurrency: int,
    ) -> None:
        """Send *groups* one after the other; call *receive* with each outcome.

        `MAX_FAILURES` failures end a group, not the others.
        """
        if not self._resume:
            self._note_finished("--resume skips what is finished")
        try:
            for tasks in groups:
                unknown = self._unknown(tasks, receive)
                for task, outcome in send_all(
                    self._sender, unknown, concurrency=concurrency
                ):
                    if not isinstance(outcome, CoError):
                        self._record(task.request, outcome)
                    receive(task.item, outcome)
        except BaseException:
            self._note_finished("--resume sends only the rest")
            raise

    def _unknown(
        self,
        tasks: Iterable[Task[ItemT, RequestT]],
        receive: Callable[[ItemT, ReplyT], None],
    ) -> Iterator[Task[ItemT, RequestT]]:
        """Yield the tasks to send; hand the others' replies to *receive*."""
        for task in tasks:
            known = self._recorded(task.request) if self._resume else None
            if known is None:
                yield task
            else:
                receive(task.item, known)

    def _recorded(self, request: RequestT) -> ReplyT | None:
        stored = self._journal.find(self._codec.key(request))
        return None if stored is None else self._codec.decode(stored, request)

    def _record(self, request: RequestT, reply: ReplyT) -> None:
        if not self._can_record:
            return
        try:
            self._journal.add(self._codec.key(request), self._codec.encode(reply))
        except OSError as exc:
            self._can_record = False
            reason = os_reason(exc)
            self._note(f"co: cannot record more requests for --resume: {reason}")

    def _note_finished(self, remedy: str) -> None:
        if number := self._journal.finished:
            requests = plural(number, "request")
            self._note(f"co: {requests} of this job finished; {remedy}")
