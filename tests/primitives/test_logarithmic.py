"""x·log y with its limit at 0, and Lambert's W: values, slopes, the branch point, and facts."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import scipy.special

import symgd as sg
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.assumptions import Interval
from tests.primitives.scalar_comparison import check_derivatives, check_known, check_slopes, domain, evaluated, known

# formula of x, the same in mpmath, points
FUNCTIONS = [
    ("lambertw(x*exp(x))", lambda x: x, (-0.9, 0.0, 0.5, 3.0)),
    ("xlogy(x, 3)", lambda x: x * mpmath.log(3), (-2.0, 0.0, 5.5)),
    ("xlogy(2, x)", lambda x: 2 * mpmath.log(x), (0.01, 1.0, 40.0)),
    ("xlogy(0, x)", lambda x: mpmath.mpf(0), (0.01, 1.0, 40.0)),
    ("xlogy(x, x)", lambda x: x * mpmath.log(x), (0.01, 1.0, 40.0)),
    ("xlogy(x - 1, x**2)", lambda x: (x - 1) * mpmath.log(x**2), (-0.5, 1.0, 3.0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "points"), FUNCTIONS, ids=[text for text, *_ in FUNCTIONS])
def test_values_and_slopes(text, function, points):
    for x in points:
        check_slopes(text, function, x, accuracy=1e-11)


@pytest.mark.parametrize("x", [-0.36, -0.2, -1e-4, 0.0, 1e-4, 0.5, 3.0, 1e4])
def test_slopes_of_the_inverse_of_x_exp_x(x):
    with mpmath.workdps(60):
        value = mpmath.lambertw(x).real
        slope, bend = ((value + k) * mpmath.exp(value) for k in (1, 2))  # of w·eʷ at this value
        check_derivatives("lambertw(x)", x, [value, 1 / slope, -bend / slope**3], accuracy=1e-11)


# formula of x, x, value; W(1) is the omega constant, OEIS A030178
EXTREME = [
    ("lambertw(x)", 1.0, 0.5671432904097838), ("lambertw(x)", math.e, 1.0), ("lambertw(x)", 1e-300, 1e-300),
    ("lambertw(x)", 1e300, 684.2472086297608),
    ("lambertw(x)", -0.37, np.nan), ("lambertw(x)", -np.inf, np.nan), ("xlogy(x, 0)", 0.0, 0.0), ("xlogy(0*x, x)", 0.0, 0.0),
    ("xlogy(x, 2)", 1e-320, 7e-321),
    ("xlogy(1, x)", 0.0, -np.inf), ("xlogy(x, x)", 1e300, 1e300 * math.log(1e300)), ("xlogy(2, x)", -1.0, np.nan),
    ("xlogy(x, -1)", 0.0, 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_values_far_out_and_at_the_ends_of_the_domain(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-12, abs=0 if abs(value) > 1e-310 else 1e-322, nan_ok=True)


def test_zero_times_the_logarithm_of_zero_is_zero_in_many_digits():
    x, y = sg.scalar("x"), sg.scalar("y")
    assert evaluate_precisely([sg.xlogy(x, y)], {x: 0.0, y: 0.0})[0].item() == 0


def test_near_the_branch_point_the_value_nears_minus_one():
    x = -math.exp(-1) + np.array([1e-4, 1e-6, 1e-8])
    expected = [float(mpmath.lambertw(one).real) for one in x]
    np.testing.assert_allclose(evaluated("lambertw(x)", x=x), expected, rtol=1e-7)
    assert np.all(np.diff(evaluated(sg.gradient(sg.formula("sum(lambertw(x))", shapes={"x": 3}), "x"), x=x)) > 0)


def test_the_code_keeps_the_type_of_its_input():
    assert evaluated("lambertw(x)", x=np.float32(0.5)).dtype == np.float32


# formula of x, function, piece, what is known
KNOWN = [
    ("lambertw(x)", lambda x: mpmath.lambertw(x).real, Interval("-1/3"), "ANY [-1, inf) INCREASING CONCAVE"),
    ("lambertw(x)", lambda x: mpmath.lambertw(x).real, Interval(0), "NONNEGATIVE [0, inf) INCREASING CONCAVE"),
    ("lambertw(x)", lambda x: mpmath.lambertw(x).real, Interval("-1/3", 0), "NONPOSITIVE [-1, 0] INCREASING CONCAVE"),
    ("xlogy(x, 2)", lambda x: x * mpmath.log(2), Interval(), "ANY (-inf, inf) UNKNOWN UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    check_known(text, function, piece)


DOMAINS = [("lambertw(x)", "x + exp(-1) POSITIVE"), ("xlogy(x, y)", "where(x == 0, 1, y) POSITIVE")]


@pytest.mark.parametrize(("text", "where"), DOMAINS)
def test_domains(text, where):
    assert domain(text) == where


def test_an_entropy_has_its_limit_where_a_share_is_zero():
    p = np.array([[0.0, 0.25, 0.75]])
    np.testing.assert_allclose(evaluated("-sum(xlogy(p, p))", p=p), scipy.special.entr(p).sum(), rtol=1e-15)
    np.testing.assert_allclose(
        evaluated("xlogy(p, q)", p=p, q=np.array([[0.0], [2.0]])), scipy.special.xlogy(p, [[0.0], [2.0]]), rtol=1e-15
    )
