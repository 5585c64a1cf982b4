"""Where generators lie, and exact signs of numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest

from symgd.curvature.algebra.quotients import RING, Quotient
from symgd.graph.assumptions import Interval
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


GENERATORS = [  # a function of x, its value by mpmath, where x lies
    ("exp(x)", mpmath.exp, (-1, 2)),
    ("exp(x)", mpmath.exp, (0, 5)),
    ("exp(x**2)", lambda x: mpmath.exp(x**2), (-2, 1)),
    ("log(x)", mpmath.log, (1, 9)),
    ("log(x)", mpmath.log, ("1/3", 1)),
    ("sqrt(x)", mpmath.sqrt, (0, 7)),
    ("sqrt(1 + x**2)", lambda x: mpmath.sqrt(1 + x**2), (-2, 1)),
    ("sin(x)", mpmath.sin, (0, 3)),
    ("cos(x)", mpmath.cos, (-1, 1)),
    ("atan(x)", mpmath.atan, (-1, 5)),
    ("erf(x)", mpmath.erf, (-1, 5)),
    ("x", lambda x: x, ("-1/3", "2/7")),
]


def only_generator(text, **bounds):
    region, polynomial = region_of(text, **bounds)
    return region, next(one for one in region.elementary.generators if one.polynomial == polynomial)


@pytest.mark.parametrize(("text", "value", "ends"), GENERATORS)
def test_generators_lie_between_their_ends_and_have_their_signs(text, value, ends):
    low, high = map(Fraction, ends)
    region, generator = only_generator(text, x=(low, high))
    sign, is_never_0 = region.sign_of_generator(generator)
    for piece_low, piece_high in ((low, high), (low, (low + high) / 2), ((2 * low + high) / 3, high)):
        piece = None if (piece_low, piece_high) == (low, high) else Interval(piece_low, piece_high)
        below, above = region.ends_of(generator, piece)
        for k in range(21):
            x = piece_low + (piece_high - piece_low) * Fraction(k, 20)
            with mpmath.workdps(40):
                found = value(mpmath.mpf(x.numerator) / x.denominator)
                assert mpmath.mpf(below.numerator) / below.denominator <= found + mpmath.mpf(10) ** -38
                assert found <= mpmath.mpf(above.numerator) / above.denominator + mpmath.mpf(10) ** -38
                assert found * sign >= 0
                assert not is_never_0 or found != 0 or x in (low, high)


@pytest.mark.parametrize(
    ("text", "bounds", "keeps"),
    [("log(x)", {"x": (1,)}, True), ("exp(x**2)", {}, False), ("sqrt(x)", {"x": (0,)}, True),
     ("sin(x)", {}, False),     ("sqrt(1 + x**2)", {}, False), ("log(x + y)", {"x": (0,), "y": (0,)}, False)],
)  # fmt: skip
def test_what_runs_one_way_ends_where_its_variable_does(text, bounds, keeps):
    region, generator = only_generator(text, **bounds)
    assert region.keeps_inside(generator) == keeps


@pytest.mark.parametrize(
    ("text", "bounds", "shift", "is_open"),
    [("x", {}, None, True), ("x", {"x": (2,)}, (2, 1), True), ("x", {"x": (-math.inf, 3)}, (3, -1), True),
     ("x", {"x": (2, 3)}, (2, 1), True),
     ("exp(x)", {}, (0, 1), True),
     ("exp(x)", {"x": (0, 1)}, (1, 1), False), ("sqrt(x)", {"x": (0,)}, (0, 1), True)],
)  # fmt: skip
def test_shifts_to_an_end(text, bounds, shift, is_open):
    region, generator = only_generator(text, **bounds)
    assert region.shift_of(generator) == shift
    assert region.is_open(generator) == is_open


def test_numbers_and_what_moves_are_told_apart():
    region, polynomial = region_of("pi*x**2*a + sqrt(2)*x**2 + 3*x", wrt=["x"])
    parts = dict(region.by_moving_part(polynomial))
    assert len(parts) == 3  # x²·a, x² and x: the numbers belong to none
    total = sum((number * RING.term_new(part, RING.domain.one) for part, number in parts.items()), RING.zero)
    assert total == polynomial
    assert region.has_parameters(polynomial)
    slots, intervals = region.sides_of_box(polynomial)
    assert len(slots) == len(intervals) == 2


@pytest.mark.parametrize(
    ("text", "sign"),
    [("355/113 - pi", 1), ("sqrt(2) + sqrt(3) - pi", 1), ("exp(1) - 271828/100000", 1), ("log(2) - 6932/10000", -1),
     ("sin(1)**2 - 7080734/10000000", 1), ("sqrt(2) - 141421356237309504880/100000000000000000000", 1)],
)  # fmt: skip
def test_signs_of_close_numbers(text, sign):
    region, polynomial = region_of(f"{text} + 0*x + x", wrt=["x"])
    number = polynomial - region.elementary.generators[0].polynomial
    assert region.sign_of_constant(number) == sign
