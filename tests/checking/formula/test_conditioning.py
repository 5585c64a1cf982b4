"""Doubts about a function's answer: rounding and narrow types are told from another formula."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.checking.black_box.array_libraries import Asked
from symgd.checking.formula.conditioning import Doubts
from symgd.checking.request import Question
from symgd.equality.differences import Differences
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.sampling import Point


def doubts_of(loss, claim, at, *, read=None, shapes=None):
    """Return the doubts about a claim in the first input, its answer, and the derivative in 80 digits."""
    output = sg.formula(loss, shapes=shapes)
    (x,) = output.symbols
    own = sg.gradient(output, x)
    claim = Asked(claim)
    question = Question(output, (x,), (own,), (claim,), (x,))
    point = Point({x: np.asarray(at, dtype=float)}, {})
    traced = None if read is None else lambda: [sg.formula(read, shapes=shapes)]

    def ask(function, values):
        with np.errstate(all="ignore"):
            return np.asarray(function(*values.values()))

    (true,) = evaluate_precisely([own], point.values, digits=80)
    answer = ask(claim, point.values)
    return Doubts(question, point, 0, ask, traced, np.random.default_rng(0)), answer, true


ROUNDING = {  # a loss, a claim, a place, and whether its error may be one of rounding
    "cancels": ("x**2", lambda x: (1e10 + 2 * x) - 1e10, 1.2345678, True),
    "cancels at a small place": ("x**2", lambda x: (1e4 + 2 * x) - 1e4, 1.2345e-6, True),
    "naive difference": ("exp(x)", lambda x: (np.exp(x + 1e-9) - np.exp(x - 1e-9)) / 2e-9, 0.7, True),
    "noise": ("x**3", lambda x: 3 * x**2 + 1e-6 * np.sin(1e17 * x), 0.7, True),
    "an offset that is nothing elsewhere": ("1/x**4", lambda x: -4 / x**5 + 1e-10, 10.0, True),
    "a factor": ("x**2", lambda x: 2.00001 * x, 1.2345678, False),
    "a sign": ("x**2", lambda x: -2 * x, 1.2345678, False),
    "an offset": ("x**2", lambda x: 2 * x + 1e-5, 1.2345678, False),
    "another function": ("sin(x)", lambda x: np.cos(x) ** 2, 0.7, False),
    "a jump": ("x**2", lambda x: np.where(x > 1.2345678, 2 * x + 1e-3, 2 * x - 1e-3), 1.2345678, False),
    "another shape": ("x**2", lambda x: np.stack([2 * x, x]), 1.2345678, False),
    "no value nearby": ("x**2", lambda x: np.where(x == 1.2345678, 2.47, np.nan), 1.2345678, False),
}


@pytest.mark.parametrize("name", ROUNDING)
def test_errors_that_scatter_or_stay_small_may_be_rounding(name):
    loss, claim, at, may_be = ROUNDING[name]
    doubts, answer, true = doubts_of(loss, claim, at)
    got = float(np.ravel(answer)[0])
    assert doubts.may_be_rounding((), got, true[()]) == may_be


def fails_nearby(x):
    if x != 1.5:
        raise ValueError("only at one point")
    return 2 * x


@pytest.mark.parametrize(("claim", "got"), [(fails_nearby, 3.1), (lambda x: 2 * x, np.inf), (lambda x: 2 * x, np.nan)])
def test_claims_that_fail_nearby_and_no_numbers_are_no_rounding(claim, got):
    doubts, _, true = doubts_of("x**2", claim, 1.5)
    assert not doubts.may_be_rounding((), got, true[()])


def test_every_entry_is_looked_at_by_itself():
    def claim(x):
        return np.stack([(1e10 + 2 * x[0]) - 1e10, 2.00001 * x[1]])

    doubts, answer, true = doubts_of("sum(x**2)", claim, [1.2345678, 1.7], shapes={"x": (2,)})
    assert doubts.may_be_rounding((0,), float(answer[0]), true[0])
    assert not doubts.may_be_rounding((1,), float(answer[1]), true[1])


TYPES = [
    (np.float16, 1e-3, True),
    (np.float16, 3e-3, False),
    (np.float32, 1e-7, True),
    (np.float32, 1e-6, False),
    (float, 1e-7, False),
]


@pytest.mark.parametrize(("dtype", "error", "may_be"), TYPES)
def test_a_narrow_type_explains_errors_of_its_digits(dtype, error, may_be):
    doubts, _, true = doubts_of("x**2", lambda x: (2 * x).astype(dtype), 1.0)
    assert doubts.may_be_rounded(2.0 * (1 - 0.9 * error), true[()]) == may_be


READ = {  # a loss, a claim as a formula, its code, a place: is its formula right, is it another one
    "the same": ("x**2", "2*x", lambda x: 2 * x, 1.5, True, False),
    "written otherwise": ("sin(x)**2", "sin(2*x)", lambda x: np.sin(2 * x), 0.7, True, False),
    "computed badly": (
        "x - sin(x)", "1 - cos(x)", lambda x: 1 - np.cos(x), 1e-7, True, False,
    ),
    "another by 1e-9": ("x**2", "2*x + x**2/10**9", lambda x: 2 * x + x**2 / 1e9, 1.5, False, True),
    "another factor": ("x**2", "3*x", lambda x: 3 * x, 1.5, False, True),
    "a number that was rounded": (
        "x**3/9", "0.3333333333333333*x**2", lambda x: 0.3333333333333333 * x**2, 1.5, True, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_code_that_is_read_is_judged_as_its_formula(name):
    loss, read, code, at, is_right, is_wrong = READ[name]
    doubts, answer, true = doubts_of(loss, code, at, read=read)
    assert doubts.formula_is_right((), float(answer), true[()]) is is_right
    assert doubts.formula_is_wrong((), true[()], Differences(doubts.point)) is is_wrong


def test_code_that_is_not_read_is_not_judged_as_a_formula():
    doubts, _, true = doubts_of("x**2", lambda x: 3 * x, 1.5)
    assert not doubts.formula_is_right((), 4.5, true[()])
    assert not doubts.formula_is_wrong((), true[()], Differences(doubts.point))


def test_errors_that_the_formula_does_not_have_are_not_excused_by_it():
    """1 − cos x has no error of 1% at 1, however it is computed."""
    doubts, _, true = doubts_of("x - sin(x)", lambda x: 1 - np.cos(x), 1.0, read="1 - cos(x)")
    assert not doubts.formula_is_right((), 1.01 * float(true[()]), true[()])
