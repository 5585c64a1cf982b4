"""The gamma function and its kin for NumPy and the strict standard: beside 50 digits, by their equations, and at their ends."""

from __future__ import annotations

import functools
import math
from fractions import Fraction

import array_api_strict
import mpmath
import numpy as np
import pytest

from symgd.codegen.runtime import array_api_gamma as runtime
from symgd.graph.primitive import REGISTRY

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

INF, NAN = math.inf, math.nan
DIGITS = 50
NAMESPACES = pytest.mark.parametrize("xp", [np, array_api_strict], ids=["numpy", "array_api_strict"])
DRAWN = np.random.default_rng(23)
ZERO_OF_DIGAMMA, ZERO_BELOW = 1.4616321449683622, -0.5040830082644554

TINY = 10.0 ** DRAWN.uniform(-300, -3, 40)
MIDDLE = np.concatenate([DRAWN.uniform(0, 20, 150), 10.0 ** DRAWN.uniform(1, 2.23, 40)])
HUGE = 10.0 ** DRAWN.uniform(2, 305, 40)
SEAMS = [np.nextafter(place, side) for place in (0.5, 1.5, 2.5, 10.0, 200.0) for side in (0.0, place, 300.0)]
BESIDE = np.concatenate([side * 10.0 ** DRAWN.uniform(-15, -1, 30) for side in (-1, 1)])
BELOW = -np.concatenate([TINY, DRAWN.uniform(0, 50, 100)])


def value(name, xp, *arguments):
    arrays = (xp.asarray(np.asarray(argument, dtype=float)) for argument in arguments)
    return np.asarray(getattr(runtime, name)(xp, *arrays))


def hurwitz(s, a):
    """Return ζ(s, a), below 0 for whole orders; mpmath gives so many places of it, not digits."""
    if a < 0 and s == int(s):
        above, sign = a - mpmath.floor(a), (-1) ** int(s)
        return hurwitz(s, above) + sign * (hurwitz(s, 1 - above) - hurwitz(s, 1 - a))
    with mpmath.workdps(DIGITS + math.ceil(max(0, s * mpmath.log10(a)))):
        return mpmath.zeta(s, a)


def slope_of_digamma(n, x):
    return mpmath.digamma(x) if n == 0 else (-1) ** (int(n) + 1) * mpmath.factorial(n) * hurwitz(n + 1, x)


ORDERS = DRAWN.integers(0, 12, 40).astype(float)
EXPONENTS = 1 + 10.0 ** DRAWN.uniform(-3, 2, 40)
PAIRS = [10.0 ** DRAWN.uniform(-3, 3, 150), 10.0 ** DRAWN.uniform(-3, 3, 150)]
PAIRS_BELOW = [DRAWN.uniform(-20, 20, 150), DRAWN.uniform(-20, 20, 150)]
GRIDS = {
    "gamma": ("_gamma", mpmath.gamma, [np.concatenate([TINY, MIDDLE[MIDDLE < 171], SEAMS[:12], [171.6]])]),
    "gamma below 0": ("_gamma", mpmath.gamma, [BELOW]),
    "loggamma": ("_loggamma", mpmath.loggamma, [np.concatenate([TINY, MIDDLE, HUGE, SEAMS])]),
    "loggamma beside its zeros": ("_loggamma", mpmath.loggamma, [np.concatenate([1 + BESIDE, 2 + BESIDE])]),
    "digamma": ("_digamma", mpmath.digamma, [np.concatenate([TINY, MIDDLE, HUGE, SEAMS])]),
    "digamma below 0": ("_digamma", mpmath.digamma, [BELOW]),
    "digamma beside its zeros": ("_digamma", mpmath.digamma, [np.concatenate([ZERO_OF_DIGAMMA + BESIDE, ZERO_BELOW + BESIDE])]),
    "beta": ("_beta", mpmath.beta, PAIRS),
    "beta below 0": ("_beta", mpmath.beta, PAIRS_BELOW),
    "zeta": ("_zeta", hurwitz, [EXPONENTS, 10.0 ** DRAWN.uniform(-1, 3, 40)]),
    "zeta below 0": ("_zeta", hurwitz, [ORDERS + 2, -DRAWN.uniform(0, 60, 40)]),
    "polygamma": ("_polygamma", slope_of_digamma, [ORDERS, 10.0 ** DRAWN.uniform(-2, 3, 40)]),
    "polygamma below 0": ("_polygamma", slope_of_digamma, [ORDERS + 1, -DRAWN.uniform(0, 40, 40)]),
}


@functools.cache
def true_values(grid):
    _, true, points = GRIDS[grid]
    with mpmath.workdps(DIGITS):
        return [float(mpmath.re(true(*map(mpmath.mpf, map(float, point))))) for point in zip(*points, strict=True)]


