"""Branch and bound over boxes."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd.curvature.algebra import boxes
from symgd.curvature.algebra.boxes import sign_by_boxes
from symgd.evaluation.effort import Effort
from tests.curvature.regions import region_of

INF = math.inf
BOX = {"x": (-1, 1), "y": (-1, 1)}
SIGNS = [  # text, bounds, guess, whether it is shown
    ("3 + sin(x)*cos(y)", {}, 1, True),
    ("2 - x*y*exp(x)/2", BOX, 1, True),
    ("x*y - 2", BOX, -1, True),
    ("x*y + 1/2", BOX, 1, False),
]


@pytest.mark.parametrize(("text", "bounds", "guess", "is_shown"), SIGNS)
def test_what_is_shown_replays(text, bounds, guess, is_shown):
    region, polynomial = region_of(text, **bounds)
    region.share = 0.2
    step = sign_by_boxes(region, polynomial, *region.sides_of_box(polynomial), guess)
    assert (step is not None) == is_shown
    if step is not None:
        assert step.check()
        assert not dataclasses.replace(step, given=(*step.given[:-1], step.given[-1][1:])).check()  # a box is missing


def test_a_search_without_effort_shows_nothing():
    region, polynomial = region_of("x**2*y**2*exp(x) - x*y + 1/2", **BOX)
    region.elementary.effort = Effort(0)
    region.effort.spend()
    assert sign_by_boxes(region, polynomial, *region.sides_of_box(polynomial), 1) is None


ENDS = st.one_of(st.just(math.inf), st.fractions(-3, 3, max_denominator=4))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ENDS, ENDS), min_size=1, max_size=3), st.lists(st.integers(0, 40), max_size=40), st.integers(0, 40))
def test_pieces_cover_a_box_together_and_not_without_one(ends, cuts, left_out):
    """Boxes that were cut again and again cover the whole; every point lies in one of them."""
    whole = tuple((-low if low == math.inf else min(low, high), max(low, high)) for low, high in ends)
    if any(not low < high for low, high in whole):
        return
    leaves = [whole]
    for cut in cuts:
        box = leaves.pop(cut % len(leaves))
        halves = boxes._halves(box)
        assert [len(half) for half in halves] == [len(whole)] * 2
        leaves += halves
    assert boxes._tile(whole, leaves)
    removed = leaves.pop(left_out % len(leaves))
    assert not boxes._tile(whole, leaves)
    first, second = boxes._halves(removed)
    assert not boxes._tile(whole, [*leaves, first])
    assert boxes._tile(whole, [*leaves, first, second])


@pytest.mark.parametrize(
    ("low", "high", "cut"),
    [
        (0, 1, "1/2"),
        (-INF, INF, "0"),
        (0, INF, "1"),
        (3, INF, "6"),
        (-5, INF, "-4"),
        (-INF, 0, "-1"),
        (-INF, -3, "-6"),
        (-INF, 5, "4"),
    ],
)
def test_sides_are_cut_inside(low, high, cut):
    ends = [end if math.isinf(end) else Fraction(end) for end in (low, high)]
    assert boxes._cut(*ends) == Fraction(cut)


NARROW = [  # functions of x and y that are shown on many pieces only
    ("x**2*y**2 - x*y + 1/2", {"x": (-2, 2), "y": (-2, 2)}),
    ("sin(x)*sin(y)*x + 3/2 + x**2/5", {"x": (-2, 2), "y": (-2, 2)}),
    ("exp(x)*y**2 - 2*y*x + 3", {"x": (-1, 1), "y": (-2, 2)}),
]


@pytest.mark.parametrize(("text", "bounds"), NARROW)
def test_many_pieces_replay(text, bounds):
    region, polynomial = region_of(text, **bounds)
    step = sign_by_boxes(region, polynomial, *region.sides_of_box(polynomial), 1)
    leaves = step.given[-1]
    assert len(leaves) > 5
    assert step.check()
    for k in (0, len(leaves) // 2, len(leaves) - 1):
        assert not dataclasses.replace(step, given=(*step.given[:-1], (*leaves[:k], *leaves[k + 1 :]))).check()
