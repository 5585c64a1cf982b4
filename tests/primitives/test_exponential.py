"""The exponential family: values that neither overflow nor cancel, slopes in 40 digits, exact values, and facts."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from mpmath import exp, log

import symgd as sg
from symgd.graph.assumptions import Growth, Interval, Parity
from symgd.graph.primitive import REGISTRY
from symgd.primitives import exponential
from tests.primitives.scalar_comparison import check_known, check_slopes, domain, evaluated, known, refusal

EVERYWHERE, ABOVE, BELOW = Interval(), Interval(0), Interval(high=0)
POSITIVE, UNIT = Interval(0, open_low=True), Interval(-1, 1, open_low=True, open_high=True)
LINE = (-30.5, -2.0, -0.5, -1e-5, 0.0, 1e-5, 0.7, 3.0, 25.25)
RIGHT = (1e-3, 0.4, 1.0, 2.5, 1e3)


def sigmoid(x):
    return 1 / (1 + exp(-x))


def softplus(x):
    return mpmath.log1p(exp(x))


# formula of x, the same in mpmath, points
FUNCTIONS = [
    ("exp(x)", exp, LINE), ("exp(-x**2)", lambda x: exp(-(x**2)), LINE[1:-1]), ("log(x)", log, RIGHT),
    ("log2(x)", lambda x: log(x) / log(2), RIGHT),
    ("log10(x)", lambda x: log(x) / log(10), RIGHT), ("expm1(x)", mpmath.expm1, LINE),
    ("log1p(x)", mpmath.log1p, (-0.99, -1e-5, 0.0, 1e-5, 2.0, 1e4)),
    ("sigmoid(x)", sigmoid, LINE), ("expit(3 - x)", lambda x: sigmoid(3 - x), LINE), ("softplus(x)", softplus, LINE),
    ("logaddexp(x, 1)", lambda x: log(exp(x) + exp(1)), LINE), ("logaddexp(2, x)", lambda x: log(exp(x) + exp(2)), LINE),
    ("logaddexp(x, x**2/9)", lambda x: log(exp(x) + exp(x**2 / 9)), LINE), ("tanh(x)", mpmath.tanh, LINE),
    ("sinh(x)", mpmath.sinh, LINE),
    ("cosh(x)", mpmath.cosh, LINE), ("sech(x)", mpmath.sech, LINE), ("asinh(x)", mpmath.asinh, LINE),
    ("acosh(x)", mpmath.acosh, (1.01, 1.5, 4.0, 1e3)),
    ("atanh(x)", mpmath.atanh, (-0.99, -0.5, -1e-5, 0.0, 1e-5, 0.75)),
    ("arcsinh(x) - arctanh(x/40)", lambda x: mpmath.asinh(x) - mpmath.atanh(x / 40), LINE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "points"), FUNCTIONS, ids=[text for text, *_ in FUNCTIONS])
def test_values_and_slopes(text, function, points):
    for x in points:
        check_slopes(text, function, x)


# formula of x, x, value
EXTREME = [
    ("exp(x)", 709.0, 8.218407461554972e307), ("exp(x)", 710.0, np.inf), ("exp(x)", -800.0, 0.0), ("exp(x)", np.inf, np.inf),
    ("exp(x)", -np.inf, 0.0),
    ("log(x)", 5e-324, -744.4400719213812), ("log(x)", 1.7e308, 709.7268368932282), ("log(x)", np.inf, np.inf),
    ("log(x)", 0.0, -np.inf), ("log(x)", -1.0, np.nan),
    ("log2(x)", 2.0**-1000, -1000.0), ("log2(x)", 8.0, 3.0), ("log10(x)", 1e300, 300.0), ("log10(x)", 1000.0, 3.0),
    ("log10(x)", np.inf, np.inf),
    ("expm1(x)", 1e-20, 1e-20), ("expm1(x)", -800.0, -1.0), ("expm1(x)", -np.inf, -1.0), ("log1p(x)", 1e-20, 1e-20),
    ("log1p(x)", -1.0, -np.inf),
    ("sigmoid(x)", 1000.0, 1.0), ("sigmoid(x)", -700.0, 9.859676543759770e-305), ("sigmoid(x)", -np.inf, 0.0),
    ("sigmoid(x)", np.inf, 1.0),
    ("softplus(x)", 1e300, 1e300), ("softplus(x)", -700.0, 9.859676543759770e-305), ("softplus(x)", -np.inf, 0.0),
    ("softplus(x)", np.inf, np.inf),
    ("logaddexp(x, 0)", 1000.0, 1000.0), ("logaddexp(x, -1000)", -1000.0, -999.3068528194401), ("logaddexp(x, 3)", -np.inf, 3.0),
    ("tanh(x)", 1e300, 1.0), ("tanh(x)", -np.inf, -1.0), ("tanh(x)", 1e-300, 1e-300), ("sinh(x)", -1e-300, -1e-300),
    ("sinh(x)", -800.0, -np.inf),
    ("cosh(x)", -800.0, np.inf), ("sech(x)", 1e5, 0.0), ("sech(x)", 700.0, 1.971935308751954e-304), ("sech(x)", -np.inf, 0.0),
    ("asinh(x)", 1e300, 691.4686750787736), ("asinh(x)", -1e300, -691.4686750787736), ("asinh(x)", 1e-300, 1e-300),
    ("acosh(x)", 1.0, 0.0),
    ("acosh(x)", 1e300, 691.4686750787736), ("acosh(x)", 0.5, np.nan), ("atanh(x)", 1.0, np.inf), ("atanh(x)", -1.0, -np.inf),
    ("atanh(x)", 2.0, np.nan),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_values_far_out_and_at_the_ends_of_the_domain(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-13, abs=0, nan_ok=True)


# formula, what it becomes when it is built
EXACT = [
    ("exp(0)", "1"), ("log(1)", "0"), ("expm1(0)", "0"), ("log1p(0)", "0"), ("sigmoid(0)", "1/2"), ("tanh(0)", "0"),
    ("exp(1)", "exp(1)"),
    ("log(2)", "log(2)"), ("arccosh(x)", "acosh(x)"), ("expit(x)", "sigmoid(x)"), ("1/(1 + exp(-x))", "1/(1 + exp(-x))"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), EXACT)
def test_exact_values_are_folded(text, shown):
    assert str(sg.formula(text)) == shown


# naive spelling, the function it is
NAIVE = [
    ("1/(1 + exp(-x))", "sigmoid(x)"), ("log(1 + exp(x))", "softplus(x)"), ("log(exp(x) + exp(y))", "logaddexp(x, y)"),
    ("(exp(x) - exp(-x))/2", "sinh(x)"), ("(exp(x) + exp(-x))/2", "cosh(x)"), ("log(x + sqrt(x**2 + 1))", "asinh(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("naive", "shown"), NAIVE)
def test_naive_spellings_are_recognised(naive, shown):
    assert str(sg.simplify(naive)) == shown


@pytest.mark.parametrize(
    ("text", "x", "value"), [("exp(x) - 1", 1e-18, 1e-18), ("log(1 + x)", 1e-18, 1e-18), ("log(1 + exp(x))", 800.0, 800.0)]
)
def test_code_of_naive_spellings_keeps_its_digits(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-14)


# formula of x, function, piece, what is known
KNOWN = [
    ("exp(x)", exp, EVERYWHERE, "POSITIVE (0, inf) INCREASING CONVEX"),
    ("exp(x)", exp, ABOVE, "POSITIVE [1, inf) INCREASING CONVEX"),
    ("exp(x)", exp, BELOW, "POSITIVE (0, 1] INCREASING CONVEX"),
    ("exp(x)", exp, Interval(2, 3), "POSITIVE [3, inf) INCREASING CONVEX"),
    ("exp(x)", exp, Interval(-1, 0), "POSITIVE (0, 1] INCREASING CONVEX"),
    ("exp(x)", exp, Interval("-1/2", 2), "POSITIVE [1/2, inf) INCREASING CONVEX"),
    ("log(x)", log, POSITIVE, "ANY (-inf, inf) INCREASING CONCAVE"),
    ("log(x)", log, Interval(1, 3), "NONNEGATIVE [0, 2] INCREASING CONCAVE"),
    ("log(x)", log, Interval("1/2", 1), "NONPOSITIVE [-1, 0] INCREASING CONCAVE"),
    ("log2(x)", lambda x: log(x) / log(2), POSITIVE, "ANY (-inf, inf) INCREASING CONCAVE"),
    ("log10(x)", lambda x: log(x) / log(10), POSITIVE, "ANY (-inf, inf) INCREASING CONCAVE"),
    ("expm1(x)", mpmath.expm1, EVERYWHERE, "ANY (-1, inf) INCREASING CONVEX"),
    ("expm1(x)", mpmath.expm1, BELOW, "NONPOSITIVE (-1, 0] INCREASING CONVEX"),
    ("log1p(x)", mpmath.log1p, Interval(-1, open_low=True), "ANY (-inf, inf) INCREASING CONCAVE"),
    ("log1p(x)", mpmath.log1p, POSITIVE, "POSITIVE (0, inf) INCREASING CONCAVE"),
    ("sigmoid(x)", sigmoid, EVERYWHERE, "POSITIVE (0, 1) INCREASING UNKNOWN"),
    ("sigmoid(x)", sigmoid, ABOVE, "POSITIVE (0, 1) INCREASING CONCAVE"),
    ("sigmoid(x)", sigmoid, BELOW, "POSITIVE (0, 1) INCREASING CONVEX"),
    ("softplus(x)", softplus, EVERYWHERE, "POSITIVE (0, inf) INCREASING CONVEX"),
    ("logaddexp(x, 1)", lambda x: log(exp(x) + exp(1)), EVERYWHERE, "ANY (-inf, inf) INCREASING CONVEX"),
    ("tanh(x)", mpmath.tanh, EVERYWHERE, "ANY (-1, 1) INCREASING UNKNOWN"),
    ("tanh(x)", mpmath.tanh, BELOW, "NONPOSITIVE (-1, 0] INCREASING CONVEX"),
    ("sinh(x)", mpmath.sinh, ABOVE, "NONNEGATIVE [0, inf) INCREASING CONVEX"),
    ("sinh(x)", mpmath.sinh, BELOW, "NONPOSITIVE (-inf, 0] INCREASING CONCAVE"),
    ("cosh(x)", mpmath.cosh, EVERYWHERE, "POSITIVE [1, inf) UNKNOWN CONVEX"),
    ("cosh(x)", mpmath.cosh, ABOVE, "POSITIVE [1, inf) INCREASING CONVEX"),
    ("cosh(x)", mpmath.cosh, BELOW, "POSITIVE [1, inf) DECREASING CONVEX"),
    ("sech(x)", mpmath.sech, EVERYWHERE, "POSITIVE (0, 1] UNKNOWN UNKNOWN"),
    ("sech(x)", mpmath.sech, ABOVE, "POSITIVE (0, 1] DECREASING UNKNOWN"),
    ("sech(x)", mpmath.sech, BELOW, "POSITIVE (0, 1] INCREASING UNKNOWN"),
    ("asinh(x)", mpmath.asinh, EVERYWHERE, "ANY (-inf, inf) INCREASING UNKNOWN"),
    ("asinh(x)", mpmath.asinh, ABOVE, "NONNEGATIVE [0, inf) INCREASING CONCAVE"),
    ("acosh(x)", mpmath.acosh, Interval(1), "NONNEGATIVE [0, inf) INCREASING CONCAVE"),
    ("atanh(x)", mpmath.atanh, UNIT, "ANY (-inf, inf) INCREASING UNKNOWN"),
    ("atanh(x)", mpmath.atanh, Interval(-1, 0, open_low=True), "NONPOSITIVE (-inf, 0] INCREASING CONCAVE"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    check_known(text, function, piece)


IN_MPMATH = [name for name in exponential.__dict__ if hasattr(mpmath, name) and name in REGISTRY]


@pytest.mark.parametrize("name", IN_MPMATH)
def test_parity_is_declared_where_it_holds(name):
    """Neither a parity that does not hold is declared, nor one forgotten."""
    value, other = (getattr(mpmath, name)(mpmath.mpf(x)) for x in (0.3, -0.3))
    holds = Parity.EVEN if mpmath.almosteq(other, value) else Parity.ODD if mpmath.almosteq(other, -value) else Parity.UNKNOWN
    assert REGISTRY[name].parity is holds


DOMAINS = [
    ("exp(x)", ""), ("log(x)", "x POSITIVE"), ("log2(x)", "x POSITIVE"), ("log10(x)", "x POSITIVE"),
    ("log1p(x)", "x (-1, inf)"), ("softplus(x)", ""),
    ("acosh(x)", "x [1, inf)"), ("atanh(x)", "x (-1, 1)"), ("asinh(x)", ""), ("log(x) + acosh(x)", "x [1, inf)"),
    ("log(log(x))", "x POSITIVE, log(x) POSITIVE"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where"), DOMAINS)
def test_domains(text, where):
    assert domain(text) == where


# name, growth
GROWTH = [(name, Growth.EXPONENTIAL) for name in ("exp", "expm1", "sinh", "cosh")] + [
    (name, Growth.LINEAR) for name in ("log", "log1p", "asinh")
]


@pytest.mark.parametrize(("name", "growth"), GROWTH)
def test_growth(name, growth):
    assert REGISTRY[name].growth is growth
    far = abs(getattr(mpmath, name)(1000))
    assert far > mpmath.mpf(2) ** 1024 if growth is Growth.EXPONENTIAL else far <= 1000


@pytest.mark.parametrize("name", ["exp", "log", "tanh", "softplus"])
def test_complex_numbers_and_texts_are_refused(name):
    assert refusal(lambda: REGISTRY[name](1j)).startswith("SymgdError: complex cannot stand in a formula")
    assert refusal(lambda: REGISTRY[name]("x")).startswith("SymgdError: str cannot stand in a formula")


def test_two_arguments_broadcast():
    x, y = np.arange(3.0), np.array([[0.0], [700.0]])
    np.testing.assert_allclose(evaluated("logaddexp(x, y)", x=x[None], y=y), np.logaddexp(x, y), rtol=1e-15)
    assert sg.logaddexp(sg.tensor("x", (4, 1)), sg.tensor("y", (1, 5))).shape == (4, 5)
    assert refusal(lambda: sg.logaddexp(sg.tensor("x", 3), sg.tensor("y", 4))).startswith(
        "ShapeError: cannot logaddexp (3,) and (4,)"
    )
