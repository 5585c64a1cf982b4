"""Facts that hold near 0 and fail further out, on a short piece, or in several arguments together: a law refutes each."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.exponential import exp, log
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import maximum, relu, where
from symgd.primitives.trigonometric import cos, sin
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

CONVEX, AFFINE = Curvature.CONVEX, Curvature.AFFINE
STRICT = {"curvature": CONVEX, "strict": True}


def _huber(delta):
    return lambda x: where(absolute(x) < delta, x**2 / 2, delta * absolute(x) - Fraction(delta) ** 2 / 2)


def _rounded_huber(x):
    """Branches that miss each other by a rounding error of 1.345²/2, as every function with floats may."""
    return where(absolute(x) < 1.345, x**2 / 2, 1.345 * absolute(x) - 1.345 * 1.345 / 2)


def _rounded_hinge(x):
    """It falls by 4e-17 at 3, as 0.1·3 is rounded."""
    return where(x < 3, 0 * x, 0.1 * x - 0.1 * 3)


def _insensitive(epsilon, centre=0):
    return lambda x: maximum(absolute(x - centre) - Fraction(epsilon), 0) ** 2


def _concave_beyond(end):
    return lambda x: where(x < end, x**2, end**2 + 2 * end * (x - end) - (x - end) ** 2)


FALSE = [
    *(("law_strict", _huber(delta), STRICT) for delta in (3, 4, 5, 9, 1000)),
    ("law_strict", _insensitive("1/100"), STRICT),
    ("law_strict", _insensitive("1/10", Fraction(1, 8)), STRICT),
    ("law_kinks", lambda x: relu(x - 273), {}),
    ("law_kinks", lambda x: relu(x - Fraction("12345.678")), {}),
    ("law_kinks", lambda x, y: relu(x - 5) + y, {}),
    ("law_kinks", lambda x, y: relu(x - y - Fraction("11.3")), {}),
    ("law_curvature", _concave_beyond(8), {"curvature": CONVEX}),
    ("law_curvature", _concave_beyond(1000), {"curvature": CONVEX}),
    ("law_curvature", lambda x: x**2 * exp(-(x**2) / 400), {"curvature": CONVEX}),
    ("law_curvature", lambda x: x**2 + 3 * exp(-100 * (x - 5) ** 2) / 10, {"curvature": CONVEX}),
    ("law_curvature", lambda x: x**2 / 2 + Fraction("1.01") * cos(x), {"curvature": CONVEX}),
    ("law_curvature", lambda x: x + maximum(x - 777, 0), {"curvature": AFFINE}),
    ("law_curvature", lambda x, y: x**2 + y**2 + Fraction("2.01") * x * y, {"curvature": CONVEX}),
    ("law_curvature", lambda x, y: x**2 + y**2 + Fraction("2.0000001") * x * y, {"curvature": CONVEX}),
    ("law_log_curvature", lambda x: 1 + x**2 / 50, {"log_curvature": CONVEX}),
    ("law_monotone", lambda x: x - 2 * maximum(x - 40, 0), {"monotone": Monotone.INCREASING}),
    ("law_monotone", lambda x: x - Fraction("1.001") * sin(x), {"monotone": Monotone.INCREASING}),
    ("law_sign", lambda x: (x - Fraction("0.35")) ** 2 - Fraction(1, 1000), {"sign": Sign.POSITIVE}),
    ("law_range", lambda x: x / 200, {"range": Interval(-10, 10)}),
    ("law_linear_in", lambda x: x + maximum(x - 1000, 0), {"linear_in": (0,)}),
    ("law_is_meromorphic", lambda x: sqrt(x**2 + 100), {"is_meromorphic": True}),
    ("law_is_meromorphic", lambda x: sqrt(x**2 + 10000), {"is_meromorphic": True}),
    ("law_derivative", lambda x: x**2, {"derivative": (lambda x, out: where(x > 14, where(x < 18, x, 2 * x), 2 * x),)}),
]
TRUE = [
    ("law_strict", lambda x: x**4 + maximum(x - 3, 0), STRICT),
    ("law_strict", lambda x: log(1 + exp(x)), STRICT),
    ("law_kinks", lambda x: relu(x - 273), {"kinks": lambda x: (x - 273,), "at_kink": "its slope at 273 is 0"}),
    ("law_curvature", _huber(1000), {"curvature": CONVEX}),
    (
        "law_curvature",
        _rounded_huber,
        {"curvature": CONVEX, "numpy": "where(abs({x}) < 1.345, {x}**2/2, 1.345*abs({x}) - 0.9045125)"},
    ),
    ("law_curvature", _rounded_hinge, {"curvature": CONVEX}),
    ("law_monotone", _rounded_hinge, {"monotone": Monotone.INCREASING}),
    ("law_curvature", lambda x, y: x**2 + y**2 + 2 * x * y, {"curvature": CONVEX}),
    ("law_curvature", lambda x, y: maximum(x, y - 40), {"curvature": CONVEX}),
    ("law_log_curvature", lambda x: exp(x**2 / 50), {"log_curvature": CONVEX}),
    ("law_monotone", lambda x: x - sin(x), {"monotone": Monotone.INCREASING}),
    ("law_is_meromorphic", lambda x: sin(x) / (100 + x**2), {"is_meromorphic": True}),
    ("law_range", lambda x: 1 / (1 + x**2), {"range": Interval(0, 1)}),
]


@pytest.mark.parametrize(("law", "definition", "declared"), FALSE)
def test_a_false_fact_is_refuted(law, definition, declared):
    assert breach(law, handmade(definition, **declared)) is not None


@pytest.mark.parametrize(("law", "definition", "declared"), TRUE)
def test_a_true_fact_is_not_refuted(law, definition, declared):
    assert breach(law, handmade(definition, **declared)) is None


@pytest.mark.parametrize(
    ("definition", "kinks"),
    [
        (lambda x: absolute(x), lambda x: (x, x - 2)),
        (lambda x: relu(x), lambda x: (x * (x - 1),)),
        (lambda x: relu(x), lambda x: (x, x - 77)),
        (lambda x, y: maximum(x, y), lambda x, y: (x - y, x - 3)),
        (lambda x, y: maximum(x, y), lambda x, y: ((x - y) * (x - 3),)),
    ],
)
def test_a_declared_kink_at_which_both_sides_have_one_slope_is_refuted(definition, kinks):
    error = breach("law_kinks", handmade(definition, kinks=kinks, at_kink="the slope is 0 there"))
    assert "both sides have one slope" in error.cause
