"""NumPy's functions that make arrays, in a traced function: their values and slopes are NumPy's, or they are refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdError
from symgd.readers.numpy.creators import CREATORS
from tests.readers.numpy.comparison import check_slopes, check_values

CALLS = [
    "np.asarray(v)*2", "np.array(v, dtype=float)", "np.asanyarray(X) @ c", "np.array([v[0], 2*v[1]])",
    "np.array([[s, v[0]], [v[1], 1.0]])", "np.full(3, s)", "np.full((2, 2), s)*v[0]", "np.full_like(v, s)",
    "np.full_like(v, 2.0)*v",
    "np.zeros_like(v) + v", "np.ones_like(X)*c", "np.ones(4)*v", "np.eye(3) @ c", "np.identity(3) @ S",
    "np.asarray_chkfinite(v)*s", "np.array(np.zeros(4)) + v",
]  # fmt: skip


@pytest.mark.parametrize("text", CALLS)
def test_values_and_slopes_are_those_of_numpy(text):
    check_values(text)
    check_slopes(text)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda v: np.zeros(v.shape) + v, "places are not known"),
        (lambda v: np.array(v, order="F"), "another order in memory"),
        (lambda v: np.array([v[0] > 0, v[1] > 0]), "conditions are collected"),
        (lambda v: np.array(v, int), "whole number|type"),
    ],
)
def test_what_is_refused(function, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(function, sg.tensor("v", "n"))


def test_every_maker_keeps_the_name_of_numpy():
    makers = (
        np.zeros,
        np.ones,
        np.empty,
        np.full,
        np.zeros_like,
        np.ones_like,
        np.empty_like,
        np.full_like,
        np.array,
        np.asarray,
    )
    assert all(CREATORS[id(maker)].__name__ == maker.__name__ for maker in makers)
