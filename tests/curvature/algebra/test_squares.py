"""Sums of squares: exact identities, and nothing for what is not one."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd.curvature.algebra.squares import decompose, is_positive_semidefinite
from symgd.evaluation import multiprecision as mpmath

X, Y, Z = sp.symbols("x y z")
MOTZKIN = X**4 * Y**2 + X**2 * Y**4 - 3 * X**2 * Y**2 + 1


def _as_mapping(expression, *symbols):
    return {powers: Fraction(int(c.p), int(c.q)) for powers, c in sp.Poly(expression, *symbols).terms()}


@pytest.mark.parametrize(
    "expression",
    [
        (X - Y) ** 2,
        X**4 + (X - Y) ** 2 + 1,
        2 * X**4 + 2 * X**3 * Y - X**2 * Y**2 + 5 * Y**4,
        X**4 + Y**4 + Z**4 - X * Y * Z * (X + Y),
        X**2 - X * Y + Y**2 + X - Y + 1,
        sp.Rational(1, 3) * X**2 + 7 * Y**2 - 2 * X * Y,
    ],
)
def test_a_sum_of_squares_is_found_and_exact(expression):
    symbols = sorted(expression.free_symbols, key=str)
    polynomial = _as_mapping(sp.expand(expression), *symbols)
    gram = decompose(polynomial)
    assert gram.check(polynomial)
    total = sum(
        sp.Rational(q.numerator, q.denominator) * sp.prod(s ** (a + b) for s, a, b in zip(symbols, m, n, strict=True))
        for m, row in zip(gram.monomials, gram.matrix, strict=True)
        for n, q in zip(gram.monomials, row, strict=True)
    )
    assert sp.expand(total - expression) == 0
    with mpmath.workdps(40):
        matrix = mpmath.matrix([[mpmath.mpf(q.numerator) / q.denominator for q in row] for row in gram.matrix])
        assert min(mpmath.eigsy(matrix, eigvals_only=True)) > -1e-30


@pytest.mark.parametrize("expression", [MOTZKIN, X**2 - 3 * X * Y + Y**2, X**3 + 1, X * Y, X**2 - 1])
def test_what_is_none_is_not_claimed(expression):
    symbols = sorted(expression.free_symbols, key=str)
    assert decompose(_as_mapping(expression, *symbols)) is None


def test_a_wrong_gram_matrix_is_caught():
    polynomial = _as_mapping(X**2 + Y**2, X, Y)
    gram = decompose(polynomial)
    assert not gram.check(_as_mapping(X**2 + 2 * Y**2, X, Y))


def test_semidefinite_exactly():
    F = Fraction
    assert is_positive_semidefinite([[F(1), F(1)], [F(1), F(1)]])
    assert not is_positive_semidefinite([[F(1), F(1)], [F(1), F(1)]], strictly=True)
    assert not is_positive_semidefinite([[F(0), F(1)], [F(1), F(5)]])
    assert not is_positive_semidefinite([[F(1), F(1)], [F(1), F(1) - F(1, 10**40)]])


FRACTIONS = st.fractions(-2, 2, max_denominator=3)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(FRACTIONS, min_size=4, max_size=4), min_size=4, max_size=4), FRACTIONS)
def test_semidefinite_as_all_principal_minors_say(rows, shift):
    """A matrix is positive semidefinite where all its principal minors are ≥ 0, definite where the leading ones are > 0."""
    exact = [[sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0)) for other in rows] for one in rows]
    matrix = [[entry - (shift if i == j else 0) for j, entry in enumerate(row)] for i, row in enumerate(exact)]
    minors = {
        chosen: sp.Matrix(
            [[sp.Rational(matrix[i][j].numerator, matrix[i][j].denominator) for j in chosen] for i in chosen]
        ).det()
        for size in range(1, 5)
        for chosen in itertools.combinations(range(4), size)
    }
    assert is_positive_semidefinite(matrix) == all(minor >= 0 for minor in minors.values())
    leading = [minors[tuple(range(size))] for size in range(1, 5)]
    assert is_positive_semidefinite(matrix, strictly=True) == all(minor > 0 for minor in leading)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(-2, 2), min_size=4, max_size=4), min_size=1, max_size=3))
def test_sums_of_squares_of_random_polynomials_are_found_or_left(numbers):
    expression = sp.expand(sum((a * X**2 + b * X * Y + c * Y + d) ** 2 for a, b, c, d in numbers))
    polynomial = _as_mapping(expression, X, Y) if expression != 0 else {}
    found = decompose(polynomial)
    if found is not None:
        assert found.check(polynomial)
        for change in (Fraction(1), Fraction(-1, 10**9)):
            assert not found.check({**polynomial, (0, 0): polynomial.get((0, 0), Fraction(0)) + change})


NEGATIVE = [
    X**2 - sp.Rational(1, 10**6),
    X**2 + Y**2 - sp.Rational(2001, 1000) * X * Y,
    X**4 - X**2 * Y + Y**2 / 5,
    (X * Y - 1) ** 2 - 1,
    X**4 + Y**4 - 2 * X**2 * Y**2 - X * Y / 1000,
]


@pytest.mark.parametrize("expression", NEGATIVE)
def test_what_is_negative_somewhere_is_no_sum_of_squares(expression):
    expression = sp.expand(expression)
    assert decompose(_as_mapping(expression, *sorted(expression.free_symbols, key=str))) is None


def test_definite_forms_are_told_from_singular_ones():
    definite, singular = (decompose(_as_mapping(sp.expand(one), X, Y)) for one in (X**2 + X * Y + Y**2, (X - Y) ** 2))
    assert definite.is_definite
    assert not singular.is_definite
