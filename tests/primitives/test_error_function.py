"""The error function and its relatives: values of Abramowitz & Stegun and mpmath, tails, slopes, and facts."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.special

import symgd as sg
from symgd.graph.assumptions import Interval
from symgd.graph.primitive import REGISTRY
from tests.primitives.scalar_comparison import check_derivatives, check_known, check_slopes, domain, evaluated, known

EVERYWHERE, ABOVE, BELOW = Interval(), Interval(0), Interval(high=0)
UNIT = Interval(-1, 1, open_low=True, open_high=True)


def erfcx(x):
    return mpmath.exp(x**2) * mpmath.erfc(x)


# formula of x, the same in mpmath, points
FUNCTIONS = [
    ("erf(x)", mpmath.erf, (-4.5, -1.0, -1e-6, 0.0, 1e-6, 0.5, 3.0)),
    ("erf(1 - x**2)", lambda x: mpmath.erf(1 - x**2), (-2.0, -1.0, 0.0, 0.75)),
    ("erfc(x)", mpmath.erfc, (-4.5, -1.0, -1e-6, 0.0, 1e-6, 0.5, 3.0, 6.0)),
    ("erfcx(x)", erfcx, (-2.5, -1.0, 0.0, 1e-6, 0.5, 3.0, 20.0)),
    ("erfinv(erf(x))", lambda x: x, (-1.5, 0.25, 2.0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "points"), FUNCTIONS, ids=[text for text, *_ in FUNCTIONS])
def test_values_and_slopes(text, function, points):
    for x in points:
        check_slopes(text, function, x, accuracy=1e-11)


@pytest.mark.parametrize("x", [-0.75, 0.0, 0.5])
def test_slopes_of_the_inverse(x):
    with mpmath.workdps(60):
        value = mpmath.erfinv(x)
        slope = 1 / (2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(value**2)))
        check_derivatives("erfinv(x)", x, [value, slope, 2 * value * slope**2])


# Abramowitz & Stegun, tables 7.1 and 7.3; tails by mpmath
EXTREME = [
    ("erf(x)", 0.5, 0.5204998778), ("erf(x)", 1.0, 0.8427007929), ("erf(x)", 2.0, 0.9953222650),
    ("erf(x)", 1e-300, 1.1283791671e-300),
    ("erf(x)", 30.0, 1.0), ("erf(x)", -np.inf, -1.0), ("erf(x)", np.inf, 1.0), ("erfc(x)", 3.0, 2.20904969986e-5),
    ("erfc(x)", 26.0, 5.6631924089e-296),
    ("erfc(x)", -30.0, 2.0), ("erfc(x)", np.inf, 0.0), ("erfc(x)", -np.inf, 2.0), ("erfcx(x)", 1e10, 5.6418958355e-11),
    ("erfcx(x)", 0.0, 1.0),
    ("erfcx(x)", 1.0, 0.4275835762), ("erfcx(x)", np.inf, 0.0), ("erfcx(x)", -30.0, np.inf), ("erfinv(x)", 0.5, 0.4769362762),
    ("erfinv(x)", 1 - 2.0**-53, 5.8635847488), ("erfinv(x)", 1.0, np.inf), ("erfinv(x)", -1.0, -np.inf),
    ("erfinv(x)", 1.5, np.nan),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_values_of_tables_and_in_the_tails(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=2e-9, abs=0, nan_ok=True)


@pytest.mark.parametrize("name", ["erf", "erfc", "erfcx", "erfinv"])
def test_the_code_is_that_of_scipy(name):
    x = np.linspace(-0.95, 0.95, 41).reshape(1, 41)
    np.testing.assert_allclose(evaluated(f"{name}(x)", x=x), getattr(scipy.special, name)(x), rtol=1e-13)


# formula of x, function, piece, what is known
KNOWN = [
    ("erf(x)", mpmath.erf, EVERYWHERE, "ANY [-1, 1] INCREASING UNKNOWN"),
    ("erf(x)", mpmath.erf, ABOVE, "NONNEGATIVE [0, 1] INCREASING CONCAVE"),
    ("erf(x)", mpmath.erf, BELOW, "NONPOSITIVE [-1, 0] INCREASING CONVEX"),
    ("erf(x)", mpmath.erf, Interval(-1, 2), "ANY [-1, 1] INCREASING UNKNOWN"),
    ("erfc(x)", mpmath.erfc, EVERYWHERE, "POSITIVE (0, 2] DECREASING UNKNOWN"),
    ("erfc(x)", mpmath.erfc, ABOVE, "POSITIVE (0, 2] DECREASING CONVEX"),
    ("erfc(x)", mpmath.erfc, BELOW, "POSITIVE (0, 2] DECREASING CONCAVE"),
    ("erfcx(x)", erfcx, EVERYWHERE, "POSITIVE (0, inf) DECREASING CONVEX"),
    ("erfinv(x)", mpmath.erfinv, UNIT, "ANY (-inf, inf) INCREASING UNKNOWN"),
    ("erfinv(x)", mpmath.erfinv, Interval(0, 1, open_low=True, open_high=True), "POSITIVE (0, inf) INCREASING UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    check_known(text, function, piece)


def test_the_logarithm_of_the_complement_is_concave():
    assert REGISTRY["erfc"].log_curvature.name == "CONCAVE"
    for x in (-5, -0.5, 0, 2, 20):
        assert mpmath.diff(lambda z: mpmath.log(mpmath.erfc(z)), x, 2) < 0


# what, what it becomes
FORMS = [
    ("erf(-x)", "erf(-x)"), ("erf(0)", "erf(0)"), ("gradient erf(x)", "2*exp(-x**2)/sqrt(pi)"),
    ("gradient erfc(x)", "-2*exp(-x**2)/sqrt(pi)"),
    ("gradient erfcx(x)", "2*x*erfcx(x) - 2/sqrt(pi)"), ("gradient erfinv(x)", "sqrt(pi)*exp(erfinv(x)**2)/2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_printed_forms(text, shown):
    what, _, formula = text.rpartition(" ")
    assert str(sg.gradient(formula, "x") if what else sg.formula(formula)) == shown


@pytest.mark.parametrize(("text", "where"), [("erf(x)", ""), ("erfc(x)", ""), ("erfcx(x)", ""), ("erfinv(x)", "x (-1, 1)")])
def test_domains(text, where):
    assert domain(text) == where
