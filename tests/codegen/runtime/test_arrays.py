"""Every function that is copied into code for NumPy, against values found in another way."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.linalg
import scipy.special

from symgd.codegen.runtime import arrays as runtime
from symgd.codegen.runtime.copying import helpers_of
from symgd.errors import DataError

RANDOM = np.random.default_rng(0)


def test_every_function_is_tested_here():
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    assert [name for name in helpers_of(runtime, "np") if f"runtime.{name}(" not in text] == []


def test_arguments_are_arrays_of_floats():
    x = np.float32([1, 2])
    assert runtime._real(x, "x") is x
    assert runtime._real(1.5, "x").dtype == float
    for given in (3, [1, 2], np.array([True]), np.int8(3), np.array([2**40])):
        read = runtime._real(given, "x")
        assert read.dtype == float
        np.testing.assert_array_equal(read, given)
    assert runtime._read(np.array([1 + 2j]), "x").dtype == complex
    for wrong in (["1"], None, np.ma.array([1.0], mask=[True]), np.array([1], "m8[s]")):
        with pytest.raises(DataError, match="^the value of x"):
            runtime._read(wrong, "x")


def test_a_scalar_is_one_number():
    assert runtime._scalar(np.array(2.0), "x") == 2.0
    assert np.ndim(runtime._scalar(3, "x")) == 0
    with pytest.raises(ValueError, match=r"x is a scalar, and got an array of shape \(1,\)"):
        runtime._scalar([2.0], "x")


def test_a_scalar_is_stretched_to_an_array_of_its_own():
    full = runtime._full(2, (2, 3), np.float32)
    assert full.dtype == np.float32
    full[0, 0] = 7
    np.testing.assert_array_equal(full, [[7, 2, 2], [2, 2, 2]])
    assert np.isscalar(runtime._full(2, (), float))


def test_entries_are_stacked_behind_their_common_shape():
    x = np.arange(3.0)
    found = runtime._stack((x, 1, 2 * x, 0), (2, 2), (3,), float)
    np.testing.assert_array_equal(found, [[[k, 1], [2 * k, 0]] for k in range(3)])
    np.testing.assert_array_equal(runtime._stack((1, 2), (2,), (), float), [1, 2])


def test_scatter_is_the_inverse_of_an_index():
    found = runtime._scatter(np.array([1.0, 2.0]), (slice(1, None, 2), 0), (4, 2), float)
    np.testing.assert_array_equal(found, [[0, 0], [1, 0], [0, 0], [2, 0]])


def test_row_numbers_are_checked():
    np.testing.assert_array_equal(runtime._whole([0.0, 2.0], 3), [0, 2])
    for wrong in ([0.5], [-1], [3], [np.inf]):
        with pytest.raises(ValueError, match="whole numbers from 0 to 2"), np.errstate(invalid="ignore"):
            runtime._whole(wrong, 3)


def test_rows_that_are_put_twice_are_added():
    x = RANDOM.normal(size=(2, 3, 4))
    rows = np.array([1, 0, 1])
    found = runtime._put(x, rows, 3, -2)
    np.testing.assert_array_equal(found, np.stack([x[:, 1], x[:, 0] + x[:, 2], 0 * x[:, 0]], axis=1))
    np.testing.assert_array_equal(runtime._put(np.arange(4.0).reshape(2, 2), np.array([[0, 1], [1, 1]]), 2, -1), [0, 6])


def test_unit_vectors():
    np.testing.assert_array_equal(runtime._one_hot(np.array([2, 0]), 3, float), [[0, 0, 1], [1, 0, 0]])


def test_the_symmetric_part():
    np.testing.assert_array_equal(runtime._symmetric_part(np.array([[1.0, 4.0], [2.0, 3.0]])), [[1, 3], [3, 3]])


@pytest.mark.parametrize("axis", [0, 1])
def test_windows_and_their_adjoint(axis):
    x = RANDOM.normal(size=(5, 6))
    windows = runtime._windows(x, 3, axis)
    for k in range(windows.shape[axis]):
        np.testing.assert_array_equal(np.take(windows, k, axis), np.moveaxis(np.take(x, range(k, k + 3), axis), axis, -1))
    y = RANDOM.normal(size=windows.shape)
    assert np.vdot(windows, y) == pytest.approx(np.vdot(x, runtime._overlap_add(y, axis - 2)), rel=1e-13)


def test_ties_share_an_extreme():
    x = np.array([[1.0, 3.0, 3.0], [2.0, 0.0, 0.0]])
    np.testing.assert_array_equal(runtime._max_weights(x, -1), [[0, 0.5, 0.5], [1, 0, 0]])
    np.testing.assert_array_equal(runtime._min_weights(x, (-2, -1)), [[0, 0, 0], [0, 0.5, 0.5]])


@pytest.mark.parametrize("axis", [-1, -2])
def test_entries_in_the_order_of_keys(axis):
    x, keys = RANDOM.normal(size=(2, 3, 4)), RANDOM.integers(0, 3, (3, 4)).astype(float)
    order = np.argsort(keys, axis, kind="stable")
    for k in range(2):
        np.testing.assert_array_equal(runtime._sort_by(x, keys, axis, False)[k], np.take_along_axis(x[k], order, axis))
    np.testing.assert_array_equal(runtime._sort_by(runtime._sort_by(x, keys, axis, False), keys, axis, True), x)


def test_a_recurrence_forwards_and_backwards():
    a, b = RANDOM.normal(size=(2, 4, 3))
    found, turned = (runtime._recurrence(a, b, 2, 0, is_reversed) for is_reversed in (False, True))
    state, back = np.full(3, 2.0), np.full(3, 2.0)
    for k in range(4):
        np.testing.assert_allclose(found[k], state, rtol=1e-14)
        np.testing.assert_allclose(turned[3 - k], back, rtol=1e-14)
        state, back = a[k] * state + b[k], a[3 - k] * back + b[3 - k]


@pytest.mark.parametrize("matrix", [RANDOM.normal(size=(4, 4)), np.array([[1.0, 2.0], [2.0, 4.0]]), np.zeros((3, 3))])
def test_the_adjugate_holds_the_cofactors(matrix):
    n = len(matrix)
    minors = [[np.linalg.det(np.delete(np.delete(matrix, j, 0), i, 1)) for j in range(n)] for i in range(n)]
    signs = (-1.0) ** np.add.outer(range(n), range(n))
    np.testing.assert_allclose(runtime._adjugate(matrix), signs * minors, atol=1e-13)


def test_products_of_all_others_need_no_division():
    x = np.array([[2.0, 0.0, 3.0], [0.0, 0.0, 5.0]])
    np.testing.assert_array_equal(runtime._prod_others(x, -1), [[0, 6, 0], [0, 0, 0]])


@pytest.mark.parametrize("x", [[1000.0, 1001.0], [-1e5, -1e5], [1e-9, -40.0], [-0.1, -36.0], [3.0], [-np.inf, 1.0]])
def test_logsumexp_in_many_digits(x):
    with mpmath.workdps(40):
        true = float(mpmath.log(mpmath.fsum(mpmath.exp(one) for one in x)))
    assert runtime._logsumexp(np.array(x), None) == pytest.approx(true, rel=3e-15)
    np.testing.assert_allclose(runtime._logsumexp(np.array([x, x]), -1), [true, true], rtol=3e-15)


def test_the_hyperbolic_secant_does_not_overflow():
    for x in (0.0, 0.3, -2.0, 700.0):
        assert runtime._sech(x) == pytest.approx(float(mpmath.sech(x)), rel=1e-15)
    assert runtime._sech(1e4) == 0


def test_norms_stay_within_range():
    assert runtime._norm(np.array([3e200, 4e200])) == pytest.approx(5e200)
    assert runtime._norm(np.array([3e-200, 4e-200])) == pytest.approx(5e-200)
    assert runtime._norm(np.zeros(2)) == 0
    assert runtime._norm(np.array([np.inf, 1.0])) == np.inf
    rows = RANDOM.normal(size=(3, 4))
    np.testing.assert_allclose(runtime._norm(rows, 1), np.sqrt((rows**2).sum(1)), rtol=1e-15)
    np.testing.assert_allclose(runtime._norm(rows * 1e300, 1), np.sqrt((rows**2).sum(1)) * 1e300, rtol=1e-14)


def test_softmax_is_scipys():
    x = RANDOM.normal(size=(3, 4)) * 300
    np.testing.assert_allclose(runtime._softmax(x, -1), scipy.special.softmax(x, -1), rtol=1e-13)
    assert scipy.linalg.norm(runtime._softmax(x, (0, 1)).sum() - 1) < 1e-14
