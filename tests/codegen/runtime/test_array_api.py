"""Every function that is copied into code for the array API standard, on strict arrays, against the same for NumPy."""

from __future__ import annotations

import array_api_strict as xp
import numpy as np
import pytest
import scipy.linalg
import scipy.special

from symgd.codegen.runtime import array_api as runtime
from symgd.codegen.runtime import arrays as for_numpy
from symgd.codegen.runtime.copying import helpers_of

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(4, 5))
MATRIX = RANDOM.normal(size=(4, 4))
DEVICE = xp.asarray(0.0).device
float64, float32 = xp.float64, xp.float32


def strict(x):
    return xp.asarray(np.asarray(x))


def assert_same(found, expected, rtol=1e-13, atol=1e-14):
    assert type(found) is type(strict(0.0))
    np.testing.assert_allclose(np.asarray(found), expected, rtol=rtol, atol=atol)
    assert found.shape == np.shape(expected)


def test_every_function_is_tested_here():
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    assert [name for name in helpers_of(runtime, "compat", "compat") if f"runtime.{name}(" not in text] == []


def test_the_library_is_that_of_the_arrays():
    found, dtype, device = runtime._library(2.0, strict([1.0]), 3)
    assert (found, dtype, device) == (xp, float64, DEVICE)
    assert runtime._library(xp.asarray([1.0], dtype=float32), 2.0)[1] == float32
    assert runtime._library(strict([1, 2]))[1] == float64
    assert runtime._library(xp.asarray([1.0], dtype=float32), strict([1]))[1] == float64  # as in NumPy
    assert runtime._widest(xp, DEVICE) == float64
    with pytest.raises(TypeError, match="one of the arguments must be an array"):
        runtime._library(2.0, [1.0])


def test_arguments_are_arrays_of_floats():
    x = xp.asarray([1.0], dtype=float32)
    assert runtime._real(xp, x, "x", float64, DEVICE) is x
    assert runtime._real(xp, 2, "x", float32, DEVICE).dtype == float32
    assert_same(runtime._real(xp, strict([1, 2]), "x", float32, DEVICE), [1.0, 2.0])
    assert runtime._real(xp, strict([True]), "x", float32, DEVICE).dtype == float64
    for wrong in ([1.0], "1", np.ma.array([1.0], mask=[True])):
        with pytest.raises(TypeError, match="x is not an array of numbers"):
            runtime._real(xp, wrong, "x", float64, DEVICE)


def test_a_scalar_is_one_number():
    assert runtime._scalar(xp, 2, "x", float32, DEVICE).dtype == float32
    with pytest.raises(ValueError, match=r"x is a scalar, and got an array of shape \(1,\)"):
        runtime._scalar(xp, strict([2.0]), "x", float64, DEVICE)


def test_numbers_and_entries():
    assert runtime._common_shape(xp, strict(np.ones((3, 1))), strict(np.ones(2)), strict(1.0)) == (3, 2)
    assert runtime._as(xp, 2, float32, DEVICE).dtype == float32
    assert runtime._as(xp, strict(2), float32, DEVICE).dtype == float32
    assert_same(runtime._full(xp, 2, (2, 3), float64, DEVICE), np.full((2, 3), 2.0))
    entries = (strict([1.0, 2.0]), 1, strict(3.0), 0)
    assert_same(runtime._sqrt(xp, strict([4.0])), [2.0])
    assert runtime._sqrt(xp, 4) == 2.0
    assert_same(runtime._stack(xp, entries, (2, 2), (2,), float64, DEVICE), [[[1, 1], [3, 0]], [[2, 1], [3, 0]]])


SPECS = """
ij->ji ii-> ii->i iij->j ij-> ij,jk->ik ij,ij-> ij,ij->i ij,ij->ij i,j->ji ij,kj->ki ijk,jkl->li bij,bjk->bik ij,i->j ii,i->i
ijj,jk->ik ,ij->ij ij,kl->ik ijk,ik->kj
"""


@pytest.mark.parametrize("spec", SPECS.split())
def test_contractions_are_those_of_einsum(spec):
    labels = spec.split("->")[0].split(",")
    arrays = [RANDOM.normal(size=tuple(3 for _ in one)) for one in labels]
    assert_same(runtime._einsum(xp, spec, *map(strict, arrays)), np.einsum(spec, *arrays))


def test_parts_of_contractions():
    labels, x = runtime._own_axes(xp, "iij", strict(RANDOM.normal(size=(3, 3, 2))), "i")
    assert (labels, x.shape) == ("i", (3,))
    assert runtime._count([2, 3, 4]) == 24
    assert runtime._count([]) == 1


def test_products_of_other_names():
    assert_same(runtime._kron(xp, strict(X), strict(MATRIX)), np.kron(X, MATRIX))
    a, b = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=3)
    assert_same(runtime._cross(xp, strict(a), strict(b)), np.cross(a, b))


@pytest.mark.parametrize(
    "index",
    [
        (slice(1, None), 0), (slice(None), slice(None)), (slice(None, None, 2), slice(1, 4)), (-1, slice(None, None, -1)),
        (slice(3, 0, -2), slice(4, None)), (slice(0, 0), slice(None)), (slice(1, None, 2), slice(None, None, 3)),
    ],
)  # fmt: skip
def test_scatter_is_the_inverse_of_an_index(index):
    value = X[index]
    expected = for_numpy._scatter(value, index, X.shape, float)
    assert_same(runtime._scatter(xp, strict(value), index, X.shape, float64, DEVICE), expected)


