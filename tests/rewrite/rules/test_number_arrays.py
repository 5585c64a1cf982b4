from __future__ import annotations

import re

import pytest

import symgd as sg

SHAPES = {"x": "5", "v": "n", "X": "3 3", "p": "3"}
GRADIENTS = [
    ("sum(x[::-1]*[0, 1, 2, 3, 4])", "x", "[4, 3, 2, 1, 0]"),
    ("sum(x[1:4])", "x", "[0, 1, 1, 1, 0]"),
    ("sum((x[2:] - x[:-2])/2)", "x", "[-1/2, -1/2, 0, 1/2, 1/2]"),
    ("sum(flip(X, 1)[0])", "X", "[[1, 1, 1], [0, 0, 0], [0, 0, 0]]"),
    ("sum(X[:, 1:])", "X", "[[0, 1, 1], [0, 1, 1], [0, 1, 1]]"),
    ("log_softmax(p)[0]", "p", "[1, 0, 0] - softmax(p)"),
    ("softmax(p)[2]", "p", "softmax(p) * ([0, 0, 1] - softmax(p)[2])"),
    ("sum(v[1:])", "v", "pad(ones(n - 1), (1, 0))"),
    ("p[0]*p[1] + p[2]**2", "p", "[p[1], p[0], 2*p[2]]"),
]
RESULTS = [
    ("x*sum([0, 1/4, 1/2])", "3*x/4"),
    ("mean([1, 2, 6])*x", "3*x"),
    ("[0, 0, 1] @ p", "p[2]"),
    ("[0, 0, 1] @ X", "X[2]"),
    ("X @ [0, 1, 0]", "X[:, 1]"),
    ("[0, 0, 2] @ p", "[0, 0, 2] @ p"),
    ("[1, 0, 1] @ p", "[1, 0, 1] @ p"),
    ("[1, 0, 0] @ log(p)", "[1, 0, 0] @ log(p)"),  # the other logarithms may have no value
    ("p + ones(5)[1:4]", "p + 1"),
    ("X @ eye(3)[:, [0, 1]]", "X @ [[1, 0], [0, 1], [0, 0]]"),
    ("(2*[[1, 0, 1], [0, 3, 1], [0, 0, 1]]) @ p", "[[2, 0, 2], [0, 6, 2], [0, 0, 2]] @ p"),
]


def shapes_of(text):
    return {name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", text)}


@pytest.mark.parametrize(("text", "wrt", "expected"), GRADIENTS)
def test_gradients(text, wrt, expected):
    assert str(sg.gradient(sg.formula(text, shapes=shapes_of(text)), wrt)) == expected


@pytest.mark.parametrize(("text", "expected"), RESULTS)
def test_results(text, expected):
    assert str(sg.simplify(sg.formula(text, shapes=shapes_of(text)))) == expected
