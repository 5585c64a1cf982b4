"""Inputs with declared values: what is simplified, and what is not, each compared at all values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.domain import read_domain
from symgd.curvature.prover import prove_or_refute

SIMPLER = [  # a formula of x and a label y, the label's values, and what it becomes
    ("y**2*x", [-1, 1], "x"),
    ("y**3 + x", [-1, 1], "y + x"),
    ("x/y", [-1, 1], "x*y"),
    ("abs(y) + x", [-1, 1], "x + 1"),
    ("sign(y)*x", [-1, 1], "x*y"),
    ("(x*y)**2", [-1, 1], "x**2"),
    ("(2*x*y)**4", [-1, 1], "16*x**4"),
    ("abs(x*y)", [-1, 1], "abs(x)"),
    ("y**2 + x", [0, 1], "y + x"),
    ("sqrt(y)*x", [0, 1], "x*y"),
    ("abs(y)*x", [0, 1], "x*y"),
    ("floor(y) + x", [0, 1], "y + x"),
    ("relu(y) + x", [-1, 0], "x"),
    ("abs(y) + x", [-1, 0], "x - y"),
    ("y**2 + x", [-1, 0], "x - y"),
    ("floor(y) + x", [0, "1/2"], "x"),
    ("y**2 + x", [-2, 2], "x + 4"),
    ("y**2*x", [3], "9*x"),
    ("y**4 + x", [-1, 0, 1], "y**4 + x"),
    ("y**3 + x", [-1, 0, 1], "y + x"),
    ("1/y + x", [0, 1], "1/y + x"),
    ("sqrt(y)*x", [-1, 1], "x*sqrt(y)"),
    ("y**2 + x", [1, 2], "y**2 + x"),
    ("(x*y)**2", [0, 1], "(x*y)**2"),
]


@pytest.mark.parametrize(("text", "values", "expected"), SIMPLER)
def test_what_is_simplified(text, values, expected):
    facts = {"y": {"values": [sg.formula(str(one)) for one in values]}}
    formula = sg.formula(text, facts=facts)
    simple = sg.simplify(formula)
    assert str(simple) == expected
    for y, x in itertools.product([float(sg.formula(str(one)).value) for one in values], (0.5, -2.0)):
        with np.errstate(all="ignore"):
            before = sg.lambdify(["x", "y"], formula)(x, y)
            after = sg.lambdify(["x", "y"], simple)(x, y) if "y" in expected else sg.lambdify(["x"], simple)(x)
        assert np.isclose(before, after, equal_nan=True)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("y @ y", [-1, 1], "m"),
        ("y @ y", [0, 1], "sum(y)"),
        ("sum(y**2*z)", [-1, 1], "sum(z)"),
        ("sum(y**2*z)", [0, 1], "y @ z"),
        ("y[0]**2 + y[1]", [-1, 1], "1 + y[1]"),
        ("sum((1 - y*z)**2)", [1, 2], "sum((1 - y * z)**2)"),
    ],
)
def test_tensors(text, values, expected):
    shapes = {name: shape for name, shape in {"y": "m", "z": "m"}.items() if name in text}
    simple = sg.simplify(sg.formula(text, shapes=shapes, facts={"y": {"values": values}}))
    assert str(simple) in (expected, " + ".join(reversed(expected.split(" + "))))


def test_losses_of_labels_that_are_equal():
    facts = {"y": {"values": [-1, 1]}}
    left, right = (sg.formula(text, facts=facts) for text in ("(1 - y*z)**2", "(y - z)**2"))
    assert str(sg.check_value(left, right).verdict) == "RIGHT"
    assert str(sg.check_value(sg.formula("(1 - y*z)**2"), sg.formula("(y - z)**2")).verdict) == "WRONG"
    zero_one = sg.formula("softplus(z) - y*z", facts={"y": {"values": [0, 1]}})
    signs = sg.formula("softplus(-(2*y - 1)*z)", facts={"y": {"values": [0, 1]}})
    assert str(sg.check_value(zero_one, signs).verdict) == "RIGHT"


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("(1 - y*z)**2", [-1, 1], ("STRONGLY_CONVEX", "2")),
        ("(1 - y*z)**2", [0, 1], ("CONVEX", "None")),
        ("maximum(0, 1 - y*z)**2", [-1, 1], ("CONVEX", "None")),
        ("log(1 + exp(-y*z))", [-1, 1], ("STRICTLY_CONVEX", "None")),
        ("softplus(z) - y*z", [0, 1], ("STRICTLY_CONVEX", "None")),
        ("y*z**2", [0, 1], ("CONVEX", "None")),
        ("y*z**2", [-1, 1], ("UNKNOWN", "None")),
        ("y**2*z**2", [-2, 2], ("STRONGLY_CONVEX", "8")),
    ],
)
def test_convexity_of_losses_of_labels(text, values, expected):
    verdict = sg.convexity(sg.formula(text, facts={"y": {"values": values}}), "z")
    assert (verdict.kind.name, str(verdict.modulus)) == expected
    assert verdict.proof is None or verdict.check()


def test_a_counterexample_keeps_to_the_values():
    verdict = sg.convexity(sg.formula("y*z**2 + z**3", facts={"y": {"values": [3, 5]}}), "z")
    assert verdict.witness.parameters["y"] in (3, 5)


def test_an_input_of_single_values_is_no_variable():
    loss = sg.formula("(1 - y*z)**2", facts={"y": {"values": [-1, 1]}})
    for derive in (sg.gradient, sg.hessian, sg.convexity):
        with pytest.raises(sg.SymgdError, match="takes the values -1, 1 only"):
            derive(loss, "y")
    assert [node.name for node in sg.convexity(loss).wrt] == ["z"]


def test_a_formula_of_labels_alone_has_no_variable_between_the_values():
    (y,) = sg.formula("y**4 - 3*y", facts={"y": {"values": [-1, 0, 2]}}).symbols
    verdict = prove_or_refute(y**4 - 3 * y**3, [y], read_domain(y**4 - 3 * y**3, [y], {}, []))
    assert str(verdict.kind) == "UNKNOWN"
    assert "single values" in verdict.reason


def test_data_are_held_to_the_values():
    loss = sg.formula("mean(log(1 + exp(-y*(X@w))))", shapes={"X": "m n", "y": "m", "w": "n"}, facts={"y": {"values": [-1, 1]}})
    data = {"X": [[1.0, 2.0], [3.0, 4.0]], "y": [1.0, 0.0]}
    with pytest.raises(sg.SymgdError, match="its numbers are -1 or 1"):
        sg.convexity(loss, "w", data=data)
    assert str(sg.convexity(loss, "w", data={**data, "y": [1.0, -1.0]}).kind) in ("CONVEX", "STRICTLY_CONVEX")
