"""Other forms of functions have the functions' values: they are evaluated beside the point, in many digits, against mpmath."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.alternative_forms import form_at, form_beside
from symgd.derive.taylor.forms.power_series import POWER_SERIES, power_series
from symgd.derive.taylor.series import Series
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.node import constant
from symgd.graph.traversal import substitute, toposort

x, z = sg.scalar("x"), sp.Symbol("x", real=True)
third, half = sp.Rational(1, 3), sp.Rational(1, 2)
STEP = mpmath.mpf("1e-8")
TERMS = 6


def value(form, at):
    """The value of a form, whose power series are added up."""
    sums = {}
    for node in toposort([form]):
        if node.primitive is POWER_SERIES:
            coefficients = [Fraction(str(sp.N(node.params[0](k), 45))) for k in range(TERMS)]
            sums[node] = sum((node.args[0] ** k * one for k, one in enumerate(coefficients[1:], 1)), constant(coefficients[0]))
    return evaluate_precisely(substitute([form], sums), {x: np.array(at, dtype=object)}, digits=100)[0][()]


def assert_same(form, function, point, steps):
    """A form has the values of a function of mpmath at some steps from a point."""
    with mpmath.workdps(100):
        for step in steps:
            at = sp.N(point, 100)._to_mpmath(mpmath.mp.prec) + step
            true = function(at)
            assert abs(value(form, at) - true) <= min(abs(true), 1) * mpmath.mpf("1e-38")


AROUND = [
    (sp.gamma(z), 0, mpmath.gamma),
    (sp.gamma(2 * z), -2, lambda t: mpmath.gamma(2 * t)),
    ("digamma(x)", -3, mpmath.digamma),
    (sp.polygamma(0, 2 * z), 0, lambda t: mpmath.digamma(2 * t)),
    (sp.polygamma(1, z), -1, lambda t: mpmath.psi(1, t)),
    (sp.polygamma(2, z), 0, lambda t: mpmath.psi(2, t)),
    (sp.beta(z, third), -1, lambda t: mpmath.beta(t, mpmath.mpf(1) / 3)),
    ("beta(1/3, x)", -1, lambda t: mpmath.beta(t, mpmath.mpf(1) / 3)),
    (sp.beta(z - half, z - half), -1, lambda t: mpmath.beta(t - 0.5, t - 0.5)),
    (sp.zeta(z), 1, mpmath.zeta),
    (sp.zeta(z, 3), 1, lambda t: mpmath.zeta(t, 3)),
    (sp.zeta(3, z), -1, lambda t: t**-3 + (t + 1) ** -3 + mpmath.zeta(3, t + 2)),
    (sp.tan(z), sp.pi / 2, mpmath.tan),
    (sp.tan(3 * z), -sp.pi / 6, lambda t: mpmath.tan(3 * t)),
    (sp.floor(z), sp.Rational(5, 2), lambda t: 2),
    (sp.floor(z), -sp.sqrt(2), lambda t: -2),
    (sp.ceiling(z), sp.sqrt(2), lambda t: 2),
    (sp.polylog(2, z), 0, lambda t: mpmath.polylog(2, t)),
    (sp.polylog(half, z), 0, lambda t: mpmath.polylog(0.5, t)),
    (sp.lerchphi(z, 2, half), 0, lambda t: mpmath.fsum(t**k / (k + 0.5) ** 2 for k in range(12))),
    (sp.legendre(third, z), 1, lambda t: mpmath.legendre(mpmath.mpf(1) / 3, t)),
]


@pytest.mark.parametrize(("source", "point", "function"), AROUND, ids=[str(one) for one, *_ in AROUND])
def test_a_form_around_a_point(source, point, function):
    node = sg.formula(source)
    form = form_at(node, Series(node, x, sp.sympify(point)))
    assert form is not None and node not in toposort([form])
    assert_same(form, function, point, (STEP, -STEP))


BESIDE = [
    (sp.log(z / 3), lambda t: mpmath.log(t / 3)),
    (sp.log(z**2 / (1 + z)), lambda t: mpmath.log(t**2 / (1 + t))),
    (z**z, lambda t: t**t),
    (sp.sin(z) ** z, lambda t: mpmath.sin(t) ** t),
    (sp.loggamma(z), mpmath.loggamma),
    (sp.lowergamma(third, z), lambda t: mpmath.gammainc(mpmath.mpf(1) / 3, 0, t)),
    (sp.uppergamma(third, z), lambda t: mpmath.gammainc(mpmath.mpf(1) / 3, t)),
    (sp.besselj(third, z), lambda t: mpmath.besselj(mpmath.mpf(1) / 3, t)),
    (sp.besseli(-third, z), lambda t: mpmath.besseli(-mpmath.mpf(1) / 3, t)),
    (sp.bessely(0, z), lambda t: mpmath.bessely(0, t)),
    (sp.bessely(3, z), lambda t: mpmath.bessely(3, t)),
    (sp.besselk(0, z), lambda t: mpmath.besselk(0, t)),
    (sp.besselk(1, z), lambda t: mpmath.besselk(1, t)),
    (sp.besselk(2, 3 * z), lambda t: mpmath.besselk(2, 3 * t)),
    (sp.Ei(z), mpmath.ei),
    (sp.Ei(-z), lambda t: mpmath.ei(-t)),
    (sp.Ci(z), mpmath.ci),
    (sp.Chi(z), mpmath.chi),
    (sp.expint(1, z), mpmath.e1),
    (sp.li(1 - z), lambda t: mpmath.li(1 - t)),
    ("exp(2*log(x)/3 + x)", lambda t: mpmath.cbrt(t) ** 2 * mpmath.exp(t)),
    (sp.elliptic_k(1 - z), lambda t: mpmath.ellipk(1 - t)),
    (sg.abs(x), lambda t: t),
    (sg.abs(-sg.sin(x)), mpmath.sin),
    (sg.sign(-x), lambda t: -1),
    (sg.maximum(x, 2 * x), lambda t: 2 * t),
    (sg.minimum(x, x**2), lambda t: t**2),
    (sg.floor(2 + x), lambda t: 2),
    (sg.floor(2 - x), lambda t: 1),
    (sg.ceil(2 + x), lambda t: 3),
    (sg.ceil(2 - x), lambda t: 2),
    ("cbrt(x)", mpmath.cbrt),
    ("cbrt(-2*x)", lambda t: -mpmath.cbrt(2 * t)),
    ("relu(x)", lambda t: t),
    ("relu(-x)", lambda t: 0),
    (sg.atan(1 / x), lambda t: mpmath.atan(1 / t)),
    (sg.atan(-1 / x), lambda t: -mpmath.atan(1 / t)),
    (sg.atan2(x, x), lambda t: mpmath.pi / 4),
    (sg.atan2(x, -x), lambda t: 3 * mpmath.pi / 4),
    (sg.atan2(-x, -x), lambda t: -3 * mpmath.pi / 4),
    (sg.atan2(x, -1), lambda t: mpmath.atan2(t, -1)),
    (sg.atan2(-x, -1), lambda t: mpmath.atan2(-t, -1)),
    (sg.atan2(1, -x), lambda t: mpmath.atan2(1, -t)),
    (sg.atan2(-1, x), lambda t: mpmath.atan2(-1, t)),
]


@pytest.mark.parametrize(("source", "function"), BESIDE, ids=[str(one) for one, _ in BESIDE])
def test_a_form_on_the_right_side(source, function):
    node = sg.formula(source)
    form = form_beside(node, Series(node, x, sp.Integer(0), is_one_sided=True))
    assert form is not None and node not in toposort([form])
    assert_same(form, function, 0, (STEP, 2 * STEP))


@pytest.mark.parametrize(
    ("source", "point"),
    [
        (sp.gamma(z), third), (sp.gamma(z), 1), (sp.gamma(z), -300), ("digamma(x)", 2), (sp.zeta(z), 2), (sp.zeta(2, z), 1),
        (sp.tan(z), 0), (sp.floor(z), 3), (sp.ceiling(z), 0), (sp.polylog(2, z), half), (sp.polylog(z, half), 0),
        (sp.exp(z), 0), (sp.legendre(third, z), 0), (sp.legendre(z, 1 / z), 1), (sp.beta(z, 2), 1), (sp.polygamma(1, z), half),
        (z, 0), (z + 1, 0), (sp.gamma(1 / z), 0), (sp.gamma(sp.Symbol("a")), 0),
    ],
)  # fmt: skip
def test_where_the_rules_of_a_function_serve_there_is_no_other_form(source, point):
    node = sg.formula(source)
    assert form_at(node, Series(node, x, sp.sympify(point))) is None


@pytest.mark.parametrize(
    "source",
    [
        "log(1 + x)", "exp(x)", "(1 + x)**x", "x**3", "loggamma(2 + x)", "floor(1/2 + x)", "atan(x)", "sin(x)", "log(a)",
        sp.Ei(1 + z), sp.besselj(2, z), sp.besselk(0, 1 + z), sp.expint(2, z), sp.li(2 + z), sp.elliptic_k(z),
        sp.uppergamma(2, z, evaluate=False), sp.lowergamma(half, 1 + z),
    ],
)  # fmt: skip
def test_right_of_a_point_neither(source):
    node = sg.formula(source)
    assert form_beside(node, Series(node, x, sp.Integer(0), is_one_sided=True)) is None


def test_a_power_series_has_its_coefficients():
    exponential = power_series(lambda k: 1 / sp.factorial(k), x)
    assert exponential.primitive is POWER_SERIES and exponential.shape == ()
    assert [Series(exponential, x, sp.Integer(0)).coefficient(k) for k in (0, 1, 5)] == [1, 1, sp.Rational(1, 120)]
    of_square = Series(power_series(lambda k: 1 / sp.factorial(k), x**2 - x), x, sp.Integer(0))
    assert [of_square.coefficient(k) for k in range(4)] == [1, -1, sp.Rational(3, 2), -sp.Rational(7, 6)]
