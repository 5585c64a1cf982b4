"""On which sides of boundaries a point lies: for each entry, or for all entries alike."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from symgd.evaluation.sides import sides_of

NEAR = mpmath.mpf("1e-20")


def arrays(*values):
    return [np.array(value, dtype=object) for value in values]


IN_ORDER = [
    (arrays([1, -2, 0]), {((3,), ((1, -1, 0),))}),
    (arrays(5), {((), ((1,),))}),
    (arrays([1, -1], [0, 2]), {((2,), ((1, -1), (0, 1)))}),
    (arrays(1, [-1]), {((), ((1,),)), ((1,), ((-1,),))}),
    (arrays([[1, -1]]), {((1, 2), ((1, -1),))}),
    (arrays([mpmath.nan, 1]), {((2,), ((None, 1),))}),
    (arrays([mpmath.inf]), {((1,), ((None,),))}),
    ([], set()),
]


@pytest.mark.parametrize(("values", "sides"), IN_ORDER)
def test_in_order_every_entry_counts(values, sides):
    assert sides_of(values, True, NEAR) == sides


NOT_IN_ORDER = [
    (arrays([1, 2, 3]), {((3,), (1,), False)}),
    (arrays([1, -2, 3]), {((3,), (1,), False), ((3,), (-1,), False)}),
    (arrays([0, -2, -3]), {((3,), (0,), False), ((3,), (-1,), False)}),
    (arrays([0, 0, -3]), {((3,), (0,), True), ((3,), (-1,), False)}),
    (arrays([1, -1], [0, 2]), {((2,), (1, 0), False), ((2,), (-1, 1), False)}),
    (arrays([0, 0], [1, 1]), {((2,), (0, 1), True)}),
]


@pytest.mark.parametrize(("values", "sides"), NOT_IN_ORDER)
def test_else_entries_count_by_the_sides_on_which_they_lie_together(values, sides):
    assert sides_of(values, False, NEAR) == sides


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize(
    ("entry", "is_clear"), [("1e-21", False), ("-1e-21", False), ("1e-20", True), ("-1e-20", True), ("0", True), ("1", True)]
)
def test_what_is_too_near_to_a_boundary_is_not_clear(entry, is_clear, in_order):
    assert (sides_of(arrays([1, mpmath.mpf(entry)]), in_order, NEAR) is not None) is is_clear


def test_the_order_of_entries_is_forgotten_where_it_does_not_count():
    one, other = arrays([1, -1, 2]), arrays([-5, 3, 1])
    assert sides_of(one, False, NEAR) == sides_of(other, False, NEAR)
    assert sides_of(one, True, NEAR) != sides_of(other, True, NEAR)
