"""Factors beside each other, and the printed notation: what is printed reads back as the same formula."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
from hypothesis import given, settings

import symgd as sg
from symgd.errors import SymgdError
from symgd.explain.notation.unicode import to_textbook
from tests.formulas import scalar_formulas, tensor_formulas

SHAPES = {"X": "m n", "A": "n n", "B": "n n", "v": "n", "w": "n", "y": "m", "λ": "", "theta": "n"}


def shapes_in(*texts):
    """Return the shapes of the letters that stand in texts, outside the names of functions."""
    letters = re.sub(r"[a-z]{3,}\w*(?=\()|where", "", " ".join(texts)).replace("θ", "theta")
    return {name: shape for name, shape in SHAPES.items() if name in letters}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2x", "2*x"),
        ("2 x + 1", "2*x + 1"),
        ("2x²", "2*x**2"),
        ("-2x", "-(2*x)"),
        ("2(x + 1)", "2*(x + 1)"),
        ("(x + 1)(x − 1)", "(x + 1)*(x - 1)"),
        ("2 exp(x)", "2*exp(x)"),
        ("3 σ(x)", "3*sigmoid(x)"),
        ("2π", "2*pi"),
        ("2√x", "2*sqrt(x)"),
        ("x⁻¹ + x⁻²", "x**-1 + x**-2"),
        ("x·z ≤ 1", "x*z <= 1"),
        ("√x·z", "sqrt(x)*z"),
        ("√(x²)", "sqrt(x**2)"),
        ("Xw", "X @ w"),
        ("Xw − y", "X @ w - y"),
        ("Xᵀ(Xw − y)", "X.T @ (X @ w - y)"),
        ("2 Xᵀ(Xw − y) / m", "2*X.T @ (X @ w - y) / m"),
        ("XᵀX w", "X.T @ X @ w"),
        ("λ w", "λ*w"),
        ("2·λ w", "2*λ*w"),
        ("y ⊙ Xw", "y*(X @ w)"),
        ("vᵀw", "v @ w"),
        ("vᵀA w", "v @ A @ w"),
        ("vᵀAw", "v @ A @ w"),
        ("v wᵀ", "outer(v, w)"),
        ("1/vᵀv", "1/(v @ v)"),
        ("A⁻¹w", "inv(A) @ w"),
        ("A²", "A @ A"),
        ("A^⊙²", "A**2"),
        ("A ⊗ B", "kron(A, B)"),
        ("diag(v) A", "diag(v) @ A"),
        ("θᵀv", "theta @ v"),
        ("sum(exp(Xw) ⊙ y)", "sum(exp(X @ w)*y)"),
        ("(Xw)ᵀy", "(X @ w) @ y"),
        ("v²", "v**2"),
        ("½ vᵀA v", "(v @ A / 2) @ v"),
        ("x₁² + ¾x₁₂", "x_1**2 + 3/4*x_12"),
        ("where(x = 0, 1, where(x + 1 = 2, x, 3))", "where(x == 0, 1, where(x + 1 == 2, x, 3))"),
    ],
)
def test_factors_beside_each_other(text, same):
    shapes = shapes_in(text)
    assert str(sg.formula(text, shapes=shapes)) == str(sg.formula(same, shapes=shapes))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1/2x", "a quotient with factors behind it"),
        ("y / m Xw", "a quotient with factors behind it"),
        ("2^3x", "a factor behind an exponent"),
        ("2^-z x", "an operator is missing"),
        ("√2x", "a factor behind a root"),
        ("√x²", "a factor behind a root"),
        ("2²", "a number has no superscript"),
        ("√-x", "a sign cannot stand behind √"),
        ("v w", "a product of two vectors"),
        ("v·w", "a·b of two tensors"),
        ("v ⊗ w", "a ⊗ b of vectors"),
        ("v @ wᵀ", "x @ yᵀ of vectors"),
        ("y ⊙ X w", "a product entry by entry with factors behind it"),
        ("Xwᵀ", "a row cannot stand behind"),
        ("λᵀ", "this is a scalar"),
        ("vA", "cannot stand beside|cannot be used|vA|not in the formula"),
        ("x z", "an operator is missing"),
        ("Q v", "an operator is missing"),
        ("x 2", "an operator is missing"),
        ("2xz", "a name cannot start with a digit"),
        ("0x", "a name cannot start with a digit"),
        ("2e + 1", "a name cannot start with a digit"),
        ("1j", "a name cannot start with a digit"),
        ("X²", "square|matrix_power"),
        ("𝟏", r"MATHEMATICAL BOLD DIGIT ONE"),
        ("Σ_i X_i", "an operator is missing|not in the formula"),
    ],
)
def test_what_has_two_readings(text, message):
    with pytest.raises(SymgdError, match=message) as caught:
        sg.formula(text, shapes=shapes_in(text))
    assert "\n" in str(caught.value)


def test_a_name_of_letters_that_are_no_matrices_stays_a_name():
    assert {node.name for node in sg.formula("dx*d*x", shapes={"d": "n", "x": "n"}).symbols} == {"dx", "d", "x"}
    assert {node.name for node in sg.formula("Xw + X @ w", shapes={"X": "n n", "w": "n", "Xw": "n"}).symbols} == {
        "Xw",
        "X",
        "w",
    }


SIZES = sg.formula("sum(sizes)", shapes={"sizes": "m n"}).symbols
"""An argument that tells the sizes of formulas whose inputs do not have them."""


def assert_same_value(formula, again):
    """Two formulas of the same inputs agree at a random point."""
    if again is formula or str(again) == str(formula):
        return
    assert set(again.symbols) <= set(formula.symbols)
    inputs, rng = (*formula.symbols, *SIZES), np.random.default_rng(1)
    values = [rng.standard_normal([{"m": 3, "n": 2}[str(size)] for size in node.shape]) for node in inputs]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        left, right = (sg.lambdify(list(inputs), root)(*values) for root in (formula, again))
    np.testing.assert_allclose(left, right, rtol=1e-9)


@settings(max_examples=100, deadline=None)
@given(scalar_formulas())
def test_scalar_formulas_come_back_from_their_print(formula):
    assert_same_value(formula, sg.formula(to_textbook(formula)))


@settings(max_examples=60, deadline=None)
@given(tensor_formulas())
def test_tensor_formulas_and_gradients_come_back_from_their_print(formula):
    shapes = {"X": "m n", "v": "n", "u": "m"}
    for root in (formula, *(sg.gradient(formula, node) for node in formula.symbols)):
        printed = to_textbook(root)
        if "𝟏" not in printed:  # a tensor of ones is printed without its shape
            known = {node.name: shapes[node.name] for node in root.symbols}
            assert_same_value(root, sg.formula(printed, shapes=known))


TWO_READINGS = [
    ("A^T @ x", {"A": "n n", "x": "n"}), ("x^T @ x", {"x": "n"}), ("x^Tx", {"x": "n"}), ("x(1)", {"x": "n"}),
    ("A(0)", {"A": "n n"}), ("1/xᵀx v", {"x": "n", "v": "n"}), ("a/xᵀx b", {"x": "n", "a": "", "b": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shapes"), TWO_READINGS)
def test_what_may_mean_something_else_is_refused(text, shapes):
    with pytest.raises(sg.SymgdError, match="two readings"):
        sg.formula(text, shapes=shapes)


def test_a_power_of_a_number_by_an_input_t_is_read():
    assert str(sg.formula("(1 + r)^T")) == "(1 + r)**T"
