"""Bessel functions: closed forms of half-integer order, recurrences, values at 0 and far out, orders, and refusals."""

from __future__ import annotations

import math
from itertools import product

import mpmath
import numpy as np
import pytest
import scipy.special

import symgd as sg
from symgd.graph.assumptions import Interval, Parity
from symgd.graph.primitive import REGISTRY
from tests.primitives.scalar_comparison import check_derivatives, check_known, check_slopes, domain, evaluated, known, refusal


def spherical(n):
    return lambda x: mpmath.sqrt(mpmath.pi / (2 * x)) * mpmath.besselj(n + mpmath.mpf(1) / 2, x)


# formula of x, the same in mpmath, points
FUNCTIONS = [
    ("besselj(0, x)", lambda x: mpmath.besselj(0, x), (-2.5, 0.0, 0.5, 12.25)),
    ("besselj(3, x)", lambda x: mpmath.besselj(3, x), (-2.5, 0.5, 12.25)),
    ("besselj(1/2, x)", lambda x: mpmath.sqrt(2 / (mpmath.pi * x)) * mpmath.sin(x), (0.5, 12.25)),
    ("besselj(-1/2, x)", lambda x: mpmath.sqrt(2 / (mpmath.pi * x)) * mpmath.cos(x), (0.5, 12.25)),
    ("bessely(0, x)", lambda x: mpmath.bessely(0, x), (0.5, 12.25)),
    ("bessely(1/2, x)", lambda x: -mpmath.sqrt(2 / (mpmath.pi * x)) * mpmath.cos(x), (0.5, 12.25)),
    ("besseli(1, x)", lambda x: mpmath.besseli(1, x), (-2.5, 0.0, 0.5, 12.25)),
    ("besseli(1/2, x)", lambda x: mpmath.sqrt(2 / (mpmath.pi * x)) * mpmath.sinh(x), (0.5, 12.25)),
    ("besselie(2, x)", lambda x: mpmath.besseli(2, x) * mpmath.exp(-abs(x)), (-2.5, 0.5, 12.25)),
    ("besselk(1/2, x)", lambda x: mpmath.sqrt(mpmath.pi / (2 * x)) * mpmath.exp(-x), (0.5, 12.25)),
    ("besselke(1/2, x)", lambda x: mpmath.sqrt(mpmath.pi / (2 * x)), (0.5, 12.25)),
    ("spherical_jn(0, x)", lambda x: mpmath.sin(x) / x, (-2.5, 0.5, 12.25)),
    ("spherical_jn(1, x)", lambda x: mpmath.sin(x) / x**2 - mpmath.cos(x) / x, (-2.5, 0.5, 12.25)),
    ("spherical_jn(4, x)", spherical(4), (0.5, 12.25)),
    ("sinc(x)", mpmath.sincpi, (-2.25, -1.0, 0.25, 3.5)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "points"), FUNCTIONS, ids=[text for text, *_ in FUNCTIONS])
def test_values_and_slopes(text, function, points):
    for x in points:
        check_slopes(text, function, x, accuracy=1e-10)


@pytest.mark.parametrize(("n", "x"), [(0, 0.5), (1, 12.25), (3, 2.5)])
def test_slopes_of_k_solve_its_equation(n, x):
    """x²·y″ + x·y′ = (x² + n²)·y, Abramowitz & Stegun 9.6.1, and y′ = n·y/x − K(n + 1), 9.6.26."""
    with mpmath.workdps(60):
        value, x = mpmath.besselk(n, x), mpmath.mpf(x)
        slope = n * value / x - mpmath.besselk(n + 1, x)
        bend = ((x**2 + n**2) * value - x * slope) / x**2
        check_derivatives(f"besselk({n}, x)", float(x), [value, slope, bend], accuracy=1e-11)
        scaled = [value, value + slope, value + 2 * slope + bend]
        check_derivatives(f"besselke({n}, x)", float(x), [mpmath.exp(x) * one for one in scaled], accuracy=1e-11)


