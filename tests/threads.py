"""Functions that threads call at once."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor


def at_once(tasks_of_threads):
    """Return the results of lists of tasks, each list in a thread of its own, with as many switches as possible."""
    barrier = threading.Barrier(len(tasks_of_threads))

    def run(tasks):
        barrier.wait(60)
        return [(task, task()) for task in tasks]

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(len(tasks_of_threads)) as pool:
            return [found for results in pool.map(run, tasks_of_threads) for found in results]
    finally:
        sys.setswitchinterval(before)
