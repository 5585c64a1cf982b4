from __future__ import annotations

import numpy as np

import symgd as sg
from symgd.evaluation.evaluator import entries_of


def test_a_tensor_formula_is_written_out_entry_by_entry():
    A, x = sg.tensor("A", "2 2"), sg.tensor("x", "2")
    ((entries,), inputs) = entries_of([A @ x])
    a, b = inputs[A], inputs[x]
    assert entries[0] is a[0, 0] * b[0] + a[0, 1] * b[1]


def test_determinants_and_inverses_are_written_out_without_dividing_by_what_may_vanish():
    A = sg.tensor("A", "2 2")
    ((determinant,), inputs) = entries_of([sg.det(A)])
    code = sg.lambdify(list(inputs[A].ravel()), determinant[()])
    assert float(code(0.0, 1.0, 1.0, 0.0)) == -1.0
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(float(code(*matrix.ravel())), np.linalg.det(matrix))
