"""Linearity, sums of products and what vanishes with an argument, of functions made by hand."""

from __future__ import annotations

import pytest

from symgd.primitives.exponential import exp, log
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

CASES = [
    ("law_linear_in", lambda x, y: x * exp(y), {"linear_in": (0,)}, True),
    ("law_linear_in", lambda x, y: x * exp(y), {"linear_in": (1,)}, False),
    ("law_linear_in", lambda x, y: 2 * x - y, {"linear_in": "each"}, True),
    ("law_linear_in", lambda x, y: x * y, {"linear_in": "each"}, False),  # not in both together
    ("law_linear_in", lambda x, y: x + y + 1, {"linear_in": (0,)}, False),
    ("law_is_weighted", lambda x, y: x * y, {"linear_in": "each", "is_weighted": True}, True),
    ("law_is_weighted", lambda x, y: x * y, {"linear_in": "each"}, False),
    ("law_is_weighted", lambda x, y: -x * y, {"linear_in": "each", "is_weighted": True}, False),
    ("law_conditional", lambda x, y: x + y, {"conditional": (0,)}, False),
    ("law_vanishes_with", lambda x, y: x * exp(y), {"vanishes_with": (0,)}, True),
    ("law_vanishes_with", lambda x, y: x * exp(y), {"vanishes_with": "each"}, False),
    ("law_vanishes_with", lambda x, y: x * log(y), {"vanishes_with": (0,)}, True),  # of no value nothing is said
    ("law_vanishes_with", lambda x, y: x**y, {"vanishes_with": (0,)}, False),  # 0⁰ is 1
    ("law_vanishes_with", lambda x, y: x**y, {"vanishes_with": lambda node: ()}, True),
    ("law_vanishes_with", lambda x, y: x * y + y, {"vanishes_with": lambda node: (1,)}, True),
    ("law_vanishes_with", lambda x, y: x * y + y, {"vanishes_with": lambda node: (0,)}, False),
]


@pytest.mark.parametrize(("law", "definition", "declared", "is_right"), CASES)
def test_a_law_of_linearity_holds_for_what_is_right_only(law, definition, declared, is_right):
    error = breach(law, handmade(definition, **declared))
    assert (error is None) == is_right
    assert error is None or law.endswith(error.field)
