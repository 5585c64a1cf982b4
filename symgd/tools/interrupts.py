"""Ctrl-C: the first one ends the work, and a second one does not interrupt what is being saved."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

__all__ = ["saved_on_interrupt"]


@contextlib.contextmanager
def saved_on_interrupt() -> Iterator[None]:
    """Let the first Ctrl-C inside raise KeyboardInterrupt, ignore the second, and let the third raise again.

    Where the signal is ignored already, as under ``nohup``, or this is not the main thread, nothing changes.
    """
    count = 0

    def answer(number: int, frame: FrameType | None) -> None:
        nonlocal count
        count += 1
        if count != 2:
            raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