@NAMESPACES
@pytest.mark.parametrize("grid", GRIDS)
def test_values_on_a_grid_are_those_of_50_digits(grid, xp):
    name, _, points = GRIDS[grid]
    expected = true_values(grid)
    allowed = REGISTRY[name.lstrip("_")].accuracy
    assert allowed <= 1e-12
    np.testing.assert_allclose(value(name, xp, *points), expected, rtol=allowed, atol=1e-307)


X = DRAWN.integers(-512, 768, 200) / 64 + 1 / 128  # x + 1 and 1 − x are not rounded
Y = DRAWN.uniform(0.1, 12, 200)
ORDER = DRAWN.integers(1, 6, 200).astype(float)
EQUATIONS = {  # both sides, as functions of what computes a function of the module
    "gamma of x + 1": lambda f: (f("_gamma", X + 1), X * f("_gamma", X)),
    "gamma by reflection": lambda f: (f("_gamma", X) * f("_gamma", 1 - X), math.pi / np.sin(math.pi * X)),
    "gamma by duplication": lambda f: (
        f("_gamma", Y) * f("_gamma", Y + 0.5), 2 ** (1 - 2 * Y) * math.sqrt(math.pi) * f("_gamma", 2 * Y),
    ),
    "loggamma is the logarithm": lambda f: (np.exp(f("_loggamma", Y)), f("_gamma", Y)),
    "digamma of x + 1": lambda f: (f("_digamma", Y + 1), f("_digamma", Y) + 1 / Y),
    "digamma by reflection": lambda f: (f("_digamma", 1 - X) - f("_digamma", X), math.pi / np.tan(math.pi * X)),
    "beta by gammas": lambda f: (f("_beta", X, Y) * f("_gamma", X + Y), f("_gamma", X) * f("_gamma", Y)),
    "beta of Pascal's triangle": lambda f: (f("_beta", X, Y), f("_beta", X + 1, Y) + f("_beta", X, Y + 1)),
    "zeta of a + 1": lambda f: (f("_zeta", ORDER + 1, X + 1) + X ** -(ORDER + 1), f("_zeta", ORDER + 1, X)),
    "polygamma of x + 1": lambda f: (
        f("_polygamma", ORDER, X + 1) - (-1) ** ORDER * f("_gamma", ORDER + 1) / X ** (ORDER + 1), f("_polygamma", ORDER, X),
    ),
}  # fmt: skip


@NAMESPACES
@pytest.mark.parametrize("equation", EQUATIONS)
def test_functional_equations_hold(equation, xp):
    left, right = EQUATIONS[equation](lambda name, *arguments: value(name, xp, *arguments))
    scale = np.abs(left) + np.abs(right) + 1
    np.testing.assert_allclose(left / scale, right / scale, rtol=0, atol=1e-12)


@NAMESPACES
def test_the_beta_function_does_not_depend_on_the_order_of_its_arguments(xp):
    x, y = np.meshgrid([*X[:40], 0.0, -1.0, -2.5, INF, -INF, NAN, 1e-300, 1e300], [*Y[:20], *X[40:60], INF, NAN, 5e-324])
    is_double_pole = (x <= 0) & (y <= 0) & (x == np.floor(x)) & (y == np.floor(y))
    x, y = x[~is_double_pole], y[~is_double_pole]
    np.testing.assert_array_equal(value("_beta", xp, x, y), value("_beta", xp, y, x))


ZETAS = [Fraction(1, 6), Fraction(1, 90), Fraction(1, 945), Fraction(1, 9450)]
"""ζ(2k)/π²ᵏ: Abramowitz & Stegun, 23.2.16 and the table 23.3."""
EULER = 0.577215664901532860606512090082402431
EXACT = {
    "factorials": ("_gamma", [(n + 1,) for n in range(171)], [float(math.factorial(n)) for n in range(171)]),
    "half of an odd number": (
        "_gamma",
        [(n + 0.5,) for n in range(20)],
        [math.sqrt(math.pi) * math.factorial(2 * n) / (4**n * math.factorial(n)) for n in range(20)],
    ),
    "logarithms of factorials": ("_loggamma", [(1,), (2,), (3,), (11,)], [0, 0, math.log(2), math.log(math.factorial(10))]),
    "harmonic numbers": (
        "_digamma",
        [(n,) for n in range(1, 60)],
        [float(sum(Fraction(1, k) for k in range(1, n))) - EULER for n in range(1, 60)],
    ),
    "reciprocals of binomials": (
        "_beta",
        [(a, b) for a in range(1, 12) for b in range(1, 12)],
        [1 / (a * math.comb(a + b - 1, a)) for a in range(1, 12) for b in range(1, 12)],
    ),
    "the values of Euler": ("_zeta", [(2, 1), (4, 1), (6, 1), (8, 1)], [
        float(share) * math.pi ** (2 * k) for k, share in enumerate(ZETAS, 1)
    ]),
    "the trigamma function": ("_polygamma", [(1, 1), (1, 0.5), (3, 1)], [math.pi**2 / 6, math.pi**2 / 2, math.pi**4 / 15]),
}  # fmt: skip


