"""Curvature, also of logarithms, of functions made by hand."""

from __future__ import annotations

import pytest

from symgd.graph.assumptions import Curvature, Monotone
from symgd.primitives.exponential import exp
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import where
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

CASES = [
    ("law_curvature", lambda x: x**4, Curvature.CONVEX, True),
    ("law_curvature", lambda x: x**4, Curvature.CONCAVE, False),
    ("law_curvature", lambda x: x**3, Curvature.CONVEX, False),
    ("law_curvature", lambda x: absolute(x) - x, Curvature.CONVEX, True),
    ("law_curvature", lambda x: absolute(x) - x, Curvature.AFFINE, False),
    ("law_curvature", lambda x: x - 2, Curvature.AFFINE, True),
    ("law_curvature", lambda x: where(x > 0, x**2, 0 * x - 1), Curvature.CONVEX, False),  # it jumps
    ("law_curvature", lambda x: x**3, lambda node, x: Curvature.CONVEX if x.low >= 0 else Curvature.UNKNOWN, True),
    ("law_curvature", lambda x: x**3, lambda node, x: Curvature.CONVEX if x.low >= -1 else Curvature.UNKNOWN, False),
    ("law_log_curvature", lambda x: exp(-(x**2)), Curvature.CONCAVE, True),
    ("law_log_curvature", lambda x: exp(x**2), Curvature.CONCAVE, False),
    ("law_monotone", lambda x: x**3, Monotone.INCREASING, True),
    ("law_monotone", lambda x: x**3, Monotone.DECREASING, False),
    ("law_monotone", lambda x: x**2, Monotone.INCREASING, False),
    ("law_monotone", lambda x, y: x - y, (Monotone.INCREASING, Monotone.DECREASING), True),
    ("law_monotone", lambda x, y: x - y, (Monotone.INCREASING, Monotone.INCREASING), False),
]


@pytest.mark.parametrize(("law", "definition", "declared", "is_right"), CASES)
def test_a_law_of_shapes_of_graphs_holds_for_what_is_right_only(law, definition, declared, is_right):
    field = law.removeprefix("law_")
    error = breach(law, handmade(definition, **{field: declared}))
    assert (error is None) == is_right
    assert error is None or error.field == field
