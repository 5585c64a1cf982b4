"""Gram forms of symbolic size: what is proven holds for numbers, and what only looks alike is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.domain import read_domain
from symgd.curvature.kind import Kind
from symgd.curvature.second_derivatives import lines
from symgd.curvature.second_derivatives.lines import curvature_along_lines
from tests.curvature.chords import far_from_chords, random_values
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


DATA = {"P": {"psd": True}, "S": {"pd": True}, "T": {"pd": True}, "d": {"positive": True}, "h": {"nonnegative": True},
        "t": {"positive": True}}  # fmt: skip
VECTORS = {"w": "n", "c": "n", "d": "n", "h": "n", "A": "m n", "P": "n n", "S": "n n", "T": "n n", "B": "n n", "t": "", "a": ""}
SIZES = [{"m": 1, "n": 1}, {"m": 1, "n": 2}, {"m": 2, "n": 3}]
FORMS = [  # text in w, and what its second derivative along lines shows
    ("w @ S @ w", Kind.STRICTLY_CONVEX),
    ("w @ P @ w", Kind.CONVEX),
    ("-(w @ S @ w)", Kind.STRICTLY_CONCAVE),
    ("-(w @ P @ w)", Kind.CONCAVE),
    ("w @ inv(S) @ w", Kind.STRICTLY_CONVEX),
    ("w @ A.T @ A @ w", Kind.CONVEX),
    ("w @ P @ S @ P @ w", Kind.CONVEX),
    ("w @ S @ P @ S @ w", Kind.CONVEX),
    ("w @ S @ w + w @ P @ w", Kind.STRICTLY_CONVEX),
    ("t*(w @ w) + (c @ w)**2", Kind.STRICTLY_CONVEX),
    ("sum(d*w**2)", Kind.STRICTLY_CONVEX),
    ("sum(h*w**2)", Kind.CONVEX),
    ("-sum(d*w**2)", Kind.STRICTLY_CONCAVE),
    ("exp(w @ w)", Kind.STRICTLY_CONVEX),
    ("exp(w @ P @ w)", Kind.CONVEX),
    ("exp(c @ w)", Kind.CONVEX),
    ("sum(d*exp(w))", Kind.STRICTLY_CONVEX),
    ("sum(h*exp(w))", Kind.CONVEX),
    ("sum(exp(A @ w))", Kind.CONVEX),
    ("sum(w)**2", Kind.CONVEX),
]
ALIKE = [  # text in w, which has a factor, a weight or a matrix of unknown sign, or terms of both signs
    "w @ B @ w", "w @ (S - T) @ w", "w @ S @ w - w @ P @ w", "w @ inv(B) @ w", "w @ B @ S @ w", "w @ S @ P @ w", "a*(w @ w)",
    "sum(c*w**2)", "sum(c*exp(w))", "exp(-(w @ w))", "exp(w @ B @ w)", "w @ w - sum(w)**2/2", "(w @ w)*(c @ w)",
    "(w @ B @ w)**2", "sum(w)*sum(c*w)", "w @ S @ B @ S @ w", "(c @ w)*exp(c @ w)",
]  # fmt: skip


def along_lines(text):
    formula = sg.simplify(sg.formula(text, shapes=declared(VECTORS, text), facts=declared(DATA, text)))
    variables = [node for node in formula.symbols if node.name == "w"]
    return curvature_along_lines(formula, variables, read_domain(formula, variables, {}, [])), formula, variables


def least_eigenvalue(formula, way):
    """Return the smallest eigenvalue of way·∇²f that was found, relative to the largest."""
    rng, inputs = np.random.default_rng(1), list(formula.symbols)
    code = sg.lambdify(inputs, sg.hessian(formula, "w"))
    matrices = []
    for k in range(30):
        values = {node: random_values(node, SIZES[k % 3], rng) for node in inputs}
        values |= {node: value * (rng.uniform(size=value.shape) > 0.3) for node, value in values.items() if node.name in "ch"}
        if k % 2:  # a matrix that is only semidefinite may be 0
            values |= {node: 0 * value for node, value in values.items() if node.name == "P"}
        matrices.append(way * code(*values.values()))
    return min(np.linalg.eigvalsh(matrix)[0] / (1e-300 + np.abs(matrix).max()) for matrix in matrices)


@pytest.mark.parametrize(("text", "kind"), FORMS)
def test_a_form_is_strict_where_its_hessian_is_definite_for_all_data(text, kind):
    found, formula, variables = along_lines(text)
    assert found.kind is kind
    assert all(step.check() for step in found.step.walk())
    above, below = far_from_chords(formula, variables, SIZES)
    assert (above if kind.is_convex else below) < 1e-9
    least = least_eigenvalue(formula, 1 if kind.is_convex else -1)
    assert least > 1e-12 if kind in (Kind.STRICTLY_CONVEX, Kind.STRICTLY_CONCAVE) else -1e-9 < least < 1e-12


@pytest.mark.parametrize("text", ALIKE)
def test_what_crosses_its_chords_is_no_sum_of_forms(text):
    found, formula, variables = along_lines(text)
    assert found is None
    above, below = far_from_chords(formula, variables, SIZES, 100)
    assert min(above, below) > 1e-6


@pytest.mark.parametrize("text", [text for text, _ in FORMS])
def test_a_proof_that_lacks_a_form_does_not_check(text):
    found, _, _ = along_lines(text)
    (shown,) = found.step.premises
    for k in range(len(shown.premises)):
        assert not dataclasses.replace(shown, premises=shown.premises[:k] + shown.premises[k + 1 :]).check()
    turned = dataclasses.replace(shown.statement, sign=-shown.statement.sign)
    assert not dataclasses.replace(found.step, premises=(dataclasses.replace(shown, statement=turned),)).check()
    loose = dataclasses.replace(shown.statement, is_strict=not shown.statement.is_strict)
    assert not dataclasses.replace(shown, statement=loose).check()


MIRRORS = [  # pairs of labels of an atom and its image, one after the other, and whether all fit together
    ([((1, 2), (3, 4))], True),
    ([((1, 2), (1, 4))], True),
    ([((1, 2), (1, 2))], True),
    ([((1, 2), (2, 1))], False),  # 1 is on the left and on the right
    ([((1, 1), (2, 3))], False),  # 1 has two images
    ([((1, 2), (3, 3))], False),  # 3 is the image of two
    ([((1, 1), (2, 2))], True),
    ([((1, 2), (3, 4)), ((1, 5), (3, 6))], True),
    ([((1, 2), (3, 4)), ((1, 5), (4, 6))], False),
    ([((1, 2), (3, 4)), ((5,), (3,))], False),
    ([((1, 2), (3, 4)), ((3,), (1,))], False),
    ([((1,), (2,)), ((1,), (1,))], False),  # a pair is not shared
    ([((1,), (1,)), ((1,), (2,))], False),
]


@pytest.mark.parametrize(("joins", "is_one"), MIRRORS)
def test_a_mirror_gives_every_label_one_image_and_one_side(joins, is_one):
    mirror = lines._Mirror()
    fits = [mirror.join(*join) for join in joins]
    assert all(fits) == is_one
    if is_one:
        assert all(mirror.image[mirror.image[label]] == label for label in mirror.image)
        pairs = {frozenset(pair) for join in joins for pair in zip(*join, strict=True) if pair[0] != pair[1]}
        assert mirror.open_pairs() == pairs