@NAMESPACES
@pytest.mark.parametrize("known", EXACT)
def test_known_values_are_exact_to_rounding(known, xp):
    name, points, expected = EXACT[known]
    np.testing.assert_allclose(value(name, xp, *zip(*points, strict=True)), expected, rtol=5e-14, atol=1e-15)


POLES = np.arange(1.0, 30.0)
NOWHERE = [(-INF, NAN), (NAN, NAN), *((-n, NAN) for n in POLES)]
ENDS = {  # by the function: arguments, and the value
    "_gamma": [(0.0, INF), (-0.0, -INF), (INF, INF), (171.7, INF), (1e300, INF), *NOWHERE],
    "_loggamma": [(0.0, INF), (-0.0, INF), (INF, INF), (1.0, 0.0), (2.0, 0.0), *NOWHERE],
    "_digamma": [(0.0, -INF), (-0.0, INF), (INF, INF), *NOWHERE],
}


@NAMESPACES
@pytest.mark.parametrize("name", ENDS)
def test_poles_zeros_and_ends_of_the_line(name, xp):
    points, ends = map(np.array, zip(*ENDS[name], strict=True))
    np.testing.assert_array_equal(value(name, xp, points), ends)


ENDS_OF_TWO = {
    "_beta": [
        *((x, NAN, NAN) for x in (-2.0, -1.5, 0.0, 1.0, INF)),
        *((INF, x, 0.0) for x in (0.25, 1.0, 7.5, 1e300, INF)),
        *((0.0, x, INF) for x in (0.25, 1.0, 7.5)),
        *((-n, n + 1.0, INF) for n in POLES[:9]),
        *((-0.5, 0.5 - n, 0.0) for n in POLES[:9]),  # a zero: the sum is a pole of the divisor
    ],
    "_zeta": [
        *((1.0, a, INF) for a in (0.5, 1.0, 30.0)),
        *((s, -n, INF) for s in (1.5, 2.0, 3.0) for n in (0.0, *POLES[:5])),
        *((s, a, NAN) for s in (0.5, 0.0, -2.0, -INF) for a in (0.5, 1.0, 30.0)),
        *((s, -0.5, NAN) for s in (1.5, 2.25, 7.125)),
        (2.0, INF, 0.0), (INF, 2.0, 0.0), (NAN, 1.0, NAN), (2.0, NAN, NAN),
    ],
    "_polygamma": [
        *((n, NAN, NAN) for n in (0.0, 1.0, 2.0)),
        *((n, x, NAN) for n in (0.5, -1.0, 1.25) for x in (0.5, 2.0)),
        *((1.0, -n, INF) for n in (0.0, *POLES[:5])),
        (1.0, INF, 0.0), (2.0, INF, 0.0), (0.0, INF, INF), (NAN, 1.0, NAN),
    ],
}  # fmt: skip


@NAMESPACES
@pytest.mark.parametrize("name", ENDS_OF_TWO)
def test_poles_zeros_and_ends_of_functions_of_two(name, xp):
    first, second, ends = map(np.array, zip(*ENDS_OF_TWO[name], strict=True))
    np.testing.assert_array_equal(value(name, xp, first, second), ends)


@NAMESPACES
def test_functions_of_two_stretch_their_arguments(xp):
    row, column = np.array([0.5, 1.5]), np.array([[2.0], [3.0]])
    for name in ("_beta", "_zeta", "_polygamma"):
        both = value(name, xp, column, row)
        assert both.shape == (2, 2)
        for i, j in np.ndindex(2, 2):
            assert both[i, j] == value(name, xp, column[i, 0], row[j])


@NAMESPACES
def test_a_value_below_the_least_float_is_0(xp):
    np.testing.assert_array_equal(value("_gamma", xp, [-200.5, -201.5, -1e5 - 0.5]), 0)
    np.testing.assert_array_equal(value("_beta", xp, [2000.0, 1e5], [2000.0, 1e5]), 0)
    np.testing.assert_array_equal(value("_zeta", xp, [300.0, 1e4], [1e3, 2.0]), 0)


@pytest.mark.parametrize("name", ["_gamma", "_loggamma", "_digamma"])
def test_both_namespaces_give_the_same_numbers(name):
    points = np.concatenate([TINY, MIDDLE, HUGE, BELOW, SEAMS, -POLES, [INF, -INF, NAN]])
    np.testing.assert_array_equal(value(name, np, points), value(name, array_api_strict, points))
