import sys
import threading
import time

import pytest

from cohere_cli.render.live.screen import FrameTimer


class Frames:
    """Counts what is drawn, and lets a test wait for it."""

    def __init__(self, wait=0.0, error=None):
        self.threads, self.wait, self.error = [], wait, error
        self._drawn = threading.Semaphore(0)
        self.timer = FrameTimer(self.draw, lambda: self.wait)

    def draw(self):
        self.threads.append(threading.current_thread())
        self._drawn.release()
        if self.error:
            raise self.error

    def expect(self):
        assert self._drawn.acquire(timeout=10)


def test_a_wanted_frame_is_drawn_once_though_nothing_comes():
    frames = Frames()
    with frames.timer.lock:
        frames.timer.request_frame()
        frames.timer.request_frame()
    frames.expect()
    time.sleep(0.02)
    frames.timer.stop()
    assert len(frames.threads) == 1
    assert not frames.threads[0].is_alive()


def test_without_a_wish_there_is_no_thread():
    before = threading.active_count()
    frames = Frames()
    assert threading.active_count() == before
    frames.timer.stop()
    assert frames.threads == []


def test_a_frame_that_was_drawn_meanwhile_is_not_drawn_again():
    frames = Frames()
    with frames.timer.lock:
        frames.timer.request_frame()
        time.sleep(0.02)
        frames.timer.skip()
    time.sleep(0.02)
    frames.timer.stop()
    assert frames.threads == []


def test_a_frame_that_is_not_due_keeps_nobody_waiting():
    frames = Frames(wait=60)
    frames.timer.request_frame()
    began = time.monotonic()
    frames.timer.stop()
    assert (frames.threads, time.monotonic() - began < 5) == ([], True)


def test_what_goes_wrong_is_raised_where_the_reader_is_and_once():
    frames = Frames(error=BrokenPipeError())
    frames.timer.request_frame()
    frames.expect()
    with frames.timer.lock:  # the thread has let go of it: the error is kept
        pass
    with pytest.raises(BrokenPipeError):
        frames.timer.check()
    frames.timer.check()
    frames.timer.request_frame()
    frames.timer.stop()
    assert len(frames.threads) == 1


def test_nothing_is_drawn_after_the_end():
    frames = Frames()
    with frames.timer.lock:
        frames.timer.request_frame()
        time.sleep(0.02)  # the thread waits for the lock
        frames.timer._is_stopped = True
    frames.timer.stop()
    assert frames.threads == []


_TRACED = ("screen.py", "waiting.py", "threading.py", "test_frame_timer.py")


class Interrupt(BaseException):
    """Stands for a signal, which arrives between any two instructions."""


def interrupted_at(count, act):
    """Do *act*, and interrupt it after *count* instructions; return whether it was."""
    left = count

    def trace(frame, event, _):
        nonlocal left
        # Not what a test's tools do at a collection of garbage.
        if not frame.f_code.co_filename.endswith(_TRACED):
            return None
        frame.f_trace_opcodes = True
        left -= event == "opcode"
        if left < 0:
            sys.settrace(None)
            raise Interrupt
        return trace

    sys.settrace(trace)
    try:
        act()
    except Interrupt:
        return True
    finally:
        sys.settrace(None)
    return False


def test_a_signal_at_any_instruction_leaves_a_timer_that_can_be_stopped():
    def act():
        frames.timer.skip()
        frames.timer.request_frame()

    count, is_interrupted = 0, True
    while is_interrupted:
        frames = Frames(wait=60)
        frames.timer.request_frame()
        is_interrupted = interrupted_at(count, act)
        stopping = threading.Thread(target=frames.timer.stop, daemon=True)
        stopping.start()
        stopping.join(10)
        assert not stopping.is_alive(), count
        count += 1
    assert count > 10
