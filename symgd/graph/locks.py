"""Locks for what the whole process shares.

They are held for single steps that call nothing of a user's, and one thread may take the same lock twice.
"""

from __future__ import annotations

import os
import threading
from typing import Any

__all__ = ["lock_of_process"]


def lock_of_process() -> Any:
    """Return a lock that is free again in a forked process, whatever another thread was doing when it was forked."""
    lock = threading.RLock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lock._at_fork_reinit)  # type: ignore[attr-defined]
    return lock
