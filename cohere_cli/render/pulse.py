"""The frames that are due though nothing comes: drawn by a thread beside the reader."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event, RLock, Thread


class Pulse:
    """Calls *draw* once a frame is wanted and due, unless it came before.

    *wait* gives the seconds until one is due. Whoever draws holds `lock`, so that
    neither comes between two halves of the other's drawing. What goes wrong in the
    thread is kept for the one that reads.
    """

    def __init__(self, draw: Callable[[], None], wait: Callable[[], float]) -> None:
        self.lock = RLock()
        self._draw = draw
        self._wait = wait
        self._wanted = Event()
        self._over = Event()
        self._thread: Thread | None = None
        self._error: Exception | None = None

    def want(self) -> None:
        """Have a frame drawn when it is due, from the first call on by a thread."""
        if not self._wanted.is_set():
            self._wanted.set()
            if self._thread is None:
                self._start()

    def skip(self) -> None:
        """Want no frame: another one has drawn all that is to be seen."""
        self._wanted.clear()

    def check(self) -> None:
        """Raise what went wrong in the thread, once."""
        error, self._error = self._error, None
        if error:
            raise error

    def stop(self) -> None:
        """End the thread, which draws nothing any more. Not while holding `lock`."""
        self._over.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()
            # Freed here, and not by the garbage collector: a signal that came while
            # that is at work would be lost, with a traceback.
            self._thread = None

    def _start(self) -> None:
        # A daemon: whatever happens, it keeps no program from its end.
        thread = Thread(target=self._run, daemon=True)
        # Where no thread is to be had, frames come with the events alone.
        with suppress(RuntimeError):
            thread.start()
            self._thread = thread

    def _run(self) -> None:
        while self._wanted.wait() and not self._over.wait(self._wait()):
            with self.lock:
                if self._is_time():
                    self._beat()

    def _is_time(self) -> bool:
        """Say whether a frame is still wanted and due, now that nobody else draws."""
        return self._wanted.is_set() and not self._over.is_set() and self._wait() <= 0

    def _beat(self) -> None:
        self._wanted.clear()
        try:
            self._draw()
        except Exception as exc:  # noqa: BLE001 - it is raised where somebody handles it
            self._error = exc
            self._over.set()
