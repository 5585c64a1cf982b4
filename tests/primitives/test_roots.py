"""hypot and the cube root: no overflow, the sign of the argument, slopes, the kinks at 0, and facts."""

from __future__ import annotations

from itertools import product

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.graph.assumptions import Growth, Interval, Parity
from symgd.graph.primitive import REGISTRY
from tests.primitives.scalar_comparison import check_known, check_slopes, evaluated, known

EVERYWHERE, ABOVE, BELOW = Interval(), Interval(0), Interval(high=0)


def cube_root(x):
    return mpmath.sign(x) * mpmath.cbrt(abs(x))


# formula of x, the same in mpmath, points
FUNCTIONS = [
    ("cbrt(x)", cube_root, (-27.0, -0.5, -1e-2, 1e-2, 8.0, 1e6)),
    ("cbrt(x**2 + 1)", lambda x: cube_root(x**2 + 1), (-3.0, 0.0, 2.0)),
    ("cbrt(x)**3", lambda x: x, (-27.0, 2.0)),
    ("hypot(x, 3)", lambda x: mpmath.hypot(x, 3), (-4.0, -1e-3, 0.0, 4.0, 1e6)),
    ("hypot(-2, x)", lambda x: mpmath.hypot(2, x), (-4.0, 0.0, 1.5)),
    ("hypot(x, x**2 + 1)", lambda x: mpmath.hypot(x, x**2 + 1), (-4.0, 0.0, 1.5)),
    ("hypot(3*x, 4*x)", lambda x: 5 * abs(x), (1.5,)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "points"), FUNCTIONS, ids=[text for text, *_ in FUNCTIONS])
def test_values_and_slopes(text, function, points):
    for x in points:
        check_slopes(text, function, x)


# formula of x, x, value
EXTREME = [
    ("cbrt(x)", -8.0, -2.0), ("cbrt(x)", 1e300, 1e100), ("cbrt(x)", -1e-300, -1e-100), ("cbrt(x)", 0.0, 0.0),
    ("cbrt(x)", -np.inf, -np.inf),
    ("cbrt(x)", np.nan, np.nan), ("hypot(x, 4e200)", 3e200, 5e200), ("hypot(x, 4e-200)", 3e-200, 5e-200),
    ("hypot(x, 0)", -7.0, 7.0),
    ("hypot(x, 1)", np.inf, np.inf), ("hypot(x, -2)", -np.inf, np.inf), ("hypot(x, x)", 0.0, 0.0),
    ("hypot(x, 1)", np.nan, np.nan),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_values_far_out_and_near_zero(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-14, abs=0, nan_ok=True)


def test_the_slopes_at_zero():
    """The cube root is vertical there; at the tip of its cone hypot has no slope, and code returns 0, which is a subgradient."""
    assert evaluated(sg.gradient("cbrt(x)", "x"), x=0.0) == np.inf
    assert evaluated(sg.gradient("hypot(x, y)", "x"), x=0.0, y=0.0) == 0
    assert sg.check_gradient("hypot(x, y)", "x", at=[{"x": 0.0, "y": 0.0}]).verdict.name == "KINK"


# formula of x, function, piece, what is known
KNOWN = [
    ("cbrt(x)", cube_root, EVERYWHERE, "ANY (-inf, inf) INCREASING UNKNOWN"),
    ("cbrt(x)", cube_root, ABOVE, "NONNEGATIVE [0, inf) INCREASING CONCAVE"),
    ("cbrt(x)", cube_root, BELOW, "NONPOSITIVE (-inf, 0] INCREASING CONVEX"),
    ("cbrt(x)", cube_root, Interval(0, open_low=True), "POSITIVE (0, inf) INCREASING CONCAVE"),
    *((f"hypot({x}, {y})", lambda x: mpmath.hypot(x, 2), piece, f"NONNEGATIVE [0, inf) {direction} CONVEX")
      for (x, y), (piece, direction) in product([("x", 2), (-2, "x")],
                                                    [(EVERYWHERE, "UNKNOWN"), (ABOVE, "INCREASING"), (BELOW, "DECREASING")])),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    check_known(text, function, piece)


def test_the_cube_root_is_odd_and_grows_slowly():
    assert REGISTRY["cbrt"].parity is Parity.ODD
    assert {REGISTRY[name].growth for name in ("cbrt", "hypot")} == {Growth.LINEAR}


def test_hypot_broadcasts_and_adds_its_gradients():
    x, y = np.array([[3.0], [-5.0]]), np.array([[4.0, 12.0]])
    np.testing.assert_allclose(evaluated("hypot(x, y)", x=x, y=y), np.hypot(x, y), rtol=1e-15)
    slope = sg.gradient(sg.formula("sum(hypot(x, y))", shapes={"x": (2, 1), "y": (1, 2)}), "x")
    np.testing.assert_allclose(evaluated(slope, x=x, y=y), (x / np.hypot(x, y)).sum(axis=1, keepdims=True), rtol=1e-14)
