from __future__ import annotations

import numpy as np

import symgd as sg
from symgd.evaluation.evaluator import entries_of
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.primitives.arithmetic import add


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


def test_sums_of_more_terms_than_numpy_calls_functions_with():
    v = sg.tensor("v", 2)
    terms = [sg.array([k, 1]) * v for k in range(100)]
    total = add.make(tuple(terms))
    (value,) = evaluate_precisely([total], {v: np.array([2.0, 3.0])})
    assert [float(entry) for entry in value] == [2 * sum(range(100)), 300]
