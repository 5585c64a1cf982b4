"""Gram forms of symbolic size: what is proven holds for numbers, and what only looks alike is refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from tests.formulas import declared

SHAPES = {"X": "n n", "S": "n n", "P": "n n", "w": "n", "A": "m n", "c": "n", "Y": "n n"}
FACTS = {"S": {"pd": True}, "P": {"psd": True}}
RNG = np.random.default_rng(5)

PROVEN = [
    ("-logdet(S)", "S", "STRICTLY_CONVEX"),
    ("trace(inv(S))", "S", "STRICTLY_CONVEX"),
    ("trace(P @ S) - 3*logdet(S)", "S", "STRICTLY_CONVEX"),
    ("c @ inv(S) @ c", "S", "CONVEX"),
    ("w @ P @ w + c @ w", "w", "CONVEX"),
    ("w @ A.T @ A @ w", "w", "CONVEX"),
    ("trace(X.T @ P @ X)", "X", "CONVEX"),
    ("trace(X @ P @ X.T)", "X", "CONVEX"),
    ("logdet(S)", "S", "STRICTLY_CONCAVE"),
    ("trace(inv(S) @ P)", "S", "CONVEX"),
    ("trace(X.T @ P @ X @ P)", "X", "CONVEX"),
    ("-2*logdet(S) + trace(P @ S)/3", "S", "STRICTLY_CONVEX"),
    ("(w @ P @ w)**2", "w", "CONVEX"),
]
REFUSED = [("trace(X @ X)", "X"), ("trace(X @ Y @ X @ Y)", "X"), ("trace(P @ X @ P @ X)", "X"), ("sum(X*X.T)", "X"),
           ("trace(X @ P @ X)", "X"),
           ("w @ X @ w", "w"), ("trace(S @ Y @ S @ Y)", "S"), ("(w @ X @ w)**2", "w"), ("c @ S @ S @ Y @ c", "S")]  # fmt: skip


def _formula(text):
    shapes = declared(SHAPES, text)
    return sg.formula(text, shapes=declared(shapes, text), facts={name: facts for name, facts in FACTS.items() if name in text})


def _definite(n):
    root = RNG.normal(size=(n, n))
    return root @ root.T + 0.2 * np.eye(n)


@pytest.mark.parametrize(("text", "wrt", "kind"), PROVEN)
def test_proven_for_all_sizes(text, wrt, kind):
    formula = _formula(text)
    verdict = sg.convexity(formula, wrt)
    assert verdict.kind.name == kind, str(verdict)
    assert verdict.proof.check()
    names = [node.name for node in formula.symbols]
    code = sg.lambdify(names, formula)
    for n in (1, 2, 4):
        values = {"X": None, "S": None, "P": _definite(n), "A": RNG.normal(size=(3, n)), "c": RNG.normal(size=n), "w": None}
        for _ in range(20):
            ends = [_definite(n) if wrt == "S" else RNG.normal(size=n if wrt == "w" else (n, n)) for _ in range(2)]
            f = [float(code(*({**values, wrt: x}[name] for name in names))) for x in (*ends, (ends[0] + ends[1]) / 2)]
            gap = f[2] - (f[0] + f[1]) / 2
            assert (
                gap <= 1e-9 * (1 + abs(f[0]) + abs(f[1])) if verdict.kind.is_convex else gap >= -1e-9 * (1 + max(map(abs, f)))
            )


@pytest.mark.parametrize(("text", "wrt"), REFUSED)
def test_what_only_looks_like_a_square_is_not_proven(text, wrt):
    assert sg.convexity(_formula(text), wrt).kind.name in ("UNKNOWN", "NEITHER")
