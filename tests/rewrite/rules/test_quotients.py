"""Quotients and products whose parts overflow, vanish or cancel: code beside 50 digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.primitives.arithmetic import mul
from symgd.rewrite.driver import Simplifier
from symgd.rewrite.rule import RULES

mp = mpmath.mp

# formula, its value, its slope over its value, places, relative error allowed
FAR = [
    ("x**50/exp(x)", lambda x: x**50 / mp.exp(x), lambda x: 50 / x - 1, [1, 30, 599, 601, 1000, -3, -200], 1e-12),
    ("x**(-20)*exp(x)", lambda x: mp.exp(x) / x**20, lambda x: 1 - 20 / x, [1, 700, 800, -5], 1e-12),
    ("3*x**30*exp(-x**2)", lambda x: 3 * x**30 * mp.exp(-(x**2)), lambda x: 30 / x - 2 * x, [1, 25, 28, -28], 1e-12),
    ("besseli(0, x)*exp(-x)", lambda x: mp.besseli(0, x) * mp.exp(-x), None, [0.5, 3, 700, 1000, 1e5, -3], 1e-14),
    ("besseli(1, x)/exp(x)", lambda x: mp.besseli(1, x) * mp.exp(-x), None, [0.5, 3, 700, 1000, 1e5, -3], 1e-14),
    ("exp(-x)*sinh(x)", lambda x: mp.exp(-x) * mp.sinh(x), None, [1e-9, 1, 300, 800, 1e5, -3], 1e-15),
    ("cosh(x)/exp(x)", lambda x: mp.exp(-x) * mp.cosh(x), None, [1e-9, 1, 300, 800, 1e5, -3], 1e-15),
    ("log(sinh(x))", lambda x: mp.log(mp.sinh(x)), lambda x: mp.coth(x) / mp.log(mp.sinh(x)), [1e-9, 1, 300, 800, 1e5], 1e-14),
    ("1/sinh(x)", lambda x: 1 / mp.sinh(x), lambda x: -mp.coth(x), [1e-9, 1, 300, 700, -700], 1e-14),
    ("x/sinh(x)", lambda x: x / mp.sinh(x), lambda x: 1 / x - mp.coth(x), [1, 300, 700, -700], 1e-13),
    ("gamma(x)/gamma(x + 1/2)", lambda x: mp.gammaprod([x], [x + 0.5]), None, [0.5, 12, 159, 161, 1000, 1e6], 2e-9),
    ("gamma(x + 3/2)/gamma(x)", lambda x: mp.gammaprod([x + 1.5], [x]), None, [0.5, 12, 170, 1000], 1e-9),
    ("gamma(x + 2)/gamma(x)", lambda x: x * (x + 1), lambda x: 1 / x + 1 / (x + 1), [0.5, 12, 170, 1000], 1e-11),
    ("gamma(x)/gamma(x + 3)", lambda x: 1 / (x * (x + 1) * (x + 2)), None, [0.5, 12, 170, 1000], 1e-14),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "slope", "places", "error"), FAR, ids=[row[0] for row in FAR])
def test_far_out(text, value, slope, places, error):
    for formula, factor in ((sg.formula(text), lambda x: 1), (sg.gradient(text, "x"), slope)):
        code = sg.lambdify("x", formula)
        for x in places if factor is not None else ():
            with mpmath.workdps(50):
                expected = float(value(mp.mpf(x)) * factor(mp.mpf(x)))
            assert code(float(x)) == pytest.approx(expected, rel=error, abs=0)


def _i(n):
    return lambda x: mp.besseli(n, x)


def _k(n):
    return lambda x: mp.besselk(n, x)


# formula, its value, its slope where that does not cancel, places; SciPy itself keeps 13 digits or so far out
BESSEL = [
    ("log(besseli(0, x))", lambda x: mp.log(_i(0)(x)), lambda x: _i(1)(x) / _i(0)(x), [0.5, 3, 599, 601, 1000, 1e5, -3, -1000]),
    ("log(3*besseli(2, x))", lambda x: mp.log(3 * _i(2)(x)), None, [0.5, 3, 599, 601, 1000, 1e5, -3, -1000]),
    ("besseli(1, x)/besseli(0, x)", lambda x: _i(1)(x) / _i(0)(x), None, [1e-9, 0.5, 3, 700, 1000, 1e5, -3, -1000]),
    ("exp(x)/besseli(0, x)", lambda x: mp.exp(x) / _i(0)(x), None, [1e-9, 0.5, 3, 700, 1000, 1e5, -3, -300]),
    ("exp(-2*x)*besseli(1, x)**2", lambda x: mp.exp(-2 * x) * _i(1)(x) ** 2, None, [1e-9, 0.5, 3, 700, 1000, 1e5, -3]),
    ("besselk(0, x)*exp(x)", lambda x: _k(0)(x) * mp.exp(x), None, [1e-9, 0.5, 3, 700, 800, 1e5]),
    ("exp(2*x)*besselk(1/2, x)**2", lambda x: _k(0.5)(x) ** 2 * mp.exp(2 * x), None, [1e-9, 0.5, 3, 700, 800, 1e5]),
    ("besselk(1, x)/besselk(0, x)", lambda x: _k(1)(x) / _k(0)(x), None, [1e-9, 0.5, 3, 700, 800, 1e5]),
    ("besseli(0, x)*besselk(1, x)", lambda x: _i(0)(x) * _k(1)(x), None, [1e-9, 0.5, 3, 700, 800, 1e5]),
    ("log(besselk(1, x))", lambda x: mp.log(_k(1)(x)), lambda x: -_k(0)(x) / _k(1)(x) - 1 / x, [1e-9, 3, 599, 601, 800, 1e5]),
    ("log(x*besselk(1, x))", lambda x: mp.log(x * _k(1)(x)), lambda x: -_k(0)(x) / _k(1)(x), [0.5, 3, 599, 601, 800, 1e5]),
    ("besselke(2, x)", lambda x: _k(2)(x) * mp.exp(x), None, [1e-9, 0.5, 3, 700, 800, 1e5]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "slope", "places"), BESSEL, ids=[row[0] for row in BESSEL])
def test_bessel_functions_far_out(text, value, slope, places):
    formulas = [(sg.formula(text), value)] + ([(sg.gradient(text, "x"), slope)] if slope is not None else [])
    for formula, exact in formulas:
        code = sg.lambdify("x", formula)
        for x in places:
            with mpmath.workdps(60):
                expected = float(exact(mp.mpf(x)))
            assert code(float(x)) == pytest.approx(expected, rel=1e-13, abs=0), x


@pytest.mark.parametrize(
    ("text", "point", "expected"),
    [
        ("(x**2 - y**2)/(x - y)", (2.0, 2.0), 4.0),
        ("(x**2 - y**2)/(x - y)", (300.0, 300.0 * (1 + 1e-15)), 600.0),
        ("(x**3 - y**3)/(x - y)", (1.0, 1.0), 3.0),
        ("(y**2 - x**2)/(x - y)**2*(x - y)", (1e8, 1e8 + 1), -2e8 - 1),
        ("(x**2 + 2*x*y + y**2)/(x + y)", (1.0, -1.0), 0.0),
        ("(x**2 + y**2)/(x - y)", (3.0, 1.0), 5.0),
    ],
)
def test_polynomials_are_divided(text, point, expected):
    assert sg.lambdify(["x", "y"], text)(*point) == pytest.approx(expected, rel=1e-15, abs=0)


def test_holes_stay_where_they_are_asked_for():
    with np.errstate(all="ignore"):
        assert np.isnan(sg.lambdify(["x", "y"], "(x**2 - y**2)/(x - y)", removable="nan")(2.0, 2.0))
        assert np.isnan(sg.lambdify("x", sg.gradient("x*cbrt(x)", "x"), removable="nan")(0.0))


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("x*cbrt(x)", lambda x: 4 * np.cbrt(x) / 3),
        ("abs(x)*cbrt(x)", lambda x: 4 * np.cbrt(np.abs(x)) / 3),
        ("cbrt(x)**4", lambda x: 4 * np.cbrt(x) / 3),
        ("cbrt(x)**3", lambda x: np.ones_like(x)),
        ("x*cbrt(x)**2", lambda x: 5 * np.cbrt(x) ** 2 / 3),
        ("x**2/cbrt(x)", lambda x: 5 * np.cbrt(x) ** 2 / 3),
    ],
)
def test_slopes_of_cube_roots_at_zero(text, slope):
    x = np.array([-8.0, -1.0, 0.0, 1.0, 27.0])
    code = sg.lambdify("x", sg.gradient(text, "x"))
    assert [code(entry) for entry in x] == pytest.approx(slope(x).tolist(), rel=1e-15, abs=0)


@pytest.mark.parametrize("text", ["x*log(y)/log(y)", "x**2*log(y)/(x*log(y))", "sqrt(log(y))*x*sqrt(log(y))/log(y)"])
def test_what_is_divided_by_itself_keeps_its_domain(text):
    """The quotient became 1, also where the logarithm has no value."""
    code = sg.lambdify(["x", "y"], text)
    with np.errstate(all="ignore"):
        assert code(3.0, 2.0) == pytest.approx(3.0)
        assert np.isnan(code(3.0, -2.0))


def test_a_product_below_itself_keeps_the_domain_of_its_roots():
    (rule,) = (one for one in RULES if one.name == "a root below the product it is taken of")
    x, y = sg.scalar("x"), sg.scalar("y")
    for factor, after in ((x, sg.formula("1")), (sg.sqrt(x), None), (sg.log(x), None)):
        quotient = mul.make((factor, y, (factor * y) ** -1))
        assert rule.apply(quotient, Simplifier([quotient], purpose="limit")) is after
