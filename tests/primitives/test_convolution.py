"""Convolutions and correlations of vectors and matrices in every mode, against NumPy and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ShapeError, SymgdError
from symgd.primitives.convolution import correlate_valid
from tests.primitives.library_comparison import arrays_of, cases, check_refusal, check_slopes, check_values, compiled, written

ARRAYS = arrays_of(
    x=(6,), k1=(1,), k2=(2,), k3=(3,), k4=(4,), k6=(6,), X=(4, 5), K=(3, 2), R=(1, 3), C=(2, 1), S=(1, 1), Q=(4, 5)
)
MODES = ("full", "same", "valid")
VECTORS = [f"{name}(x, k{n}, '{mode}')" for name in ("convolve", "correlate") for n in (1, 2, 3, 4, 6) for mode in MODES]
MATRICES = [f"{name}(X, {kernel}, '{mode}')" for name in ("convolve2d", "correlate2d") for kernel in "KRCSQ" for mode in MODES]
OTHERS = [
    "convolve(x, k3)", "correlate(x, k3)", "convolve2d(X, K)", "correlate2d(X, K)", "convolve(k2, x)", "convolve(k1, k1)",
    "convolve(x, x)", "correlate(x, x, 'full')",
    "convolve(x, convolve(k2, k3), 'same')", "convolve(convolve(x, k2), k3)", "convolve2d(X, X, 'same')",
    "convolve(x, k3, 'valid')*k4", "x @ convolve(x, k3, 'same')",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases([*VECTORS, *MATRICES, *OTHERS]))
def test_values_are_those_of_numpy_and_scipy(text, library):
    check_values(text, library, ARRAYS)


def _real(text):
    """NumPy's and SciPy's correlations conjugate the kernel: they are convolutions with a kernel reversed."""
    for name in ("x", "k1", "k2", "k3", "k4", "k6", "K", "R", "C", "S", "Q"):
        text = text.replace(f", {name}", f", conj({name})")
    return text


@pytest.mark.parametrize(
    ("text", "library"),
    cases([(row, _real(row) if "correlate" in row else row) for row in (*VECTORS, *MATRICES)[::3]] + OTHERS[:1] + OTHERS[4:7]),
)
def test_slopes_are_complex_steps_through_numpy_and_scipy(text, library):
    check_slopes(text, library, ARRAYS)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=6), st.lists(st.integers(-5, 5), min_size=1, max_size=6))
@settings(max_examples=25)
def test_a_convolution_multiplies_polynomials(p, q):
    arrays = {"p": np.array(p, dtype=float), "q": np.array(q, dtype=float)}
    found = compiled(written("convolve(p, q)", arrays), arrays)
    assert np.array_equal(
        found, [sum(p[i] * q[k - i] for i in range(len(p)) if 0 <= k - i < len(q)) for k in range(len(p) + len(q) - 1)]
    )


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("convolve(w, v)", "(n + 2,)"), ("convolve(v, w)", "(n + 2,)"), ("convolve(w, w)", "(2*n - 1,)"),
        ("convolve(w, v, 'same')", "(n,)"), ("convolve(w, v, 'valid')", "(n - 2,)"),
        ("correlate(w, u, 'full')", "(k + n - 1,)"), ("convolve2d(M, N, 'same')", "(m, n)"),
        ("convolve2d(M, N, 'valid')", "(m - 1, n - 1)"), ("correlate2d(M, M)", "(2*m - 1, 2*n - 1)"),
    ],
)  # fmt: skip
def test_shapes_of_named_sizes(text, shape):
    named = {
        "w": sg.tensor("w", "n"),
        "v": sg.tensor("v", 3),
        "u": sg.tensor("u", "k"),
        "M": sg.tensor("M", "m n"),
        "N": sg.tensor("N", (2, 2)),
    }
    assert str(written(text, named).shape) == shape


@pytest.mark.parametrize(
    "text",
    ["sum(convolve(w, v)**2)", "sum(convolve(w, w)**3)", "sum(convolve(w, v, 'same')**2)", "sum(correlate(w, v, 'full')**2)"],
)
def test_gradients_hold_for_named_sizes(text):
    assert (
        sg.check_gradient(
            sg.formula(text, shapes={"w": "n"} | ({"v": "3"} if "v" in text.replace("convolve", "") else {})), "w"
        ).verdict.name
        == "RIGHT"
    )


def test_a_stack_of_signals_is_correlated_along_its_last_axes():
    arrays = arrays_of(T=(2, 3, 4), k=(2,), K=(2, 3))
    rows = correlate_valid(sg.tensor("T", (2, 3, 4)), sg.tensor("k", 2))
    np.testing.assert_allclose(
        compiled(rows, arrays), [[np.correlate(row, arrays["k"]) for row in matrix] for matrix in arrays["T"]]
    )
    planes = correlate_valid(sg.tensor("T", (2, 3, 4)), sg.tensor("K", (2, 3)))
    expected = [
        [[np.sum(plane[i : i + 2, j : j + 3] * arrays["K"]) for j in range(2)] for i in range(2)] for plane in arrays["T"]
    ]
    np.testing.assert_allclose(compiled(planes, arrays), expected)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("convolve(X, x)", ShapeError, "convolve takes two vectors, not (4, 5) and (6,)"),
        ("correlate(x, 2)", ShapeError, "correlate takes two vectors, not (6,) and ()"),
        ("convolve2d(X, x)", ShapeError, "convolve2d takes two matrices, not (4, 5) and (6,)"),
        ("correlate2d(x, x)", ShapeError, "correlate2d takes two matrices"),
        ("convolve(x, k3, 'circular')", SymgdError, "there is no mode of convolution called 'circular'"),
        ("convolve(x, k3, 'FULL')", SymgdError, "choose one of valid, same, full"),
        ("convolve(x, k3, 1)", SymgdError, "there is no mode of convolution called 1"),
        ("convolve(k3, x, 'valid')", ShapeError, "a window of 6 does not fit an axis of size 3"),
        ("correlate(k3, x)", ShapeError, "a window of 6 does not fit an axis of size 3"),
        ("convolve(k3, x, 'same')", ShapeError, "a kernel of 6 is longer than the axis of 3"),
        ("convolve2d(K, X, 'same')", ShapeError, "a kernel of 4 is longer than the axis of 3"),
        ("convolve2d(R, K, 'valid')", ShapeError, "a window of 3 does not fit an axis of size 1"),
        ("convolve(x, sg.tensor('w', 'n'), 'same')", ShapeError, "a convolution of mode 'same' needs a kernel of known size"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, ARRAYS)
