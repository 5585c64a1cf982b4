"""A limit of seconds for one call, of the time this process computes: other programs may share the machine."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import mpmath


class OutOfTime(BaseException):
    """The call took too long. No ``except Exception`` catches it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the main thread after so many seconds of computing. A limit may stand inside another."""

    def ring(*_: Any) -> None:
        raise OutOfTime(f"more than {seconds:g} s")

    begin = time.process_time()
    bits = mpmath.mp.prec
    handler = signal.signal(signal.SIGPROF, ring)
    # again every second, where a callback swallowed the first
    left, _ = signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        mpmath.mp.prec = bits  # SymPy sets another, and may have been interrupted before it set it back
        signal.signal(signal.SIGPROF, handler)
        if left:
            signal.setitimer(signal.ITIMER_PROF, max(0.001, left - (time.process_time() - begin)), 1.0)
