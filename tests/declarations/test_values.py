"""Sign, range and domain of functions made by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symgd.graph.assumptions import Interval, Sign
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.exponential import exp, log
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

CASES = [
    ("law_sign", lambda x: x**2 + 1, {"sign": Sign.POSITIVE}, True),
    ("law_sign", lambda x: x**2 + 1, {"sign": Sign.NONPOSITIVE}, False),
    ("law_sign", lambda x: x**3, {"sign": lambda node, x: x}, True),
    ("law_sign", lambda x: x**3 - 1, {"sign": lambda node, x: x}, False),
    ("law_range", lambda x: 1 / (1 + x**2), {"range": Interval(0, 1)}, True),
    ("law_range", lambda x: 1 / (1 + x**2), {"range": Interval(0, Fraction(1, 2))}, False),
    ("law_range", lambda x: 2 * x, {"range": lambda node, x: x}, False),
    ("law_range", lambda x: exp(-(x**2)), {"range": Interval(0, 1)}, True),
    ("law_domain", lambda x: log(x), {"domain": Sign.POSITIVE}, True),
    ("law_domain", lambda x: log(x), {"domain": Sign.NONZERO}, False),
    ("law_domain", lambda x: sqrt(1 - x**2), {"domain": Interval(-1, 1)}, True),
    ("law_domain", lambda x: sqrt(1 - x**2), {"domain": Interval(-2, 2)}, False),
    ("law_domain", lambda x: sqrt(1 - x**2), {"domain": Interval(0, 1)}, False),
    ("law_is_boolean", lambda x: x + 1, {"is_boolean": False}, True),
    ("law_is_boolean", lambda x: x + 1, {"is_boolean": True}, False),
]


@pytest.mark.parametrize(("law", "definition", "declared", "is_right"), CASES)
def test_a_law_of_values_holds_for_what_is_right_only(law, definition, declared, is_right):
    error = breach(law, handmade(definition, **declared))
    assert (error is None) == is_right
    assert error is None or error.field == next(iter(declared))
