"""Every tensor primitive: its derivative, its code and its Jacobian against 50-digit arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.api.compilation import lambdify
from symgd.declarations.check import fields_of_laws  # noqa: F401  # the laws are entered
from symgd.declarations.law import LAWS
from symgd.declarations.subject import Subject
from symgd.derive.jacobian import jacobian
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.inputs import row_numbers
from symgd.evaluation.sampling import points
from symgd.graph.node import Node
from symgd.graph.primitive import REGISTRY
from symgd.graph.shape import Dim
from symgd.graph.traversal import toposort
from symgd.primitives.indexing import scatter_record
from symgd.primitives.lookup import put

A = sg.tensor("A", "3 3")
B = sg.tensor("B", "3 2")
X = sg.tensor("X", "m n")
v = sg.tensor("v", "3")
P = A @ A.T + sg.eye(3)

EXAMPLES: dict[str, list[Node]] = {
    "einsum": [
        A @ v,
        v @ A,
        A @ B,
        A.T,
        sg.sum(X, axis=0),
        sg.sum(X),
        sg.trace(A),
        sg.diag(A),
        sg.diag(v),
        sg.outer(v, v),
        sg.einsum("ij,jk,ki->", A, A, A),
        sg.einsum("ij,kj->ik", X, X),
        sg.einsum("ii,i->i", A, v),
        sg.einsum("ij,i->ij", X, sg.sum(X, axis=1)),
    ],
    "mean": [sg.mean(X), sg.mean(X, axis=0), sg.mean(X, axis=1, keepdims=True) * X],
    "broadcast": [sg.ones((3,)) * v, sg.ones((2, 3)) * v, sg.broadcast_to(v, (2, 3))],
    "expand": [v[:, None] * A, X[None] * 2],
    "eye": [P],
    "logsumexp": [sg.logsumexp(v), sg.logsumexp(X, axis=1), sg.logsumexp(X), sg.log_softmax(X, axis=1)],
    "softmax": [sg.softmax(v), sg.softmax(X, axis=1), sg.softmax(X, axis=0), sg.softmax(X, axis=(0, 1))],
    "norm2": [sg.norm2(v), sg.norm2(X, axis=1), sg.norm2(X, axis=0, keepdims=True) * X],
    "adjugate": [sg.adjugate(A), sg.adjugate(P) @ v],
    "inv": [sg.inv(P), sg.inv(P) @ v],
    "solve": [sg.solve(P, v), sg.solve(P, B)],
    "det": [sg.det(P), sg.det(A)],
    "logdet": [sg.logdet(P)],
    "index": [v[0], v[-1] * v[1:], X[1:], X[:, 0], A[::2, 1], v[None, 1:], X[2], X[:, -3] * 2],
    "scatter": [scatter_record.make((v,), (((1, 4, None),), (5,)))],
    "take": [sg.take(v, sg.tensor("rows", "k")), X[sg.tensor("rows", "3")], A[:, [2, 0, 0]], v[sg.scalar("row")] * v],
    "put": [put.make((X, sg.tensor("rows", "m")), (-2, Dim.named("m") + 2)), put.make((v, sg.tensor("rows", "3")), (-1, 4))],
    "one_hot": [sg.one_hot(sg.tensor("rows", "m"), "n") * X, sg.sum(X[sg.arange("m"), sg.tensor("rows", "m")])],
    "arange": [sg.arange("n") * X],
    "reshape": [sg.reshape(X, -1), sg.vec(X), sg.reshape(A, (1, 9)) * 2, sg.reshape(sg.tensor("u", "6"), (2, -1))],
    "concatenate": [
        sg.concatenate([v, v**2]),
        sg.concatenate([X, X], axis=1),
        sg.block([[A, B], [B.T, sg.ones((2, 2))]]),
        sg.stack([v, v], axis=1) * B,
        sg.vstack([X, X[:1]]),
    ],
    "triangle": [sg.tril(A), sg.triu(A, 1) @ v, sg.tril(X, -1)],
    "cumsum": [sg.cumsum(v), sg.cumsum(X, axis=0), sg.cumsum(X, axis=1, reverse=True)],
    "recurrence": [sg.cumprod(v), sg.recurrence(v, v**2, 1), sg.recurrence(X, X, axis=0, reverse=True), sg.cumprod(X, axis=1)],
    "prod": [sg.prod(v), sg.prod(X, axis=0), sg.prod(X)],
    "prod_others": [sg.prod_others(v), sg.prod_others(X, axis=0)],
    "max": [sg.max(v), sg.max(X, axis=1), sg.max(X, axis=0, keepdims=True) * X],
    "min": [sg.min(v), sg.min(X, axis=1), sg.min(X)],
    "max_weights": [sg.max_weights(X, axis=1) * X],
    "min_weights": [sg.min_weights(v) * v],
    "eigvalsh": [sg.eigvalsh(P), sg.eigvalsh(A)],
    "eigenvectors": [sg.eigenvectors(A) ** 2],
    "eigmax": [sg.eigmax(A)],
    "eigmin": [sg.eigmin(A)],
    "svdvals": [sg.svdvals(B), sg.svdvals(B.T), sg.svdvals(A)],
    "spectral_norm": [sg.norm(B, 2), sg.norm(X, 2)],
    "nuclear_norm": [sg.norm(B, "nuc"), sg.norm(B.T, "nuc")],
    "matrix_power": [sg.matrix_power(A / 3, 4), sg.matrix_power(P, -5)],
    "expm": [sg.expm(A), sg.expm(A / 2) @ v],
    "cholesky": [sg.cholesky(P), sg.cholesky(A @ A.T + 2 * sg.eye(3) + sg.tril(A, -1) / 9)],
    "pinv": [sg.pinv(B), sg.pinv(B.T), sg.pinv(A)],
    "kron": [sg.kron(B, X), sg.kron(X, X)],
    "cross": [sg.cross(v, v**2), sg.cross(A, v)],
    "windows": [
        sg.windows(v, 2),
        sg.convolve(v, v, "valid"),
        sg.convolve2d(sg.tensor("M", "3 4"), sg.tensor("K", "2 2"), "same"),
    ],
    "overlap_add": [sg.overlap_add(X), sg.overlap_add(sg.windows(X, 2, axis=0), axis=0)],
    "sort_by": [
        sg.sort(v),
        sg.sort(X, axis=1),
        sg.sort(X, axis=0),
        sg.argsort(v) * v,
        v[sg.argsort(B[:, 0])] * v,
        sg.sort_by(v, v**2),
        sg.unsort_by(v, A[0]),
        sg.sort_by(A, v),
        sg.unsort_by(A, A, axis=0),
        sg.median(A, axis=1),
        sg.quantile(A, 0.3),
    ],
    "array": [sg.formula("[[x, x*y], [exp(y), 2]]"), sg.formula("[x, y]")],
}
CASES = [(name, k) for name, formulas in EXAMPLES.items() for k in range(len(formulas))]


def test_no_tensor_primitive_is_forgotten():
    tensor_primitives = {name for name, record in REGISTRY.items() if not record.is_elementwise}
    assert tensor_primitives - {"symbol", "size"} == set(EXAMPLES)


@pytest.fixture(scope="module")
def subjects():
    """Examples and points are found once for all laws."""
    return {name: Subject.of(REGISTRY[name], formulas) for name, formulas in EXAMPLES.items()}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("law", LAWS)
def test_law(law, name, subjects):
    LAWS[law].check(subjects[name])


@pytest.mark.parametrize("name", EXAMPLES)
def test_there_are_points_at_which_laws_are_tried(name, subjects):
    assert subjects[name].examples
    assert all(example.places for example in subjects[name].examples)


@pytest.mark.parametrize(("name", "k"), CASES)
def test_the_example_uses_its_primitive(name, k):
    assert any(node.primitive.name == name for node in toposort((EXAMPLES[name][k],)))


@pytest.mark.parametrize(("name", "k"), CASES)
def test_the_gradient_of_a_weighted_sum_is_right(name, k):
    formula = EXAMPLES[name][k]
    weights = sg.tensor("weights", formula.shape)
    loss = sg.sum(weights * formula * formula)
    fixed = row_numbers(toposort([formula]))
    for symbol in formula.symbols:
        if symbol in fixed:
            continue
        check = sg.check_gradient(loss, symbol, points=2)
        assert check.verdict.name == "RIGHT", check.explain()
        assert check.digits > 11


@pytest.mark.parametrize(("name", "k"), CASES)
def test_the_code_agrees_with_fifty_digits(name, k):
    formula = EXAMPLES[name][k]
    for point in points(formula, 2, seed=1):
        (true,) = evaluate_precisely([formula], point.values, point.sizes)
        code = lambdify(list(formula.symbols), formula)
        got = np.asarray(code(*(point.values[symbol] for symbol in formula.symbols)))
        assert got.shape == true.shape
        np.testing.assert_allclose(got, true.astype(float), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("name", "k"), CASES)
def test_the_jacobian_holds_the_gradients_of_the_entries(name, k):
    formula = EXAMPLES[name][k]
    fixed = row_numbers(toposort([formula]))
    for symbol in formula.symbols:
        if symbol in fixed:
            continue
        full = jacobian(formula, symbol)
        assert full.shape == (*formula.shape, *symbol.shape)
        (point,) = points(formula, 1, seed=2)
        (values,) = evaluate_precisely([full, *[]], point.values, point.sizes)
        shape = tuple(np.shape(evaluate_precisely([formula], point.values, point.sizes)[0]))
        step = 1e-20
        for index in list(np.ndindex(*np.shape(point.values[symbol])))[:4]:
            shifted = np.vectorize(Fraction, otypes=[object])(point.values[symbol])
            high, low = shifted.copy(), shifted.copy()
            high[index] += Fraction(step)
            low[index] -= Fraction(step)
            ends = [
                evaluate_precisely([formula], {**point.values, symbol: one}, point.sizes, digits=60)[0] for one in (high, low)
            ]
            difference = (ends[0] - ends[1]) / (2 * step)
            column = values[(..., *index)] if shape else values[index]
            np.testing.assert_allclose(
                np.asarray(column, dtype=float), np.asarray(difference, dtype=float), rtol=1e-9, atol=1e-12
            )


@pytest.mark.parametrize(("name", "k"), CASES)
def test_the_forward_derivative_is_the_jacobian_times_the_tangent(name, k):
    formula = EXAMPLES[name][k]
    fixed = row_numbers(toposort([formula]))
    for symbol in formula.symbols:
        if symbol in fixed:
            continue
        tangent = sg.tensor("tangent", symbol.shape)
        (point,) = points(formula, 1, seed=4)
        generator = np.random.default_rng(5)
        values = {**point.values, tangent: generator.normal(size=np.shape(point.values[symbol]))}
        full, along = evaluate_precisely([jacobian(formula, symbol), sg.jvp(formula, symbol, tangent)], values, point.sizes)
        expected = np.tensordot(full.astype(float), values[tangent], axes=symbol.rank)
        np.testing.assert_allclose(along.astype(float), expected, rtol=1e-10, atol=1e-12)
