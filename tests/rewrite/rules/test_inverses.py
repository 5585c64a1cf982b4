"""Linear systems instead of inverses, and adjugates, which singular matrices have too, instead of determinant times inverse."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from tests.formulas import declared
from tests.rewrite.rules.tables import EXAMPLE_SHAPES, rewritten

SYSTEM = "a linear system is cheaper and more exact than an inverse"
COFACTORS = "det(A)·A⁻¹ is the adjugate, which a singular matrix has too"
SYSTEMS = [
    ("inv(A) @ v", "solve(A, v)"),
    ("inv(A) @ B", "solve(A, B)"),
    ("inv(A).T @ v", "solve(A.T, v)"),
    ("v @ inv(A)", "solve(A.T, v)"),
    ("B @ inv(A)", "solve(A.T, B.T).T"),
    ("trace(inv(A) @ B)", "trace(solve(A, B))"),
    ("2*(inv(A) @ v)", "2*solve(A, v)"),
]
NO_SYSTEMS = [
    "inv(A)",
    "inv(A)*B",  # entry by entry
    "inv(A) @ v + sum(inv(A))",  # the inverse is needed all the same
    "sum(inv(A))",
]
ADJUGATES = [
    ("det(A)*inv(A)", "adjugate(A)"),
    ("det(A)*inv(A).T", "adjugate(A).T"),
    ("x*det(A)*inv(A)", "x*adjugate(A)"),
    ("det(A)*(inv(A) @ v)", "adjugate(A) @ v"),
    ("det(A)**2*inv(A)", "det(A)*adjugate(A)"),
    ("det(A)**3*inv(A)", "det(A)**2*adjugate(A)"),
    ("det(A)*(inv(A) + B)", "adjugate(A) + det(A)*B"),
]
NO_ADJUGATES = [
    "det(A)*inv(B)",
    "inv(A)/det(A)",
    "sqrt(det(A))*inv(A)",
    "det(A)*B",
    "det(A)*trace(inv(A) @ inv(A))",  # the determinant would have to stand twice
]


@pytest.mark.parametrize(("text", "after"), SYSTEMS)
def test_code_solves_instead_of_inverting(text, after):
    found, reasons = rewritten(text, "code")
    assert (found, SYSTEM in reasons) == (after, True)


@pytest.mark.parametrize("text", NO_SYSTEMS)
def test_an_inverse_that_is_needed_stays(text):
    assert SYSTEM not in rewritten(text, "code")[1]


@pytest.mark.parametrize(("text", "after"), ADJUGATES)
def test_determinant_times_inverse_is_the_adjugate(text, after):
    found, reasons = rewritten(text, "code")
    assert (found, COFACTORS in reasons) == (after, True)


@pytest.mark.parametrize("text", NO_ADJUGATES)
def test_another_power_or_another_matrix_leaves_no_adjugate(text):
    assert COFACTORS not in rewritten(text, "code")[1]


@pytest.mark.parametrize("text", [text for text, _ in SYSTEMS + ADJUGATES])
def test_people_read_what_they_wrote(text):
    assert not {SYSTEM, COFACTORS} & set(rewritten(text)[1])


SINGULAR = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
REGULAR = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 4.0]])
OTHERS = {"B": np.eye(3) + 1, "v": np.array([1.0, -2.0, 0.5]), "x": np.float64(-3)}


def adjugate(matrix):
    """Return the transposed matrix of the cofactors."""
    minors = [[np.linalg.det(np.delete(np.delete(matrix, j, 0), i, 1)) for j in range(3)] for i in range(3)]
    return np.array(minors) * (-1.0) ** np.add.outer(range(3), range(3))


def value(text, matrix):
    return eval(text, {"adjugate": adjugate, "det": lambda A: round(np.linalg.det(A), 9), "A": matrix, **OTHERS})


@pytest.mark.parametrize("matrix", [SINGULAR, REGULAR], ids=["singular", "regular"])
@pytest.mark.parametrize(("text", "after"), ADJUGATES)
def test_code_has_a_value_where_the_matrix_is_singular(text, after, matrix):
    formula = sg.formula(text, shapes=declared(EXAMPLE_SHAPES, text))
    names = [symbol.name for symbol in formula.symbols]
    found = sg.lambdify(formula.symbols, formula)(*({**OTHERS, "A": matrix}[name] for name in names))
    np.testing.assert_allclose(found, value(after, matrix), rtol=1e-9, atol=1e-9)
