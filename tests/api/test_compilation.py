"""Compiled formulas against NumPy, how arguments and outputs are read, structures and their operators, and what is refused."""

from __future__ import annotations

import re

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.api.compilation import lambdify, structure
from symgd.errors import ShapeError, SymgdError, UnsupportedError

GENERATOR = np.random.default_rng(11)
DATA = {
    "X": GENERATOR.normal(size=(4, 3)),
    "A": GENERATOR.normal(size=(3, 3)),
    "w": GENERATOR.normal(size=3),
    "y": GENERATOR.normal(size=4),
}
X, A, w, y = (DATA[name] for name in "XAwy")
FORMULAS = {
    "X @ w - y": X @ w - y,
    "sum((X @ w - y)**2)": np.sum((X @ w - y) ** 2),
    "A.T @ w": A.T @ w,
    "trace(A)": np.trace(A),
    "exp(w) / sum(exp(w))": np.exp(w) / np.exp(w).sum(),
    "log(1 + exp(X @ w))": np.logaddexp(0, X @ w),
    "w @ A @ w": w @ A @ w,
    "mean(abs(y))": np.mean(np.abs(y)),
    "max(w)": w.max(),
}
SHAPES = {"X": "m n", "A": "n n", "w": "n", "y": "m"}


def read(text):
    return sg.formula(text, shapes={name: SHAPES[name] for name in re.findall(r"(?<!\.)\b[A-Za-z]\b", text)})


@pytest.mark.parametrize("prove", [True, False])
@pytest.mark.parametrize("text", FORMULAS)
def test_compiled_formulas_have_the_values_of_numpy(text, prove):
    node = read(text)
    found = lambdify(list(node.symbols), node, prove=prove)(*(DATA[one.name] for one in node.symbols))
    np.testing.assert_allclose(found, FORMULAS[text], rtol=1e-12)
    assert np.shape(found) == np.shape(FORMULAS[text])


@pytest.mark.parametrize("text", FORMULAS)
def test_the_array_api_code_computes_the_same(text):
    node = read(text)
    found = lambdify(list(node.symbols), node, "array_api")(*(DATA[one.name] for one in node.symbols))
    np.testing.assert_allclose(found, FORMULAS[text], rtol=1e-12)


def test_a_list_of_outputs_gives_a_list_and_one_output_itself():
    loss = read("sum((X @ w - y)**2)")
    both = lambdify(["X", "w", "y"], [loss, sg.gradient(loss, "w")])(X, w, y)
    assert isinstance(both, list)
    np.testing.assert_allclose(both[1], 2 * X.T @ (X @ w - y), rtol=1e-12)
    assert np.ndim(lambdify(["X", "w", "y"], loss)(X, w, y)) == 0
    assert lambdify(["X", "w", "y"], [loss])(X, w, y)[0] == both[0]


ARGUMENTS = {
    "name": "x",
    "node": sg.scalar("x"),
    "symbol": sp.Symbol("x"),
    "list": ["x"],
    "tuple": (sg.scalar("x"),),
}


@pytest.mark.parametrize("form", ARGUMENTS)
def test_arguments_may_be_given_in_any_form(form):
    assert lambdify(ARGUMENTS[form], "x**2")(3.0) == 9.0


def test_arguments_come_in_the_order_of_the_call_and_may_be_unused():
    assert lambdify(["y", "x"], "x - y")(1.0, 5.0) == 4.0
    assert lambdify(["x", "unused"], "2*x")(1.5, 7.0) == 3.0


def test_scalars_broadcast_over_arrays():
    f = lambdify(["x", "y"], ["x*y", "3"])
    product, constant = f(np.arange(3.0)[:, None], np.arange(2.0))
    np.testing.assert_array_equal(product, np.outer(np.arange(3.0), np.arange(2.0)))
    np.testing.assert_array_equal(constant, np.full((3, 2), 3.0))


def test_the_precision_of_the_arguments_is_kept():
    f = lambdify("x", "exp(x)/2")
    assert f(np.float32([1, 2])).dtype == np.float32
    assert f(np.array([1, 2])).dtype == np.float64
    assert f(np.array([1 + 1e-20j])).dtype == np.complex128


@pytest.mark.parametrize(("text", "limit"), [("sin(x)/x", 1.0), ("x*log(x)", 0.0), ("(exp(x) - 1)/x", 1.0)])
def test_removable_places_have_the_limit_or_nan(text, limit):
    assert lambdify("x", text)(0.0) == pytest.approx(limit)
    with np.errstate(all="ignore"):
        assert np.isnan(lambdify("x", text, removable="nan")(0.0))
    assert lambdify("x", text)(0.5) == pytest.approx(lambdify("x", text, removable="nan")(0.5))


