"""Warnings of compiled code, silenced or collected.

Python keeps what is done with warnings in one place for the whole process, so that is changed by one thread at a time.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from symgd.graph.locks import lock_of_process

__all__ = ["collected_warnings", "silenced_warnings"]

_changing = lock_of_process()


@contextmanager
def silenced_warnings(kind: type[Warning] = Warning) -> Iterator[None]:
    """Show no warnings of a kind inside."""
    with _changing, warnings.catch_warnings():
        warnings.simplefilter("ignore", kind)
        yield


@contextmanager
def collected_warnings(kind: type[Warning]) -> Iterator[list[warnings.WarningMessage]]:
    """Give a list to which warnings of a kind are added inside."""
    with _changing, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", kind)
        yield caught
