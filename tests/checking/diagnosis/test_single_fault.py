"""What is wrong, in words."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.checking.diagnosis.edits import as_floats
from symgd.evaluation import multiprecision as mpmath

SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "n n", "x": "n", "v": "n", "Y": "m k", "V": "n k", "z": "k"}


@pytest.mark.parametrize(
    ("loss", "wrt", "claim", "words"),
    [
        ("sum((X @ w - y)**2)", "w", "2*X.T @ (X @ w + y)", "sign of term 2"),
        ("sum((X @ w - y)**2)", "w", "2*X.T @ X @ w", "term 2 is missing"),
        ("sum((X @ w - y)**2)", "w", "X.T @ (X @ w - y)", "missing factor 2"),
        ("sum((X @ w - y)**2)", "w", "-2*X.T @ (X @ w - y)", "wrong sign"),
        ("sum((X @ w - y)**2)", "w", "2.000002*X.T @ (X @ w - y)", "factor 1.000001 too many"),
        ("mean((X @ w - y)**2)", "w", "2*X.T @ (X @ w - y)", "missing factor 1/m"),
        ("mean((X @ w - y)**2)", "w", "X.T @ (X @ w - y)", "missing factor 2/m"),
        ("mean((X @ w - y)**2)", "w", "2*X.T @ (X @ w - y)/m**2", "missing factor m"),
        ("mean((X @ w - y)**2)/2 + c*sum(w**2)", "w", "X.T @ (X @ w - y)/m + c*w", "missing factor 2 in term"),
        ("c*sum(x**2)", "x", "2*x", "missing factor c"),
        ("sum(v*x**2)", "x", "2*x", "missing factor v"),
        ("x @ A @ x", "x", "2*A @ x", "transposed|sign|factor|instead|missing"),
        ("v @ A @ x", "A", "outer(x, v)", "transposed"),
        ("logdet(A)", "A", "inv(A)", "transposed"),
        ("sum(A @ x)", "x", "sum(A, axis=1)", "transposed: A"),
        ("sum(sin(x))", "x", "sin(x)", "instead"),
        ("sum(exp(2*x))", "x", "exp(2*x)", "missing factor 2"),
        ("sum(x**3)", "x", "3*x**3", "exponent|factor x too many"),
        ("sum(relu(x))", "x", "where(x > 0, 1, 1/10)", "wrong branch: wrong where x"),
        ("sum(abs(x)**3)", "x", "3*x**2", "wrong branch: wrong where x"),
        ("sum(x**2)", "x", "concatenate([x[:1], 2*x[1:]])", r"entry \(0\) only: missing factor 2"),
        ("sum(x**2)", "x", "2*concatenate([x[1:], x[:1]])", "the index is off by one"),
        ("mean((X @ V + z - Y)**2)", "z", "2*(X @ V + z - Y)/(m*k)", "the broadcast axis is not summed: axis 0"),
        ("sum(x**2)", "x", "0*x", "everything is missing"),
        ("sum(x**2) + sum(v*x)", "x", "3*x + 2*v", "in term 1.*in term 2"),
    ],
)
def test_causes(loss, wrt, claim, words):
    import re

    formula = sg.formula(loss, shapes={name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", loss)})
    check = sg.check_gradient(formula, wrt, gradient=claim)
    assert check.verdict.name == "WRONG"
    assert re.search(words, "; ".join(check.causes)), check.causes
    assert "cause: " in check.explain()


def test_the_kink_is_told_from_the_branches():
    check = sg.check_gradient(lambda x: np.abs(x).sum(), lambda x: np.where(x == 0, 2, np.sign(x)), at=[0.0, 1.0])
    assert check.causes == ["right away from x = 0, wrong branch at the kink"]
    assert "expected between -1 and 1, at a kink" in check.explain()


def test_several_variables_are_told_apart():
    loss = sg.formula("a**2*b + b**3")
    check = sg.check_gradient(loss, ["a", "b"], gradient="[2*a*b, a**2 - 3*b**2]")
    assert len(check.causes) == 1
    assert check.causes[0].endswith("(in b)")
    assert "sign of term 2" in check.causes[0]


def test_what_fits_nothing_is_left_unexplained():
    check = sg.check_gradient("sum(x**2)", "x", gradient="cos(x)**3 + 17", points=3)
    assert check.causes == []
    assert "no explanation found" in check.explain()


def test_a_right_gradient_has_no_cause():
    assert sg.check_gradient("x**2", "x").causes == []


def test_causes_are_plain_data():
    assert sg.check_gradient("x**2", "x", gradient="x").to_dict()["causes"][0].startswith("missing factor 2")


def test_no_value_becomes_nan_without_a_warning():
    """Older versions of NumPy warn of the way in which mpmath makes its NaN."""
    numbers = np.array([mpmath.nan, mpmath.mpf(1) / 4, mpmath.inf], dtype=object)
    np.testing.assert_array_equal(as_floats(numbers), [np.nan, 0.25, np.inf])
    assert np.isnan(as_floats(np.array([None, "x"], dtype=object))).all()
