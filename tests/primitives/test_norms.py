"""Norms mean what NumPy's linalg means by them: kinds, axes, keepdims, gradients, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from tests.primitives.scalar_comparison import evaluated, refusal

RNG = np.random.default_rng(3)
V, A, T = RNG.normal(size=4), RNG.normal(size=(3, 4)), RNG.normal(size=(2, 3, 4))
SYMBOLS = {"v": sg.tensor("v", 4), "A": sg.tensor("A", (3, 4)), "T": sg.tensor("T", (2, 3, 4))}
VALUES = {"v": V, "A": A, "T": T}

# name of the tensor, arguments of numpy.linalg.norm
NORMS = [
    *(("v", (kind, None, keepdims)) for kind in (None, 1, 2, 3, 1.5, np.inf) for keepdims in (False, True)),
    *(("A", (kind, None, keepdims)) for kind in (None, 1, 2, np.inf, "fro", "nuc") for keepdims in (False, True)),
    *(("A", (kind, axis, False)) for kind in (None, 1, 3, np.inf) for axis in (0, 1, -1, -2)),
    *(("A", (kind, axis, False)) for kind in (None, 1, 2, np.inf, "fro") for axis in ((0, 1), (1, 0), (-1, 0))),
    *(("T", (kind, axis, keepdims))
      for kind in (None, 1, np.inf, "fro") for axis in ((0, 2), (2, 0), (1, -1)) for keepdims in (False, True)),
    *(("T", (kind, axis, True)) for kind in (None, 1, 4, np.inf) for axis in (0, -2)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), NORMS)
def test_norms_are_those_of_numpy(name, arguments):
    expected = np.linalg.norm(VALUES[name], *arguments)
    formula = sg.norm(SYMBOLS[name], *arguments)
    assert formula.shape == np.shape(expected)
    np.testing.assert_allclose(evaluated(formula, **VALUES), expected, rtol=1e-13)


# name of the tensor, axis, keepdims
OF_ENTRIES = [(name, axis, keepdims) for name, axis in
              [("v", None), ("v", 0), ("A", None), ("A", 0), ("A", (0, 1)), ("A", (1, 0)),
               ("T", None), ("T", (0, 1)), ("T", (2, 0)), ("T", -2), ("T", (0, 1, 2))]
              for keepdims in (False, True)]  # fmt: skip


@pytest.mark.parametrize(("name", "axis", "keepdims"), OF_ENTRIES)
@pytest.mark.parametrize("kind", [1, 2, 3, np.inf])
def test_a_vector_norm_takes_the_entries_of_all_its_axes_as_one_vector(name, axis, keepdims, kind):
    array = VALUES[name]
    axes = tuple(range(array.ndim)) if axis is None else axis
    expected = (
        np.max(abs(array), axis=axes, keepdims=keepdims)
        if kind == np.inf
        else np.sum(abs(array) ** kind, axis=axes, keepdims=keepdims) ** (1 / kind)
    )
    formula = sg.vector_norm(SYMBOLS[name], axis, keepdims, kind)
    assert formula.shape == expected.shape
    np.testing.assert_allclose(evaluated(formula, **VALUES), expected, rtol=1e-13)


@pytest.mark.parametrize("kind", ["fro", 1, np.inf])
@pytest.mark.parametrize("keepdims", [False, True])
def test_a_matrix_norm_takes_the_last_two_axes(kind, keepdims):
    formula = sg.matrix_norm(SYMBOLS["T"], keepdims, kind)
    np.testing.assert_allclose(evaluated(formula, **VALUES), np.linalg.norm(T, kind, (-2, -1), keepdims), rtol=1e-13)


u, _, vt = np.linalg.svd(A)

# formula of v or A, its gradient
GRADIENTS = [
    ("norm(v)", V / np.linalg.norm(V)), ("norm(v, 1)", np.sign(V)), ("norm(v, inf)", np.sign(V) * (abs(V) == abs(V).max())),
    ("norm(v, 3)", V * abs(V) / np.linalg.norm(V, 3) ** 2), ("norm(A)", A / np.linalg.norm(A)),
    ("normF(A)", A / np.linalg.norm(A)),
    ("norm(A, 1)", np.sign(A) * (abs(A).sum(0) == abs(A).sum(0).max())),
    ("norm(A, inf)", np.sign(A) * (abs(A).sum(1) == abs(A).sum(1).max())[:, None]),
    ("norm(A, 2)", np.outer(u[:, 0], vt[0])), ("norm(A, 'nuc')", u @ vt[:3]), ("vector_norm(A)", A / np.linalg.norm(A)),
    ("sum(vector_norm(A, axis=1))", A / np.linalg.norm(A, axis=1, keepdims=True)), ("matrix_norm(A)", A / np.linalg.norm(A)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), GRADIENTS, ids=[text for text, _ in GRADIENTS])
def test_gradients(text, expected):
    name = "v" if "v)" in text or "v," in text else "A"
    formula = sg.formula(text, shapes={name: VALUES[name].shape})
    np.testing.assert_allclose(evaluated(sg.gradient(formula, name), **{name: VALUES[name]}), expected, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("kind", [Fraction(3, 2), 1.5, "3/2"])
def test_an_exponent_may_be_a_fraction(kind):
    formula = sg.formula(f"norm(v, {kind})", shapes={"v": 4})
    assert str(formula) == "sum(abs(v)**(3/2))**(2/3)"


N, M, X = sg.tensor("v", "n"), sg.tensor("A", "m n"), sg.scalar("x")

# what is refused, and how
REFUSED = [
    *((lambda kind=kind: sg.norm(N, kind), f"SymgdError: there is no vector norm called {shown}")
      for kind, shown in [(0, "0"), (0.5, "0.5"), (-1, "-1"),
                          (-np.inf, "-inf"), (np.nan, "nan"), ("fro", "'fro'"), ("nuc", "'nuc'"), ("two", "'two'")]),
    *((lambda kind=kind: sg.norm(M, kind), f"SymgdError: there is no matrix norm called {shown}")
      for kind, shown in [(0, "0"), (3, "3"), (-2, "-2"), ("two", "'two'")]),
    (lambda: sg.norm(N, [1, 2]), "SymgdError: there is no norm called [1, 2]"),
    (lambda: sg.norm(X), "ShapeError: norm of shape () needs an axis"),
    (lambda: sg.norm(SYMBOLS["T"]), "ShapeError: norm of shape (2, 3, 4) needs an axis"),
    (lambda: sg.norm(SYMBOLS["T"], axis=(0, 1, 2)), "ShapeError: a norm runs along one axis or two, not 3"),
    (lambda: sg.norm(SYMBOLS["T"], 2, (0, 1)),
     "UnsupportedError: the singular values of a tensor of shape (2, 3, 4) are not known"),
    (lambda: sg.norm(M, axis=2), "ShapeError: there is no axis 2 in shape (m, n)"),
    (lambda: sg.norm(M, axis=(1, 1)), "ShapeError: an axis is named twice"),
    (lambda: sg.norm(M, axis=(1, -1)), "ShapeError: an axis is named twice"),
    (lambda: sg.norm(N, keepdims=1), "SymgdError: keepdims is True or False, not 1"),
    (lambda: sg.vector_norm(N, axis=1), "ShapeError: there is no axis 1 in shape (n,)"),
    (lambda: sg.matrix_norm(N), "ShapeError: there is no axis -2"),
    (lambda: sg.normF(N), "ShapeError: normF takes a matrix, not (n,)"),
    (lambda: sg.vector_norm(M, ord="fro"), "SymgdError: there is no vector norm called 'fro'"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)
