"""Numbers of code: those that it may compare an input with, and no steps, tolerances or numbers of libraries."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symgd.checking.black_box.numbers_in_code import numbers_in, places_at_jumps


def test_numbers_of_code_are_those_that_stand_in_it():
    def inner(u):
        return (lambda v: v if v > 2.5 else 3)(u) + 1e-8 + 1e9

    assert numbers_in(inner) == {Fraction(5, 2), Fraction(3), Fraction(0)}  # 1e-8 may be a tolerance around 0
    assert numbers_in(np.sin) == set()


LIMIT = 7.5


def with_default(x, least=0.25):
    return x > least


def with_keyword(x, *, most=12):
    return np.minimum(x, most)


def that_calls(x):
    return with_default(x) + LIMIT


class Callable:
    def __call__(self, x):
        return x > 3.5


class Wrapper:
    def __init__(self, function):
        self.function = function


NUMBERS = [
    (with_default, {Fraction(1, 4)}),
    (with_keyword, {Fraction(12)}),
    (that_calls, {Fraction(1, 4), Fraction(15, 2)}),
    (Wrapper(with_default), {Fraction(1, 4)}),
    (lambda x: x > 1e6, set()),
    (lambda x: x == True, set()),  # noqa: E712  (as people write it)
    (lambda x: "5" if x else None, set()),
    (lambda x: x + 5j, set()),
    (np.sum, set()),
    (3, set()),
    (None, set()),
]


@pytest.mark.parametrize(("function", "numbers"), NUMBERS)
def test_numbers_stand_in_code_defaults_variables_and_functions_that_are_called(function, numbers):
    assert numbers_in(function) == numbers


def test_functions_that_call_each_other_come_to_an_end():
    def first(x):
        return second(x) + 2

    def second(x):
        return first(x) + 3

    assert numbers_in(first) == {Fraction(2), Fraction(3)}


JUMPS = [  # a claim, and the numbers at which one of its entries is put
    (lambda x: 2 * x, []),
    (lambda x: np.where(x > 50, 3 * x, 2 * x), [43.75, 50, 56.25]),
    (lambda x: np.where(x > 50, 1e-9 + 2 * x, 2 * x), []),
    (lambda x: np.where(x == 3, 0.0, 2 * x), [2.625, 3, 3.375]),
    (lambda x: np.where(x > 8, 3 * x, np.where(x < -4, 0.5 * x, 2 * x)), [-4.5, -4, 2, 8, 9]),
    (lambda x: x if x[0] < 16 else 2 * x, [14, 16, 18]),
    (lambda x: np.sign(x) + 0, [-0.125, 0, 0.125]),
]


@pytest.mark.parametrize(("claim", "places"), JUMPS)
@pytest.mark.parametrize("seed", range(3))
def test_one_entry_is_put_where_the_claim_jumps_between_and_beyond(claim, places, seed):
    x = np.array([1.0, -2.0, 0.5])
    found = list(places_at_jumps((claim,), claim, x, np.random.default_rng(seed)))
    moved = [np.flatnonzero(place != x) for place in found]
    assert all(len(entries) <= 1 for entries in moved)
    entry = next((int(entries[0]) for entries in moved if len(entries)), 0)
    assert sorted(place[entry] for place in found) == places


def fails_beyond(x):
    if x.max() > 20:
        raise ValueError("out of range")
    return np.where(x > 20, 0.0, x)


@pytest.mark.parametrize("claim", [fails_beyond, lambda x: x[x > 5], lambda x: np.where(x > 5, np.nan, x)])
def test_claims_that_fail_or_change_their_shape_do_not_jump(claim):
    assert list(places_at_jumps((claim,), claim, np.ones(2), np.random.default_rng(0))) == []


def test_points_keep_their_shape_and_the_given_one_is_not_changed():
    x = np.ones((2, 1, 2))
    found = list(places_at_jumps((np.sign,), lambda x: np.where(x > 5, 0, x), x, np.random.default_rng(0)))
    assert found == []  # no number stands in np.sign
    claim = lambda x: np.where(x > 5, 0, x)  # noqa: E731
    found = list(places_at_jumps((claim,), claim, x, np.random.default_rng(0)))
    assert [place.shape for place in found] == [(2, 1, 2)] * 3
    assert (x == 1).all()
