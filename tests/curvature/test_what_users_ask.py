"""Sets and compositions that users ask for, with the kinds that are true of them, each beside siblings that differ by a little.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, chapter 3.
"""

from __future__ import annotations

import re

import pytest

import symgd as sg

UP, POSITIVE = "(0, inf)", {"positive": True}
CONVEX, STRICT, STRONG = (
    ("CONVEX", "STRICTLY_CONVEX", "STRONGLY_CONVEX"),
    ("STRICTLY_CONVEX", "STRONGLY_CONVEX"),
    ("STRONGLY_CONVEX",),
)
CONCAVE, NEITHER, UNKNOWN = ("CONCAVE", "STRICTLY_CONCAVE"), ("NEITHER",), ("UNKNOWN",)

SETS = [  # a formula, its domain, constraints, and the kinds that are true
    ("-log(a*c - b**2)", {"a": UP}, [], STRICT),
    ("-log(a*c - 2*b**2)", {"a": UP}, [], STRICT),
    ("-log(a*c - b**2)", {}, [], (*UNKNOWN, *NEITHER)),
    ("a**2 + b**2 + c**2", {"a": UP, "c": UP}, ["a*c - b**2 > 0"], STRONG),
    ("a**2 + b**2 + c**2", {"a": UP, "c": UP}, ["a*c - b**2 < 0"], UNKNOWN),
    ("x**2 + y**2", {"x": UP, "y": UP}, ["x*y > 1"], STRONG),
    ("x**2 + y**2", {"x": UP, "y": UP}, ["x*y >= 1"], STRONG),
    ("x**2 + y**2", {"x": UP, "y": UP}, ["x*y < 1"], UNKNOWN),
    ("x**2 + y**2", {}, ["x*y > 1"], UNKNOWN),
    ("x**2 + y**2 + z**2", {"x": UP, "y": UP, "z": UP}, ["x*y*z > 1"], STRONG),
    ("-log(x*y - 1)", {"x": UP, "y": UP}, [], STRICT),
    ("t**2 + x**2 + y**2", {"t": UP}, ["t**2 > x**2 + y**2"], STRONG),
    ("t**2 + x**2 + y**2", {"t": UP}, ["t**2 < x**2 + y**2"], UNKNOWN),
    ("x**2", {}, ["x/0.3 > 0"], STRONG),
    ("-log(x/0.3)", {}, [], STRICT),
    ("-log(-x/0.3)", {}, [], STRICT),
]


@pytest.mark.parametrize(("text", "domain", "constraints", "kinds"), SETS)
def test_sets(text, domain, constraints, kinds):
    verdict = sg.convexity(text, domain=domain or None, constraints=constraints)
    assert verdict.kind.name in kinds
    assert verdict.proof is None or verdict.check()


SHAPES = {
    **dict.fromkeys("bwqx", "n"),
    **dict.fromkeys("ypc", "m"),
    "X": "m n",
    "R": "m m",
    "P": "n n",
    "S": "4 4",
    "v": "5",
}
NONNEGATIVE = {"nonnegative": True}
FORMULAS = [  # a formula with shapes from SHAPES, the variable, facts, and the kinds that are true
    ("sum(log(R @ exp(X @ b)) - X @ b)", "b", {"R": NONNEGATIVE}, CONVEX),
    ("sum(log(R @ exp(X @ b)) - X @ b)", "b", {}, (*UNKNOWN, *NEITHER)),
    ("log(p @ exp(X @ b))", "b", {"p": POSITIVE}, CONVEX),
    ("log(p @ exp(X @ b))", "b", {"p": NONNEGATIVE}, CONVEX),
    ("log(p @ exp(-X @ b) + 1)", "b", {"p": NONNEGATIVE}, CONVEX),
    ("logsumexp(X @ b + c)", "b", {}, CONVEX),
    ("maximum(0, x @ P @ x + q @ x + r)", "x", {"P": {"psd": True}}, CONVEX),
    ("maximum(0, x @ P @ x + q @ x + r)", "x", {}, (*UNKNOWN, *NEITHER)),
    ("maximum(0, x @ x - 1)", "x", {}, CONVEX),
    ("maximum(0, 1 - x @ x)", "x", {}, (*UNKNOWN, *NEITHER)),
    ("sum(d**2*(sqrt(1 + ((X @ w - y)/d)**2) - 1))", "w", {"d": POSITIVE}, CONVEX),
    ("sum(d**2*(sqrt(1 + ((X @ w - y)/d)**2) - 1))", "w", {"d": {"nonzero": True}}, CONVEX),
    ("eigvalsh(S)[-1]", "S", {}, CONVEX),
    ("eigvalsh(S)[0]", "S", {}, CONCAVE),
    ("sum(eigvalsh(S)[-2:])", "S", {}, CONVEX),
    ("sum(eigvalsh(S)[:2])", "S", {}, CONCAVE),
    ("sum(eigvalsh(S)[1:3])", "S", {}, (*UNKNOWN, *NEITHER)),
    ("sum(sort(v)[-2:])", "v", {}, CONVEX),
    ("sum(sort(v)[:2])", "v", {}, CONCAVE),
    ("sum(sort(v)[1:3])", "v", {}, (*UNKNOWN, *NEITHER)),
    ("sum(xlogy(p, p))", "p", {}, CONVEX),
    ("sum(xlogy(p, p/c))", "p", {"c": POSITIVE}, CONVEX),
    ("sum(xlogy(p, p/c) - p + c)", "p", {"c": POSITIVE}, CONVEX),
    ("norm2(x)**4", "x", {}, CONVEX),
    ("exp(norm2(x))", "x", {}, CONVEX),
    ("softplus(norm1(x) - 1)", "x", {}, CONVEX),
    ("maximum(0, norm2(x) - 1)**2", "x", {}, CONVEX),
    ("exp(x @ x/2 + norm1(x))", "x", {}, STRONG),
    ("log(1 + x @ x)", "x", {}, (*UNKNOWN, *NEITHER)),
    ("-sqrt(1 - x @ x)", "x", {}, CONVEX),
    ("sqrt(norm2(x))", "x", {}, (*UNKNOWN, *NEITHER)),
]


