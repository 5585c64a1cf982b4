"""A formula as the sum of its terms: nothing is lost, and no term is a sum."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.checking.diagnosis.terms import expanded
from symgd.evaluation.high_precision import as_floats, evaluate_precisely
from symgd.evaluation.sampling import points
from tests.checking.diagnosis.planted import SHAPES
from tests.formulas import declared

COUNTS = [  # a formula, its number of terms
    ("s", 1),
    ("s + t", 2),
    ("s - t", 2),
    ("2*(s + t)", 2),
    ("-(s + t)", 2),
    ("s*(t + 1)", 2),
    ("(s + 1)*(t + 1)", 4),
    ("(s + t)/3 - 2*(s - 1)", 4),
    ("sin(s + t)", 1),
    ("exp(s)*(s + t)", 2),
    ("(s + t)**2", 1),
    ("A @ x + A.T @ x", 2),
    ("(A + A.T) @ x", 2),
    ("2*A.T @ (A @ x - v)", 2),
    ("sum(x + v)", 2),
    ("(x + v)/norm2(x)", 2),
    ("x + s", 1),  # a number is added to every entry: the terms have other shapes
    ("-X.T @ (u - X @ v)", 2),
    ("(A - B).T", 2),
]


@pytest.mark.parametrize(("text", "count"), COUNTS)
def test_sums_are_drawn_out_of_what_is_linear_in_them(text, count):
    formula = sg.formula(text, shapes=declared(SHAPES, text))
    terms = expanded(formula)
    assert len(terms) == count
    assert all(term.shape == formula.shape for term in terms)
    for point in points(formula, 2, 0):
        total, *values = (as_floats(one) for one in evaluate_precisely([formula, *terms], point.values, point.sizes))
        assert sum(values) == pytest.approx(total, rel=1e-14)


def test_the_order_and_the_signs_are_those_of_the_formula():
    assert [str(term) for term in expanded(sg.formula("2*(s - t) + r"))] == ["2*s", "-2*t", "r"]
    terms = expanded(sg.formula("A @ (x - v)", shapes={"A": "n n", "x": "n", "v": "n"}))
    assert [str(term) for term in terms] == ["A @ x", "-A @ v"]


@pytest.mark.parametrize("factors", [6, 12, 40])
def test_there_is_an_end_to_the_terms(factors):
    formula = sg.formula("*".join(f"(s{k} + 1)" for k in range(factors)))
    terms = expanded(formula)
    assert 24 <= len(terms) <= 26
    values = {node: 0.5 + k / 50 for k, node in enumerate(formula.symbols)}
    total, *parts = (as_floats(one) for one in evaluate_precisely([formula, *terms], values))
    assert sum(parts) == pytest.approx(total, rel=1e-14)
