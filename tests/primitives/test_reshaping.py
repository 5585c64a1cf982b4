"""The same entries in another shape, row by row, or column by column for vec; also of named sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ShapeError
from symgd.graph.inference import Facts
from symgd.graph.node import size
from symgd.graph.shape import Dim
from tests.primitives.library_comparison import arrays_of, cases, check_refusal, check_slopes, check_values, compiled, written

ARRAYS = arrays_of(v=(6,), A=(2, 3), T=(2, 3, 2), s=(1,), c=(), S=(1, 1))
SAME = [
    "reshape(v, (2, 3))", "reshape(v, 6)", "reshape(v, (6,))", "reshape(v, [3, 2])", "reshape(v, (3, -1))", "reshape(v, (-1, 3))",
    "reshape(v, -1)", "reshape(v, (1, -1, 2))",
    "reshape(A, -1)", "reshape(A, (3, 2))", "reshape(A, (1, 6, 1))", "reshape(A.T, 6)", "reshape(T, (2, -1))",
    "reshape(T, (3, 2, 2))", "reshape(T, (2, 2, 3, 1))", "reshape(s, ())",
    "reshape(S, ())", "reshape(c, 1)", "reshape(c, (1, 1, -1))", "reshape(s, (1, 1))", "reshape(reshape(A, 6), (3, 2))",
    "ravel(A)", "ravel(A.T)", "ravel(T)", "ravel(c)", "ravel(v)",
    ("vec(A)", "A.ravel('F')"), ("vec(A.T)", "A.T.ravel('F')"), ("vec(S)", "S.ravel()"), ("vec(A @ A.T)", "(A @ A.T).ravel('F')"),
    "reshape(A, (3, 2)) @ A", "ravel(A) @ v",
    ("vec(A) @ v", "A.ravel('F') @ v"), "reshape(v, (2, 3))*A", ("ravel(broadcast_to(c, (2, 3)))*v", "c*v"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases(SAME[::2]))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


@given(st.lists(st.integers(1, 4), max_size=4), st.data())
@settings(max_examples=40)
def test_any_shape_of_as_many_entries(shape, data):
    count = math.prod(shape)
    target = []
    while count > 1:
        target.append(data.draw(st.sampled_from([d for d in range(2, count + 1) if count % d == 0])))
        count //= target[-1]
    array = np.arange(float(math.prod(shape))).reshape(shape)
    open_place = data.draw(st.integers(-1, len(target) - 1))
    given_shape = [-1 if k == open_place else one for k, one in enumerate(target)]
    formula = sg.reshape(sg.tensor("x", shape), given_shape)
    assert formula.shape == tuple(target)
    assert np.array_equal(compiled(formula, {"x": array}), array.reshape(target))


def test_identities_of_vec():
    """vec(A X B) = (Bᵀ ⊗ A) vec X (Magnus & Neudecker, 1988, theorem 2.2)."""
    arrays = arrays_of(A=(2, 3), X=(3, 4), B=(4, 2))
    left, right = (compiled(written(text, arrays), arrays) for text in ("vec(A @ X @ B)", "kron(B.T, A) @ vec(X)"))
    np.testing.assert_allclose(left, right)


n, m, k = (Dim.named(name) for name in "nmk")
NAMED = {
    "X": sg.tensor("X", "m n"),
    "T": sg.tensor("T", "m n k"),
    "w": sg.tensor("w", (n * m,)),
    "q": sg.tensor("q", (n * n - n,)),
    "n": size(n),
    "m": size(m),
    "u": sg.tensor("u", (2 * n,)),
}
SHAPES = [
    ("reshape(X, -1)", (m * n,)), ("reshape(X, ('n', 'm'))", (n, m)), ("reshape(X, ('n', -1))", (n, m)),
    ("reshape(X, (-1, 'm'))", (n, m)), ("reshape(X, m*n)", (m * n,)),
    ("reshape(X, (1, 'm', 'n'))", (1, m, n)), ("reshape(T, ('m', -1))", (m, n * k)), ("reshape(T, (-1, 'k'))", (m * n, k)),
    ("reshape(w, ('m', -1))", (m, n)), ("reshape(w, (m, n))", (m, n)),
    ("reshape(q, ('n', -1))", (n, n - 1)), ("reshape(q, (n, n - 1))", (n, n - 1)), ("reshape(u, (2, -1))", (2, n)),
    ("reshape(u, (-1, 'n'))", (2, n)),
    ("reshape(u, (-1, 2, 1))", (n, 2, 1)), ("vec(X)", (m * n,)), ("ravel(T)", (k * m * n,)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shape"), SHAPES)
def test_named_sizes(text, shape):
    assert written(text, NAMED).shape == shape


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("reshape(reshape(A, 6), (3, 2))", "reshape(A, (3, 2))"), ("reshape(reshape(A, 6), (2, 3))", "A"),
        ("reshape(A, (2, 3))", "A"), ("ravel(v)", "v"),
        ("reshape(ones((2, 3)), 6)", "ones(6)"), ("reshape(array([c, 1, 2, c]), (2, 2))", "array([[c, 1], [2, c]])"),
        ("reshape(array([c]), ())", "c"), ("ravel(A)", "reshape(A, -1)"),
    ],
)  # fmt: skip
def test_what_folds(text, other):
    assert written(text, ARRAYS) is written(other, ARRAYS)


def test_entries_keep_what_is_known_of_them():
    P = sg.tensor("P", "m n", lower=2)
    assert Facts().sign(sg.vec(P)).is_positive
    assert Facts().interval(sg.reshape(P, -1)).low == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("reshape(A, (2, 2))", "(2, 3) holds 6 entries, and the shape (2, 2) 4"),
        ("reshape(A, ())", "(2, 3) holds 6 entries, and the shape () 1"),
        ("reshape(A, (-1, -1))", "only one size of a shape can be −1"),
        ("reshape(A, (4, -1))", "6 entries do not fill rows of 4"), ("reshape(A, 0)", "an axis cannot have size 0"),
        ("reshape(A, (0, -1))", "an axis cannot have size 0"), ("reshape(A, (-2, -3))", "an axis cannot have size -2"),
        ("reshape(A, None)", "None is not a size"),
        ("reshape(A, 1.5)", "1.5 is not a size"),
        ("reshape(X, ('m', 'k'))", "(m, n) holds m*n entries, and the shape (m, k) k*m"),
        ("reshape(X, (2, -1))", "m*n entries do not fill rows of 2"),
        ("reshape(X, ('k', -1))", "m*n entries do not fill rows of k"),
        ("reshape(u, (4, -1))", "2*n entries do not fill rows of 4"), ("vec(v)", "vec takes a matrix, not (6,)"),
        ("vec(T3)", "vec takes a matrix, not (2, 3, 2)"), ("vec(c)", "vec takes a matrix, not ()"),
    ],
)  # fmt: skip
def test_refusals(text, message):
    check_refusal(text, ShapeError, message, {**ARRAYS, **NAMED, "T3": ARRAYS["T"]})
