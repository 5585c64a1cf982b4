from __future__ import annotations

import numpy as np
import pytest

import symgd as sg


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("tril(A)*B", "tril(A * B)"),
        ("2*x*triu(A, 1)*B", "2*x*triu(A * B, k=1)"),
        ("x*tril(A)", "x*tril(A)"),
        ("tril(A)*log(B)", "tril(A) * log(B)"),  # a logarithm above the diagonal may have no value
    ],
)
def test_results(text, after):
    shapes = {name: "n n" for name in "AB" if name in text}
    assert str(sg.simplify(sg.formula(text, shapes=shapes))) == after


def test_the_slope_of_distances_below_the_diagonal_is_finite():
    """On the diagonal the distance is 0 and its slope infinite; the mask was multiplied with it."""
    loss = sg.formula(lambda x: np.sum(np.tril(np.sqrt(np.abs(x[:, None] - x[None, :])), -1)), shapes={"x": "3"})
    x = np.array([0.1, 0.7, 1.9])
    with np.errstate(all="ignore"):
        gradient = sg.lambdify(["x"], sg.gradient(loss, "x"))(x)
    pairs = [(0, 1), (0, 2), (1, 2)]
    expected = np.zeros(3)
    for i, j in pairs:
        slope = np.sign(x[i] - x[j]) / (2 * np.sqrt(abs(x[i] - x[j])))
        expected[[i, j]] += slope, -slope
    np.testing.assert_allclose(gradient, expected, rtol=1e-14)
