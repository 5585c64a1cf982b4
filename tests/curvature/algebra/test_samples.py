"""Values at sample points tell which sign to try."""

from __future__ import annotations

import numpy as np
import pytest

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
    import symgd as sg

    region, polynomial = region_of(text)
    formula = sg.formula(text)
    points = region.points[:20]
    (expected,) = sg.lambdify(list(formula.symbols), [formula])(*points.T)
    np.testing.assert_allclose(region.samples.values(polynomial, points), expected, rtol=1e-9, atol=1e-9)
