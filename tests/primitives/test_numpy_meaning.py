"""Functions that NumPy and SciPy have mean what they mean there: values of compiled code against the libraries."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
import scipy.signal
import scipy.special

import symgd as sg
from tests.formulas import declared

RNG = np.random.default_rng(0)
VALUES = {
    "X": RNG.normal(size=(4, 3)), "A": RNG.normal(size=(3, 3)), "v": RNG.normal(size=3), "u": RNG.normal(size=4), "k": RNG.normal(size=2),
    "K": RNG.normal(size=4), "T": RNG.normal(size=(2, 3, 2)), "B": RNG.normal(size=(3, 2)), "p": RNG.uniform(0.2, 2, size=3),
    "R": RNG.normal(size=(1, 3)),
}  # fmt: skip
SCOPE = {"np": np, "linalg": scipy.linalg, "signal": scipy.signal, "special": scipy.special, **VALUES}

# formula, what the library says
SAME = [
    *((f"convolve(u, {kernel}, '{mode}')", f"np.convolve(u, {kernel}, '{mode}')") for kernel in "kvK" for mode in ("full", "same", "valid")),
    *((f"correlate(u, {kernel}, '{mode}')", f"np.correlate(u, {kernel}, '{mode}')") for kernel in "kv" for mode in ("full", "same", "valid")),
    *((f"{name}(X, {kernel}, '{mode}')", f"signal.{name}(X, {kernel}, '{mode}')")
      for name in ("convolve2d", "correlate2d") for kernel in "AB" for mode in ("full", "same", "valid")),
    ("var(X, axis=0, ddof=1)", "X.var(0, ddof=1)"), ("std(X, axis=1, keepdims=True)", "X.std(1, keepdims=True)"),
    ("prod(X, axis=(0, 1))", "X.prod()"), ("prod(T, axis=(0, 2), keepdims=True)", "T.prod((0, 2), keepdims=True)"),
    ("cumsum(T, axis=1)", "T.cumsum(1)"), ("cumprod(T, axis=2)", "T.cumprod(2)"), ("max(T, axis=(0, 2))", "T.max((0, 2))"),
    ("min(T, axis=1, keepdims=True)", "T.min(1, keepdims=True)"), ("ptp(X, axis=0)", "np.ptp(X, axis=0)"),
    *((f"norm(X, {kind})", f"np.linalg.norm(X, {kind.replace('inf', 'np.inf')})") for kind in ("1", "2", "inf", "'fro'", "'nuc'")),
    ("norm(v, 3)", "np.linalg.norm(v, 3)"), ("norm(X, 1, axis=0, keepdims=True)", "np.linalg.norm(X, 1, axis=0, keepdims=True)"),
    ("kron(X, A)", "np.kron(X, A)"), ("kron(v, u)", "np.kron(v, u)"), ("cross(v, p)", "np.cross(v, p)"), ("cross(A, v)", "np.cross(A, v)"),
    ("vec(X)", "X.flatten('F')"), ("reshape(X, (2, -1))", "X.reshape(2, -1)"), ("stack([v, p], axis=1)", "np.stack([v, p], 1)"),
    ("stack([X, X], axis=1)", "np.stack([X, X], 1)"), ("hstack([v, u])", "np.hstack([v, u])"), ("vstack([X, v])", "np.vstack([X, v])"),
    ("block([[A, B], [B.T, [[1, 2], [3, 4]]]])", "np.block([[A, B], [B.T, np.array([[1, 2], [3, 4]])]])"),
    ("tril(X, 1)", "np.tril(X, 1)"), ("triu(X, -1)", "np.triu(X, -1)"), ("flip(T, axis=1)", "np.flip(T, 1)"), ("diff(X, axis=0)", "np.diff(X, axis=0)"),
    ("mod(u, -2)", "np.mod(u, -2)"), ("X[[2, 0, 2]]", "X[[2, 0, 2]]"), ("T[:, [1, 0]]", "T[:, [1, 0]]"), ("T[[0, 1], [2, 0]]", "T[[0, 1], [2, 0]]"),
    ("take(X, [1, 1], axis=1)", "np.take(X, [1, 1], axis=1)"), ("X[arange(4), [0, 1, 2, 0]]", "X[np.arange(4), [0, 1, 2, 0]]"),
    ("one_hot([0, 2], 3)", "np.eye(3)[[0, 2]]"), ("expm(A)", "linalg.expm(A)"), ("matrix_power(A, -3)", "np.linalg.matrix_power(A, -3)"),
    ("pinv(X)", "np.linalg.pinv(X)"), ("pinv(X.T)", "np.linalg.pinv(X.T)"), ("eigvalsh(A)", "np.linalg.eigvalsh((A + A.T)/2)"),
    ("svdvals(X.T)", "np.linalg.svd(X, compute_uv=False)"), ("cholesky(A @ A.T + eye(3))", "np.linalg.cholesky(A @ A.T + np.eye(3))"),
    ("inner(X, A)", "np.inner(X, A)"), ("tensordot(T, A, ([1], [0]))", "np.tensordot(T, A, ([1], [0]))"), ("squeeze(R)", "R.squeeze()"),
    ("swapaxes(T, 0, 2)", "T.swapaxes(0, 2)"), ("moveaxis(T, 0, 2)", "np.moveaxis(T, 0, 2)"), ("transpose(T, (1, 2, 0))", "T.transpose(1, 2, 0)"),
    ("X[::-1, 1]", "X[::-1, 1]"), ("T[:, 1:, 0]", "T[:, 1:, 0]"), ("X[..., 0]", "X[..., 0]"), ("v[None]*u[:, None]", "v[None]*u[:, None]"),
    ("gelu(X + v)*2", "(X + v)*special.ndtr(X + v)*2"), ("silu(X - v)**2", "((X - v)*special.expit(X - v))**2"), ("xlogy(p, p)", "special.xlogy(p, p)"),
    ("heaviside(v, 0)", "np.heaviside(v, 0)"), ("sinc(v)", "np.sinc(v)"), ("logsumexp(T, axis=(0, 1))", "special.logsumexp(T, axis=(0, 1))"),
    ("softmax(T, axis=1)", "special.softmax(T, axis=1)"), ("T @ B.T", "T @ B.T"), ("A @ T", "A @ T"), ("v @ T", "v @ T"), ("pad(v, 2)", "np.pad(v, 2)"),
    ("take_along_axis(X, [[0], [1], [2], [0]], axis=1)", "np.take_along_axis(X, np.array([[0], [1], [2], [0]]), axis=1)"),
    ("column_stack([v, p])", "np.column_stack([v, p])"), ("append(v, u)", "np.append(v, u)"), ("norm(T, axis=1)", "np.linalg.norm(T, axis=1)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), SAME, ids=[text for text, _ in SAME])
def test_the_value_is_that_of_the_library(text, library):
    shapes = {name: VALUES[name].shape for name in declared(VALUES, text)}
    formula = sg.formula(text, shapes=declared(shapes, text))
    got = sg.lambdify(list(formula.symbols), formula)(*(VALUES[node.name] for node in formula.symbols))
    want = eval(library, SCOPE)
    assert np.shape(got) == np.shape(want)
    np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-12)
