"""What is printed in LaTeX reads back as the same formula: always of scalars, and of tensors or it is refused."""

from __future__ import annotations

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
