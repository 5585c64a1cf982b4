"""Functions along one argument: their points, values there, and the search for a negative value."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from symgd.declarations.sections import DIGITS, body_of, rounding_of, sections_of, slope_of
from symgd.declarations.subject import Subject
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.node import scalar
from symgd.graph.primitive import REGISTRY
from symgd.primitives.exponential import exp, log
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import floor, relu, where
from symgd.primitives.trigonometric import sin
from tests.declarations.handmade import handmade

X = scalar("x")


def section_of(definition, at=(), seed=0, **declared):
    (example,) = Subject.of(handmade(definition, **declared), at=at, seed=seed).examples
    return sections_of(example)[0]


DOMAINS = [
    (lambda x: x, {}, lambda x: True),
    (lambda x: log(x), {"domain": Sign.POSITIVE}, lambda x: x > 0),
    (lambda x: log(x), {}, lambda x: x > 0),  # elsewhere it has no value
    (lambda x: x ** Fraction(1, 2), {"domain": Sign.NONNEGATIVE}, lambda x: x >= 0),
    (lambda x: 1 / (x - 2), {}, lambda x: x != 2),
    (lambda x: x**2, {"domain": Interval(-1, 1)}, lambda x: abs(x) <= 1),
]


@pytest.mark.parametrize(("definition", "declared", "is_inside"), DOMAINS)
def test_points_lie_inside_the_domain_where_the_function_has_a_value(definition, declared, is_inside):
    with mpmath.workdps(DIGITS):
        points = section_of(definition, **declared).points
    assert len(points) > 20
    assert all(a < b for a, b in itertools.pairwise(points))
    assert all(is_inside(x) for x in points)


CENTRES = [
    (lambda x: relu(x - 273), (), [273]),
    (lambda x: where(absolute(x) < 4, x, 0), (), [-4, 0, 4]),
    (lambda x: exp(x) + Fraction(7, 3), (), [Fraction(7, 3), Fraction(-7, 3)]),
    (lambda x: exp(x), (12345.5,), [Fraction(24691, 2)]),
]


@pytest.mark.parametrize(("definition", "at", "centres"), CENTRES)
def test_points_lie_close_to_thresholds_and_to_numbers_of_the_formula(definition, at, centres):
    with mpmath.workdps(DIGITS):
        points = section_of(definition, at=at).points
    for centre in centres:
        assert centre in points
        assert all(any(0 < side * (x - centre) <= Fraction(1, 64) for x in points) for side in (-1, 1))


def test_points_reach_over_many_scales_on_both_sides():
    with mpmath.workdps(DIGITS):
        points = section_of(lambda x: x).points
    for side in (-1, 1):
        sizes = [side * x for x in points if 0 < side * x < 10**5]  # beyond them are a few that are far out
        assert min(sizes) < 2e-3
        assert max(sizes) > 1e4
        assert all(b / a < 50 for a, b in itertools.pairwise(sorted(sizes)))


def test_random_points_are_those_of_the_seed():
    with mpmath.workdps(DIGITS):
        first, again, other = (section_of(lambda x: x, seed=seed).points for seed in (1, 1, 2))
    assert first == again
    assert len(set(first) ^ set(other)) >= 16


@pytest.mark.parametrize(
    ("definition", "moving", "count"),
    [
        (lambda x: x, {0}, 1),
        (lambda x, y: x + y, {0, 1}, 6),
        (lambda x, y, z: x * y * z, {0, 1, 2}, 9),
    ],
)
def test_every_argument_moves_while_the_others_stand_at_several_numbers(definition, moving, count):
    (example,) = Subject.of(handmade(definition)).examples
    sections = sections_of(example)
    assert len(sections) == count
    assert {section.index for section in sections} == moving
    for section in sections:
        assert section.node is example.inputs[section.index]
        place = section.place(Fraction(5, 7))
        assert list(place.values) == list(example.inputs)
        assert place.values[section.node] == Fraction(5, 7)
        assert {**place.values, **section.base.values} == place.values
    bases = [tuple(section.base.values.values()) for section in sections if section.index == 0]
    assert len(set(bases)) == len(bases)


def test_an_order_does_not_move():
    (example,) = Subject.of(REGISTRY["besselj"]).examples
    assert {section.index for section in sections_of(example)} == {1}


def test_values_are_those_of_the_formula_and_nan_where_it_has_none():
    with mpmath.workdps(DIGITS):
        section = section_of(lambda x: x)
        for x, value in zip(section.points, section.values(log(section.node)), strict=True):
            assert mpmath.isnan(value) if x < 0 else value == mpmath.log(mpmath.mpf(x.numerator) / x.denominator)
        assert section.value(section.node**2, Fraction(3, 2)) == mpmath.mpf(9) / 4
        assert section.value(section.node > 1, Fraction(3, 2)) == 1


def test_points_close_to_0_come_first():
    with mpmath.workdps(DIGITS):
        section = section_of(lambda x: x)
        pairs = section.from_the_middle(section.node**2)
    assert pairs[0] == (0, 0)
    assert all(abs(a) <= abs(b) for (a, _), (b, _) in itertools.pairwise(pairs))
    assert {x for x, _ in pairs} == set(section.points)


NEGATIVE = [  # a formula, a point, whether it is certainly negative there
    (lambda x: x - 2, Fraction(1), True),
    (lambda x: x - 2, Fraction(2), False),
    (lambda x: x - 2, Fraction(3), False),
    (lambda x: log(x), Fraction(-1), False),  # it has no value
    (lambda x: log(exp(x)) - x, Fraction(1, 3), False),  # it is 0, and rounded
    (lambda x: x - exp(log(x)), Fraction(22, 7), False),
    (lambda x: -(x**2) / 10**30, Fraction(1), True),
]


@pytest.mark.parametrize(("formula", "x", "is_negative"), NEGATIVE)
def test_what_rounding_makes_negative_is_not(formula, x, is_negative):
    with mpmath.workdps(DIGITS):
        section = section_of(lambda x: x)
        assert section.is_negative(formula(section.node), x) is is_negative


@pytest.mark.parametrize(
    "formula",
    [
        lambda x: (x - Fraction(7, 3)) ** 2 - Fraction(1, 10**4),  # within 1/100 of 7/3
        lambda x: (x - Fraction("37.13")) ** 2 - Fraction(1, 100),
        lambda x: 1 - Fraction("1.001") * sin(x),
        lambda x: 1 - x / 5000,
        lambda x: x**2 - Fraction(1, 10**9),
    ],
)
def test_negative_points_are_found_between_the_points(formula):
    with mpmath.workdps(DIGITS):
        section = section_of(lambda x: x)
        found = next(iter(section.negative_points(formula(section.node))), None)
        assert found is not None
        assert section.value(formula(section.node), found) < 0


@pytest.mark.parametrize(
    "formula",
    [
        lambda x: x**2,
        lambda x: exp(x),
        lambda x: (x - Fraction(7, 3)) ** 2,
        lambda x: 1 - sin(x),
        lambda x: absolute(x) - x,
        lambda x: log(x) ** 2,
    ],
)
def test_no_point_is_found_where_nothing_is_negative(formula):
    with mpmath.workdps(DIGITS):
        section = section_of(lambda x: x)
        assert list(section.negative_points(formula(section.node))) == []


def test_points_at_which_branches_meet_are_left_out():
    with mpmath.workdps(DIGITS):
        section = section_of(lambda x: where(x > 1, x, 2 * x - 1))
        assert 1 in section.thresholds
        only_there = where(section.node > 1, 1, where(section.node < 1, 1, -1))
        assert section.is_negative(only_there, Fraction(1))
        assert 1 not in section.negative_points(only_there)


def test_points_outside_the_domain_are_not_searched():
    with mpmath.workdps(DIGITS):
        section = section_of(lambda x: x, domain=Sign.NONNEGATIVE)
        assert list(section.negative_points(section.node)) == []


ZEROS = [
    (lambda x: relu(x - 1), Fraction(-5), Fraction(1, 2), True),
    (lambda x: relu(x - 1), Fraction(-5), Fraction(2), False),
    (lambda x: floor(x), Fraction(1, 4), Fraction(3, 4), True),
    (lambda x: x, Fraction(-1), Fraction(1), False),
]


@pytest.mark.parametrize(("formula", "low", "high", "is_zero"), ZEROS)
def test_a_formula_is_0_between_two_points_where_an_enclosure_says_so(formula, low, high, is_zero):
    with mpmath.workdps(DIGITS):
        section = section_of(lambda x: x)
        assert section.is_zero_between(formula(section.node), low, high) is is_zero


ROUNDED = [
    (lambda x: where(x < 1.345, x**2 / 2, 1.345 * x - 1.345 * 1.345 / 2), True),
    (lambda x: 0.1 * x + 0.1 * 3, True),
    (lambda x: 0.1 * x + 0.3, False),  # a float is read as the shortest decimal number
    (lambda x: x / 3 + Fraction(1, 7), False),
    (lambda x: exp(x), False),
]


@pytest.mark.parametrize(("definition", "is_rounded"), ROUNDED)
def test_floats_that_were_computed_allow_a_relative_error(definition, is_rounded):
    (example,) = Subject.of(handmade(definition)).examples
    assert rounding_of(example) == (mpmath.mpf("1e-14") if is_rounded else 0)


def test_the_body_is_the_definition_and_without_one_the_function_itself():
    (example,) = Subject.of(handmade(lambda x: x**3 + 1)).examples
    assert body_of(example) is example.inputs[0] ** 3 + 1
    (example,) = Subject.of(REGISTRY["exp"]).examples
    assert REGISTRY["exp"].definition is None
    assert body_of(example) is exp(example.inputs[0])


def test_a_slope_is_the_derivative_and_none_where_no_rule_gives_it():
    assert slope_of(X**2, X) is 2 * X
    assert slope_of(REGISTRY["besselj"](X, 1), X) is None
