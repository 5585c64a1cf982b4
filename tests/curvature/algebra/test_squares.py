"""Sums of squares: exact identities, and nothing for what is not one."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

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
