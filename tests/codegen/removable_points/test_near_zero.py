"""What cancels near 0 is computed by its power series there, and nothing else is touched."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.removable_points.near_zero import VARIABLE, with_series_near_zero
from symgd.evaluation import multiprecision as mpmath

POINTS = np.array([sign * size for size in (1e-300, 1e-100, 1e-9, 1e-3, 0.1, 0.24, 0.26, 0.9, 1.7) for sign in (1, -1)])
CANCELLING = {  # each with its leading term: textbook expansions
    "x - sin(x)": (3, 1 / 6),
    "tan(x) - x": (3, 1 / 3),
    "x - tanh(x)": (3, 1 / 3),
    "exp(x) - 1 - x": (2, 1 / 2),
    "(x - sin(x))/x**3": (0, 1 / 6),
    "(exp(x) - 1 - x)/x**2": (0, 1 / 2),
    "1/x - 1/tan(x)": (1, 1 / 3),
    "1/x - 1/(exp(x) - 1)": (0, 1 / 2),
    "(1 - cos(x))/x**2": (0, 1 / 2),
    "log(cosh(x))/x**2": (0, 1 / 2),
}


@pytest.mark.parametrize("text", CANCELLING)
def test_the_first_term_is_the_value_close_to_zero(text):
    order, lead = CANCELLING[text]
    f = sg.lambdify("x", text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = f(POINTS)
    close = np.abs(POINTS) < 1e-8
    np.testing.assert_allclose(found[close], lead * POINTS[close] ** order, rtol=3e-9)


EXACT = {
    "x - sin(x)": lambda x: x - mpmath.sin(x),
    "tan(x) - x": lambda x: mpmath.tan(x) - x,
    "exp(x) - 1 - x": lambda x: mpmath.exp(x) - 1 - x,
    "1/x - 1/tan(x)": lambda x: 1 / x - 1 / mpmath.tan(x),
    "log(cosh(x))/x**2": lambda x: mpmath.log(mpmath.cosh(x)) / x**2,
}


@pytest.mark.parametrize("text", EXACT)
def test_series_and_formula_meet_at_the_radius(text):
    f = sg.lambdify("x", text)
    for radius in (0.0625, 0.125, 0.25, 0.5, 1.0):
        for x in (np.nextafter(radius, 0), radius, np.nextafter(radius, 2)):
            with mpmath.workdps(60):
                expected = float(EXACT[text](mpmath.mpf(float(x))))
            assert f(x) == pytest.approx(expected, rel=2e-14)


@pytest.mark.parametrize(
    "text", ["exp(x)", "sin(x)/(2 + cos(x))", "x**2 + 3*x", "abs(x) - x", "sqrt(x) - x", "1/x + x", "log(x)"]
)
def test_what_keeps_its_digits_or_has_no_series_is_left_alone(text):
    (formula,) = [sg.formula(text)]
    assert with_series_near_zero([formula]) == [formula]


def test_what_is_flat_at_zero_is_computed_as_it_stands():
    """exp(−1/x²) has a power series of zeros, and is not 0."""
    f, g = sg.lambdify("x", "sigmoid(-2/x) + exp(3*x)"), sg.lambdify("x", "exp(-1/x**2) + x - sin(x)")
    for x in (0.03, 0.06, 0.1, 0.2, 0.4):
        with mpmath.workdps(60):
            t = mpmath.mpf(x)
            expected = float(1 / (1 + mpmath.exp(2 / t)) + mpmath.exp(3 * t)), float(mpmath.exp(-1 / t**2) + t - mpmath.sin(t))
        assert (f(x), g(x)) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("text", ["cos(cosh(2/x)**3)", "sigmoid(exp(1/log(1 - x)))", "sin(exp(exp(1/x)))"])
def test_what_is_wild_at_zero_is_left_alone_soon(text):
    formula = sg.formula(text)
    assert with_series_near_zero([formula]) == [formula]


def test_tensors_and_inner_formulas():
    u = sg.formula("A @ v", shapes={"A": "m n", "v": "n"})
    f = sg.lambdify(["A", "v"], sg.exp(u) - 1 - u)
    A, v = np.array([[1e-5, 2e-5], [3.0, 1.0]]), np.array([1e-4, 1e-3])
    u = A @ v
    with mpmath.workdps(40):
        expected = [float(mpmath.exp(mpmath.mpf(x)) - 1 - mpmath.mpf(x)) for x in u]
    np.testing.assert_allclose(f(A, v), expected, rtol=1e-14)


def test_factors_of_one_quantity_beside_others():
    f = sg.lambdify(["x", "y"], "y*(x - sin(x))")
    assert f(1e-9, 5.0) == pytest.approx(5e-27 / 6, rel=1e-14)


def radii_in(source: str) -> set[str]:
    return set(re.findall(r" < (\d\.\d+)", source))


def test_one_quantity_has_one_radius():
    source = sg.lambdify("x", ["exp(x) - 1 - x", "exp(x) - 1 - x - x**2/2"]).source
    radii = radii_in(source)
    assert len(radii) == 1


def test_a_series_keeps_its_own_radius_where_terms_are_too_few():
    source = sg.lambdify("x", ["exp(x) - 1 - x - x**2/2 - x**3/6", "log(1 + x) - x"]).source
    radii = radii_in(source)
    assert "1.0" in radii
    assert len(radii) == 2  # log(1 + x) has no power series at 1


def test_a_value_of_its_own_at_zero_is_kept():
    jump = sg.lambdify("x", sg.formula("where(x == 0, 5, (x - sin(x))/x**3)"))
    assert jump(0.0) == 5
    filled = sg.lambdify("x", sg.formula("where(x == 0, 1/6, (x - sin(x))/x**3)"))
    for x in (0.0, 1e-300, 1e-9):
        assert filled(x) == pytest.approx(1 / 6, rel=1e-15)


def test_where_the_formula_has_no_value_the_code_has_none():
    with np.errstate(all="ignore"):
        for text in ("(x - sin(x))/x**3", "(1 - cos(x))/x**2", "1/x - 1/tan(x)"):
            assert np.isnan(sg.lambdify("x", text, removable="nan")(0.0))
            assert np.isfinite(sg.lambdify("x", text)(0.0))
    assert sg.lambdify("x", "x - sin(x)")(0.0) == 0


def test_the_variable_cannot_be_typed():
    with pytest.raises(sg.SymgdError):
        sg.formula(str(VARIABLE))
