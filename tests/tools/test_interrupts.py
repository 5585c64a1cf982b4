"""The first Ctrl-C ends the work, the second waits, the third ends everything; `test_cli` presses it in a run."""

from __future__ import annotations

import signal
import threading

import pytest

from symgd.tools.interrupts import saved_on_interrupt


@pytest.fixture(autouse=True)
def listening():
    """Let Ctrl-C interrupt, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press():
    signal.raise_signal(signal.SIGINT)


def test_the_second_waits_and_the_others_interrupt():
    with saved_on_interrupt():
        with pytest.raises(KeyboardInterrupt):
            press()
        press()
        with pytest.raises(KeyboardInterrupt):
            press()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        press()


def test_the_handler_is_put_back_after_an_error():
    with pytest.raises(KeyboardInterrupt), saved_on_interrupt():
        press()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("handler", [signal.SIG_IGN, lambda number, frame: None], ids=["ignored", "somebody's"])
def test_another_handler_stays(handler):
    signal.signal(signal.SIGINT, handler)
    with saved_on_interrupt():
        assert signal.getsignal(signal.SIGINT) is handler


def test_other_threads_change_nothing():
    found = []

    def work():
        with saved_on_interrupt():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]
