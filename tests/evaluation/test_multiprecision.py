"""A precision of each thread: what one thread or a user sets changes nothing elsewhere, and numbers travel."""

from __future__ import annotations

import copy
import pickle
import threading

import mpmath as theirs
import pytest

from symgd.evaluation import multiprecision as mpmath

E = "2.7182818284590452353602874713526624977572470936999595749669676277240766"
TENTH = "0.1000000000000000000000000000000000000000000000000000000000"


def test_a_precision_holds_inside_a_block():
    before = mpmath.mp.dps
    with mpmath.workdps(50):
        assert mpmath.mp.dps == 50
        assert abs(mpmath.mpf(1) / 10 - mpmath.mpf(TENTH)) < mpmath.mpf("1e-50")
        with mpmath.workdps(100):
            assert abs(mpmath.sqrt(2) ** 2 - 2) < mpmath.mpf("1e-99")
        assert mpmath.mp.dps == 50
    assert mpmath.mp.dps == before


@pytest.mark.parametrize("digits", [15, 30, 300])
def test_what_a_user_sets_changes_nothing_here_and_the_other_way_round(digits):
    before = theirs.mp.dps
    own = mpmath.mp.dps
    try:
        theirs.mp.dps = digits
        assert mpmath.mp.dps == own
        with mpmath.workdps(80):
            assert theirs.mp.dps == digits
            assert abs(mpmath.exp(1) - mpmath.mpf(E)) < mpmath.mpf("1e-69")
    finally:
        theirs.mp.dps = before


def test_threads_have_precisions_of_their_own():
    barrier, found = threading.Barrier(4), {}

    def compute(digits):
        with mpmath.workdps(digits):
            barrier.wait()
            value = mpmath.mpf(1) / 3
            barrier.wait()
            found[digits] = (mpmath.mp.dps, value * 3 == 1, abs(mpmath.mpf(3) * value - 1) < mpmath.mpf(10) ** (1 - digits))

    threads = [threading.Thread(target=compute, args=(digits,)) for digits in (20, 50, 200, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {digits: dps for digits, (dps, _, _) in found.items()} == {20: 20, 50: 50, 200: 200, 1000: 1000}
    assert all(is_close for _, _, is_close in found.values())


def test_a_new_thread_begins_with_the_precision_of_a_float():
    found = []
    with mpmath.workdps(99):
        thread = threading.Thread(target=lambda: found.append((mpmath.mp.prec, mpmath.mp.dps)))
        thread.start()
        thread.join()
    assert found == [(53, 15)]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, ValueError])
def test_an_interrupted_function_leaves_the_precision_of_the_process(interruption):
    """As where an alarm comes between SymPy's setting a precision and its ``try``."""

    @mpmath.one_at_a_time
    def compute():
        theirs.mp.prec = 103
        raise interruption

    with theirs.workprec(70):
        with pytest.raises(interruption):
            compute()
        assert theirs.mp.prec == 70


FUNCTIONS = [  # a function, its argument, and 40 digits of Abramowitz and Stegun, or of exact algebra
    ("exp", 1, "2.718281828459045235360287471352662497757"),
    ("log", 2, "0.6931471805599453094172321214581765680755"),
    ("sqrt", 2, "1.414213562373095048801688724209698078570"),
    ("gamma", "0.5", "1.772453850905516027298167483341145182798"),
    ("zeta", 2, "1.644934066848226436472415166646025189219"),
    ("atan", 1, "0.7853981633974483096156608458198757210493"),
]


@pytest.mark.parametrize(("name", "argument", "value"), FUNCTIONS)
def test_functions_have_the_digits_of_the_precision(name, argument, value):
    for digits in (20, 38):
        with mpmath.workdps(digits):
            gap = getattr(mpmath, name)(mpmath.mpf(argument)) - mpmath.mpf(value)
            assert abs(gap) < mpmath.mpf(10) ** (2 - digits)


@pytest.mark.parametrize("text", ["0", "1", "-2.5", "0.1", "1e-400", "1e400", "inf", "-inf"])
@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda number: pickle.loads(pickle.dumps(number))])
def test_numbers_are_copied_and_pickled_as_they_are(text, way):
    with mpmath.workdps(60):
        number = mpmath.mpf(text)
        again = way(number)
        assert again == number
        assert type(again) is type(number)
    assert way(mpmath.mpc(1, 2)) == mpmath.mpc(1, 2)
    assert mpmath.isnan(way(mpmath.nan))


def test_numbers_of_the_users_context_are_real_numbers_too():
    assert isinstance(theirs.mpf("0.5"), mpmath.AnyReal)
    assert isinstance(mpmath.mpf("0.5"), mpmath.AnyReal)
    assert not isinstance(0.5, mpmath.AnyReal)
    assert mpmath.convert(theirs.mpf("0.5")) == mpmath.mpf("0.5")


def test_intervals_contain_what_they_are_made_of():
    context = mpmath.iv
    third = context.mpf(1) / 3
    assert third.a < third.b
    for bits in (53, 200):
        context.prec = bits
        assert 1 in context.mpf(1) / 3 * 3
    context.prec = 53


def test_names_for_sympy_are_functions_of_this_context():
    names = mpmath.names_in_sympy({"Abs": "fabs", "nothing": "there_is_none"})
    assert names["exp"] is mpmath.mp.exp
    assert names["Abs"] is names["fabs"]
    assert "nothing" not in names
    assert not {"prec", "dps"} & set(names)


def test_what_is_not_there_is_named():
    with pytest.raises(AttributeError, match="mpmath has no 'sinn'"):
        mpmath.sinn
