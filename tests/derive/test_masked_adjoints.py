"""Derivatives of what is taken of a function, where others of its entries have no derivative.

The references are sums over the entries that are taken, of derivatives of one number in 50 digits.
"""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from numpy.typing import NDArray

import symgd as sg
from symgd.derive.masked_adjoints import has_mask, masked_product, sum_of_adjoints
from symgd.graph.node import constant

POINT = np.array([0.25, 1.0, 1.75, 3.5])
PAIRS = [(i, j) for i in range(4) for j in range(i)]
BELOW = np.tril(np.ones((4, 4)), -1) == 1

FUNCTIONS: dict[str, tuple[Callable[[sg.Node], sg.Node], Callable[[mpmath.mpf], mpmath.mpf]]] = {
    "root of the distance": (lambda d: sg.sqrt(sg.abs(d)), lambda d: mpmath.sqrt(abs(d))),
    "root of the square": (lambda d: sg.sqrt(d**2 + 4 * d**2), lambda d: mpmath.sqrt(5) * abs(d)),
    "power 3/2": (lambda d: sg.abs(d) ** 1.5, lambda d: abs(d) ** mpmath.mpf(1.5)),
    "logarithm": (lambda d: sg.log(sg.abs(d)), lambda d: mpmath.log(abs(d))),
    "Lennard-Jones": (lambda d: 1 / d**6 - 1 / (d**2) ** 1.5, lambda d: d**-6 - abs(d) ** -3),
    "square of a root": (
        lambda d: (sg.sqrt(sg.abs(d)) - 1) ** 2 * sg.sin(d),
        lambda d: (mpmath.sqrt(abs(d)) - 1) ** 2 * mpmath.sin(d),
    ),
}
MASKS: dict[str, Callable[[sg.Node], sg.Node]] = {
    "tril": lambda f: sg.tril(f, -1),
    "triu of the transpose": lambda f: sg.triu(f.T, 1),
    "where": lambda f: sg.where(sg.array(BELOW.astype(int)) > 0, f, 0),
    "where not": lambda f: sg.where(sg.array(BELOW.astype(int)) > 0, 2 * f, 0) / 2,
    "entries": lambda f: sg.stack([f[i, j] for i, j in PAIRS]),
    "rows taken": lambda f: sg.take(f.ravel(), np.array([4 * i + j for i, j in PAIRS])),
    "rows and columns taken": lambda f: sg.choose(f, [[i for i, _ in PAIRS], [j for _, j in PAIRS]]),
    "slices": lambda f: sg.concatenate([f[i, :i] for i in range(1, 4)]),
}


def reference(function: Callable[[mpmath.mpf], mpmath.mpf]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the gradient and the Hessian of Σ f(xᵢ − xⱼ) over the pairs."""
    gradient, hessian = np.zeros(4), np.zeros((4, 4))
    with mpmath.workdps(50):
        for i, j in PAIRS:
            step = np.zeros(4)
            step[i], step[j] = 1, -1
            distance = mpmath.mpf(POINT[i] - POINT[j])
            gradient += float(mpmath.diff(function, distance)) * step
            hessian += float(mpmath.diff(function, distance, 2)) * np.outer(step, step)
    return gradient, hessian


CASES = [
    (name, mask) for name in FUNCTIONS for mask in MASKS if name != "square of a root" or mask not in ("entries", "slices")
]
"""A sum of many masks, times a finite slope and an infinite one after that, is not distributed."""


@pytest.mark.parametrize(("name", "mask"), CASES)
def test_entries_that_are_not_taken_have_no_say(name: str, mask: str) -> None:
    x = sg.tensor("x", 4)
    formula, function = FUNCTIONS[name]
    loss = sg.sum(MASKS[mask](formula(x[:, None] - x[None, :])))
    with np.errstate(all="ignore"):  # entries that are not taken may be computed
        values = sg.lambdify([x], [sg.gradient(loss, x), sg.hessian(loss, x)])(POINT)
    for value, expected in zip(values, reference(function), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-11, atol=1e-11)


def test_a_mask_stays_outside_a_product() -> None:
    A, B = sg.tensor("A", "n n"), sg.tensor("B", "n n")
    assert masked_product(sg.tril(A), B, 2) is sg.tril(A * B)
    assert masked_product(-1 * sg.tril(A), B, 2) is -1 * sg.tril(A * B)
    assert masked_product(sg.tril(A), constant(2), 2) is sg.tril(A) * 2
    assert has_mask(sg.tril(A), (B,))
    assert not has_mask(A, (B,))


def test_a_product_with_short_sums_of_masks_is_a_sum_of_masks() -> None:
    A, B = sg.tensor("A", "n n"), sg.tensor("B", "n n")
    assert has_mask(sg.tril(A) - sg.triu(B), (1 / B,))
    assert not has_mask(sg.tril(A) - sg.triu(B), (sg.exp(B),))
    assert masked_product(sg.tril(A) + sg.triu(B), B, 2) is sg.tril(A * B) + sg.triu(B * B)


def test_adjoints_with_one_mask_are_summed_inside_it() -> None:
    A, B = sg.tensor("A", "n n"), sg.tensor("B", "n n")
    assert sum_of_adjoints([sg.tril(A), sg.tril(B)]) is sg.tril(A + B)
    assert sum_of_adjoints([sg.tril(A), sg.triu(B)]) is sg.tril(A) + sg.triu(B)
    assert sum_of_adjoints([sg.tril(A), B]) is sg.tril(A) + B


def test_a_place_that_is_not_taken_has_slope_0() -> None:
    """√x₀ has no derivative at 0, and √x₁ + √x₂ does not depend on it."""
    x = sg.tensor("x", 3)
    loss = sg.sum(sg.sqrt(x)[1:])
    with np.errstate(all="ignore"):
        gradient, hessian = sg.lambdify([x], [sg.gradient(loss, x), sg.hessian(loss, x)])(np.array([0.0, 4.0, 16.0]))
    np.testing.assert_array_equal(gradient, [0, 1 / 4, 1 / 8])
    np.testing.assert_array_equal(hessian, np.diag([0, -1 / 32, -1 / 256]))
