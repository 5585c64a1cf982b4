"""Rows looked up by whole numbers: take, choose and take_along_axis, with numbers that are known and with inputs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError
from symgd.graph.inference import Facts
from symgd.primitives.lookup import put
from tests.primitives.library_comparison import (
    arrays_of,
    cases,
    check_refusal,
    check_slopes,
    check_values,
    compiled,
    precise,
    written,
)

ARRAYS = arrays_of(v=(4,), A=(3, 4), T=(2, 3, 4), s=(1,))
WHOLE = {
    "i": np.array([2.0, 0.0, 2.0]),
    "J": np.array([[0.0, 1.0], [2.0, 2.0]]),
    "k": np.array(1.0),
    "l": np.array([3.0, 1.0, 0.0]),
    "r": np.array([0.0, 0.0, 0.0, 0.0]),
}
"""Whole numbers as inputs: with repeats, as a matrix, as a scalar, one for each row."""
TAKE = [
    "take(v, 0)", "take(v, -1)", "take(v, [0, 0, 3])", "take(v, [-1, -4])", "take(v, [[0, 1], [3, 3]])",
    "take(A, [2, 0], axis=0)", "take(A, [2, 0, 2], axis=1)",
    "take(A, 1, axis=0)", "take(A, -1, axis=1)", "take(A, [[0, 1]], axis=-1)", "take(T, [2, 1], axis=1)",
    "take(T, [[3]], axis=2)", "take(s, [0, 0])", "take(v, np.array([1, 2]))",
    "v[[0, 2, 2]]", "v[[-1, 0]]", "v[np.array([[1, 2]])]", "A[[0, 2]]", "A[[1, 1, 1]]", "A[:, [3, 0]]", "T[:, :, [0, 0]]",
    "T[:, [1]]", "T[[1, 0]]", "A[[0, 1], [1, 3]]",
    "A[[2, 2, 0], [0, 0, 1]]", "A[[-1], [-1]]", "A[np.arange(3), [1, 0, 3]]", "T[[0, 1], [1, 2]]",
    "T[[0, 1, 1], [1, 2, 0], [3, 0, 0]]", "T[[1], [2], [3]]", "T[[0, 1], [2, 2]]*2",
    "take_along_axis(A, np.array([[0], [3], [1]]), 1)", "take_along_axis(A, np.array([[2, 0, 1, 1]]), 0)",
    "take_along_axis(A, np.array([[-1], [0], [-4]]), -1)",
    "A[[0, 1]] @ v", "take(v, [1, 1])*take(v, [0, 1])",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(TAKE))
def test_known_numbers_take_what_numpy_takes(text, library):
    check_values(text, library, ARRAYS)
    if "np.arange" not in text:
        check_slopes(text, library, ARRAYS)


# text with inputs i, J, k, l; the same by NumPy's whole numbers
INPUTS = [
    "take(v, i)", "take(v, J)", "take(v, k)", "take(A, i, axis=0)", "take(A, J, axis=1)", "take(A, k, axis=0)",
    "take(T, J, axis=1)", "v[i]", "v[k]", "A[i]", "A[:, i]", "A[J]", "T[:, i]",
    "choose(A, [i])", "choose(A, [slice(None), J])", "choose(A, [arange(3), l])", "choose(A, [i, l])",
    "take_along_axis(A, l[:, None], axis=1)", "take_along_axis(A, r[None], axis=0)",
]  # fmt: skip


@pytest.mark.parametrize("text", INPUTS)
def test_inputs_take_what_numpy_takes(text):
    rows = {name: array.astype(int) for name, array in WHOLE.items()}
    formula = written(text, {**ARRAYS, **WHOLE})

    def expected(name, array):
        scope = {**ARRAYS, **rows, name: array}
        scope |= {
            "take": np.take,
            "take_along_axis": np.take_along_axis,
            "arange": np.arange,
            "choose": lambda x, items: x[tuple(items)],
        }
        return np.asarray(eval(text, scope))

    (name,) = {"v", "A", "T"} & {symbol.name for symbol in formula.symbols}
    for found in (compiled(formula, {**ARRAYS, **WHOLE}), precise(formula, {**ARRAYS, **WHOLE})):
        np.testing.assert_array_equal(found, expected(name, ARRAYS[name]))
    weight = np.arange(1.0, np.prod(formula.shape, dtype=int) + 1).reshape(formula.shape)
    node = sg.tensor("W", formula.shape)
    code = sg.lambdify([node, *formula.symbols], sg.gradient(sg.sum(node * formula), name))
    slope = code(weight, *({**ARRAYS, **WHOLE}[symbol.name] for symbol in formula.symbols))
    for place in np.ndindex(*ARRAYS[name].shape):  # linear: the slope is the weight of all places where an entry was taken to
        unit = np.zeros(ARRAYS[name].shape)
        unit[place] = 1
        assert slope[place] == np.sum(weight * expected(name, unit))
    for symbol in formula.symbols:
        if symbol.name in WHOLE:
            moves = sg.gradient(sg.sum(formula**2), symbol)
            assert not np.any(compiled(moves, {**ARRAYS, **WHOLE}))


@given(st.lists(st.integers(-4, 3), min_size=1, max_size=6), st.sampled_from([0, 1]))
@settings(max_examples=30)
def test_rows_taken_more_than_once_collect_the_sum(rows, axis):
    array = ARRAYS["T"][0].T if axis == 0 else ARRAYS["A"]
    counts = np.bincount(np.array(rows) % 4, minlength=4)
    slope = sg.gradient(sg.sum(sg.take(sg.tensor("A", array.shape), rows, axis=axis)), "A")
    expected = np.broadcast_to(counts[:, None] if axis == 0 else counts, array.shape)
    assert np.array_equal(np.broadcast_to(compiled(slope, {"A": array}), array.shape), expected)


@pytest.mark.parametrize(("rows", "size", "axis"), [([0, 2, 2], 4, -2), ([1], 1 + 1, -2), ([0, 1, 0], 3, -1)])
def test_what_is_put_among_zeros(rows, size, axis):
    """The adjoint of take: ⟨put t, x⟩ = ⟨t, take x⟩."""
    t = np.arange(1.0, 7.0).reshape((len(rows), -1) if axis == -2 else (-1, len(rows)))
    formula = put.make((sg.tensor("t", t.shape), sg.array(rows)), (axis, size))
    x = np.random.default_rng(1).normal(size=formula.shape)
    for found in (compiled(formula, {"t": t}), precise(formula, {"t": t})):
        assert np.sum(found * x) == pytest.approx(np.sum(t * np.take(x, rows, axis=axis)))
    assert np.array_equal(
        compiled(sg.gradient(sg.sum(formula * sg.tensor("x", x.shape)), "t"), {"t": t, "x": x}), np.take(x, rows, axis=axis)
    )


@pytest.mark.parametrize("text", ["take(v, 1)", "3*take(v, i)", "take(v, 1) + take(v, 2)", "sum(take(A, 1, axis=1))", "2*v[k]"])
def test_numbers_are_put_among_zeros(text):
    """The slopes of single entries: compiled code has no array there, only a number."""
    arrays = {"v": np.arange(4.0), "A": np.ones((2, 4)), "i": np.array(2), "k": np.array(3)}
    names = set(text.replace("take", "").replace("axis", ""))
    shapes = {name: value.shape for name, value in arrays.items() if name in names}
    formula = sg.formula(text, shapes=shapes)
    wrt = "A" if "A" in shapes else "v"
    given = {name: arrays[name] for name in shapes}
    for found in (compiled(sg.gradient(formula, wrt), given), precise(sg.gradient(formula, wrt), given)):
        moved = [dict(given, **{wrt: unit.reshape(arrays[wrt].shape)}) for unit in np.eye(arrays[wrt].size)]
        zero = sg.lambdify(list(shapes), formula)(*dict(given, **{wrt: 0 * arrays[wrt]}).values())
        slopes = [sg.lambdify(list(shapes), formula)(*values.values()) - zero for values in moved]
        np.testing.assert_array_equal(np.ravel(np.broadcast_to(found, arrays[wrt].shape)), slopes)


@pytest.mark.parametrize("bad", [[0.0, 5.0], [-1.0, 0.0], [0.5, 1.0], [np.nan, 0.0], [np.inf, 0.0]])
@pytest.mark.parametrize("text", ["take(v, i)", "v[i]", "one_hot(i, 4)", "take(A, i, axis=1)"])
def test_inputs_that_are_no_row_numbers_are_refused_when_they_are_seen(text, bad):
    arrays = {**ARRAYS, "i": np.array(bad)}
    with pytest.raises(ValueError, match="row numbers are whole numbers from 0 to 3"):
        compiled(written(text, arrays), arrays)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("take(X, i, axis=0)", "(k, n)"), ("take(X, i, axis=1)", "(m, k)"), ("X[i]", "(k, n)"), ("X[:, i]", "(m, k)"),
        ("X[[0, 1]]", "(2, n)"), ("X[arange('m'), y]", "(m,)"),
        ("take_along_axis(X, y[:, None], 1)", "(m, 1)"), ("take(X, J, axis=0)", "(p, q, n)"),
        ("choose(Z, [arange('m'), y])", "(m, n)"),
    ],
)  # fmt: skip
def test_shapes_of_named_sizes(text, shape):
    named = {
        "X": sg.tensor("X", "m n"),
        "i": sg.tensor("i", "k"),
        "y": sg.tensor("y", "m"),
        "J": sg.tensor("J", "p q"),
        "Z": sg.tensor("Z", "m k n"),
    }
    assert str(written(text, named).shape) == shape


def test_the_sign_of_what_is_taken():
    P = sg.tensor("P", 4, positive=True)
    assert Facts().sign(P[[0, 1]]).is_positive
    assert Facts().sign(put.make((P, sg.array([0, 1, 1, 2])), (-1, 5))).is_nonnegative


LENGTH, BESIDE = "arrays of indices have one length, not ", "an array of indices stands beside "


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("take(A, [0])", ShapeError, "take of shape (3, 4) needs an axis"),
        ("take(v[0], [0])", ShapeError, "take of shape () needs an axis"),
        ("take(A, [0], axis=2)", ShapeError, "there is no axis 2 in shape (3, 4)"),
        ("take(A, [3], axis=0)", ShapeError, "index 3 is outside an axis of size 3"),
        ("take(A, [-4], axis=0)", ShapeError, "index -4 is outside an axis of size 3"),
        ("take(v, 4)", ShapeError, "index 4 is outside an axis of size 4"),
        ("take(v, [1e300])", ShapeError, "an integer of about 301 digits is outside an axis of size 4"),
        ("take(v, [0.5])", UnsupportedError, "1/2 cannot index"),
        ("take(v, [float('nan')])", UnsupportedError, "nan cannot index"),
        ("take(v, [float('inf')])", UnsupportedError, "inf cannot index"),
        ("take(v, v > 0)", UnsupportedError, "a mask cannot index"), ("v[v > 0]", UnsupportedError, "use where(mask, x, 0)"),
        ("v[[True, False, True, True]]", UnsupportedError, "True cannot index"),
        ("take(X, [-1], axis=0)", UnsupportedError, "index -1 of an axis of named size m"),
        ("v[[]]", ShapeError, "an array without entries holds nothing"),
        ("v[[0, [1]]]", ShapeError, "row numbers are an array"), ("choose(A, 0)", SymgdError, "what is chosen is a list, not 0"),
        ("choose(A, [])", ShapeError, "nothing is chosen"),
        ("choose(A, [slice(None)])", ShapeError, "nothing is chosen: there is no array of whole numbers"),
        ("choose(A, [[0], None])", UnsupportedError, f"{BESIDE}plain indices and slices only"),
        ("choose(A, [[0], ...])", UnsupportedError, f"{BESIDE}plain indices and slices only"),
        ("choose(A, [[0], [1], [2]])", UnsupportedError, f"{BESIDE}plain indices and slices only"),
        ("A[[0, 1], :, None]", UnsupportedError, f"{BESIDE}plain indices and slices only"),
        ("A[1:, [0, 1]]", UnsupportedError, f"{BESIDE}full slices only"),
        ("A[[0, 1], 1]", UnsupportedError, "index in two steps: x[1:][labels]"),
        ("A[[0, 1], [1, 2, 0]]", ShapeError, f"{LENGTH}(2,), (3,)"),
        ("A[[[0, 1]], [[1, 2]]]", ShapeError, f"{LENGTH}(1, 2), (1, 2)"),
        ("T[:, [0, 1], [1, 2]]", UnsupportedError, "several arrays of indices stand in front"),
        ("T[[0, 1], :, [1, 2]]", UnsupportedError, "as in x[arange(m), labels]"),
        ("take_along_axis(A, [[0, 1, 2, 3]], 1)", UnsupportedError, "one entry per row or column of a matrix"),
        ("take_along_axis(v, [0], 0)", UnsupportedError, "one entry per row or column"),
        ("take_along_axis(A, [0, 1, 2], 1)", UnsupportedError, "one entry per row or column"),
        ("take_along_axis(A, [[0], [1], [4]], 1)", ShapeError, "index 4 is outside an axis of size 4"),
        ("take_along_axis(A, [[0], [1], [-5]], 1)", ShapeError, "index -5 is outside"),
        ("take_along_axis(A, [[0.5], [1], [2]], 1)", UnsupportedError, "1/2 cannot index"),
        ("take_along_axis(A, [[0], [1]], 1)", ShapeError, "size 3 on the left and 2 on the right"),
        ("take_along_axis(A, [[0], [1], [2]], 2)", ShapeError, "there is no axis 2 in shape (3, 4)"),
        ("take_along_axis(A, A[:, :1] > 0, 1)", UnsupportedError, "a mask cannot index"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, {**ARRAYS, "X": sg.tensor("X", "m n")})


def test_a_scalar_among_scalars_may_be_a_row_number():
    c, k = sg.scalar("c"), sg.scalar("k")
    formula = c * sg.take(sg.stack([c, c**2, c**3]), k)
    value, slope = sg.lambdify([c, k], [formula, sg.gradient(formula, c)])(2.0, 1)
    assert (value, slope) == (8.0, 12.0)
    assert sg.lambdify([k], sg.one_hot(k, 3))(2).tolist() == [0, 0, 1]
    with pytest.raises(ValueError, match="from 0 to 2"):
        sg.lambdify([k], sg.one_hot(k, 3))(3)
