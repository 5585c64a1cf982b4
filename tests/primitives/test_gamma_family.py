"""Γ and its relatives: exact values, reflection below 0, poles, slopes in 38 digits, facts, and what is refused."""

from __future__ import annotations

import math
import time

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.evaluation.multiprecision import mp
from symgd.graph.assumptions import Interval, sign_of_number
from symgd.primitives.gamma_family import _precise_polygamma
from tests.primitives.scalar_comparison import check_known, check_slopes, domain, evaluated, known, refusal

EVERYWHERE, ABOVE, POSITIVE = Interval(), Interval(0), Interval(0, open_low=True)

# formula of x, the same in mpmath, points
FUNCTIONS = [
    ("gamma(x)", mpmath.gamma, (-1.5, 0.5, 4.25)),
    ("loggamma(x)", mpmath.loggamma, (0.01, 0.5, 2.0, 30.5)),
    ("digamma(x)", mpmath.digamma, (-1.5, 0.5, 2.0, 30.5)),
    ("polygamma(1, x)", lambda x: mpmath.polygamma(1, x), (-1.5, 0.5, 12.5)),
    ("polygamma(2, x + 1)", lambda x: mpmath.polygamma(2, x + 1), (0.5, 3.0)),
    ("beta(x, 2)", lambda x: 1 / (x * (x + 1)), (-0.5, 3.0)),
    ("beta(3, x)", lambda x: 2 / (x * (x + 1) * (x + 2)), (0.25,)),
    ("beta(x, x)", lambda x: mpmath.gamma(x) ** 2 / mpmath.gamma(2 * x), (0.25, 3.0)),
    ("zeta(3, x)", lambda x: -mpmath.polygamma(2, x) / 2, (0.5, 1.0, 7.5)),
    ("gamma(x + 1)/gamma(x)", lambda x: x, (0.5, 3.0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "points"), FUNCTIONS, ids=[text for text, *_ in FUNCTIONS])
def test_values_and_slopes(text, function, points):
    for x in points:
        check_slopes(text, function, x, accuracy=1e-10)


EULER = 0.5772156649015329

# formula of x, x, value
EXTREME = [
    ("gamma(x)", 6.0, 120.0), ("gamma(x)", 0.5, math.sqrt(math.pi)), ("gamma(x)", -0.5, -2 * math.sqrt(math.pi)),
    ("gamma(x)", 1e-300, 1e300),
    ("gamma(x)", 200.0, np.inf), ("gamma(x)", np.inf, np.inf), ("loggamma(x)", 1.0, 0.0),
    ("loggamma(x)", 2.0, 0.0),
    ("loggamma(x)", 1e300, 6.897755278982137e302), ("loggamma(x)", 1e-300, 300 * math.log(10)),
    ("loggamma(x)", np.inf, np.inf), ("digamma(x)", 1.0, -EULER),
    ("digamma(x)", 0.5, -EULER - 2 * math.log(2)), ("digamma(x)", 1e300, 300 * math.log(10)), ("polygamma(0, x)", 1.0, -EULER),
    ("polygamma(1, x)", 1.0, math.pi**2 / 6), ("polygamma(1, x)", 0.5, math.pi**2 / 2), ("polygamma(3, x)", 1.0, math.pi**4 / 15),
    ("polygamma(x, 1)", 1.0, math.pi**2 / 6), ("polygamma(x, 1)", 0.5, np.nan), ("polygamma(x, 1)", -1.0, np.nan),
    ("beta(x, 1/2)", 0.5, math.pi),
    ("beta(x, 3)", 2.0, 1 / 12), ("zeta(x)", 2.0, math.pi**2 / 6), ("zeta(x)", 4.0, math.pi**4 / 90),
    ("zeta(x, 1/2)", 2.0, math.pi**2 / 2),
    ("zeta(x)", 1000.0, 1.0), ("zeta(x)", 0.5, np.nan),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_published_values_and_values_far_out(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-12, abs=0, nan_ok=True)


def test_a_pole_has_no_finite_value():
    """It is infinite in older versions of SciPy, and not a number in newer ones."""
    assert not np.isfinite(evaluated("gamma(x)", x=-1.0))


# formula of x, function, piece, what is known
KNOWN = [
    ("gamma(x)", mpmath.gamma, POSITIVE, "POSITIVE (0, inf) UNKNOWN CONVEX"),
    ("gamma(x)", mpmath.gamma, Interval("-3/4", "-1/4"), "NONZERO (-inf, inf) UNKNOWN UNKNOWN"),
    ("loggamma(x)", mpmath.loggamma, POSITIVE, "ANY (-inf, inf) UNKNOWN CONVEX"),
    ("digamma(x)", mpmath.digamma, POSITIVE, "ANY (-inf, inf) INCREASING CONCAVE"),
    ("digamma(x)", mpmath.digamma, Interval("-3/4", "-1/4"), "ANY (-inf, inf) UNKNOWN UNKNOWN"),
    ("beta(x, 2)", lambda x: mpmath.beta(x, 2), POSITIVE, "POSITIVE (0, inf) DECREASING UNKNOWN"),
    ("beta(2, x)", lambda x: mpmath.beta(2, x), POSITIVE, "POSITIVE (0, inf) DECREASING UNKNOWN"),
    ("beta(x, 2)", lambda x: mpmath.beta(x, 2), Interval("-3/4", "-1/4"), "ANY (-inf, inf) UNKNOWN UNKNOWN"),
    ("zeta(2, x)", lambda x: mpmath.zeta(2, x), POSITIVE, "POSITIVE (0, inf) UNKNOWN UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    check_known(text, function, piece)


OFF = "where({0} > 0, 1, {0} - floor({0})) NONZERO"
DOMAINS = [
    ("gamma(x)", OFF.format("x")),
    ("digamma(x)", OFF.format("x")),
    ("polygamma(1, x)", OFF.format("x")),
    ("loggamma(x)", "x POSITIVE"),
]


@pytest.mark.parametrize(("text", "where"), DOMAINS)
def test_domains(text, where):
    assert domain(text) == where


# s, a, whether zeta(s, a) has a value
ZETA = [
    (2.0, 1.0, True),
    (2.5, 1.0, True),
    (1.0, 1.0, False),
    (0.5, 1.0, False),
    (2.0, -0.5, True),
    (2.5, -0.5, False),
    (2.0, -1.0, False),
    (2.5, 0.0, False),
]


@pytest.mark.parametrize(("s", "a", "has_value"), ZETA)
def test_where_zeta_has_a_value(s, a, has_value):
    requirements = sg.formula("zeta(s, a)").primitive.requirements(sg.formula("zeta(s, a)"))
    assert all(sign_of_number(float(evaluated(node, s=s, a=a))) & where for node, where in requirements) == has_value


@pytest.mark.parametrize(("text", "argument"), [("zeta(x, 2)", "s"), ("zeta(x)", "s"), ("polygamma(x, 2)", "order")])
def test_derivatives_without_a_closed_form_are_refused_by_name(text, argument):
    assert f"no closed form is known for the derivative of {text.partition('(')[0]} in its {argument}" in refusal(
        lambda: sg.gradient(text, "x")
    )


@pytest.mark.parametrize("order", ["-1", "1/2", "3/2"])
def test_code_of_an_order_that_is_not_whole_is_refused(order):
    assert "has no code: its order is none of 0, 1, 2, …" in refusal(
        lambda: sg.lambdify(["x"], sg.formula(f"polygamma({order}, x)"))
    )


ALIASES = [("gammaln(x)", "loggamma(x)"), ("lgamma(x)", "loggamma(x)"), ("psi(x)", "digamma(x)"), ("zeta(x)", "zeta(x, 1)")]


@pytest.mark.parametrize(("text", "shown"), ALIASES)
def test_aliases_and_defaults(text, shown):
    assert str(sg.formula(text)) == shown


@pytest.mark.parametrize("text", ["polygamma(1, x)", "polygamma(n, x)", "loggamma(x)"])
def test_the_code_keeps_the_type_of_its_input(text):
    assert evaluated(text, x=np.float32(2.5), n=np.float32(1)).dtype == np.float32


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("x", ["-1000.25", "-1500.9", "-2000.625"])
def test_polygamma_far_below_0_is_that_of_mpmath(order, x):
    with mp.workdps(50):
        number = mp.mpf(x)
        assert mp.almosteq(_precise_polygamma(mp, order, number), mp.polygamma(order, number), 1e-40)


def test_polygamma_takes_no_longer_farther_below_0():
    with mp.workdps(80):
        number = mp.mpf(10) ** -40 / 3 - mp.mpf(10) ** 30
        expected = mp.pi**2 / mp.sinpi(number) ** 2  # ψ⁽¹⁾(x) + ψ⁽¹⁾(1 − x) = π²/sin² πx
        assert mp.almosteq(_precise_polygamma(mp, 1, number), expected, 1e-25)
        assert mp.isnan(_precise_polygamma(mp, 1, mp.mpf(-5000)))


def test_the_hessian_of_a_negative_binomial_likelihood_is_compiled_in_seconds():
    """ψ⁽¹⁾(1/α) was computed for α = −10⁻²⁰ by 10²⁰ terms."""
    loss = sg.formula("sum(loggamma(1/a + y) - loggamma(1/a))", shapes={"y": "n"})
    begin = time.process_time()
    hessian = sg.lambdify(["a", "y"], sg.hessian(loss, "a"))
    assert time.process_time() - begin < 30
    with mp.workdps(50):
        exact = mp.diff(lambda a: mp.loggamma(1 / a + 3) - mp.loggamma(1 / a), mp.mpf(0.5), 2)
    assert hessian(0.5, np.array([3.0])) == pytest.approx(float(exact), rel=1e-11)
