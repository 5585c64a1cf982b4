"""The representation of every result: one line that says what it is."""

from __future__ import annotations

import pytest

import symgd as sg
import symgd.results
from symgd.summaries import summary
from tests.test_pickling import DATA, LOSS, RESULTS, W, X, Y

MORE = {
    "objective": lambda: sg.objective(LOSS, "w", DATA),
    "Hessian": lambda: sg.objective(LOSS, "w", DATA).hess(W),
    "history": lambda: sg.minimize(LOSS, "w", data=DATA, start=W).history,
    "operator function": lambda: sg.lambdify(["X", "w", "y"], sg.structure(sg.hessian(LOSS, "w"), "w")),
    "operator": lambda: sg.lambdify(["X", "w", "y"], sg.structure(sg.hessian(LOSS, "w"), "w"))(X, W, Y),
    "proof": lambda: sg.convexity(LOSS, "w").proof,
    "counterexamples": lambda: sg.convexity("x**3", "x").witness,
    "chord": lambda: sg.convexity("x**3", "x").witness.against_convexity.chord(),
    "step": lambda: sg.convexity(LOSS, "w").proof.root,
    "point": lambda: sg.stationary_points("x**3 - 3*x", "x")[0],
    "derived and checked": lambda: sg.derive_and_check(LOSS, "w"),
}
PAGES = {"derivation", "derivation of a Hessian", "named"}
"""What is read at the prompt in full."""
SHORT = {name: make for name, make in {**RESULTS, **MORE}.items() if name not in PAGES}


@pytest.mark.parametrize("name", SHORT)
def test_a_result_is_shown_on_one_line(name):
    value = SHORT[name]()
    for result in value if isinstance(value, list) else [value]:
        text = repr(result)
        assert "\n" not in text
        assert "object at 0x" not in text
        assert len(text) <= 300


def test_what_a_line_says():
    assert repr(sg.objective(LOSS, "w", DATA)) == "<objective mean((X @ w - y)**2) in w (2,): 2 entries>"
    function = sg.lambdify(["X", "w", "y"], sg.structure(sg.hessian(LOSS, "w"), "w"))
    assert repr(function) == "<function of X, w, y that returns an operator: Gram form, n variables>"
    assert repr(sg.convexity("abs(x) + x**2", "x")) == "<convexity of abs(x) + x**2: STRONGLY_CONVEX in x, with modulus 2>"
    assert repr(sg.stationary_points("x**3 - 3*x", "x")) == "<2 stationary points: minimum at x = 1, maximum at x = -1>"
    assert repr(sg.taylor("exp(x)", "x")) == "<Taylor expansion of exp(x) at x = 0, order 4>"
    assert repr(sg.check_gradient("x**2", "x")) == "<check of 5 entries: RIGHT (50-digit arithmetic, 5 points)>"


def test_every_class_of_results_is_shown():
    shown = {type(make()).__name__ for make in SHORT.values()}
    kinds = {"Outcome", "Kind", "Verdict", "StructureKind", "HessianOperator", "Compiled", "Derivation", "Named"}
    assert set(symgd.results.__all__) <= shown | kinds


def test_a_long_text_is_cut():
    assert summary("a\n  b") == "<a b>"
    assert len(summary("x" * 1000)) == 162
