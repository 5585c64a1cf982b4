"""A limit of seconds for one call."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class OutOfTime(BaseException):
    """The call took too long. No ``except Exception`` catches it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the main thread after so many seconds of wall time. A limit may stand inside another."""

    def ring(*_: Any) -> None:
        raise OutOfTime(f"more than {seconds:g} s")

    begin = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    # again every second, where a callback swallowed the first
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(0.001, left - (time.monotonic() - begin)), 1.0)
