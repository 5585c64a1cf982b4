"""Sums, products and contractions multiplied out keep their values."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.second_derivatives.index_products import Expansion
from tests.formulas import declared

COUNTS = [
    ("x@(A + B)@x", {"x": "n", "A": "n n", "B": "n n"}, 2),
    ("sum((x + y)**2)", {"x": "n", "y": "n"}, 4),
    ("x@A@y", {"x": "n", "A": "n n", "y": "n"}, 1),
]


@pytest.mark.parametrize(("text", "shapes", "count"), COUNTS)
def test_products_of_sums_are_sums_of_products(text, shapes, count):
    networks = Expansion().of(sg.formula(text, shapes=shapes))
    assert networks is not None
    assert len(networks) == count
    assert all(network.output == () and str(network) for network in networks)


SHAPES = {"x": "n", "y": "n", "u": "m", "A": "m n", "B": "n n", "C": "n n", "a": ""}
VALUES = [
    "x@B@y", "x@(B + C)@x", "sum((x + y)**2)", "(x@y)**2", "sum(A@x)", "u@A@(B + 2*C)@x", "trace(B@C)", "trace(B@C.T@B)",
    "sum(B*C)",    "sum((A@x - u)**2)", "a*(x@y) + a**2", "sum(x*y*(B@x))", "sum(A**2)/2", "(x - y)@B@(x + y)",
    "sum(outer(x, y)*B)",    "sum(exp(x)*y)", "x@B@C@B@y", "-3*(x@x)*(y@y)", "trace(B)**2",
]  # fmt: skip


def contracted(network, values):
    """Return the number that a contraction is, by NumPy's einsum."""
    labels = {label: k for k, label in enumerate(dict.fromkeys(label for _, inside in network.factors for label in inside))}
    operands = []
    for atom, inside in network.factors:
        inputs = list(atom.symbols) if not atom.is_symbol else [atom]
        array = values[atom] if atom.is_symbol else sg.lambdify(inputs, atom)(*(values[one] for one in inputs))
        operands += [np.asarray(array, dtype=float), [labels[label] for label in inside]]
    return float(network.coefficient) * (float(np.einsum(*operands, [])) if operands else 1.0)


@pytest.mark.parametrize("text", VALUES)
def test_contractions_add_up_to_the_value(text):
    formula = sg.formula(text, shapes=declared(SHAPES, text))
    rng = np.random.default_rng(3)
    sizes = {"m": 2, "n": 3}
    values = {node: rng.normal(size=tuple(sizes[str(size)] for size in node.shape)) for node in formula.symbols}
    networks = Expansion().of(formula)
    assert networks is not None
    expected = float(sg.lambdify(list(values), formula)(*values.values()))
    assert sum(contracted(network, values) for network in networks) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_too_many_terms_are_left():
    many = " + ".join(f"x{k}@y" for k in range(9))
    formula = sg.formula(f"({many})**2", shapes={"y": "n", **{f"x{k}": "n" for k in range(9)}})
    assert Expansion().of(formula) is None
