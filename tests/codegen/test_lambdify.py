from __future__ import annotations

import math
import re
import subprocess
import sys
import warnings
from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import DataError, SymgdError, UnsupportedError
from tests.formulas import declared, scalar_formulas

SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "n n", "b": "n"}
LOGISTIC = "mean(log(1 + exp(-y*(X@w))))"


def test_a_list_is_returned_as_given_and_a_formula_alone():
    x = sg.scalar("x")
    assert sg.lambdify(x, x**2)(3.0) == 9
    assert sg.lambdify([x], [x**2])(3.0) == [9]
    assert sg.lambdify([x], (x**2, x))(3.0) == [9, 3]


def test_arguments_are_nodes_sympy_symbols_or_names():
    x = sp.Symbol("x")
    for argument in (sg.formula(x), x, "x"):
        assert sg.lambdify([argument], sg.formula(x**2))(2.0) == 4


def test_arguments_that_are_not_used_are_accepted():
    f = sg.lambdify(["x", "unused"], sg.formula("x**2"))
    assert f(3.0, 1.0) == 9
    loss = sg.formula("sum(X)", shapes={"X": "m n"})
    assert sg.lambdify([loss.symbols[0], "y"], loss)(np.ones((2, 3)), "anything") == 6


def test_scalar_formulas_broadcast_constants_included():
    x, y = sp.symbols("x y")
    f = sg.lambdify([x, y], [x * y, sg.formula(3), sg.formula(x), sg.gradient(x**2 * y, [x, y]), sg.hessian(x**2 * y, [x, y])])
    product, constant, single, gradient, hessian = f(np.arange(4.0), np.ones((3, 1)))
    assert product.shape == constant.shape == single.shape == (3, 4)
    assert np.all(constant == 3)
    assert gradient.shape == (3, 4, 2)
    assert hessian.shape == (3, 4, 2, 2)
    np.testing.assert_allclose(hessian[0, 2], [[2, 4], [4, 0]])


def test_formulas_of_scalars_with_tensors_in_between_broadcast_too():
    f = sg.lambdify(["x", "y"], sg.formula("sum([[x, y], [y, 1]] @ [x, y])"))
    x, y = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    np.testing.assert_allclose(f(x, y), x * x + y * y + y * x + y)


def test_results_do_not_alias_the_inputs():
    data = np.arange(3.0)
    out = sg.lambdify(["x", "y"], [sg.formula("x"), sg.formula("y")])(data, 0.0)[0]
    out[0] = 99
    assert data[0] == 0


def test_float32_stays_float32():
    text = LOGISTIC + " + sum(relu(w)) + sum(where(w > 0, 1, 2)*w) + trace(eye(n))"
    loss = sg.formula(text, shapes=declared(SHAPES, text))
    f = sg.lambdify(["X", "y", "w"], [loss, sg.gradient(loss, "w"), sg.hessian(loss, "w")])
    generator = np.random.default_rng(0)
    X, y, w = (generator.normal(size=shape).astype(np.float32) for shape in ((4, 3), (4,), (3,)))
    for result in f(X, y, w):
        assert result.dtype == np.float32
    x = sp.Symbol("x")
    for result in sg.lambdify([x], [sg.gradient(sp.sin(x) ** 2 / 3, [x]), sg.formula(2)])(np.float32([1, 2])):
        assert result.dtype == np.float32


def test_integers_do_not_overflow():
    x = sp.Symbol("x")
    assert float(sg.lambdify([x], sg.formula(x**20))(10)) == 1e20
    assert float(sg.lambdify([x], sg.formula(x**20))(np.int64(10))) == 1e20
    w = sg.formula("sum(w**40)", shapes={"w": "n"})
    assert float(sg.lambdify("w", w)(np.array([10, 1]))) == pytest.approx(1e40)


def test_huge_exact_constants_become_floats_or_are_refused():
    assert float(sg.lambdify("x", sg.formula("10**30*x"))(2.0)) == 2e30
    with pytest.raises(UnsupportedError, match="a float holds 308"):  # 10**400*x is finite at x = 1e-300
        sg.lambdify("x", sg.formula("10**400*x"))


