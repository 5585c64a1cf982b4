"""Linear systems and determinants in exact arithmetic, against SymPy's own matrices and exact algebra."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd.errors import DomainError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.evaluator import Context
from symgd.evaluation.exact import ExactNumbers
from symgd.evaluation.high_precision import MultiPrecision
from symgd.primitives.elimination import determinant_of, eliminate, identity_matrix, solution

EXACT = Context(ExactNumbers(), {})
ALGEBRAS = {"exact": EXACT, "50 digits": Context(MultiPrecision(), {})}


def entries(rows, context=EXACT):
    """Return whole numbers, or SymPy expressions, as an array of the algebra."""
    array = np.array(rows, dtype=object)
    result = np.empty(array.shape, dtype=object)
    for place in np.ndindex(*array.shape):
        result[place] = context.algebra.number(array[place])
    return result


@st.composite
def matrices(draw, largest=5):
    n = draw(st.integers(1, largest))
    row = st.lists(st.integers(-3, 3), min_size=n, max_size=n)
    return draw(st.lists(row, min_size=n, max_size=n))


@given(matrices())
@settings(max_examples=60)
def test_determinants_are_those_of_sympy(rows):
    expected = sp.Matrix(rows).det()
    assert determinant_of(EXACT, entries(rows)) == expected
    assert eliminate(EXACT, entries(rows), np.empty((len(rows), 0), dtype=object))[0] == expected


@given(matrices(4), st.integers(1, 3), st.data())
@settings(max_examples=60)
def test_a_solution_solves_its_system_or_the_matrix_is_singular(rows, columns, data):
    n = len(rows)
    right = data.draw(st.lists(st.lists(st.integers(-9, 9), min_size=columns, max_size=columns), min_size=n, max_size=n))
    if sp.Matrix(rows).det() == 0:
        assert eliminate(EXACT, entries(rows), entries(right)) == (0, None)
        with pytest.raises(DomainError, match="the matrix is singular here"):
            solution(EXACT, entries(rows), entries(right))
        return
    determinant, found = eliminate(EXACT, entries(rows), entries(right))
    assert determinant == sp.Matrix(rows).det()
    assert sp.Matrix(rows) * sp.Matrix(found) == sp.Matrix(right)
    assert (found == solution(EXACT, entries(rows), entries(right))).all()


@given(matrices(4))
@settings(max_examples=30)
def test_the_inverse_is_the_solution_for_the_identity(rows):
    if sp.Matrix(rows).det() != 0:
        assert sp.Matrix(solution(EXACT, entries(rows), identity_matrix(EXACT, len(rows)))) == sp.Matrix(rows).inv()


HILBERT = [[sp.Rational(1, i + j + 1) for j in range(6)] for i in range(6)]
DETERMINANTS = [
    ([[0]], 0), ([[5]], 5), ([[0, 1], [1, 0]], -1), ([[0, 0, 1], [0, 1, 0], [1, 0, 0]], -1), (np.eye(7, dtype=int).tolist(), 1),
    (np.eye(5, dtype=int)[[1, 2, 3, 4, 0]].tolist(), 1), (np.eye(4, dtype=int)[[1, 2, 3, 0]].tolist(), -1),
    (HILBERT, sp.Rational(1, 186313420339200000)), ([[0, 2, 0, 0], [0, 0, 3, 0], [0, 0, 0, 5], [7, 0, 0, 0]], -210),
    ([[1, 2, 3, 4], [2, 4, 6, 8], [1, 0, 0, 1], [0, 1, 1, 0]], 0), ([[0] * 4] * 4, 0),
]  # fmt: skip


@pytest.mark.parametrize("algebra", ALGEBRAS)
@pytest.mark.parametrize(("rows", "expected"), DETERMINANTS)
def test_known_determinants(algebra, rows, expected):
    """Of permutations, of Hilbert's matrix, of matrices that lose rank."""
    context = ALGEBRAS[algebra]
    with mpmath.workdps(50):
        found = determinant_of(context, entries(rows, context))
        assert found == expected if algebra == "exact" else abs(found - context.algebra.number(expected)) < 1e-30


def test_a_determinant_of_no_rows_is_one():
    assert determinant_of(EXACT, np.empty((0, 0), dtype=object)) == 1


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_small_determinant_of_symbols_needs_no_division(n):
    """So it has a value where an entry, which would be the pivot, is 0."""
    symbols = sp.symbols(f"a:{n * n}")
    found = sp.expand(determinant_of(EXACT, np.array(symbols, dtype=object).reshape(n, n)))
    assert found.is_polynomial(*symbols)
    assert sp.expand(found - sp.Matrix(n, n, symbols).det()) == 0


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_identity(n):
    assert sp.Matrix(identity_matrix(EXACT, n)) == sp.eye(n)


def test_arguments_are_not_changed():
    matrix, right = entries([[0, 1], [2, 3]]), entries([[1], [1]])
    before = matrix.copy(), right.copy()
    eliminate(EXACT, matrix, right)
    assert (matrix == before[0]).all()
    assert (right == before[1]).all()
