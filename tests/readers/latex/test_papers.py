"""Formulas as papers write them give the graph of the text, and what is printed as LaTeX reads back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import symgd as sg
from symgd.errors import AmbiguityError, SymgdError
from symgd.explain.notation.latex import to_latex
from tests.formulas import scalar_formulas, tensor_formulas
from tests.readers.text.test_juxtaposition import assert_same_value

ATTENTION = {"Q": "n d_k", "K": "m d_k", "V": "m d_v"}
PAPERS = [
    (r"\frac{1}{2} x^2", "x**2/2", {}),
    (r"-X^\top (y \odot \sigma(-y \odot Xw))/m", "-X.T @ (y*sigmoid(-y*(X @ w)))/m", {"X": "m n", "w": "n", "y": "m"}),
    (
        r"\operatorname{softmax}(QK^\top/\sqrt{d})V",
        "softmax(Q @ K.T/sqrt(d), axis=1) @ V",
        {"Q": "n d", "K": "m d", "V": "m k"},
    ),
    (r"\operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V", "softmax(Q @ K.T/sqrt(d_k), axis=1) @ V", ATTENTION),
    (r"\frac{1}{d_k} \sum_{i=1}^{d_k} x_i", "sum(x)/d_k", {"x": "d_k"}),
    (r"\sum_{i=1}^{n_1} x_i", "sum(x)", {"x": "n_1"}),
    (r"\mathbf{1}_{d_k}^\top x", "ones(d_k) @ x", {"x": "d_k"}),
    (r"\frac{1}{2} \ln|\Sigma|", "log(abs(det(Sigma)))/2", {"Sigma": "n n"}),
    (r"\log\frac{|\Sigma_1|}{|\Sigma_2|}", "log(abs(det(Sigma_1))/abs(det(Sigma_2)))", {"Sigma_1": "n n", "Sigma_2": "n n"}),
    (r"\log(|A|/2)", "log(abs(det(A))/2)", {"A": "n n"}),
    (r"\sum_i w_i x_i^k", "w @ x**k", {"w": "n", "x": "n"}),
    (r"\sum_{i=1}^n (x_i - j)^2", "sum((x - j)**2)", {"x": "n"}),
]


@pytest.mark.parametrize(("latex", "text", "shapes"), PAPERS)
def test_a_paper_and_a_text_give_one_graph(latex, text, shapes):
    assert str(sg.formula(latex, shapes=shapes, syntax="latex")) == str(sg.formula(text, shapes=shapes))


@pytest.mark.parametrize(("latex", "text", "shapes"), PAPERS)
def test_latex_is_recognised_by_its_commands(latex, text, shapes):
    assert sg.formula(latex, shapes=shapes) is sg.formula(latex, shapes=shapes, syntax="latex")


def test_norm_bars_are_commands_too():
    assert str(sg.formula(r"\|x\|^2", shapes={"x": "n"})) == "sum(x**2)"


@pytest.mark.parametrize(
    "latex", [r"|A|", r"\log(x^\top |A| x)", r"\log\operatorname{tr}(|A|)", r"\log\|A|A|\|_F", r"\exp(|A|/2)"]
)
def test_bars_of_a_matrix_elsewhere_have_two_readings(latex):
    shapes = {"A": "n n"} | ({"x": "n"} if "x" in latex.replace("exp", "") else {})
    with pytest.raises(AmbiguityError, match="two readings"):
        sg.formula(latex, shapes=shapes, syntax="latex")


def test_a_letter_with_brackets_is_offered_only_functions_that_are_known():
    assert str(sg.formula(r"\Phi(x)", syntax="latex")) == "ndtr(x)"
    with pytest.raises(AmbiguityError, match="none of that name is known"):
        sg.formula("f(x)", syntax="latex")


@settings(max_examples=80, deadline=None)
@given(scalar_formulas())
def test_scalar_formulas_come_back_from_their_latex(formula):
    assert_same_value(formula, sg.formula(to_latex(formula), syntax="latex"))


_NOT_READ = ("_ is not known", "an equation is not a formula", "a bound is a number", "ones")
"""Printed sums along an axis, definitions, and tensors of ones."""


@settings(max_examples=40, deadline=None)
@given(tensor_formulas())
def test_tensor_formulas_come_back_from_their_latex_or_are_refused(formula):
    shapes = {"X": "m n", "v": "n", "u": "m"}
    for root in (formula, *(sg.gradient(formula, node) for node in formula.symbols)):
        known = {node.name: shapes[node.name] for node in root.symbols}
        try:
            again = sg.formula(to_latex(root), shapes=known, syntax="latex")
        except SymgdError as error:
            if not str(error).startswith(_NOT_READ):
                raise
            continue
        if root.symbols and root.shape == again.shape:  # a tensor of ones is printed as the number 1
            assert_same_value(root, again)
