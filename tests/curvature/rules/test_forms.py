"""Special forms, each with its near miss."""

from __future__ import annotations

import pytest

import symgd as sg

SHAPES = {"X": "m n", "w": "n", "y": "m", "S": "n n", "t": "", "u": "n"}
FACTS = {"S": {"pd": True}, "t": {"positive": True}, "u": {"positive": True}}

CASES = [
    ("sqrt(1 + sum((X@w - y)**2))", "w", "CONVEX"),
    ("sqrt(sum((X@w - y)**2) - 1)", "w", None),
    ("sum((X@w - y)**2)/t", ["w", "t"], "CONVEX"),
    ("sum((X@w - y)**2)/sqrt(t)", ["w", "t"], "CONVEX"),
    ("sum((X@w - y)**2)/t**2", ["w", "t"], None),
    ("sum((X@w - y)**2)*t", ["w", "t"], None),
    ("w @ inv(S) @ w", ["w", "S"], "CONVEX"),
    ("w @ S @ w", ["w", "S"], None),
    ("sqrt(1 + w @ S @ w)", "w", "CONVEX"),
    ("sqrt((w - u) @ S @ (w - u))", "w", "CONVEX"),
    ("(w @ S @ w)/t", ["w", "t"], "CONVEX"),
    ("sqrt(w @ S @ w - 1)", "w", None),
    ("sqrt(w @ S @ u)", "w", "CONCAVE"),
    ("sum(w**4)**(1/4)", "w", "CONVEX"),
    ("sum(w**4)**(1/2)", "w", None),
    ("sum(w**3)**(1/3)", "w", None),
    ("sum(sqrt(u))**2", "u", "CONCAVE"),
    ("1/sum(1/u)", "u", "CONCAVE"),
    ("sum(sqrt(u))**3", "u", None),
    ("prod(u)**(1/n)", "u", "CONCAVE"),
    ("prod(u)**(1/(2*n))", "u", "CONCAVE"),
    ("prod(u)**(2/n)", "u", None),
    ("prod(u)**(-1)", "u", "CONVEX"),
    ("1/prod(sqrt(u))", "u", "CONVEX"),
    ("log(prod(u))", "u", "CONCAVE"),
    ("prod(u)", "u", None),
    ("sum(-log(erfc(X@w)))", "w", "CONVEX"),
    ("sum(log(erfc(-(X@w))))", "w", "CONCAVE"),
    ("sum(log(1 + erfc(X@w)))", "w", None),
]


@pytest.mark.parametrize(("text", "wrt", "kind"), CASES)
def test_forms_and_near_misses(text, wrt, kind):
    used = {
        name: shape for name, shape in SHAPES.items() if name in text.replace("sqrt", "").replace("sum", "").replace("inv", "")
    }
    formula = sg.formula(text, shapes=used, facts={name: facts for name, facts in FACTS.items() if name in used})
    verdict = sg.convexity(formula, wrt, budget=3)
    if kind is None:
        assert verdict.kind.name in ("UNKNOWN", "NEITHER"), str(verdict)
    else:
        assert verdict.kind.name == kind, str(verdict)
        assert verdict.proof.check()