# formula of x, x, value
EXTREME = [
    ("besselj(0, x)", 0.0, 1.0), ("besselj(1, x)", 0.0, 0.0), ("besselj(0, x)", 2.404825557695773, 0.0),
    ("besselj(1/2, x)", -1.0, np.nan),
    ("besselj(-1, x)", 2.0, -0.5767248077568734), ("bessely(0, x)", 0.0, -np.inf), ("bessely(0, x)", -1.0, np.nan),
    ("besseli(0, x)", 0.0, 1.0),
    ("besseli(0, x)", 800.0, np.inf), ("besseli(1, x)", -2.0, -1.5906368546373291), ("besselie(0, x)", 1e4, 0.0039894726746),
    ("besselie(0, x)", -1e4, 0.0039894726746), ("besselk(0, x)", 800.0, 0.0), ("besselk(0, x)", 0.0, np.inf),
    ("besselke(0, x)", 1e4, 0.01253298472),
    ("spherical_jn(0, x)", 0.0, 1.0), ("spherical_jn(1, x)", 0.0, 0.0), ("spherical_jn(2, x)", -1.0, 0.06203505201137386),
    ("spherical_jn(1, x)", -1.0, -0.3011686789397568), ("spherical_jn(x, 1)", 0.5, np.nan), ("sinc(x)", 0.0, 1.0),
    ("sinc(x)", 0.5, 2 / math.pi),
    ("sinc(x)", 1e-200, 1.0), ("sinc(x)", -1.5, -2 / (3 * math.pi)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_values_at_zero_and_far_out(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-9, abs=1e-15, nan_ok=True)


# formula of x, slope at 0: of power series
AT_ZERO = [
    ("besselj(0, x)", 0), ("besselj(1, x)", 1 / 2), ("besselj(2, x)", 0), ("besseli(0, x)", 0), ("besseli(1, x)", 1 / 2),
    ("spherical_jn(0, x)", 0),
    ("spherical_jn(1, x)", 1 / 3), ("spherical_jn(2, x)", 0), ("sinc(x)", 0), ("besselie(0, x)", 0), ("besselie(1, x)", 1 / 2),
]  # fmt: skip


@pytest.mark.parametrize(("text", "slope"), AT_ZERO)
def test_the_slope_at_zero(text, slope):
    assert float(evaluated(sg.gradient(text, "x"), x=0.0)) == pytest.approx(slope, abs=1e-15)


def test_the_bend_of_sinc_at_zero():
    assert float(evaluated(sg.hessian("sinc(x)", "x"), x=0.0)) == pytest.approx(-(math.pi**2) / 3)


def test_wronskians():
    """J(n + 1)·Y(n) − J(n)·Y(n + 1) = 2/(πx), Abramowitz & Stegun 9.1.16; of I and K likewise 1/x, 9.6.15."""
    n, x = np.array([[1.0], [2.0], [5.5]]), np.array([[0.5, 3.0, 20.0]])
    j, y, i, k = (
        (evaluated(f"bessel{name}(n, x)", n=n, x=x), evaluated(f"bessel{name}(n, x)", n=n + 1, x=x)) for name in "jyik"
    )
    np.testing.assert_allclose(j[1] * y[0] - j[0] * y[1], 2 / (np.pi * x) + 0 * n, rtol=1e-11)
    np.testing.assert_allclose(i[0] * k[1] + i[1] * k[0], 1 / x + 0 * n, rtol=1e-12)


# formula of x, function, piece, what is known
KNOWN = [
    ("sinc(x)", mpmath.sincpi, Interval(), "ANY [-11/50, 1] UNKNOWN UNKNOWN"),
    ("besselk(1, x)", lambda x: mpmath.besselk(1, x), Interval(0, open_low=True), "POSITIVE (0, inf) UNKNOWN UNKNOWN"),
    ("besselke(1, x)", lambda x: mpmath.besselk(1, x), Interval(0, open_low=True), "POSITIVE (0, inf) UNKNOWN UNKNOWN"),
    ("besselj(1, x)", lambda x: mpmath.besselj(1, x), Interval(), "ANY (-inf, inf) UNKNOWN UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    check_known(text, function, piece)
    assert REGISTRY["sinc"].parity is Parity.EVEN


def test_the_least_value_of_sinc_is_just_above_its_bound():
    place = mpmath.findroot(lambda x: mpmath.diff(mpmath.sincpi, x), 1.43)
    assert -0.22 < mpmath.sincpi(place) < -0.217


DOMAINS = [
    ("bessely(2, x)", "x POSITIVE"),
    ("besselk(n, x)", "x POSITIVE"),
    ("besselj(n, x)", "where(n == floor(n), 1, x) NONNEGATIVE"),
    ("sinc(x)", ""),
]


@pytest.mark.parametrize(("text", "where"), DOMAINS)
def test_domains(text, where):
    assert domain(text) == where


NAMES = {"besselj": "jv", "bessely": "yv", "besseli": "iv", "besselie": "ive", "besselk": "kv", "besselke": "kve"}


@pytest.mark.parametrize(("name", "scipy_name"), NAMES.items())
def test_names_and_code_are_those_of_scipy(name, scipy_name):
    assert sg.formula(f"{scipy_name}(n, x)") is sg.formula(f"{name}(n, x)")
    n, x = np.array([[0.0], [1.0], [2.5]]), np.array([[0.5, 2.0, 30.0]])
    np.testing.assert_allclose(evaluated(f"{name}(n, x)", n=n, x=x), getattr(scipy.special, scipy_name)(n, x), rtol=1e-13)


@pytest.mark.parametrize("name", [*NAMES, "spherical_jn"])
def test_the_derivative_in_the_order_is_refused_by_name(name):
    assert f"no closed form is known for the derivative of {name} in its order" in refusal(
        lambda: sg.gradient(f"{name}(x, 2)", "x")
    )


@pytest.mark.parametrize("order", ["-1", "1/2"])
def test_code_of_a_spherical_function_needs_a_whole_order(order):
    assert "has no code: its order is none of 0, 1, 2, …" in refusal(
        lambda: sg.lambdify(["x"], sg.formula(f"spherical_jn({order}, x)"))
    )


@pytest.mark.parametrize(("n", "x"), [*product(range(4), (-3.5, -0.5, 0.0, 2.0))])
def test_a_spherical_function_of_any_order_is_that_of_the_written_order(n, x):
    expected = scipy.special.spherical_jn(n, abs(x)) * (-1) ** (n * (x < 0))
    assert float(evaluated("spherical_jn(n, x)", n=float(n), x=x)) == pytest.approx(expected, rel=1e-13)
    assert float(evaluated(f"spherical_jn({n}, x)", x=x)) == pytest.approx(expected, rel=1e-13)
