"""The stage that a long question has reached, shown while a user waits."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["stages"]

PATIENCE = 0.5


@contextmanager
def stages(is_silent: bool) -> Iterator[Callable[[str], None] | None]:
    """Show the name of the current stage on the error stream of a terminal, once the answer takes a while."""
    if is_silent or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    began = time.monotonic()
    status = Console(stderr=True).status("")

    def report(stage: str) -> None:
        if time.monotonic() - began > PATIENCE:
            status.update(f"trying {stage}")
            status.start()

    try:
        yield report
    finally:
        status.stop()
