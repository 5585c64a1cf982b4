"""Interpolation, choices, differences and covariances: NumPy's values, and gradients beside differences of 50 digits."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdWarning, UnsupportedError
from symgd.readers.numpy.sampled import SAMPLED
from tests.readers.numpy.comparison import INPUTS, check_slopes, check_values, function_of

NODES = "[-1.0, -0.25, 0.5, 2.0]"
ROWS = {
    "interp": [
        f"np.interp(X, {NODES}, [0, 2, -1.0, 3])",
        f"np.interp(s, {NODES}, v)",
        f"np.interp([-3, -0.5, 0.5, 9], {NODES}, v)",
        f"np.interp(0.1, {NODES}, v)",
        f"np.interp(z, {NODES}, v, left=7, right=-7)",
        "np.interp(z, [0.5], [3.0], left=1)*s",
        f"np.interp(9*z, {NODES}, v, right=0.5)",
    ],
    "select": [
        "np.select([z < 0, z > 1], [z, 2*z], z**2)",
        "np.select([X > 0], [X])",
        "np.select([z > 0, z > -1], [1.0, s])",
        "np.select([np.array([True, False, True]), c > 1], [c, c**2], s)",
    ],
    "gradient": [
        "np.gradient(v)",
        "np.gradient(v, 0.5)",
        "np.gradient(X)[0]",
        "np.gradient(X)[1]",
        "np.gradient(X, axis=1)",
        "np.gradient(X, 2.0, 0.5)[1]",
        "np.gradient(c[:2])",
        "np.gradient(T, axis=(1, 2))[1]",
    ],
    "cov": [
        "np.cov(X)",
        "np.cov(X, rowvar=False)",
        "np.cov(v)",
        "np.cov(v, z)",
        "np.cov(X, bias=True)",
        "np.cov(X, ddof=0)",
        "np.cov(X, X**2, rowvar=False)",
    ],
    "corrcoef": ["np.corrcoef(X)", "np.corrcoef(v, z)", "np.corrcoef(X, rowvar=False)"],
}
PLAIN = {
    f"nan{name}": [f"np.nan{name}(X)", f"np.nan{name}(X, axis=0)", f"np.nan{name}(X, 1, keepdims=True)"]
    for name in ("sum", "mean", "prod", "max", "min", "var", "std")
}
TEXTS = [text for texts in ROWS.values() for text in texts]
REFUSED = [
    ("np.interp(z, v, [1, 2, 3, 4])", UnsupportedError, "the nodes of numpy.interp are numbers"),
    ("np.interp(z, [0, 1, 1], [1, 2, 3])", UnsupportedError, "finite numbers that grow"),
    ("np.interp(z, [0, 1], v)", ShapeError, "2 nodes"),
    ("np.interp(z, [0, 1], [0, 1], period=2)", UnsupportedError, "period"),
    ("np.select([z], [z])", UnsupportedError, "are comparisons"),
    ("np.select([z > 0], [z > 1])*s", UnsupportedError, "choices of numpy.select are conditions"),
    ("np.gradient(v, v)", UnsupportedError, "one step"),
    ("np.gradient(v, edge_order=2)", UnsupportedError, "edge_order"),
    ("np.gradient(v[:1])", ShapeError, "two entries"),
    ("np.cov(T)", ShapeError, "one axis or two"),
    ("np.cov(X, aweights=c)", UnsupportedError, "weights"),
]


def test_every_function_has_a_row():
    assert {*ROWS, *PLAIN} == set(SAMPLED)


@pytest.mark.parametrize("text", TEXTS)
def test_values_are_those_of_numpy(text):
    check_values(text)


@pytest.mark.parametrize("text", [text for texts in ROWS.values() for text in texts[:3]])
def test_gradients_are_right(text):
    check_slopes(text)


@pytest.mark.parametrize("text", [text for texts in PLAIN.values() for text in texts])
def test_functions_that_leave_out_nan_are_the_plain_ones_and_say_so(text):
    with pytest.warns(SymgdWarning, match="leaves out NaN, and a formula has no NaN"):
        check_values(text)


@pytest.mark.parametrize(("text", "error", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_symgd_does_not_follow_is_refused(text, error, message):
    with pytest.raises(error, match=message):
        sg.formula(function_of(text), *INPUTS.values())


@pytest.mark.parametrize(("x", "slope"), [(-0.5, 0), (0.0, 1), (0.5, 1), (1.0, 3), (1.5, 3), (2.0, 0), (3.0, 0)])
def test_the_slope_at_a_node_is_that_on_the_right(x, slope):
    formula = sg.formula(lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 4.0]), sg.scalar("x"))
    assert sg.lambdify(["x"], sg.gradient(formula, "x"))(x) == slope
    assert sg.lambdify(["x"], formula)(x) == np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 4.0])


def test_a_table_of_many_nodes():
    nodes = np.linspace(0, 1, 65)
    formula = sg.formula(lambda x: np.interp(x, nodes, np.sin(nodes)), sg.tensor("x", "n"))
    x = np.linspace(-0.2, 1.2, 101)
    np.testing.assert_allclose(sg.lambdify(["x"], formula)(x), np.interp(x, nodes, np.sin(nodes)), rtol=1e-13)
