"""Backpropagation layer by layer: the gradients, in named values and adjoints."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.equality.proof import Equality, compare_formulas

NET = "mean((tanh(tanh(X@W1 + b1)@W2 + b2)@w3 - y)**2)"
NET_SHAPES = {"X": "m n", "W1": "n h", "b1": "h", "W2": "h k", "b2": "k", "w3": "k", "y": "m"}
WEIGHTS = ["W1", "b1", "W2", "b2", "w3"]


def test_backpropagation_is_told_layer_by_layer():
    loss = sg.formula(NET, shapes=NET_SHAPES)
    named = sg.derivation(loss, WEIGHTS).named()
    assert str(named) == "\n".join(
        [
            "z_1 = X @ W1 + b1",
            "h_1 = tanh(z_1)",
            "z_2 = h_1 @ W2 + b2",
            "h_2 = tanh(z_2)",
            "delta_2 = 2 * outer(h_2 @ w3 - y, w3) * (1 - h_2**2) / m",
            "delta_1 = (delta_2 @ W2.T) * (1 - h_1**2)",
            "grad_W1 = X.T @ delta_1",
            "grad_b1 = sum(delta_1, axis=0)",
            "grad_W2 = h_1.T @ delta_2",
            "grad_b2 = sum(delta_2, axis=0)",
            "grad_w3 = 2*h_2.T @ (h_2 @ w3 - y) / m",
        ]
    )
    gradients = sg.gradients(loss, WEIGHTS)
    for name, whole in named.expanded().items():
        assert compare_formulas([gradients[name]], [whole], loss)[0][0] is Equality.EQUAL
    assert "∇_W1 L = Xᵀ δ_1" in named.text()
    assert r"\nabla_{W_{1}} L &= " in named.latex()


@pytest.mark.parametrize(
    ("text", "shapes", "wrt"),
    [
        (
            "-mean(sum(Y*log(softmax(relu(X@W + b)@V, axis=1)), axis=1))",
            {"X": "m n", "W": "n p", "b": "p", "V": "p k", "Y": "m k"},
            ["W", "b", "V"],
        ),
        ("sum((tanh(X@W) + sigmoid(X@W))@v)", {"X": "m n", "W": "n p", "v": "p"}, ["W", "v"]),  # two functions of one value
        ("sum(tanh(tanh(z) + z))", {"z": "n"}, ["z"]),  # past a layer
        ("sum(tanh(X@w)*(X@w) + relu(X@w))", {"X": "m n", "w": "n"}, ["w"]),  # past a layer that was computed
        ("sum(exp(z)*sin(exp(z)))", {"z": "n"}, ["z"]),  # exp of an input is no layer
        ("sum(tanh(X@v))", {"X": "m n", "v": "n"}, ["v"]),
        ("mean(log(1 + exp(-y*(X@w))))", {"X": "m n", "y": "m", "w": "n"}, ["w"]),
        ("(x + y)**2", {}, ["x", "y"]),
    ],
)
def test_layers_give_the_gradients(text, shapes, wrt):
    loss = sg.formula(text, shapes=shapes)
    named = sg.derivation(loss, wrt).named()
    gradients = sg.gradients(loss, wrt)
    assert list(named.results) == wrt
    for name, whole in named.expanded().items():
        assert compare_formulas([gradients[name]], [whole], loss)[0][0] is Equality.EQUAL
