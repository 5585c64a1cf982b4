"""A limit to the time that a long computation takes, checked where its steps are counted."""

from __future__ import annotations

import _weakrefset
import gc
import math
import signal
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from types import FrameType

from symgd.errors import UnsupportedError

__all__ = ["check_time", "time_limit"]

_END: ContextVar[float] = ContextVar("end", default=math.inf)


class _OutOfTimeError(Exception):
    """The time is up. It is no SymgdError: code that handles such an error as a result must not handle this one."""


@contextmanager
def time_limit(seconds: float, what: str, hint: str, *, interrupts: bool = False) -> Iterator[None]:
    """Limit the time of what is done inside.

    Parameters
    ----------
    seconds : float
    what : str
        What takes the time, as the subject of a sentence.
    hint : str
        What can be done about it.
    interrupts : bool
        Whether a step that takes too long is interrupted, by the alarm of the process: for programs of our own.

    Raises
    ------
    UnsupportedError
        Where :func:`check_time` is called inside after the time is up, or where it is interrupted.

    Examples
    --------
    >>> from symgd.graph.time_limit import check_time, time_limit
    >>> with time_limit(0.0, "this example", "ask for less"):
    ...     check_time()
    Traceback (most recent call last):
        ...
    symgd.errors.UnsupportedError: this example takes more than 0 seconds
      hint: ask for less
    """
    end = time.monotonic() + seconds
    outer = _END.get()
    token = _END.set(min(end, outer))
    try:
        with ExitStack() as stack:
            if interrupts:
                stack.enter_context(_alarm(seconds + _GRACE))
            yield
    except _OutOfTimeError:
        if outer < end:
            raise
        raise UnsupportedError(f"{what} takes more than {seconds:g} seconds", hint=hint) from None
    finally:
        _END.reset(token)


_MOMENT = 0.01
"""Seconds after which an interrupted callback is over."""
_GRACE = 0.5
"""Seconds that a step has to end by itself, and between two alarms: a step may handle the first one as a result."""


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Interrupt what is done inside after some seconds, where the process has alarms and uses none."""

    def answer(number: int, frame: FrameType | None) -> None:
        if frame is not None and _is_in_callback(frame):
            signal.setitimer(signal.ITIMER_REAL, _MOMENT, _GRACE)
        else:
            raise _OutOfTimeError

    is_main = threading.current_thread() is threading.main_thread()
    if (
        not (is_main and hasattr(signal, "SIGALRM") and math.isfinite(seconds))
        or signal.getsignal(signal.SIGALRM) != signal.SIG_DFL
    ):
        yield
        return
    signal.signal(signal.SIGALRM, answer)
    try:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, _GRACE), _GRACE)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


_FILES_OF_CALLBACKS = (weakref.__file__, _weakrefset.__file__)


def _is_in_callback(frame: FrameType) -> bool:
    """Whether a weak reference is cleared or garbage is collected: Python prints what is raised there, and goes on."""
    if frame.f_code.co_filename in _FILES_OF_CALLBACKS or frame.f_code.co_name in ("_forget", "__del__"):
        return True
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    above: FrameType | None = frame
    while above is not None and above.f_code not in callbacks:
        above = above.f_back
    return above is not None


def check_time() -> None:
    """Give up where the time is up."""
    if time.monotonic() > _END.get():
        raise _OutOfTimeError
