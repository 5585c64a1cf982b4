"""The sign of a polynomial in one generator."""

from __future__ import annotations

import pytest

from symgd.curvature.algebra.one_unknown import sign_by_roots
from symgd.graph.assumptions import Interval
from tests.curvature.regions import region_of

SIGNS = [  # text, bounds, piece, sign, is never 0
    ("x**2 - 2*x + 1", {}, None, 1, False),
    ("x**2 - x + 1", {}, None, 1, True),
    ("x**2 - 2", {}, None, None, None),
    ("x**2 - 2", {"x": (2,)}, None, 1, True),
    ("x**2 - 2", {}, Interval(-1, 1), -1, True),
    ("exp(2*x) - exp(x) + 1", {}, None, 1, True),
    ("exp(x) - 1", {"x": (0,)}, None, 1, True),
    ("exp(x) + x", {}, None, None, None),
    ("sqrt(x) + x", {"x": (0,)}, None, 1, True),
]


@pytest.mark.parametrize(("text", "bounds", "piece", "sign", "strict"), SIGNS)
def test_real_roots_decide(text, bounds, piece, sign, strict):
    region, polynomial = region_of(text, **bounds)
    found = sign_by_roots(region, polynomial, piece)
    assert (None if found is None else found[:2]) == (None if sign is None else (sign, strict))
    assert found is None or found[2].check()


@pytest.mark.parametrize(("text", "bounds"), [("x**2", {}), ("x**4 - x**3 + x**2", {}), ("x**2*sin(1)**0", {"x": (-1, 1)})])
def test_a_power_that_may_vanish_is_left_to_others(text, bounds):
    assert sign_by_roots(*region_of(text, **bounds), None) is None
    assert sign_by_roots(*region_of(text, x=(0, 1)), None)[:2] == (1, True)