@pytest.mark.parametrize(
    "index",
    [(slice(None, None, -1), 2), (slice(3, 0, -2), slice(1, 4)), (0, slice(-1, None, -3)), (slice(0, 2, -1), slice(1, None))],
)
def test_an_index_that_runs_backwards(index):
    assert_same(runtime._backwards(xp, strict(X), index), X[index])


def test_zeros_before_and_after():
    assert_same(runtime._padded(xp, strict([1.0]), 2, 1, 0), [0, 0, 1, 0])
    assert_same(runtime._padded(xp, strict([1.0]), 1, 0, 0), [0, 1])
    assert_same(runtime._padded(xp, strict([1.0]), 0, 1, 0), [1, 0])


def test_rows():
    rows = runtime._whole(xp, strict([2.0, 0.0, 2.0]), 4)
    assert xp.isdtype(rows.dtype, "integral")
    for wrong in ([0.5], [-1.0], [4.0]):
        with pytest.raises(ValueError, match="whole numbers from 0 to 3"):
            runtime._whole(xp, strict(wrong), 4)
    numbers = np.array([2, 0, 2])
    assert_same(runtime._take(xp, strict(X), rows, 0), np.take(X, numbers, 0))
    square = np.array([[0, 1], [3, 3]])
    assert_same(runtime._take(xp, strict(X), strict(square), 1), np.take(X, square, 1))
    assert_same(runtime._put(xp, strict(X[:3]), rows, 4, -2), for_numpy._put(X[:3], numbers, 4, -2))
    values = RANDOM.normal(size=(5, 2, 2))
    assert_same(runtime._put(xp, strict(values), strict(square), 4, -1), for_numpy._put(values, square, 4, -1))
    assert_same(runtime._one_hot(xp, rows, 4, float64), for_numpy._one_hot(numbers, 4, float))


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_windows(axis):
    expected = for_numpy._windows(X, 2, axis)
    assert_same(runtime._windows(xp, strict(X), 2, axis), expected)
    assert_same(runtime._overlap_add(xp, strict(expected), axis % 2 - 2), for_numpy._overlap_add(expected, axis % 2 - 2))


@pytest.mark.parametrize("axis", [-1, -2])
def test_along_an_axis(axis):
    assert_same(runtime._cumulated(xp, strict(X), axis, False), np.cumsum(X, axis))
    assert_same(runtime._cumulated(xp, strict(X), axis, True), np.flip(np.cumsum(np.flip(X, axis), axis), axis))
    tied = np.array([[1.0, 3.0, 3.0], [2.0, 0.0, 0.0]])
    assert_same(runtime._max_weights(xp, strict(tied), axis), for_numpy._max_weights(tied, axis))
    assert_same(runtime._min_weights(xp, strict(tied), axis), for_numpy._min_weights(tied, axis))
    assert_same(runtime._prod_others(xp, strict(tied), axis), for_numpy._prod_others(tied, axis))
    for is_back in (False, True):
        expected = for_numpy._sort_by(np.stack([X, -X]), X, axis, is_back)
        assert_same(runtime._sort_by(xp, strict(np.stack([X, -X])), strict(X), axis, is_back), expected)
    for is_reversed in (False, True):
        expected = for_numpy._recurrence(X, X**2, 2, axis, is_reversed)
        assert_same(runtime._recurrence(xp, strict(X), strict(X**2), 2, axis, is_reversed), expected)
    assert_same(runtime._softmax(xp, strict(300 * X), axis), scipy.special.softmax(300 * X, axis))
    assert_same(runtime._norm(xp, strict(X), axis), np.linalg.norm(X, axis=axis))


@pytest.mark.parametrize("x", [[1000.0, 1001.0], [-1e5, -1e5], [1e-9, -40.0], [-0.1, -36.0], [3.0], [-np.inf, 1.0]])
def test_logsumexp_keeps_its_digits(x):
    assert_same(runtime._logsumexp(xp, strict(x), 0), for_numpy._logsumexp(np.array(x), 0), rtol=4e-15)


def test_norms_stay_within_range():
    for x in ([3e200, 4e200], [3e-200, 4e-200], [0.0, 0.0], [np.inf, 1.0]):
        assert_same(runtime._norm(xp, strict(x)), for_numpy._norm(np.array(x)), atol=0)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0])
def test_matrices(scale):
    assert_same(runtime._symmetric_part(xp, strict(MATRIX)), (MATRIX + MATRIX.T) / 2)
    assert_same(runtime._adjugate(xp, strict(MATRIX)), for_numpy._adjugate(MATRIX))
    singular = np.outer(MATRIX[0], MATRIX[1])
    assert_same(runtime._adjugate(xp, strict(singular)), for_numpy._adjugate(singular))
    expected = scipy.linalg.expm(scale * MATRIX)
    assert_same(runtime._expm(xp, strict(scale * MATRIX)), expected, atol=1e-11 * np.abs(expected).max())
