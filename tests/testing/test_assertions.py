from __future__ import annotations

import numpy as np
import pytest

from symgd.testing import assert_gradient


def test_right_gradients_pass():
    assert_gradient(lambda x: np.sum(x**2), lambda x: 2 * x, at=[1.0, -2.0])
    assert_gradient(lambda x: np.sum(x**3), lambda x: 3 * x**2, at=[np.array([1.0]), np.array([-2.0])])
    assert_gradient("mean((X@w - y)**2)", "2*X.T @ (X@w - y) / m", wrt="w", shapes={"X": "m n", "y": "m", "w": "n"})
    assert_gradient("sum(x**2)", lambda x: 2 * x, wrt="x", shapes={"x": "n"})


def test_wrong_gradients_fail_with_the_worst_entry_and_a_guess():
    with pytest.raises(AssertionError, match=r"grad\[0\]  got 1  expected 2  ratio 0.5\n[\s\S]*is a 2 from the square missing"):
        assert_gradient(lambda x: np.sum(x**2), lambda x: x, at=[1.0, 3.5])
    with pytest.raises(AssertionError, match=r"entry \(2\) only: missing factor 2"):
        assert_gradient(lambda x: np.sum(x**2), lambda x: np.array([2 * x[0], 2 * x[1], x[2]]), at=[1.0, 3.0, -1.0])


def test_one_wrong_point_of_several_fails():
    with pytest.raises(AssertionError):
        assert_gradient(lambda x: np.sum(np.abs(x) ** 3), lambda x: 3 * x**2, at=[np.array([1.0]), np.array([-1.0])])


def test_a_point_is_needed_for_two_functions():
    with pytest.raises(AssertionError, match="give at=x0"):
        assert_gradient(np.sum, np.ones_like)