def test_each_shared_value_is_computed_once():
    loss = sg.formula(LOGISTIC, shapes=declared(SHAPES, LOGISTIC))
    source = sg.lambdify(["X", "y", "w"], [loss, sg.gradient(loss, "w")]).source
    assert source.count("X @ w") == 1
    assert source.count("logaddexp(") == 1
    assert source.count("expit(") == 1


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("sum(sin(A @ A.T)*(A @ A.T))", "A @ A.T"),
        ("sum(sin((2*A).T)*cos((2*A).T))", "2 * A"),
        ("sum(svdvals(X)*arange(2))", "np.linalg.eigh("),
    ],
)
def test_a_value_whose_text_ends_in_a_transpose_is_computed_once(text, shared):
    loss = sg.formula(text, shapes=declared({**SHAPES, "X": (3, 2)}, text))
    (wrt,) = loss.symbols
    assert sg.lambdify(wrt, [loss, sg.gradient(loss, wrt)] if "X" in text else loss).source.count(shared) == 1


def test_the_transpose_of_a_name_is_written_where_it_stands():
    text = "sum(sin(A.T)*cos(A.T))"
    assert "np.sin(A.T) * np.cos(A.T)" in sg.lambdify("A", sg.formula(text, shapes=declared(SHAPES, text))).source


def test_matrix_chains_are_multiplied_in_the_cheaper_order():
    chain = sg.formula("A @ B @ C @ v", shapes={"A": "n n", "B": "n n", "C": "n n", "v": "n"})
    source = sg.lambdify(["A", "B", "C", "v"], sg.simplify(chain)).source
    assert "A @ (B @ (C @ v))" in source


def test_a_logarithm_of_a_sum_beside_a_number_does_not_overflow():
    loss = sg.formula("log(1 + sum(exp(x)))", shapes={"x": "n"})
    value, slope = sg.lambdify("x", [loss, sg.gradient(loss, "x")])(np.array([1000.0, 1000.0]))
    assert value == pytest.approx(1000 + math.log(2))
    np.testing.assert_allclose(slope, [0.5, 0.5])


def test_the_slope_of_a_determinant_needs_no_inverse():
    slope = sg.gradient(sg.formula("det(A)", shapes={"A": (2, 2)}), "A")
    np.testing.assert_allclose(sg.lambdify("A", slope)(np.array([[1.0, 2.0], [2.0, 4.0]])), [[4, -2], [-2, 1]], atol=1e-14)
    assert str(slope) == "det(A)*inv(A).T"


def test_a_power_of_zero_has_a_slope_in_its_exponent():
    loss = sg.formula("sum(x**p)", shapes={"x": "n"})
    with np.errstate(all="raise"):
        slope = sg.lambdify(["x", "p"], sg.gradient(loss, "p"))(np.array([0.0, 1.0, 2.0]), 2.0)
    assert slope == pytest.approx(4 * math.log(2))


def test_arguments_of_which_no_formula_speaks_are_not_looked_at():
    slope = sg.gradient(sg.formula("sum(x) + s**2", shapes={"x": "n"}), "s")
    assert sg.lambdify(["x", "s"], slope)(np.ones(3), 2.0) == 4.0
    np.testing.assert_array_equal(sg.lambdify(["x"], sg.formula("3"))(np.ones(2)), [3, 3])


def test_an_axis_of_size_zero_is_refused_when_called():
    for text in ("mean(x)", "max(x)", "sum(x)"):
        with pytest.raises(ValueError, match="an axis of size 0 holds nothing: got x"):
            sg.lambdify("x", sg.formula(text, shapes={"x": "n"}))(np.zeros(0))


def test_a_linear_system_is_solved_not_inverted():
    source = sg.lambdify(["A", "b"], sg.formula("inv(A) @ b", shapes={"A": "n n", "b": "n"})).source
    assert "solve(" in source
    assert "inv(" not in source


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("log(1 + exp(x))", 1000.0, 1000.0),
        ("log(1 + exp(x))", -1000.0, 0.0),
        ("1/(1 + exp(-x))", -1000.0, 0.0),
        ("exp(x) - 1", 1e-15, 1e-15),
        ("log(1 + x)", 1e-15, 1e-15),
        ("logsumexp([x, 2*x])", 1000.0, 2000.0),
        ("softmax([x, 2*x])[1]", 1000.0, 1.0),
        ("log(exp(x) + exp(2*x))", 1000.0, 2000.0),
        ("log(mean(exp([x, x])))", 1000.0, 1000.0),
        ("log(3*sum(exp([x, x])))", 1000.0, 1000.0 + math.log(6)),
        ("log(sum(exp([x, x])**2))", 1000.0, 2000.0 + math.log(2)),
    ],
)
def test_spellings_are_stable(text, x, expected):
    f = sg.lambdify("x", sg.formula(text))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert float(f(x)) == pytest.approx(expected, rel=1e-13, abs=1e-300)


