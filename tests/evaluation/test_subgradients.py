"""A quotient by a norm is 0 where both are 0, entry by entry; any other division by 0 stays what it is."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.checking.diagnosis.edits import as_floats
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.subgradients import with_slopes_of_norms
from symgd.primitives.arithmetic import mul
from tests.formulas import declared

ZERO = {"x": 0.0, "y": 0.0, "u": [1.0, -2.0, 3.0], "v": [0.0, 0.0, 0.0], "A": np.ones((3, 3)), "X": [[0.0, 0.0], [3.0, -4.0]]}
BESIDE = {
    "x": -3.0,
    "y": 4.0,
    "u": [1.0, -2.0, 3.0],
    "v": [1.0, 2.0, -2.0],
    "A": np.eye(3) * 2,
    "X": [[5.0, 12.0], [3.0, -4.0]],
}
SHAPES = {"u": "n", "v": "n", "A": "n n", "X": "m m"}
nan = np.nan

SLOPES = [  # each with its values at BESIDE
    ("x/abs(x)", -1),
    ("x/sqrt(x**2)", -1),
    ("x*(4*x**2)**(-1/2)", -1 / 2),
    ("x**2/abs(x)", 3),
    ("x/hypot(x, y)", -3 / 5),
    ("y/sqrt(x**2 + y**2)", 4 / 5),
    ("x/sqrt(4*x**2 + y**2)", -3 / 52**0.5),
    ("x*y/abs(x*y)", -1),
    ("v/norm(v)", [1 / 3, 2 / 3, -2 / 3]),
    ("v/sqrt(sum(v**2))", [1 / 3, 2 / 3, -2 / 3]),
    ("v/sqrt(mean(v**2))", [3**-0.5, 2 * 3**-0.5, -2 * 3**-0.5]),
    ("v/abs(v)", [1, 1, -1]),
    ("v @ u/norm(v)", -3),
    ("A @ v/norm(v)", [2 / 3, 4 / 3, -4 / 3]),
    ("A @ v/norm(A @ v)", [1 / 3, 2 / 3, -2 / 3]),
    ("relu(v)/norm(v)", [1 / 3, 2 / 3, 0]),
    ("sum(v)/norm(v)", 1 / 3),
    ("v[::-1]/norm(v)", [-2 / 3, 2 / 3, 1 / 3]),
    ("cumsum(v)/norm(v)", [1 / 3, 1, 1 / 3]),
    ("v/sqrt(norm(v))", [1 / 3**0.5, 2 / 3**0.5, -2 / 3**0.5]),
    ("v*(v @ v)**(-1/4)", [1 / 3**0.5, 2 / 3**0.5, -2 / 3**0.5]),
    ("v**2*sign(v)/sum(abs(v)**3)**(2/3)", [17 ** (-2 / 3), 4 * 17 ** (-2 / 3), -4 * 17 ** (-2 / 3)]),
    ("norm(v)*v/norm(v)", [1, 2, -2]),
    ("(v @ v)*v/norm(v)**3", [1 / 3, 2 / 3, -2 / 3]),
    ("norm(v)**3/norm(v)**2", 3),
    ("(v - norm(v)*v)/norm(v)", [-2 / 3, -4 / 3, 4 / 3]),
]
OTHERS = [
    "1/x", "1/abs(x)", "(x + 1)/abs(x)", "y/abs(x)", "cos(x)/abs(x)", "x**(-2)/abs(x)", "x/abs(x*y)", "x/sqrt(x**2 - y**2)",
    "x/sqrt(x**2 + y)", "1/norm(v)", "u/norm(v)", "x/norm(v)",
    "norm(v)/norm(v)", "outer(v, v)/norm(v)**2", "abs(x)/sqrt(x**2)", "sqrt(abs(x))/abs(x)", "v/norm(v)**2",
    "v/sqrt(u @ v)", "outer(u, v)/norm(u*v)",
]  # fmt: skip


def values(formula, at):
    """The entries of a formula at a point."""
    point = {node: np.asarray(at[node.name]) for node in formula.symbols}
    sizes = {"n": 3, "m": 2}
    return as_floats(evaluate_precisely([formula], point, sizes)[0])


def read(text):
    """A text as a formula, with the shapes of its inputs."""
    return sg.formula(text, shapes=declared(SHAPES, text))


@pytest.mark.parametrize(("text", "beside"), SLOPES, ids=[text for text, _ in SLOPES])
def test_what_vanishes_with_a_norm_is_0_over_it(text, beside):
    formula = read(text)
    (guarded,) = with_slopes_of_norms([formula])
    assert np.isnan(values(formula, ZERO)).all()
    assert np.array_equal(values(guarded, ZERO), np.zeros(np.shape(beside)))
    assert np.allclose(values(guarded, BESIDE), beside, rtol=1e-14, atol=0)


@pytest.mark.parametrize("text", OTHERS)
def test_what_does_not_vanish_is_left_alone(text):
    formula = read(text)
    assert with_slopes_of_norms([formula]) == [formula]
    assert not np.isfinite(values(formula, ZERO)).any()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X*(1/norm(X, axis=1))[:, None]", [[0, 0], [0.6, -0.8]]),
        ("X*(1/sqrt(sum(X**2, axis=1)))[:, None]", [[0, 0], [0.6, -0.8]]),
        ("X*(1/norm(X, axis=1))", [[nan, 0], [nan, -0.8]]),
        ("X.T*(1/norm(X, axis=1))[:, None]", [[nan, nan], [0, -0.8]]),
        ("X/norm(X)", [[0, 0], [0.6, -0.8]]),
        ("X/norm(X, axis=0)", [[0, 0], [1, -1]]),
        ("X.T*(1/norm(X.T, axis=0))[:, None]", [[nan, nan], [0, -0.8]]),
        ("(1/norm(X, axis=1)) @ X", [0.6, -0.8]),
        ("X @ (1/norm(X, axis=1))", [nan, nan]),
        ("X[0, 0]/norm(X, axis=1)", [nan, 0]),
        ("X[1, 0]/norm(X, axis=1)", [nan, 0.6]),
    ],
)
def test_an_entry_of_a_norm_speaks_of_the_entries_it_was_made_of(text, expected):
    (guarded,) = with_slopes_of_norms([read(text)])
    assert np.allclose(values(guarded, ZERO), expected, rtol=1e-15, equal_nan=True)


def test_factors_of_a_norm_may_stand_apart():
    x, y = sg.scalar("x"), sg.scalar("y")
    (guarded,) = with_slopes_of_norms([mul.make((x, y, 1 / sg.abs(x * y)))])
    assert [values(guarded, {"x": 0, "y": 4}), values(guarded, {"x": 3, "y": 0}), values(guarded, {"x": 3, "y": -4})] == [
        0,
        0,
        -1,
    ]


def test_other_formulas_are_handed_back():
    x, v = sg.scalar("x"), sg.tensor("v", 3)
    formulas = [x, x * 2, v @ v, x / 2, 1 / x]
    assert with_slopes_of_norms(formulas) == formulas
    assert with_slopes_of_norms([]) == []
    first, second = with_slopes_of_norms([1 / sg.abs(x), x / sg.abs(x)])
    assert first is 1 / sg.abs(x) and second is not x / sg.abs(x)


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1.0, 1e200])
def test_slopes_of_norms_stay_within_range(size):
    slope = sg.lambdify("v", sg.gradient(sg.formula("norm(v)", shapes={"v": (2,)}), "v"))
    assert np.allclose(slope(size * np.array([3.0, 4.0])), [0.6, 0.8], rtol=1e-13)
    assert sg.lambdify(["x", "y"], "x/hypot(x, y)")(3.0, 4.0) == 0.6
    assert np.isclose(sg.lambdify(["x", "y"], "x*x/hypot(x, y)")(size, size), size / 2**0.5, rtol=1e-13)


@pytest.mark.parametrize("text", ["norm(v)", "sqrt(sum(v**2))", "norm(A @ v)", "sum(abs(v))", "sqrt(v @ v)"])
def test_compiled_slopes_of_norms_are_0_where_the_norm_is(text):
    loss = read(text)
    slope = sg.lambdify(loss.symbols, sg.gradient(loss, "v"))
    assert np.array_equal(slope(*(np.asarray(ZERO[node.name]) for node in loss.symbols)), [0, 0, 0])
