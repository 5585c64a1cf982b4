"""Circular functions and their inverses: values, slopes, quadrants, the jump of atan2, facts, and the two constants."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.graph.assumptions import Interval, Parity
from symgd.graph.inference import Facts
from symgd.graph.primitive import REGISTRY
from tests.primitives.scalar_comparison import check_known, check_slopes, domain, evaluated, known

EVERYWHERE, ABOVE, BELOW, BALL = Interval(), Interval(0), Interval(high=0), Interval(-1, 1)
LINE = (-100.25, -2.0, -1e-4, 0.0, 1e-4, 0.7, 3.0)
INSIDE = (-0.99, -0.5, 0.0, 1e-4, 0.75)

# formula of x, the same in mpmath, points
FUNCTIONS = [
    ("sin(x)", mpmath.sin, LINE), ("cos(x)", mpmath.cos, LINE), ("tan(x)", mpmath.tan, LINE),
    ("atan(x)", mpmath.atan, (*LINE, 1e5)),
    ("asin(x)", mpmath.asin, INSIDE), ("acos(x)", mpmath.acos, INSIDE),
    ("arcsin(x) + arccos(x)", lambda x: mpmath.pi / 2 + 0 * x, INSIDE),
    ("sin(x)**2 + cos(x)**2", lambda x: mpmath.mpf(1) + 0 * x, LINE), ("cos(x**2)", lambda x: mpmath.cos(x**2), LINE[1:]),
    ("atan2(x, 2)", lambda x: mpmath.atan2(x, 2), LINE), ("atan2(x, -2)", lambda x: mpmath.atan2(x, -2), (-3.0, -0.1, 0.1, 3.0)),
    ("atan2(2, x)", lambda x: mpmath.atan2(2, x), LINE), ("atan2(-2, x)", lambda x: mpmath.atan2(-2, x), LINE),
    ("atan2(sin(x), cos(x))", lambda x: x, (-3.0, -1.5, 0.0, 2.0)),
    ("atan2(x, x**2 - 2)", lambda x: mpmath.atan2(x, x**2 - 2), (-1.0, 0.5, 3.0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "points"), FUNCTIONS, ids=[text for text, *_ in FUNCTIONS])
def test_values_and_slopes(text, function, points):
    for x in points:
        check_slopes(text, function, x, accuracy=1e-11)


# formula of x, x, value
EXTREME = [
    ("sin(x)", 1e22, -0.8522008497671888), ("cos(x)", 1e22, 0.5232147853951389), ("sin(x)", 1e-300, 1e-300),
    ("sin(x)", np.inf, np.nan),
    ("cos(x)", -np.inf, np.nan), ("tan(x)", np.inf, np.nan), ("tan(x)", math.pi / 2, 1.633123935319537e16),
    ("atan(x)", np.inf, math.pi / 2),
    ("atan(x)", -1e300, -math.pi / 2), ("atan(x)", 1e-300, 1e-300), ("asin(x)", 1.0, math.pi / 2),
    ("asin(x)", -1.0, -math.pi / 2),
    ("asin(x)", 1.5, np.nan), ("acos(x)", 1.0, 0.0), ("acos(x)", -1.0, math.pi), ("acos(x)", -2.0, np.nan),
    ("atan2(x, -1)", 0.0, math.pi),
    ("atan2(x, -1)", -0.0, -math.pi), ("atan2(x, 0)", 5.0, math.pi / 2), ("atan2(0, x)", 3.0, 0.0), ("atan2(x, x)", 0.0, 0.0),
    ("atan2(x, x)", -np.inf, -3 * math.pi / 4), ("atan2(1e300, x)", 1e300, math.pi / 4),
    ("atan2(1e-300, x)", 1e-300, math.pi / 4),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_values_far_out_and_at_the_ends_of_the_domain(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-14, abs=0, nan_ok=True)


EXACT = [
    ("sin(0)", "0"),
    ("cos(0)", "1"),
    ("tan(0)", "0"),
    ("sin(1)", "sin(1)"),
    ("arctan(x)", "atan(x)"),
    ("arctan2(y, x)", "atan2(y, x)"),
    ("pi", "pi"),
    ("e", "e"),
]


@pytest.mark.parametrize(("text", "shown"), EXACT)
def test_exact_values_are_folded(text, shown):
    assert str(sg.formula(text)) == shown


HALF_PI, PI = "15707963267949/10000000000000", "15707963267949/5000000000000"

# formula of x, function, piece, what is known
KNOWN = [
    ("sin(x)", mpmath.sin, EVERYWHERE, "ANY [-1, 1] UNKNOWN UNKNOWN"),
    ("cos(x)", mpmath.cos, ABOVE, "ANY [-1, 1] UNKNOWN UNKNOWN"),
    ("tan(x)", mpmath.tan, Interval(-1, 1), "ANY (-inf, inf) UNKNOWN UNKNOWN"),
    ("asin(x)", mpmath.asin, BALL, f"ANY [-{HALF_PI}, {HALF_PI}] INCREASING UNKNOWN"),
    ("asin(x)", mpmath.asin, Interval(0, 1), f"NONNEGATIVE [0, {HALF_PI}] INCREASING CONVEX"),
    ("asin(x)", mpmath.asin, Interval(-1, 0), f"NONPOSITIVE [-{HALF_PI}, 0] INCREASING CONCAVE"),
    ("acos(x)", mpmath.acos, BALL, f"NONNEGATIVE [0, {PI}] DECREASING UNKNOWN"),
    ("acos(x)", mpmath.acos, Interval(0, 1), f"NONNEGATIVE [0, {PI}] DECREASING CONCAVE"),
    ("acos(x)", mpmath.acos, Interval(-1, 0), f"NONNEGATIVE [0, {PI}] DECREASING CONVEX"),
    ("atan(x)", mpmath.atan, EVERYWHERE, f"ANY [-{HALF_PI}, {HALF_PI}] INCREASING UNKNOWN"),
    ("atan(x)", mpmath.atan, ABOVE, f"NONNEGATIVE [0, {HALF_PI}] INCREASING CONCAVE"),
    ("atan(x)", mpmath.atan, BELOW, f"NONPOSITIVE [-{HALF_PI}, 0] INCREASING CONVEX"),
    ("atan2(x, -1)", lambda x: mpmath.atan2(x, -1), EVERYWHERE, f"ANY [-{PI}, {PI}] UNKNOWN UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    check_known(text, function, piece)


DOMAINS = [
    ("sin(x)", ""),
    ("atan(x)", ""),
    ("asin(x)", "x [-1, 1]"),
    ("acos(x)", "x [-1, 1]"),
    ("tan(x)", "cos(x) NONZERO"),
    ("atan2(x, y)", ""),
]


@pytest.mark.parametrize(("text", "where"), DOMAINS)
def test_domains(text, where):
    assert domain(text) == where


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "asin", "acos", "atan"])
def test_parity_is_declared_where_it_holds(name):
    value, other = (getattr(mpmath, name)(mpmath.mpf(x)) for x in (0.3, -0.3))
    holds = Parity.EVEN if mpmath.almosteq(other, value) else Parity.ODD if mpmath.almosteq(other, -value) else Parity.UNKNOWN
    assert REGISTRY[name].parity is holds


# y, x, whether atan2(y, x) has a slope in y
JUMP = [(0.0, -1.0, False), (0.0, 1.0, True), (1.0, 0.0, True), (-1.0, 0.0, True), (1e-3, -1.0, True)]


@pytest.mark.parametrize(("y", "x", "is_smooth"), JUMP)
def test_the_angle_jumps_on_the_negative_axis_only(y, x, is_smooth):
    assert (sg.check_gradient("atan2(y, x)", "y", at=[{"x": x, "y": y}]).verdict.name == "RIGHT") is is_smooth
    (boundary,) = REGISTRY["atan2"].kinks(sg.scalar("y"), sg.scalar("x"))
    assert (evaluated(boundary, x=x, y=y) != 0) == is_smooth


@pytest.mark.parametrize(("y", "x"), [(1, 1), (1, -1), (-1, 1), (-1, -1), (2, 0), (-2, 0)])
def test_the_gradient_of_the_angle_turns_with_the_inverse_square_of_the_distance(y, x):
    slopes = sg.gradient("atan2(y, x)", ["y", "x"])
    assert [float(evaluated(slope, x=float(x), y=float(y))) for slope in slopes] == pytest.approx(
        [x / (x * x + y * y), -y / (x * x + y * y)]
    )


@pytest.mark.parametrize(
    ("name", "digits"), [("pi", "3.14159265358979323846264338327950288"), ("e", "2.71828182845904523536028747135266249")]
)
def test_the_constants_lie_in_their_ranges(name, digits):
    interval = Facts().interval(sg.formula(name))
    assert Fraction(digits) in interval
    assert interval.high - interval.low < Fraction(1, 10**11)
    assert float(evaluated(f"{name} + 0*x", x=0.0)) == float(digits)
