"""Eigenvalues and singular values next to an end of the spectrum, and those that are not."""

from __future__ import annotations

import pytest

import symgd as sg
from tests.curvature.chords import far_from_chords

CONVEX = [
    "eigvalsh(S)[-1]", "max(eigvalsh(S))", "sum(eigvalsh(S)[-2:])", "mean(eigvalsh(S)[1:])", "sum(eigvalsh(2*S - B)[-3:])",
    "svdvals(S)[0]", "max(svdvals(S))", "sum(svdvals(S)[:2])", "exp(eigvalsh(S)[-1])",
]  # fmt: skip
CONCAVE = ["eigvalsh(S)[0]", "min(eigvalsh(S))", "sum(eigvalsh(S)[:2])", "sum(eigvalsh(S)[:-1])", "-sum(eigvalsh(S)[-2:])"]
NEAR_MISSES = [
    "eigvalsh(S)[1]", "eigvalsh(S)[-2]", "sum(eigvalsh(S)[1:3])", "sum(eigvalsh(S)[::3])", "eigvalsh(S @ S)[0]",
    "svdvals(S)[-1]", "min(svdvals(S))", "sum(svdvals(S)[1:])", "max(eigvalsh(S)[:2])",
    "eigvalsh(S)[-1]*eigvalsh(S)[0]", "eigvalsh(exp(-S))[-1]",
]  # fmt: skip


def formula_of(text):
    shapes = {"S": "4 4"} | ({"B": "4 4"} if "B" in text else {})
    return sg.formula(text, shapes=shapes, facts={"S": {"symmetric": True}})


@pytest.mark.parametrize("text", CONVEX + CONCAVE)
def test_values_at_an_end(text):
    formula = formula_of(text)
    verdict = sg.convexity(formula, "S")
    assert verdict.kind.name == ("CONVEX" if text in CONVEX else "CONCAVE"), str(verdict)
    assert verdict.check()
    above, below = far_from_chords(formula, [node for node in formula.symbols if node.name == "S"])
    assert (above if text in CONVEX else below) < 1e-9


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_values_in_the_middle(text):
    formula = formula_of(text)
    verdict = sg.convexity(formula, "S", budget=3)
    assert verdict.kind.name in ("UNKNOWN", "NEITHER"), str(verdict)
    if "@" not in text and "*" not in text and "exp" not in text:
        assert min(far_from_chords(formula, list(formula.symbols))) > 1e-6


def test_the_size_may_have_a_name():
    formula = sg.formula("eigvalsh(S)[-1]", shapes={"S": "n n"}, facts={"S": {"symmetric": True}})
    assert sg.convexity(formula, "S").kind.name == "CONVEX"


ENTRIES = {
    "CONVEX": ["sort(x)[3]", "sum(sort(x)[1:])", "mean(sort(x)[-2:])", "sum(sort(abs(x))[2:])", "sum(sort(exp(x))[-1:])",
               "max(sort(x))"],
    "CONCAVE": ["sort(x)[0]", "sum(sort(x)[:3])", "sum(sort(-x**2)[:2])", "-sum(sort(x)[2:])", "min(sort(x))"],
    "OTHER": [
        "sort(x)[1]", "sum(sort(x)[1:3])", "sum(sort(-x**2)[2:])", "sum(sort(x**2)[:2])", "sum(sort_by(x, x**2)[2:])",
        "sum(unsort_by(x, x)[2:])", "median(x)", "sum(sort(x)[::2])", "sum(sort(x**3)[2:])",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in ENTRIES.items() for text in texts])
def test_sums_of_the_largest_entries(kind, text):
    formula = sg.formula(text, shapes={"x": "4"})
    verdict = sg.convexity(formula, "x", budget=3)
    above, below = far_from_chords(formula, list(formula.symbols))
    if kind == "OTHER":
        assert verdict.kind.name in ("UNKNOWN", "NEITHER"), str(verdict)
        assert min(above, below) > 1e-6
    else:
        assert verdict.kind.name == kind, str(verdict)
        assert verdict.check()
        assert (above if kind == "CONVEX" else below) < 1e-9