def test_the_source_is_the_code_that_runs():
    source = lambdify(["x", "y"], "x*y + 1", name="product", source_only=True)
    names = {}
    exec(source, names)
    assert "def product(" in source
    assert names["product"](2.0, 3.0) == 7.0
    assert lambdify(["x", "y"], "x*y + 1", name="product").source == source


def test_names_of_parts_stand_in_the_code():
    named = sg.derivation("log(1 + exp(x*y))**2", "x").named()
    f = lambdify(["x", "y"], named)
    g = lambdify(["x", "y"], sg.gradient("log(1 + exp(x*y))**2", "x"))
    assert f(0.3, -0.7) == pytest.approx(g(0.3, -0.7), rel=1e-12)


# -- structures -------------------------------------------------------------------------------------------------

STRUCTURES = {
    "sum(w**4)": ("DIAGONAL", lambda: np.diag(12 * w**2)),
    "sum((X @ w - y)**2)": ("GRAM", lambda: 2 * X.T @ X),
    "sum(log(1 + exp(X @ w)))": ("GRAM", lambda: X.T @ np.diag(0.25 / np.cosh(X @ w / 2) ** 2) @ X),
    "sum(w**2) + sum(w)**2": ("LOW_RANK_PLUS_DIAGONAL", lambda: 2 * np.eye(3) + 2 * np.ones((3, 3))),
    "sum(w)": ("ZERO", lambda: np.zeros((3, 3))),
}


@pytest.mark.parametrize("text", STRUCTURES)
def test_structures_are_recognised_and_their_operators_are_the_matrix(text):
    kind, dense = STRUCTURES[text]
    matrix = sg.hessian(read(text), "w")
    found = structure(matrix, "w")
    assert found.kind.name == kind
    names = [one.name for one in read(text).symbols]
    operator = lambdify(names, found)(*(DATA[name] for name in names))
    np.testing.assert_allclose(operator.dense(), dense(), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(operator @ w, dense() @ w, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(operator.diagonal(), np.diag(dense()), rtol=1e-10, atol=1e-13)


def test_whether_a_matrix_is_constant_depends_on_the_variable():
    matrix = sg.hessian(read("w @ A @ w"), "w")
    assert structure(matrix, "w").is_constant
    assert not structure(matrix).is_constant
    assert not structure(sg.hessian(read("sum(w**4)"), "w"), "w").is_constant


REFUSED = {
    "a backend": (lambda: lambdify("x", "x", "fortran"), SymgdError, "there is no backend called 'fortran'"),
    "a missing argument": (lambda: lambdify("x", "x*y"), SymgdError, "y"),
    "a formula as an argument": (lambda: lambdify(sg.scalar("x") + 1, "x"), SymgdError, "is not an input"),
    "a keyword": (lambda: lambdify("x", "x", name="def"), SymgdError, "'def' cannot name a function"),
    "a private name": (lambda: lambdify("x", "x", name="_f"), SymgdError, "cannot name a function"),
    "a module": (lambda: lambdify("x", "x", name="np"), SymgdError, "'np' cannot name a function"),
    "other letters": (lambda: lambdify("x", "x", name="ƒ"), SymgdError, "cannot name a function"),
    "a long name": (lambda: lambdify("x", "x", name="f" * 65), SymgdError, "cannot name a function"),
    "no name": (lambda: lambdify("x", "x", name=None), SymgdError, "None cannot name a function"),
    "removable": (lambda: lambdify("x", "x", removable="zero"), SymgdError, "there is no value of removable called 'zero'"),
    "a flag": (lambda: lambdify("x", "x", source_only=1), SymgdError, "source_only is True or False"),
    "a proof": (lambda: lambdify("x", "x", prove=None), SymgdError, "prove is True or False"),
    "an operator of arrays of another library": (
        lambda: lambdify(["w"], structure(sg.hessian(read("sum(w**4)"), "w"), "w"), "array_api"),
        UnsupportedError, "does not hold the arrays of array_api",
    ),
    "a matrix that is no Hessian": (lambda: structure(sg.tensor("B", "m n")), ShapeError, "has its variable's axes twice, not"),
    "an asymmetric matrix": (lambda: structure(sg.tensor("B", "n n")), SymgdError, "differs from its transpose"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()
