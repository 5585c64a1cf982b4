"""NumPy's piecewise on traced arrays."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ShapeError, UnsupportedError
from tests.readers.numpy.comparison import INPUTS, check_slopes, check_values, function_of

ROWS = [
    "np.piecewise(z, [z < 0, z >= 0], [lambda t: -t, lambda t: t**2])",
    "np.piecewise(z, [z < 0], [lambda t: np.exp(t), 3.0])",
    "np.piecewise(z, [z < 0.5, z < 0], [1.0, lambda t: t])",
    "np.piecewise(X, [X > 0], [lambda t, a, b: a*t + b], 2.0, b=-1.0)",
    "np.piecewise(z, z > 0, [np.sin, np.cos])",
    "np.piecewise(2*z, [z < 0, z > 1], [lambda t: np.where(t == 4, 0.0, t), np.tanh, lambda t: t*v.sum()])",
]
REFUSED = [
    ("np.piecewise(z, [z < 0], [lambda t: t.sum()])", UnsupportedError, "does not act entry by entry"),
    ("np.piecewise(z, [z < 0], [lambda t: t - t.mean()])", UnsupportedError, "does not act entry by entry"),
    ("np.piecewise(z, [z < 0], [lambda t: t[::-1]])", UnsupportedError, "does not act entry by entry"),
    ("np.piecewise(X, X < 0, [1.0, 2.0])", UnsupportedError, "in a list"),
    ("np.piecewise(z, [z < 0], [1.0, 2.0, 3.0])", ShapeError, "1 conditions and 3 functions"),
]


@pytest.mark.parametrize("text", ROWS)
def test_values_and_gradients(text):
    check_values(text)
    check_slopes(text)


@pytest.mark.parametrize(("text", "error", "message"), REFUSED)
def test_functions_of_several_entries_are_refused(text, error, message):
    with pytest.raises(error, match=message):
        sg.formula(function_of(text), *INPUTS.values())