def test_the_source_stands_on_its_own(tmp_path):
    loss = sg.formula(LOGISTIC, shapes=declared(SHAPES, LOGISTIC))
    f = sg.lambdify(["X", "y", "w"], [loss, sg.gradient(loss, "w"), sg.hessian(loss, "w")], name="logistic")
    path = tmp_path / "logistic.py"
    path.write_text(f.source)
    code = (
        "import sys, numpy as np; from logistic import logistic; "
        "print(logistic(np.eye(2), np.array([1, -1]), np.array([0.5, 2]))[1].tolist()); assert 'symgd' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(f(np.eye(2), np.array([1, -1]), np.array([0.5, 2]))[1].tolist())


def test_shapes_are_checked_when_called():
    loss = sg.formula(LOGISTIC, shapes=declared(SHAPES, LOGISTIC))
    f = sg.lambdify(["X", "y", "w"], loss)
    X, y, w = np.ones((4, 3)), np.ones(4), np.ones(3)
    with pytest.raises(ValueError, match=r"expected X \(m, n\), y \(m,\), w \(n,\); got X \(4, 3\), y \(4, 1\)"):
        f(X, y[:, None], w)
    for wrong in (X[0], 0.5, X[None]):
        with pytest.raises(ValueError, match=r"expected X \(m, n\), y \(m,\), w \(n,\); got X \("):
            f(wrong, y, w)
    with pytest.raises(ValueError, match=r"expected v \(n,\); got v \(2, 1\)"):
        sg.lambdify("v", sg.sum(sg.tensor("v", "n") ** 2))(np.ones((2, 1)))
    fixed = sg.lambdify("v", sg.sum(sg.tensor("v", "3") ** 2))
    with pytest.raises(ValueError, match="v: 3|expected"):
        sg.lambdify([sg.tensor("v", "3")], sg.sum(sg.tensor("v", "3") ** 2))(np.ones(4))
    assert fixed is not None


def test_an_axis_too_short_for_an_index_is_refused():
    f = sg.lambdify("x", sg.formula("sum(x[:3]) + x[-4] + sum(x[1:])", shapes={"x": "n"}))
    assert f(np.array([1.0, 2.0, 4.0, 8.0])) == 7 + 1 + 14
    with pytest.raises(ValueError, match="an axis is too short: n is at least 4, and is 3"):
        f(np.ones(3))


def test_the_compiled_function_is_a_plain_function():
    f = sg.lambdify("x", sg.formula("x**2"))
    assert type(f).__name__ == "function"
    assert f.backend == "numpy"
    assert [node.name for node in f.arguments] == ["x"]


def test_a_scalar_beside_tensors_takes_one_value():
    loss = sg.formula("lam*(w @ w)", shapes={"w": "n"})
    f = sg.lambdify(["lam", "w"], loss)
    assert f(2.0, np.ones(3)) == 6
    with pytest.raises(ValueError, match=r"lam is a scalar, and got an array of shape \(2,\)"):
        f(np.ones(2), np.ones(3))


def test_a_missing_argument_is_named():
    with pytest.raises(SymgdError, match="the formula also needs y"):
        sg.lambdify(["x"], sg.formula("x*y"))


def test_an_unknown_backend_is_named():
    with pytest.raises(SymgdError, match="there is no backend called 'fortran'"):
        sg.lambdify(["x"], sg.formula("x"), backend="fortran")


def test_a_function_name_is_checked():
    with pytest.raises(SymgdError, match="cannot name a function"):
        sg.lambdify(["x"], sg.formula("x"), name="f(); import os #")


@settings(max_examples=100, deadline=None)
@given(scalar_formulas(), st.lists(st.floats(-2, 2), min_size=3, max_size=3))
def test_vectorised_code_equals_code_point_by_point(formula, values):
    f = sg.lambdify(["x", "y"], [formula, sg.gradient(formula, [sg.scalar("x"), sg.scalar("y")])])
    x, y = np.array(values), np.array(values[::-1])
    with np.errstate(all="ignore"):
        together = f(x, y)
        for k in range(3):
            for whole, single in zip(together, f(x[k], y[k]), strict=True):
                np.testing.assert_allclose(whole[k], single, rtol=1e-12, atol=1e-300)


def test_complex_arguments_pass_for_the_complex_step():
    f = sg.lambdify("x", sg.formula("exp(x)*sin(x)"))
    assert f(0.5 + 1e-30j).imag / 1e-30 == pytest.approx(np.exp(0.5) * (np.sin(0.5) + np.cos(0.5)), rel=1e-15)


def test_a_gram_form_with_weights_that_are_not_negative_is_a_product_with_itself():
    loss = sg.formula("sum(log(1 + exp(X @ w)))", shapes={"X": "m n", "w": "n"})
    code = sg.lambdify(["X", "w"], sg.hessian(loss, "w"))
    assert re.search(r"(t\d)\.T @ \1\b", code.source)
    generator = np.random.default_rng(0)
    X, w = generator.normal(size=(7, 3)), generator.normal(size=3)
    s = 1 / (1 + np.exp(-X @ w))
    np.testing.assert_allclose(code(X, w), (X.T * (s * (1 - s))) @ X, rtol=1e-13)
    signed = sg.lambdify(["X", "d"], sg.formula("X.T @ diag(d) @ X", shapes={"X": "m n", "d": "m"}))
    np.testing.assert_allclose(signed(X, w @ X.T), (X.T * (X @ w)) @ X, rtol=1e-12)


@pytest.mark.parametrize("text", ["2*x", "sum(x)*2*y"])
def test_arguments_are_read_by_the_rule_for_data(text):
    source = sg.formula(text, shapes={"x": "n"} if "sum" in text else {})
    names = [node.name for node in source.symbols]
    f = sg.lambdify(names, source)
    for x in ([1.5, 2], np.array([1.5, 2.0], np.float32), [Fraction(3, 2), 2], np.ma.array([1.5, 2.0], mask=[0, 0])):
        np.testing.assert_array_equal(f(*[x, 3][: len(names)]), [3.0, 4.0] if len(names) == 1 else 21.0)
    for x in (
        np.ma.array([1.0, 2.0], mask=[0, 1]),
        ["1", "2"],
        np.array([1, 2], "m8[s]"),
        None,
        [10**400],
        [[1.0], [2.0, 3.0]],
    ):
        with pytest.raises(DataError, match="^the value of x"):
            f(*[x, 3][: len(names)])
    with pytest.raises(DataError, match=r"^the value of [xy]"):
        f(*[[1.0], np.ma.masked][-len(names) :])


def test_arrays_of_floats_are_taken_as_they_are():
    f = sg.lambdify(["x", "y"], [sg.formula("x + y"), sg.formula("x*y")])
    with mock.patch("symgd.arrays.read_float_array", side_effect=AssertionError("not a plain array")):
        for kind in (np.float32, np.float64, np.longdouble, np.complex128, np.int8, np.bool_):
            f(np.ones(2, kind), np.ones(2, kind))
        f(1.5, 2)
        f(np.float32(1.5), np.int64(2))
    assert f(np.float32([1.5]), np.float32([2]))[0].dtype == np.float32


def test_code_reads_data_where_symgd_is_not_installed():
    source = sg.lambdify(["x", "c"], sg.formula("c*sum(x)", shapes={"x": "n"})).source
    calls = """
print(f(np.array([1.0, 2.0]), 3.0), f([1, 2], 3), f(np.array([1, 2]), np.float32(3)))
for wrong in (np.ma.array([1.0, 2.0], mask=[0, 1]), ["1", "2"], [None, 1.0]):
    try:
        print("read", f(wrong, 3.0))
    except TypeError as error:
        print(error)
"""
    code = f"import sys\nsys.modules['symgd'] = None\n{source}\n{calls}"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert answer.splitlines() == ["9.0 9.0 9.0", *["x is not an array of numbers"] * 3]
