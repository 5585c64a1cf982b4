"""What is known of xⁿ, for every kind of exponent and piece of the line, against exact values."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

import symgd as sg
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign, sign_of_number
from symgd.graph.node import constant
from symgd.primitives.power_facts import (
    because_pow,
    curvature_pow,
    domain_pow,
    monotone_pow,
    range_pow,
    sign_of_square,
    sign_pow,
    vanishing_of_pow,
)

X, N = sg.scalar("x"), sg.scalar("n")
HALF = Fraction(1, 2)
WHOLE = [-4, -3, -2, -1, 2, 3, 4, 5]
BROKEN = [Fraction(-3, 2), -HALF, HALF, Fraction(1, 3), Fraction(3, 2), Fraction(7, 3)]
PIECES = [
    Interval(), Interval(0), Interval(0, open_low=True), Interval(high=0), Interval(high=0, open_high=True), Interval(-2, 3),
    Interval(1, 4),
    Interval(-3, -1), Interval(0, 0), Interval(-2, 0), Interval(0, 2, open_low=True), Interval(-1, 0, open_high=True),
]  # fmt: skip
GRID = [Fraction(k, 4) for k in range(-20, 21)]


def values(piece, n):
    """Return the points of a piece at which xⁿ has a value, with it: exact for whole n, and in 30 digits else."""
    points = [x for x in GRID if x in piece and (x or n > 0) and (x >= 0 or n.denominator == 1)]
    if Fraction(n).denominator == 1:
        return [(x, x ** int(n)) for x in points]
    return [(x, Fraction(round(10**30 * _root(x, Fraction(n))), 10**30)) for x in points]


def _root(x, n):
    """Return xⁿ from the exact root of a whole number, by Newton's iteration on integers."""
    power, degree = x**n.numerator, n.denominator
    scaled = power * 10 ** (40 * degree)
    guess, target = 10**45, scaled.numerator // scaled.denominator
    while guess**degree > target:
        guess = ((degree - 1) * guess + target // guess ** (degree - 1)) // degree
    return Fraction(guess, 10**40)


CASES = [pytest.param(Fraction(n), piece, id=f"{n} {piece}") for n, piece in itertools.product([*WHOLE, *BROKEN], PIECES)]
NOISE = Fraction(1, 10**25)


@pytest.mark.parametrize(("n", "piece"), CASES)
def test_facts_hold_at_every_point(n, piece):
    node = X ** constant(n)
    found = values(piece, n)
    assert all(sign_of_number(value) & sign_pow(node, piece.sign, Sign.ANY) for _, value in found)
    assert all(value in range_pow(node, piece, Interval()) for _, value in found)
    (requirement,) = [where for _, where in domain_pow(node)] or [Sign.ANY]
    assert all(sign_of_number(x) & requirement for x, _ in found)
    monotone, curvature = monotone_pow(node, piece, Interval())[0], curvature_pow(node, piece, Interval())
    for (_, before), (_, after) in itertools.pairwise(found):
        assert not monotone & Monotone.INCREASING or before <= after
        assert not monotone & Monotone.DECREASING or before >= after
    for (_, a), (_, b), (_, c) in zip(found, found[1:], found[2:], strict=False):
        assert not curvature & Curvature.CONVEX or 2 * b <= a + c + NOISE
        assert not curvature & Curvature.CONCAVE or 2 * b >= a + c - NOISE


@pytest.mark.parametrize(("n", "piece"), CASES)
def test_facts_are_found_where_they_hold(n, piece):
    """Whatever the exact values show on a piece that reaches no pole is known, too."""
    found = values(piece, n)
    if len(found) < 5 or (n < 0 and piece.low <= 0 <= piece.high):
        return
    node, numbers = X ** constant(n), [value for _, value in found]
    rises = [after - before for before, after in itertools.pairwise(numbers)]
    bends = [after - before for before, after in itertools.pairwise(rises)]
    monotone, curvature = monotone_pow(node, piece, Interval())[0], curvature_pow(node, piece, Interval())
    assert bool(monotone & Monotone.INCREASING) == (min(rises) >= 0)
    assert bool(monotone & Monotone.DECREASING) == (max(rises) <= 0)
    assert bool(curvature & Curvature.CONVEX) == (min(bends) >= -NOISE)
    assert bool(curvature & Curvature.CONCAVE) == (max(bends) <= NOISE)


# base, exponent, piece of x, its sign, range, direction in x and in n, curvature
TABLE = [
    (X, 2, Interval(), "NONNEGATIVE [0, inf) UNKNOWN UNKNOWN CONVEX"),
    (X, 2, Interval(-3, 2), "NONNEGATIVE [0, 9] UNKNOWN UNKNOWN CONVEX"),
    (X, 2, Interval(high=0, open_high=True), "POSITIVE (0, inf) DECREASING UNKNOWN CONVEX"),
    (X, 3, Interval(-2, 1), "ANY [-8, 1] INCREASING UNKNOWN UNKNOWN"),
    (X, 3, Interval(-2, 0), "NONPOSITIVE [-8, 0] INCREASING UNKNOWN CONCAVE"),
    (X, -1, Interval(2, 4), "POSITIVE [1/4, 1/2] DECREASING UNKNOWN CONVEX"),
    (X, -1, Interval(-4, -2), "NEGATIVE [-1/2, -1/4] DECREASING UNKNOWN CONCAVE"),
    (X, -2, Interval(-4, -2), "POSITIVE [1/16, 1/4] INCREASING UNKNOWN CONVEX"),
    (X, -2, Interval(-4, 2), "NONNEGATIVE [1/16, inf) UNKNOWN UNKNOWN UNKNOWN"),
    (X, -1, Interval(0, open_low=True), "POSITIVE (0, inf) DECREASING UNKNOWN CONVEX"),
    (X, HALF, Interval(), "NONNEGATIVE (-inf, inf) INCREASING UNKNOWN CONCAVE"),
    (X, HALF, Interval(0, open_low=True), "POSITIVE (-inf, inf) INCREASING UNKNOWN CONCAVE"),
    (X, -HALF, Interval(0, open_low=True), "POSITIVE (-inf, inf) DECREASING UNKNOWN CONVEX"),
    (X, N, Interval(), "ANY (-inf, inf) UNKNOWN UNKNOWN UNKNOWN"),
    (X, N, Interval(0), "NONNEGATIVE (-inf, inf) UNKNOWN UNKNOWN UNKNOWN"),
    (constant(2), N, Interval(2, 2), "POSITIVE (-inf, inf) UNKNOWN INCREASING CONVEX"),
    (constant(HALF), N, Interval(HALF, HALF), "POSITIVE (-inf, inf) UNKNOWN DECREASING CONVEX"),
    (constant(1), N, Interval(1, 1), "POSITIVE (-inf, inf) UNKNOWN INCREASING AFFINE"),
    (constant(0), N, Interval(0, 0), "NONNEGATIVE (-inf, inf) UNKNOWN DECREASING UNKNOWN"),
    (constant(-2), N, Interval(-2, -2), "ANY (-inf, inf) UNKNOWN UNKNOWN UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("base", "n", "piece", "expected"), TABLE)
def test_the_facts_of_a_power(base, n, piece, expected):
    node = sg.pow.make((base, n if n is N else constant(n)))
    monotone = monotone_pow(node, piece, Interval())
    found = [
        sign_pow(node, piece.sign, Sign.ANY),
        range_pow(node, piece, Interval()),
        *monotone,
        curvature_pow(node, piece, Interval()),
    ]
    assert " ".join(getattr(one, "name", None) or str(one) for one in found) == expected


@pytest.mark.parametrize("sign", Sign)
def test_the_sign_of_a_square(sign):
    expected = Sign.NEVER
    for number in (-2, 0, 3):
        if sign_of_number(number) & sign:
            expected |= sign_of_number(number**2)
    assert sign_of_square(sign) == expected


# formula, where it is 0, its domain
DOMAINS = [
    (X**3, (0,), []), (X**-3, (), [(X, Sign.NONZERO)]), (X**HALF, (0,), [(X, Sign.NONNEGATIVE)]),
    (X**-HALF, (), [(X, Sign.POSITIVE)]), (X**N, (), []),
    (X ** sg.formula("n", facts={"n": {"positive": True}}), (0,), []),
    (X ** sg.formula("n", facts={"n": {"nonnegative": True}}), (), []), (2**N, (), []),
]  # fmt: skip


@pytest.mark.parametrize(("node", "vanishing", "required"), DOMAINS)
def test_where_a_power_is_defined_and_where_it_vanishes(node, vanishing, required):
    assert vanishing_of_pow(node) == vanishing
    assert domain_pow(node) == required


BECAUSE = [
    (X**2, [0], "the slope of a square is twice its root"), (X**-1, [0], "the slope of 1/x is −1/x²"),
    (X**HALF, [0], "the slope of √x is 1/(2√x)"),
    (X**5, [0], "a power brings its exponent down"), (X**N, [0], "a power brings its exponent down"),
    (X**N, [0, 1], "a power brings its exponent down; an exponent brings the logarithm of the base"),
    (2**N, [1], "a power brings its exponent down; an exponent brings the logarithm of the base"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "movers", "sentence"), BECAUSE)
def test_the_sentence_that_explains_the_derivative(node, movers, sentence):
    assert because_pow(node, movers) == sentence
