"""Positive coefficients and sums of squares of polynomials that are moved to the ends of their ranges."""

from __future__ import annotations

import math

import pytest

from symgd.curvature.algebra.positivity import positive_coefficients, sign_by_squares
from tests.curvature.regions import region_of

SIGNS = [  # text, bounds, guess, whether it is shown
    ("x**2 + x*y + y**2", {}, 1, True),
    ("x**2 + 3*x*y + y**2", {}, 1, False),
    ("-x**2 - x*y - y**2", {}, -1, True),
    ("x**4 - x**2*y + y**2", {}, 1, True),
    ("x*y + x + y", {"x": (0,), "y": (0,)}, 1, True),
    ("x*y - x - y + 2", {"x": (1,), "y": (1,)}, 1, True),
    ("x*y - 1", {"x": (1,), "y": (1,)}, 1, True),
    ("x**4*y**2 + x**2*y**4 - 3*x**2*y**2 + 1", {}, 1, False),  # Motzkin's: no sum of squares, though never negative
]


@pytest.mark.parametrize(("text", "bounds", "guess", "is_shown"), SIGNS)
def test_what_is_shown_replays(text, bounds, guess, is_shown):
    region, polynomial = region_of(text, **bounds)
    found = sign_by_squares(region, polynomial, guess)
    assert (found is not None) == is_shown
    if found is not None:
        assert found.sign == guess
        assert all(step.check() for step in found.steps)


def test_the_work_is_counted():
    region, polynomial = region_of("x**2 + x*y + y**2")
    before = region.effort.spent
    sign_by_squares(region, polynomial, 1)
    assert region.effort.spent > before


STRICT = [  # text, bounds, whether it is never 0 inside the domain, by hand
    ("u**2 + x*w**2 - w**2", {"x": (1, 2)}, False),  # 0 where u = w = 0, for every x
    ("u**2 + x*w**2 - w**2 + x - 1", {"x": (1, 2)}, True),
    ("u**4 + x**2 - 2*x + 1", {"x": (1, 2)}, True),
    ("u**4 + x*u**2 - u**2", {"x": (1, 2)}, False),
    ("a + x**2 - 2*x + 1", {"x": (1, 2)}, True),
    ("a*x - a + u**2", {"x": (1, 2)}, False),  # the parameter a may be 0
    ("x*y - x - y + 1", {"x": (1, 2), "y": (1, 2)}, True),
    ("x*y - x - 3*y + 3", {"x": (3, 4), "y": (1, 2)}, True),
    ("x*y - x - y + 1 + u**2", {"x": (1, 2), "y": (1, 2)}, True),
    ("u**2 + v**2", {}, False),
]


@pytest.mark.parametrize(("text", "bounds", "strict"), STRICT)
def test_coefficients_that_are_positive_do_not_hide_a_zero(text, bounds, strict):
    region, polynomial = region_of(text, facts={"a": {"nonnegative": True}} if "a" in text else {}, wrt=list("uvwxy"), **bounds)
    found = positive_coefficients(region, polynomial, 1)
    assert (not found.statement.touching) == strict
    other = positive_coefficients(region, -polynomial, -1)
    assert (other.statement.sign, not other.statement.touching) == (-1, strict)


ZEROS = [  # a sum of squares, and a point at which it is 0
    ("x**2*y**2 + x*y*z + z**2", {"x": 1, "y": 0, "z": 0}),
    ("x**2*y**2 + x*y*z + z**2", {"x": 0, "y": 1, "z": 0}),
    ("x**2 + x*y + y**2", {"x": 0, "y": 0}),
    ("x**2*y**2 + x*y*z*w + z**2*w**2", {"x": 1, "y": 0, "z": 0, "w": 1}),
    ("x**2 - 2*x*y + y**2", {"x": 1, "y": 1}),
    ("x**2*z**2 - 2*x*y*z + y**2 + x**4", {"x": 0, "y": 0, "z": 1}),
]


@pytest.mark.parametrize(("text", "place"), ZEROS)
def test_a_zero_is_one_of_a_factor_that_is_named(text, place):
    region, polynomial = region_of(text)
    found = sign_by_squares(region, polynomial, 1)
    assert found is not None
    numbers = {one.slot: place[one.node.name] for one in region.elementary.generators}

    def value(factor):
        return sum(c * math.prod(numbers[k] ** powers[k] for k in numbers) for powers, c in factor.terms())

    assert value(polynomial) == 0
    assert 0 in [value(factor) for factor in found.touching]
