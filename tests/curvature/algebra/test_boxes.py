"""Branch and bound over boxes."""

from __future__ import annotations

import dataclasses

import pytest

from symgd.curvature.algebra.boxes import sign_by_boxes
from symgd.evaluation.effort import Effort
from tests.curvature.regions import region_of

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
