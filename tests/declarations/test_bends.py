"""The bend of functions made by hand: chords, second derivatives, matrices of these, and straight pieces."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symgd.declarations.bends import bends_against, hessian_against, straight_pieces
from symgd.declarations.law import DIGITS
from symgd.declarations.sections import sections_of
from symgd.declarations.subject import Subject
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Curvature
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.exponential import exp, log
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import maximum, relu, where
from symgd.primitives.trigonometric import sin
from tests.declarations.handmade import handmade

CONVEX, CONCAVE, AFFINE, UNKNOWN = Curvature.CONVEX, Curvature.CONCAVE, Curvature.AFFINE, Curvature.UNKNOWN


def example_of(definition):
    (example,) = Subject.of(handmade(definition)).examples
    return example


def first_of(bends):
    return next(iter(bends), None)


ALONG = [  # a function, the curvature that is declared everywhere, and what contradicts it
    (lambda x: x**2, CONVEX, None),
    (lambda x: x**2, CONCAVE, "it lies below its chord"),
    (lambda x: x**2, AFFINE, "it lies below its chord"),
    (lambda x: -exp(x), CONCAVE, None),
    (lambda x: -exp(x), CONVEX, "it lies above its chord"),
    (lambda x: 3 * x - 2, AFFINE, None),
    (lambda x: absolute(x - 5), CONVEX, None),
    (lambda x: absolute(x - 5), AFFINE, "it lies below its chord"),
    (lambda x: x**3, UNKNOWN, None),
    (lambda x: sqrt(x), CONCAVE, None),
    (lambda x: 1 / x, CONVEX, "it lies above its chord"),  # across its pole
    (lambda x: x**2 / 2 + Fraction("1.0001") * sin(x), CONVEX, "the second derivative in x is negative"),
    (lambda x, y: x**2 - y**2, CONVEX, "it lies above its chord"),
    (lambda x, y: x * y, AFFINE, None),  # along each argument it is
    (lambda x, y: exp(x) + absolute(y), CONVEX, None),
]


@pytest.mark.parametrize(("definition", "declared", "sentence"), ALONG)
def test_a_curvature_along_the_arguments_is_contradicted_where_it_is_wrong(definition, declared, sentence):
    with mpmath.workdps(DIGITS):
        found = first_of(bends_against(example_of(definition), lambda a, b: declared, is_constant=True))
    if sentence is None:
        assert found is None
    else:
        assert found.sentence.startswith(sentence)
        assert found.declared is declared


LOGARITHMS = [
    (lambda x: exp(-(x**2)), CONCAVE, None),
    (lambda x: exp(x**2), CONCAVE, "its logarithm lies below its chord"),
    (lambda x: exp(x**2), CONVEX, None),
    (lambda x: exp(3 * x), AFFINE, None),
    (lambda x: x**2 + 1, CONVEX, "its logarithm lies above its chord"),
    (lambda x: 1 / (1 + exp(-x)), CONCAVE, None),
    (lambda x: x, CONCAVE, None),  # where it is positive
    (lambda x: x, CONVEX, "its logarithm lies above its chord"),
    (lambda x: -exp(x), CONVEX, None),  # it is nowhere positive
]


@pytest.mark.parametrize(("definition", "declared", "sentence"), LOGARITHMS)
def test_a_curvature_of_the_logarithm_is_asked_where_the_function_is_positive(definition, declared, sentence):
    with mpmath.workdps(DIGITS):
        bends = bends_against(example_of(definition), lambda a, b: declared, is_constant=True, of_logarithm=True)
        found = first_of(bends)
    assert (found is None) == (sentence is None)
    assert found is None or found.sentence.startswith(sentence)


def _convex_from(start):
    def declared(a, b):
        return CONVEX if min(*a.values.values(), *b.values.values()) >= start else UNKNOWN

    return declared


@pytest.mark.parametrize(("start", "is_right"), [(0, True), (Fraction(1, 2), True), (-1, False), (Fraction(-1, 100), False)])
def test_a_curvature_that_depends_on_the_place_is_judged_where_it_is_declared(start, is_right):
    with mpmath.workdps(DIGITS):
        found = first_of(bends_against(example_of(lambda x: x**3), _convex_from(start), is_constant=False))
    assert (found is None) == is_right


TOGETHER = [  # a function of two numbers, the curvature in both together, whether it holds
    (lambda x, y: x**2 + y**2 + x * y, CONVEX, True),
    (lambda x, y: x**2 + y**2 + 2 * x * y, CONVEX, True),
    (lambda x, y: x**2 + y**2 + 3 * x * y, CONVEX, False),
    (lambda x, y: x * y, AFFINE, False),
    (lambda x, y: x - 2 * y, AFFINE, True),
    (lambda x, y: -(x**2) - y**2 + x * y, CONCAVE, True),
    (lambda x, y: -(x**2) - y**2 + 3 * x * y, CONCAVE, False),
    (lambda x, y: log(exp(x) + exp(y)), CONVEX, True),
    (lambda x, y: exp(x + y), CONVEX, True),
    (lambda x, y: exp(x * y), CONVEX, False),
    (lambda x, y: maximum(x, y), CONVEX, True),
    (lambda x, y: sqrt(x**2 + y**2 + 1), CONVEX, True),
    (lambda x, y: x * y, UNKNOWN, True),
    (lambda x, y: 10**40 * x**2 + Fraction(1, 10**40) * y**2 + 3 * x * y, CONVEX, False),  # rows of other sizes
]


@pytest.mark.parametrize(("definition", "declared", "is_right"), TOGETHER)
def test_a_curvature_in_several_arguments_together_is_that_of_the_matrix(definition, declared, is_right):
    with mpmath.workdps(DIGITS):
        found = first_of(hessian_against(example_of(definition), lambda a, b: declared))
    assert (found is None) == is_right
    assert found is None or found.sentence.startswith("the second derivative along (")


PIECES = [  # a convex function, numbers inside straight pieces, and numbers at which it bends
    (lambda x: relu(x), [-5, 5], [0]),
    (lambda x: absolute(x - 3), [0, 20], [3]),
    (lambda x: maximum(x**2, 4), [0], [-2, 2, 7, 40]),
    (lambda x: where(absolute(x) < 1, x**2 / 2, absolute(x) - Fraction(1, 2)), [-30, 30], [0, Fraction(1, 2)]),
    (lambda x: x + 1, [0, 40], []),
]
BENT = [lambda x: x**2, lambda x: x**4, lambda x: exp(x), lambda x: exp(-(x**2)), lambda x: 1 / x, lambda x: log(1 + exp(x))]


@pytest.mark.parametrize(("definition", "inside", "bent"), PIECES)
def test_straight_pieces_are_found(definition, inside, bent):
    with mpmath.workdps(DIGITS):
        (section,) = sections_of(example_of(definition))
        pieces = list(straight_pieces(section))
    assert all(any(low < x < high for low, high in pieces) for x in inside)
    assert not any(low < x < high for low, high in pieces for x in bent)


@pytest.mark.parametrize("definition", BENT)
def test_a_function_that_bends_everywhere_has_no_straight_piece_however_fast_it_decays(definition):
    with mpmath.workdps(DIGITS):
        (section,) = sections_of(example_of(definition))
        assert list(straight_pieces(section)) == []
