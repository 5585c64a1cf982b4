from __future__ import annotations

import pytest

import symgd as sg

SHAPES = {"x": "n", "y": "n", "X": "m n"}


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("sum(sort(x))", "sum(x)"),
        ("mean(sort(x))", "mean(x)"),
        ("sum(sort(X, axis=1), axis=1)", "sum(X, axis=1)"),
        ("sum(sort(X, axis=1))", "sum(X)"),
        ("sum(sort(X, axis=1), axis=0)", "sum(sort(X, axis=1), axis=0)"),
        ("sum(unsort_by(x, y))", "sum(x)"),
        ("sum(sort_by(x, log(y)))", "sum(sort_by(x, log(y)))"),  # log(y) may have no value
        ("sum(sort(x)**2)", "sum(sort(x)**2)"),
        ("x[argsort(y)]", "sort_by(x, y)"),
        ("x[argsort(x)]", "sort(x)"),
        ("take(X, argsort(y), axis=1)", "sort_by(X, y)"),
        ("take(X.T, argsort(y), axis=0)", "X.T[argsort(y)]"),
        ("take(x, argsort(y[1:]))", "x[argsort(y[1:])]"),
        ("take_along_axis(X, argsort(X, axis=0), axis=0)", "sort(X, axis=0)"),
    ],
)
def test_results(text, after):
    shapes = {name: shape for name, shape in SHAPES.items() if name in text.replace("axis", "").replace("exp", "")}
    assert str(sg.simplify(sg.formula(text, shapes=shapes))) == after
