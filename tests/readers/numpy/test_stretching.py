"""Operands of different ranks that stretch each other are followed in traced functions with a warning, else refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdWarning

x, v, T = sg.tensor("x", "3"), sg.tensor("v", "n"), sg.tensor("T", "2 1 3")
VALUES = {"x": np.array([0.5, -1.0, 2.0]), "v": np.array([1.5, 0.25, 3.0, -2.0]), "T": np.arange(6.0).reshape(2, 1, 3)}

FUNCTIONS = [
    lambda x, v, T: x[:, None] * v,
    lambda x, v, T: v - x[:, None],
    lambda x, v, T: np.exp(x)[:, None] / (v**2 + 1),
    lambda x, v, T: np.maximum(x[:, None], v),
    lambda x, v, T: np.where(x[:, None] > v, 1.0, v),
    lambda x, v, T: (x[:, None] == v) * 1.0,
    lambda x, v, T: np.array([1.0, 2.0])[:, None] * v,
    lambda x, v, T: T[:, 0, 0][:, None] + x,
    lambda x, v, T: np.logaddexp(x[:, None], v),
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_column_beside_a_vector_is_a_matrix_and_warns(function):
    with pytest.warns(SymgdWarning, match="both stretched, as NumPy does"):
        formula = sg.formula(function, x, v, T)
    found = sg.lambdify([x, v, T], formula)(VALUES["x"], VALUES["v"], VALUES["T"])
    np.testing.assert_allclose(found, np.asarray(function(VALUES["x"], VALUES["v"], VALUES["T"]), dtype=float), rtol=1e-13)


def test_the_formula_is_that_of_operands_of_one_rank():
    with pytest.warns(SymgdWarning):
        formula = sg.formula(lambda x, v: x[:, None] * v, x, v)
    assert formula is x[:, None] * v[None, :]
    assert sg.gradient(sg.sum(formula), x) is sg.gradient(sg.sum(x[:, None] * v[None, :]), x)


def test_the_language_still_refuses_it():
    with pytest.raises(ShapeError, match="both would be stretched"):
        x[:, None] * v
    with pytest.raises(ShapeError, match="both would be stretched"):
        x[:, None] + v


def test_shapes_that_do_not_fit_are_errors_without_a_warning():
    with pytest.raises(ShapeError):
        sg.formula(lambda x, v: x[:2, None] * np.ones((3, 4)), x, v)