@pytest.mark.parametrize(("text", "wrt", "facts", "kinds"), FORMULAS)
def test_formulas_of_every_size(text, wrt, facts, kinds):
    names = set(re.findall(r"\w+", text))
    formula = sg.formula(text, shapes={name: shape for name, shape in SHAPES.items() if name in names}, facts=facts)
    verdict = sg.convexity(formula, wrt)
    assert verdict.kind.name in kinds
    assert verdict.proof is None or verdict.check()


SCALARS = [  # a formula of scalars, facts, what else is given, and the kinds that are true
    ("d**2*(sqrt(1 + (x/d)**2) - 1)", {"d": POSITIVE}, {}, STRICT),
    ("exp(a*x/(t*x - c))", {"a": POSITIVE, "t": POSITIVE, "c": POSITIVE}, {"constraints": ["t*x > c"]}, STRICT),
    ("exp(a*x/(t*x - c))", {"a": POSITIVE, "t": POSITIVE, "c": POSITIVE}, {"constraints": ["t*x < c"]}, (*UNKNOWN, *NEITHER)),
    ("exp(-a*x/(t*x - c))", {"a": POSITIVE, "t": POSITIVE, "c": POSITIVE}, {"constraints": ["t*x > c"]}, (*UNKNOWN, *NEITHER)),
    ("xlogy(x, x)", {}, {}, STRICT),
    ("xlogy(x, x) + xlogy(1 - x, 1 - x)", {}, {}, STRONG),
    ("x**4", {}, {}, ("STRICTLY_CONVEX",)),
    ("exp(x**4)", {}, {}, ("STRICTLY_CONVEX",)),
    ("maximum(0, x)**4", {}, {}, ("CONVEX",)),
    ("log(1 + exp(x**2))", {}, {}, CONVEX),
    ("sqrt(1 + exp(2*x))", {}, {}, STRICT),
    ("exp(maximum(x, 0)**2)", {}, {}, ("CONVEX",)),
    ("maximum(0, x**2 - 1)", {}, {}, ("CONVEX",)),
    ("maximum(0, 1 - x**2)", {}, {}, NEITHER),
    ("maximum(0, x**2 - x)**(3/2)", {}, {}, CONVEX),
]


@pytest.mark.parametrize(("text", "facts", "given", "kinds"), SCALARS)
def test_formulas_of_scalars(text, facts, given, kinds):
    verdict = sg.convexity(sg.formula(text, facts=facts), "x", **given)
    assert verdict.kind.name in kinds
    assert verdict.kind.name == "UNKNOWN" or verdict.check()


@pytest.mark.parametrize("text", ["x**4 + y**4", "x**4 + y**4 + x**2*y**2", "(x**2 + y**2)**2", "exp(x**4 + y**4)"])
def test_a_hessian_that_vanishes_at_a_corner_leaves_strictness(text):
    for domain in ({}, {"x": "[0, inf)", "y": "[0, inf)"}, {"x": "[0, 1]", "y": "[-1, 0]"}):
        assert sg.convexity(text, domain=domain or None).kind.name == "STRICTLY_CONVEX"
