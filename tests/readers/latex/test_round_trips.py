"""What is printed in LaTeX reads back as the same formula: always of scalars, and of tensors or it is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import symgd as sg
from symgd.errors import SymgdError
from tests.formulas import scalar_formulas, tensor_formulas
from tests.readers.text.test_juxtaposition import assert_same_value


@settings(max_examples=100, deadline=None)
@given(scalar_formulas())
def test_scalar_formulas_come_back_from_their_latex(formula):
    assert_same_value(formula, sg.formula(formula.latex(), syntax="latex"))


@settings(max_examples=60, deadline=None)
@given(tensor_formulas())
def test_tensor_formulas_and_gradients_come_back_or_are_refused(formula):
    for root in (formula, *(sg.gradient(formula, node) for node in formula.symbols)):
        shapes = {node.name: node.shape for node in root.symbols}
        try:
            again = sg.formula(root.latex(), syntax="latex", shapes=shapes)
        except SymgdError:
            continue
        assert_same_value(root, again)


SHAPES = {"A": "n n", "B": "n n", "W": "3 3", "X": "m n", "u": "n", "v": "n", "y": "m", "z": "3"}
MATRIX_PRODUCTS = [
    "A*(A @ B)", "-A*(A @ B)", "2*A*(A @ B)", "A*B*(A @ B)", "(A @ B)*(B @ A)", "y*(X @ u)", "-y*(X @ u)", "u*(A @ u)*(B @ u)",
    "A*(B @ (A @ B))", "A*(A @ u)", "(A @ u)*A", "-A*(A @ u)", "A*B*(A @ u)", "A*(u[:, None]*(B @ B))", "B*(u[:, None]*A)",
    "(u[:, None]*A) @ B", "A @ (u[:, None]*B)", "X @ (v @ A)", "X @ (v @ A @ B)", "(v @ A) @ (u @ B)", "y @ X @ (v @ A)",
    "X @ ((v @ A)*u)", "W @ [0, 1, 0]", "(z @ W @ z)*(W[0] @ [0, 1, 0])", "t*[1, 2, 3]", "W @ (t*[1, 2, 3])", "X @ (2*(v @ A))",
]  # fmt: skip
"""Products of matrices and rows inside other products."""
REFUSED = {
    "latex": {"A*(A @ u)", "(A @ u)*A", "-A*(A @ u)", "A*B*(A @ u)", "X @ ((v @ A)*u)", "X @ (2*(v @ A))"},
    "symgd": {"X @ (2*(v @ A))"},
}  # fmt: skip
"""What paper has no notation for: a column that is stretched; and rows where columns should stand."""


@pytest.mark.parametrize("syntax", ["latex", "symgd"])
@pytest.mark.parametrize("text", MATRIX_PRODUCTS)
def test_products_of_matrices_inside_other_products_come_back(text, syntax):
    shapes = {name: shape for name, shape in SHAPES.items() if name in text}
    formula = sg.formula(text, shapes=shapes)
    printed = formula.latex() if syntax == "latex" else formula.text()
    if text in REFUSED[syntax]:
        with pytest.raises(SymgdError):
            sg.formula(printed, syntax=syntax, shapes=shapes)
    else:
        assert_same_value(formula, sg.formula(printed, syntax=syntax, shapes=shapes))
