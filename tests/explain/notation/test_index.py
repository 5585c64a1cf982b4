"""Index notation: explicit sums and Kronecker deltas."""

from __future__ import annotations

import pytest
from latex2mathml.converter import convert

import symgd as sg
from tests.formulas import declared

SHAPES = {"X": "m n", "y": "m", "w": "n", "A": "n n", "x": "n", "S": "n n", "T": "m n", "U": "m k", "V": "n k"}


def read(text: str) -> sg.Node:
    return sg.formula(text, shapes=declared(SHAPES, text))


TABLE = [
    (sg.gradient, "sum((X@w - y)**2)", "w", "2·(Σⱼ X_ji·(Σₖ X_jk·w_k − y_j))"),
    (sg.gradient, "x@A@x", "x", "Σⱼ (A_ij + A_ji)·x_j"),
    (sg.hessian, "x@A@x", "x", "A_ij + A_ji"),
    (sg.hessian, "norm2(x)**2", "x", "2·δ_ij"),
    (sg.hessian, "sum((T - U@V.T)**2)", "U", "2·(Σ_q δ_il·V_qj·V_qp)"),
    (sg.gradient, "mean(log(1 + exp(-y*(X@w))))", "w", "−(Σⱼ X_ji·y_j·σ(−y_j·(Σₖ X_jk·w_k)))/m"),
    (sg.gradient, "logdet(S)", "S", "(S⁻¹)_ji"),
    (sg.hessian, "logsumexp(x)", "x", "(softmax(x))_j·δ_ij − (softmax(x))_i·(softmax(x))_j"),
]


@pytest.mark.parametrize(("derive", "text", "wrt", "expected"), TABLE)
def test_entries_by_their_indices(derive, text, wrt, expected):
    result = derive(read(text), wrt)
    assert result.text("index") == expected
    convert(result.latex("index"))


def test_slices_shift_the_index():
    x = sg.tensor("x", "n")
    assert (x[1:] - x[:-1]).text("index") == "x_{i+1} − x_i"
    assert (x[2] * x).text("index") == "x_2·x_i"


def test_letters_are_not_those_of_inputs_and_sizes():
    i, k = sg.tensor("i", "j k"), sg.tensor("k2", "k")
    assert (i @ k).text("index") == "Σₚ i_lp·k2_p"


def test_a_notation_that_does_not_exist():
    with pytest.raises(sg.SymgdError, match="no notation called 'einstein'"):
        read("x@x").latex("einstein")


def test_layouts_by_name():
    output = sg.formula("tanh(A@x)", shapes={"A": "m n", "x": "n"})
    assert str(sg.jacobian(output, "x")) == str(sg.jacobian(output, "x", layout="numerator"))
    assert sg.jacobian(output, "x", layout="denominator").shape == sg.jacobian(output, "x").shape[::-1]
    loss = sg.formula("a@X@b", shapes={"X": "m n", "a": "m", "b": "n"})
    assert str(sg.gradient(loss, "X")) == "outer(a, b)"
    assert str(sg.gradient(loss, "X", layout="numerator")) == "outer(b, a)"
    assert str(sg.gradient(loss, "a", layout="numerator")) == str(sg.gradient(loss, "a"))
    with pytest.raises(sg.SymgdError, match="no layout called 'row'"):
        sg.jacobian(output, "x", layout="row")
