"""Calls of NumPy's: arguments as NumPy binds them, options honoured or refused by name, never dropped."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError

RNG = np.random.default_rng(5)
VALUES = {
    "C": RNG.normal(size=(3, 3)), "c": RNG.uniform(0.1, 2, size=3), "X": RNG.normal(size=(4, 3)), "T": RNG.normal(size=(2, 3, 2)),
    "s": np.array(0.7),
}  # fmt: skip
INPUTS = {name: sg.tensor(name, " ".join(map(str, value.shape))) for name, value in VALUES.items()}

SAME = [
    "X.reshape(3, 4, order='F')", "np.reshape(X, (3, 4), 'F')", "np.reshape(X, (3, 4), order='C')", "X.ravel('F')", "X.flatten(order='F')",
    "np.ravel(X, order='F')", "T.reshape((4, -1), order='F')", "T.ravel('C')", "np.mean(C, 0, float)", "np.sum(C, 0, float)", "C.sum(0, float)",
    "C.mean(0, np.float64, None, True)", "C.mean(dtype=np.float64)", "C.std(0, None, None, 1)", "np.var(C, 0, None, None, 1, True)",
    "C.astype(float).sum()", "c.clip(0, max=1)", "np.clip(c, 0.5, 1)",
    "c.clip(0.5)", "c.clip(max=0.5)", "np.clip(c, None, 0.5)", "np.clip(c, a_max=0.5, a_min=0.2)", "np.average(C, axis=0, weights=c)",
    "np.average(C, axis=1, weights=c)", "np.average(X, axis=1, weights=c)", "np.average(C, weights=C)", "np.average(X, 0)",
    "np.linalg.norm(X, 1, axis=(1, 0))", "np.linalg.norm(X, 1, axis=(0, 1))", "np.linalg.norm(X, np.inf, (1, 0))", "np.linalg.norm(X, np.inf, (-2, -1))",
    "np.linalg.norm(X, 2, axis=(1, 0))", "np.linalg.norm(T, 'fro', axis=(2, 0))", "np.linalg.norm(T, 1, axis=(2, 0))", "np.linalg.norm(T, 1, axis=(0, 2))",
    "np.linalg.norm(T, np.inf, axis=(1, 0))", "np.linalg.norm(X, 1, (0, 1), True)", "np.linalg.norm(X, None, 0, True)", "np.dot(C, T)", "C.dot(T)",
    "np.dot(c, T)", "np.dot(s, c)", "np.dot(T, T.transpose(2, 0, 1)[:, :, :2].transpose(1, 0, 2))", "np.linalg.vector_norm(C)",
    "np.linalg.vector_norm(T, ord=1)", "np.linalg.vector_norm(C, ord=1, axis=0)", "np.linalg.matrix_norm(C)", "np.linalg.matrix_norm(C, ord=1)",
    "np.append(C, C)", "np.append(C, C, axis=0)", "np.append(c, 1.0)", "np.concatenate([C, c], axis=None)", "np.concatenate([C, C], 1)",
    "np.size(X, 0) * X.sum()", "np.size(X) * X.sum()", "np.diff(X, 2, axis=0)", "np.diff(X, n=2)", "np.cumprod(X, 1)", "np.diagonal(C, 0, 1, 0)",
    "np.max(X, 0, None, True)", "X.max(0, None, True)", "np.take(X, [0, 1], 1)", "X.take([0, 1], 1)", "np.outer(C, c)", "np.vdot(C, C)", "np.inner(T, T)",
    "np.linalg.vecdot(T, T, axis=0)", "np.vecdot(T, T)", "np.vecdot(T, T, axis=1)", "np.einsum('ij->j', X, optimize=True)", "np.full_like(X, 2) * X",
    "np.tril(X, k=-1)", "np.flip(X, (0, 1))", "X[None].squeeze(0)", "np.pad(c, (1, 2))", "np.pad(X, ((1, 2), (0, 1)))", "np.pad(X, 1)",
    "np.repeat(X, 2, axis=0)", "np.repeat(X, 2, axis=1)", "np.repeat(X, 3)", "np.tile(X, 2)", "np.tile(c, (2, 2))", "np.tile(X, (2, 1, 3))",
    "np.roll(c, 1)", "np.roll(X, -2, axis=1)", "np.roll(c, -5)", "np.roll(c, 7)", "np.roll(X, 4, axis=0)", "np.roll(X, np.int64(-9), axis=-1)", "np.split(X, 2)[1]", "np.split(X, [1, 3])[1]", "np.polyval(c, 2.0)", "np.polyval(c, X)", "np.polyval(c[:1], X)",
    "np.trapezoid(c)", "np.trapezoid(X, dx=0.5, axis=0)", "np.trapezoid(X, c)", "np.linalg.multi_dot([X, C, c])", "np.atleast_2d(c)",
    "np.linalg.svd(C, compute_uv=False)", "np.linalg.slogdet(C).logabsdet", "np.add.reduce(X, 1)", "np.add.accumulate(X, 1)", "np.add.reduce(X, 0, None, None, True)",
    "np.linalg.eigvalsh(C)", "np.linalg.eigvalsh(C - C.T)", "np.linalg.cholesky(C + 9*np.eye(3))", "np.linalg.cholesky(C @ C.T + np.eye(3))",
    "np.real(c)", "np.mean(c, keepdims=True)", "sum(c)", "X.sum(axis=(0, 1), keepdims=True)",
]  # fmt: skip

REFUSED = {
    "np.sum(C, dtype=int)": "rounds to int64", "C.astype(int)": "rounds to int64", "np.cumsum(c, dtype=np.int32)": "rounds to int32",
    "np.add(c, c, dtype=int)": "rounds to int64", "X.reshape(3, 4, order='A')": "how an array lies in memory", "np.pad(c, 1, constant_values=3)": "zeros",
    "np.pad(c, 1, mode='edge')": "zeros", "np.max(X, initial=0)": "initial=0", "np.std(X, where=X > 0)": "where", "np.diff(X, prepend=0)": "prepend",
    "np.trace(C, 1)": "main diagonal", "np.trace(T)": "main diagonal", "np.linalg.cholesky(C, upper=True)": "upper", "np.linalg.pinv(C, 0.5)": "rcond",
    "np.cumulative_sum(c, include_initial=True)": "include_initial", "np.take(X, [0, 9], 1, mode='clip')": "mode=clip", "np.cross(C, C, axisa=0)": "axisa",
    "np.average(X, weights=c)": "the axis along which they run", "np.linalg.svd(C)": "compute_uv=False", "np.add(c, c, out=np.linspace(0, 1, 3))": "writes into",
    "np.sum(c, out=np.zeros(()))": "writes into", "np.add(c, c, where=[True, False, True])": "writes into", "np.array([c, c[0]])": "the rows have different shapes",
    "C.sum(0, None, None, 5)": "keepdims is True or False", "np.round(c, 2)": "drops digits", "np.diff(c, -1)": "whole number of times",
    "np.full_like(X, 2, shape=(2, 3))": "shape", "np.roll(X, (1, 2), axis=(0, 1))": "one shift", "np.roll(X, 1, axis=(0, 1))": "one axis", "np.linalg.norm(T)": "needs an axis",
    "np.linalg.norm(T, 2, axis=(0, 1))": "singular values of a tensor", "np.linalg.norm(T, axis=(0, 1, 2))": "one axis or two",
}  # fmt: skip


def traced(text):
    inputs = [node for name, node in INPUTS.items() if f"{name}" in text.replace("np.", "")]
    function = eval(f"lambda {', '.join(node.name for node in inputs)}: {text}", {"np": np})
    return function, inputs


@pytest.mark.parametrize("text", SAME)
def test_a_call_means_what_it_means_in_numpy(text):
    function, inputs = traced(text)
    formula = sg.formula(function, *inputs)
    values = [VALUES[node.name] for node in inputs]
    expected = function(*values)
    got = sg.lambdify(inputs, formula)(*values)
    assert np.shape(got) == np.shape(expected)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("text", REFUSED)
def test_an_option_that_changes_the_meaning_is_refused_by_name(text):
    if "cumulative_sum" in text and not hasattr(np, "cumulative_sum"):
        pytest.skip("NumPy has cumulative_sum from 2.1 on")
    function, inputs = traced(text)
    with pytest.raises(SymgdError, match=REFUSED[text]):
        sg.formula(function, *inputs)


def test_a_matrix_that_is_seen_to_be_symmetric_is_read_as_it_is():
    ridge = sg.formula(lambda X: np.linalg.cholesky(X.T @ X + 0.1 * np.eye(3)), INPUTS["X"])
    assert ridge.primitive is sg.cholesky(INPUTS["C"]).primitive and ridge.args[0] is sg.formula(
        lambda X: X.T @ X + 0.1 * np.eye(3), INPUTS["X"]
    )
    assert str(sg.formula(lambda C: np.linalg.eigvalsh(C + C.T), INPUTS["C"])) == "eigvalsh(C + C.T)"
    assert str(sg.formula(lambda C: np.linalg.eigvalsh(C), INPUTS["C"])) == "eigvalsh(tril(C) + tril(C, k=-1).T)"


@pytest.mark.parametrize(
    "text", ["c.astype(np.float32)", "c.sum(dtype=np.float32)", "np.mean(c, dtype='float16')", "c.astype('f4', copy=False)"]
)
def test_a_type_of_fewer_digits_is_dropped_with_a_warning(text):
    function, inputs = traced(text)
    with pytest.warns(sg.SymgdWarning, match=r"rounds to float(32|16) here, and symgd's formulas are of real numbers"):
        sg.formula(function, *inputs)


def test_a_function_with_other_arguments_is_an_error_of_ours():
    with pytest.raises(UnsupportedError, match=r"\(a, b\) cannot be called with 1 inputs"):
        sg.formula(lambda a, b: a, INPUTS["c"])


def test_a_formula_does_not_fit_into_an_array_of_numbers():
    def fill(c):
        entries = np.linspace(0, 1, 3)
        entries[0] = c[0]
        return entries.sum()

    with pytest.raises(UnsupportedError, match="collect the entries"):
        sg.formula(fill, INPUTS["c"])

    def collect(c):
        entries = np.empty(3, dtype=object)
        for k in range(3):
            entries[k] = c[k] ** 2
        return (entries * entries).sum()

    compiled = sg.lambdify([INPUTS["c"]], sg.formula(collect, INPUTS["c"]))
    np.testing.assert_allclose(compiled(VALUES["c"]), np.sum(VALUES["c"] ** 4), rtol=1e-14)


def test_a_fault_of_the_function_itself_stays_what_it_is():
    with pytest.raises(NameError):
        sg.formula(lambda c: undefined(c), INPUTS["c"])  # noqa: F821


def test_a_border_of_a_wrong_form_is_an_error():
    with pytest.raises(ShapeError, match="width of a border"):
        sg.formula("pad(X, ((1, 2), (3, 4), (5, 6)))", shapes={"X": "3 2"})
