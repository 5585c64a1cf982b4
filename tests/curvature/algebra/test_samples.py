"""Values at sample points tell which sign to try."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy import QQ

import symgd as sg
from symgd.curvature.algebra import samples
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.samples import Samples
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts
from tests.curvature.regions import region_of


@pytest.mark.parametrize(
    ("text", "bounds", "guess"),
    [("x**2 + 1", {}, 1), ("-exp(x)", {}, -1), ("x", {}, None), ("x", {"x": (0,)}, 1), ("x**2 - x**2 + 0*x", {}, 1)],
)
def test_the_only_sign_is_guessed(text, bounds, guess):
    region, polynomial = region_of(text, **bounds)
    assert region.samples.guess(polynomial) == guess


@pytest.mark.parametrize("text", ["x**2 - 3*x", "exp(x)*x + sin(x)", "x*y**2 - log(2 + x**2)"])
def test_values_are_those_of_compiled_code(text):
    region, polynomial = region_of(text)
    formula = sg.formula(text)
    points = region.points[:20]
    (expected,) = sg.lambdify(list(formula.symbols), [formula])(*points.T)
    np.testing.assert_allclose(region.samples.values(polynomial, points), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("text", ["1/(x - 1)**2", "exp(x)/x**3", "(x**2 - 1)/(x - 1)", "x/sqrt(1 + x**2)"])
def test_values_of_quotients_and_their_errors(text):
    """Far from where digits cancel the values are those of mpmath within the stated errors."""
    x = sg.scalar("x")
    elementary = Elementary([x], Facts())
    (quotient,) = elementary.of_all([sg.formula(text)])
    points = np.array([[0.3], [1.0 + 1e-9], [2.5], [-3.25], [1e-6]])
    values, errors = Samples(elementary, points).values_of_quotient(quotient, points)
    for (place,), value, error in zip(points, values, errors, strict=True):
        with mpmath.workdps(60):
            exact = sp.lambdify(sp.Symbol("x"), sp.sympify(text), modules="mpmath")(mpmath.mpf(place))
        assert abs(value - float(exact)) <= 20 * error + 1e-13 * abs(float(exact))


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-5, Fraction(1, 3)), (2, math.inf), (-math.inf, -1), (-math.inf, math.inf)])
def test_parameters_are_sampled_where_they_lie(low, high):
    found = samples._samples(Interval(low, high), 500)
    assert found.shape == (500,)
    assert (found >= float(low)).all()
    assert (found <= float(high)).all()
    assert len(set(found.tolist())) > 400


@pytest.mark.parametrize(("number", "value"), [(QQ(1, 3), 1 / 3), (QQ(10**400), math.inf), (QQ(-(10**400)), -math.inf)])
def test_rational_numbers_as_floats(number, value):
    assert samples._float(number) == value
