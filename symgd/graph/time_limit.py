"""A limit to the time that a long computation takes, asked for where its steps are counted."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from symgd.errors import UnsupportedError

__all__ = ["check_time", "time_limit"]

_END: ContextVar[float] = ContextVar("end", default=math.inf)


class _OutOfTimeError(Exception):
    """The time is up. It is no SymgdError: what takes such an error for an answer must not take this one."""


@contextmanager
def time_limit(seconds: float, what: str, hint: str) -> Iterator[None]:
    """Limit the time of what is done inside.

    Parameters
    ----------
    seconds : float
    what : str
        What takes the time, as the subject of a sentence.
    hint : str
        What can be done about it.

    Raises
    ------
    UnsupportedError
        Where :func:`check_time` is called inside after the time is up.

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
        yield
    except _OutOfTimeError:
        if outer < end:
            raise
        raise UnsupportedError(f"{what} takes more than {seconds:g} seconds", hint=hint) from None
    finally:
        _END.reset(token)


def check_time() -> None:
    """Give up where the time is up."""
    if time.monotonic() > _END.get():
        raise _OutOfTimeError
