"""Locks of the process: one thread may hold one twice, others wait, and a forked process finds it free."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from symgd.graph.locks import lock_of_process


def test_one_thread_takes_it_twice_and_another_waits():
    lock, order = lock_of_process(), []

    def other():
        with lock:
            order.append("other")

    with lock:
        with lock:
            thread = threading.Thread(target=other)
            thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join(10)
    assert order == ["first", "other"]


def test_two_locks_do_not_know_each_other():
    first, second = lock_of_process(), lock_of_process()
    with first:
        taken = []
        thread = threading.Thread(target=lambda: taken.append(second.acquire(timeout=10)))
        thread.start()
        thread.join(10)
    assert taken == [True]


FORK = """
import os, threading
from symgd.graph.locks import lock_of_process

lock, held, done = lock_of_process(), threading.Event(), threading.Event()

def hold():
    with lock:
        held.set()
        done.wait(60)

thread = threading.Thread(target=hold)
thread.start()
held.wait(60)
child = os.fork()
if child == 0:
    os._exit(0 if lock.acquire(timeout=10) else 1)
_, status = os.waitpid(child, 0)
is_held_here = not lock.acquire(blocking=False)
done.set()
thread.join()
print(os.waitstatus_to_exitcode(status), is_held_here)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_process_finds_it_free_though_a_thread_of_its_parent_holds_it():
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["0", "True"]
