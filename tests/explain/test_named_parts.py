"""Results in terms of named parts: equal to the results, with the names a person would choose."""

from __future__ import annotations

import numpy as np
import pytest
from latex2mathml.converter import convert

import symgd as sg
from symgd.equality.proof import Equality, compare_formulas
from tests.formulas import declared

SHAPES = {"X": "m n", "y": "m", "w": "n", "W": "n k", "Y": "m k", "A": "n n", "x": "n", "S": "n n"}


def read(text: str) -> sg.Node:
    return sg.formula(text, shapes=declared(SHAPES, text))


CASES = [
    (sg.gradient, "sum((X@w - y)**2)", "w", "r = X @ w - y\n2*X.T @ r"),
    (sg.gradient, "mean(log(1 + exp(-y*(X@w))))", "w", "s = sigmoid(-y * (X @ w))\n-X.T @ (y * s) / m"),
    (sg.hessian, "sum(log(1 + exp(X@w)) - y*(X@w))", "w", "s = sigmoid(X @ w)\nX.T @ ((s * (1 - s))[:, None] * X)"),
    (sg.gradient, "sum(logsumexp(X@W, axis=1)) - sum(Y*(X@W))", "W", "p = softmax(X @ W, axis=1)\nX.T @ (p - Y)"),
    (sg.gradient, "logdet(S) - x@inv(S)@x", "S", "P = inv(S)\nP.T + outer(P.T @ x, P @ x)"),
    (sg.gradient, "sum((tanh(X@w) - y)**2)", "w", "h = tanh(X @ w)\n2*X.T @ ((h - y) * (1 - h**2))"),
    (sg.gradient, "x@A@x", "x", "(A + A.T) @ x"),
]


@pytest.mark.parametrize(("derive", "text", "wrt", "expected"), CASES, ids=[text for _, text, _, _ in CASES])
def test_parts_have_the_names_a_person_would_choose(derive, text, wrt, expected):
    loss = read(text)
    result = derive(loss, wrt)
    named = result.named()
    assert str(named) == expected
    (whole,) = named.expanded().values()
    assert compare_formulas([result], [whole], loss)[0][0] is Equality.EQUAL
    convert(named.latex().replace("align*", "aligned"))
    assert named.to_dict()["results"] == {"": str(named.result)}


def test_the_textbook_writes_diagonal_matrices():
    named = sg.hessian(read("sum(log(1 + exp(X@w)) - y*(X@w))"), "w").named()
    assert named.text() == "s = σ(Xw)\nXᵀ diag(s ⊙ (1 − s)) X"
    assert r"\operatorname{diag}\left(s \odot \left(1 - s\right)\right)" in named.latex()


def test_the_code_uses_the_names():
    code = sg.lambdify(["X", "w", "y"], sg.gradient(read("sum((X@w - y)**2)"), "w").named())
    assert "    r = X @ w - y\n    return 2 * (X.T @ r)" in code.source
    X, w, y = np.eye(2), np.array([1.0, 2.0]), np.array([0.0, 5.0])
    assert code(X, w, y).tolist() == [2.0, -6.0]


def test_a_hessian_is_named_too():
    named = sg.derivation(read("sum(log(1 + exp(X@w)) - y*(X@w))"), "w", what="hessian").named()
    assert str(named).startswith("s = sigmoid(X @ w)\nhessian_w = ")
