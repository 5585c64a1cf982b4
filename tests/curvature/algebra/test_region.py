"""Where generators lie, and exact signs of numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symgd.curvature.algebra.quotients import Quotient
from tests.curvature.regions import region_of


@pytest.mark.parametrize(
    ("text", "bounds", "sign"),
    [
        ("exp(x)", {}, (1, True)),
        ("x", {"x": (1, 2)}, (1, True)),
        ("x", {}, (0, False)),
        ("log(x)", {"x": (1,)}, (1, True)),
        ("sin(x)", {}, (0, False)),
    ],
)
def test_signs_of_generators(text, bounds, sign):
    region, polynomial = region_of(text, **bounds)
    (generator,) = [one for one in region.elementary.generators if one.polynomial == polynomial]
    assert region.sign_of_generator(generator) == sign


def test_signs_of_numbers_are_those_of_60_digits():
    region, polynomial = region_of("x*0 + pi - 22/7 + x")
    number = polynomial - region.elementary.generators[0].polynomial
    assert region.sign_of_constant(number) == -1
    assert region.sign_of_constant(-number) == 1
    assert region.sign_of_constant(polynomial) is None
    assert region.sign_of_constant(number - number) == 0


def test_signs_at_rational_points_are_exact():
    region, polynomial = region_of("x**2 - 1/4")
    assert [region.exact_sign(polynomial, Fraction(k, 4)) for k in (1, 2, 3)] == [-1, 0, 1]


def test_factors_multiply_to_the_whole():
    region, polynomial = region_of("x**4 - y**4")
    node = region.factored(Quotient(polynomial))
    whole = region.elementary.of(node)
    assert whole.top == polynomial
    assert len(region.factors(polynomial)) == 3
