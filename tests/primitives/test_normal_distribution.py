"""The normal distribution: values of tables and of mpmath, both tails, slopes, facts, and what people write."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats

import symgd as sg
from symgd.checking.judgement import Verdict
from symgd.errors import DomainError
from symgd.graph.assumptions import Interval
from symgd.graph.primitive import REGISTRY
from tests.primitives.scalar_comparison import check_derivatives, check_known, check_slopes, domain, evaluated, known

EVERYWHERE, ABOVE, BELOW = Interval(), Interval(0), Interval(high=0)
UNIT = Interval(0, 1, open_low=True, open_high=True)


def log_ncdf(x):
    return mpmath.log1p(-mpmath.erfc(x / mpmath.sqrt(2)) / 2) if x > 0 else mpmath.log(mpmath.ncdf(x))


# formula of x, the same in mpmath, points
FUNCTIONS = [
    ("normpdf(x)", mpmath.npdf, (-30.0, -3.0, -1e-6, 0.0, 0.5, 6.0)),
    ("normpdf((x - 1)/2)/2", lambda x: mpmath.npdf(x, 1, 2), (-3.0, 0.0, 1.0, 4.5)),
    ("ndtr(x)", mpmath.ncdf, (-30.0, -3.0, -1e-6, 0.0, 0.5, 6.0)),
    ("log_ndtr(x)", log_ncdf, (-200.0, -40.0, -5.0, -1.0, 0.0, 0.5, 3.0, 20.0)),
    ("log(ndtr(x))", log_ncdf, (-8.0, -1.0, 0.5, 20.0)),
    ("log(1 - ndtr(x))", lambda x: mpmath.log(mpmath.ncdf(-x)), (-8.0, 0.5, 6.0)),
    ("ndtri(ndtr(x))", lambda x: x, (-6.0, -1.5, 0.25, 2.0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "points"), FUNCTIONS, ids=[text for text, *_ in FUNCTIONS])
def test_values_and_slopes(text, function, points):
    for x in points:
        check_slopes(text, function, x, accuracy=1e-10)


@pytest.mark.parametrize("p", [1e-12, 0.03, 0.5, 0.75])
def test_slopes_of_the_quantile(p):
    with mpmath.workdps(60):
        value = mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(p) - 1)
        slope = 1 / mpmath.npdf(value)
        check_derivatives("ndtri(x)", p, [value, slope, value * slope**2])


# Abramowitz & Stegun, tables 26.1, 26.2 and 26.5; tails by mpmath
EXTREME = [
    ("ndtr(x)", 1.0, 0.841344746068543), ("ndtr(x)", 1.96, 0.975002104851780), ("ndtr(x)", -3.0, 1.349898031630095e-3),
    ("ndtr(x)", -37.0, 5.725571222524577e-300), ("ndtr(x)", np.inf, 1.0), ("ndtr(x)", -np.inf, 0.0),
    ("normpdf(x)", 0.0, 0.398942280401433), ("normpdf(x)", 1.0, 0.241970724519143), ("normpdf(x)", 3.0, 4.431848411938008e-3),
    ("log_ndtr(x)", -40.0, -804.6084420137539), ("log_ndtr(x)", -1e5, -5000000012.431865),
    ("log_ndtr(x)", 10.0, -7.619853024160526e-24), ("log_ndtr(x)", np.inf, 0.0), ("log_ndtr(x)", -np.inf, -np.inf),
    ("ndtri(x)", 0.975, 1.959963984540054), ("ndtri(x)", 0.01, -2.326347874040841), ("ndtri(x)", 1e-300, -37.0470962993611992),
    ("ndtri(x)", 0.0, -np.inf), ("ndtri(x)", 1.0, np.inf), ("ndtri(x)", 1.5, np.nan),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_values_of_tables_and_in_the_tails(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-12, abs=0, nan_ok=True)


@pytest.mark.parametrize("x", [-1e5, -200.0, -40.0, -5.0, -1e-3, 0.0, 2.0, 9.0, 30.0])
def test_the_first_two_slopes_of_the_logarithm_keep_their_digits(x):
    f = sg.formula("log_ndtr(x)")
    first, second = sg.gradient(f, "x"), sg.gradient(sg.gradient(f, "x"), "x")
    with mpmath.workdps(50):
        ratio = mpmath.npdf(x) / mpmath.ncdf(x)
        expected = [float(ratio), float(-ratio * (ratio + mpmath.mpf(x)))]
    np.testing.assert_allclose(sg.lambdify(["x"], [first, second])(x), expected, rtol=1e-11)


@pytest.mark.parametrize("x", [40.0, 1e5])
def test_far_above_the_slopes_of_the_logarithm_are_zero(x):
    f = sg.formula("log_ndtr(x)")
    slope = sg.gradient(f, "x")
    np.testing.assert_array_equal(evaluated(sg.stack([f, slope, sg.gradient(slope, "x")]), x=np.array(x)), 0)


@pytest.mark.parametrize("name", ["ndtr", "log_ndtr", "ndtri"])
def test_the_code_is_that_of_scipy(name):
    x = np.linspace(0.01, 0.99, 41).reshape(1, 41)
    np.testing.assert_array_equal(evaluated(f"{name}(x)", x=x), getattr(scipy.special, name)(x))
    code = sg.lambdify(["x"], sg.formula(f"{name}(x)")).source
    assert f"from scipy.special import {name}" in code or f"{name}(x)" in code


# formula of x, function, piece, what is known
KNOWN = [
    ("ndtr(x)", mpmath.ncdf, EVERYWHERE, "POSITIVE (0, 1) INCREASING UNKNOWN"),
    ("ndtr(x)", mpmath.ncdf, ABOVE, "POSITIVE (0, 1) INCREASING CONCAVE"),
    ("ndtr(x)", mpmath.ncdf, BELOW, "POSITIVE (0, 1) INCREASING CONVEX"),
    ("log_ndtr(x)", log_ncdf, EVERYWHERE, "NEGATIVE (-inf, 0) INCREASING CONCAVE"),
    ("ndtri(x)", None, UNIT, "ANY (-inf, inf) INCREASING UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    if function is not None:
        check_known(text, function, piece)


def test_the_distribution_is_log_concave():
    assert REGISTRY["ndtr"].log_curvature.name == "CONCAVE"
    likelihood = sg.formula("-sum(log(ndtr(y*(X @ w))))", shapes={"X": "m n", "w": "n", "y": "m"})
    assert sg.convexity(likelihood, "w").kind.name == "CONVEX"
    assert sg.convexity("-log_ndtr(x)").kind.name == "STRICTLY_CONVEX"


# what, what it becomes
FORMS = [
    ("Phi(x)", "ndtr(x)"), ("normcdf(x)", "ndtr(x)"), ("lognormcdf(x)", "log_ndtr(x)"), ("norminv(x)", "ndtri(x)"),
    ("phi(x)", "exp(-x**2/2)/sqrt(2*pi)"), ("phi*Phi", "phi*Phi"), ("gradient Phi(x)", "exp(-x**2/2)/sqrt(2*pi)"),
    ("gradient log(Phi(x))", "sqrt(2)/(sqrt(pi)*erfcx(-x/sqrt(2)))"), ("gradient ndtri(x)", "sqrt(2*pi)*exp(ndtri(x)**2/2)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_printed_forms(text, shown):
    formula = text.removeprefix("gradient ")
    assert str(sg.gradient(formula, "x") if text.startswith("gradient") else sg.formula(formula)) == shown


@pytest.mark.parametrize("name", ["normpdf", "ndtr", "log_ndtr"])
def test_gradients_of_vectors_are_right(name):
    f = sg.formula(f"sum(w*{name}(x))", shapes={"x": "n", "w": "n"})
    assert sg.check_gradient(f, "x").verdict is Verdict.RIGHT


def test_the_quantile_of_no_probability_is_refused():
    assert domain("ndtri(x)") == "x (0, 1)"
    with pytest.raises(DomainError):
        sg.formula("ndtri(2)")


def test_beside_the_distributions_of_scipy():
    x = np.linspace(-4, 4, 17)
    np.testing.assert_allclose(evaluated("normpdf(x)", x=x), scipy.stats.norm.pdf(x), rtol=1e-14)
    np.testing.assert_allclose(evaluated("normpdf((x - 1)/3)/3", x=x), scipy.stats.norm.pdf(x, 1, 3), rtol=1e-14)
