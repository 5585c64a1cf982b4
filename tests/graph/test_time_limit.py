from __future__ import annotations

import signal
import time
import weakref
from contextlib import suppress

import pytest

import symgd as sg
from symgd.errors import UnsupportedError
from symgd.graph.time_limit import check_time, time_limit


def test_without_a_limit_nothing_happens():
    check_time()


def spend(outer, inner):
    with time_limit(outer, "the outer", ""), time_limit(inner, "the inner", ""):
        check_time()


@pytest.mark.parametrize(("outer", "inner", "named"), [(0.0, 100.0, "outer"), (100.0, 0.0, "inner"), (0.0, 0.0, "outer|inner")])
def test_the_limit_that_is_spent_is_named(outer, inner, named):
    with pytest.raises(UnsupportedError, match=f"the ({named}) takes more than 0 seconds"):
        spend(outer, inner)
    check_time()


def ask_for_a_value():
    with time_limit(0.0, "this", ""):
        try:
            check_time()
        except sg.SymgdError:
            pytest.fail("it is no SymgdError inside")


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the system has no alarms")
def test_a_step_that_takes_too_long_is_interrupted_where_that_is_asked_for():
    """Also where the step takes every error for an answer."""

    def step():
        for _ in range(10**9):
            pass

    def steps():
        with time_limit(0.1, "this step", "", interrupts=True):
            with suppress(Exception):
                step()
            step()

    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(UnsupportedError, match=r"this step takes more than 0\.1 seconds"):
        steps()
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_no_error_of_ours_takes_its_place():
    """What asks whether a value exists must not take the end of the time for an answer."""
    with pytest.raises(UnsupportedError, match="takes more"):
        ask_for_a_value()


@pytest.mark.parametrize(
    ("text", "wrt", "at", "order"),
    [
        ("gamma(x)**besselj(1, x)", "x", 3, 12),
        ("exp(sin(exp(x)))", "x", 0, 200),
        ("(1 + x + y + z)**a*exp(x*y)", ["x", "y", "z"], 0, 20),
        ("zeta(x)**zeta(x)", "x", 2, 30),
    ],
)
def test_expansions_end_with_their_budget(text, wrt, at, order):
    start = time.process_time()
    with pytest.raises(UnsupportedError, match=r"this expansion takes more than 0\.2 seconds"):
        sg.taylor(text, wrt, at=at, order=order, budget=0.2)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("budget", [0, -1, float("nan"), "long", True])
def test_a_budget_is_a_positive_number(budget):
    with pytest.raises(sg.SymgdError, match="budget"):
        sg.taylor("exp(x)", "x", budget=budget)


LONG = "exp(sin(x)*cos(x**2))*tanh(x)*log(2 + x**2)"


def test_remainders_and_bounds_end_with_the_budget():
    expansion = sg.taylor(LONG, "x", order=9)
    expansion.budget = 0.2
    start = time.process_time()
    with pytest.raises(UnsupportedError, match=r"this remainder takes more than 0\.2 seconds"):
        _ = expansion.remainder
    with pytest.raises(UnsupportedError, match=r"this bound takes more than 0\.2 seconds"):
        expansion.bound({"x": (-1, 1)})
    assert time.process_time() - start < 5


def test_the_budget_of_an_expansion_is_that_of_its_bound():
    assert sg.taylor("exp(x)", "x", budget=7).budget == 7
    assert sg.taylor("exp(x)", "x", order=3, budget=7).up_to(1).budget == 7


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="there are no alarms on this system")
@pytest.mark.parametrize("held_by", ["a mapping", "a set"])
def test_an_alarm_in_the_callback_of_a_weak_reference_waits_for_its_end(held_by):
    """Python prints an error that is raised there and goes on: here pytest would make the warning an error."""

    class Held:
        pass

    def clear():
        counted = 0
        with time_limit(0.1, "clearing", "", interrupts=True):
            while counted < 10**8:
                held = (Held() for _ in range(1000))
                mapping = (
                    weakref.WeakKeyDictionary((one, 1) for one in held) if held_by == "a mapping" else weakref.WeakSet(held)
                )
                counted += len(mapping)

    with pytest.raises(UnsupportedError, match="clearing takes more than"):
        clear()
