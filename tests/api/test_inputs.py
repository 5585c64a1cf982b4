"""The inputs of a formula as a caller may name them, vectors beside a formula, and the values of inputs."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.api.inputs import (
    inputs_of,
    new_input,
    ranges_of,
    read,
    read_beside,
    read_direction,
    read_values,
    read_variables,
    variable,
)
from symgd.errors import AmbiguityError, DataError, ShapeError, SymgdError, SymgdWarning

LOSS = sg.formula("sum((A @ x - b)**2)*c + d", shapes={"A": "m n", "x": "n", "b": "m"})
INPUTS = {one.name: one for one in LOSS.symbols}
A, x, b, c, d = (INPUTS[name] for name in "Axbcd")

FORMS = {
    "name": ("x", x),
    "node": (x, x),
    "symbol of SymPy": (sp.Symbol("c"), c),
    "matrix symbol of SymPy": (sp.MatrixSymbol("A", 2, 3), A),
    "indexed base of SymPy": (sp.IndexedBase("x"), x),
    "list of names": (["c", "d"], [c, d]),
    "tuple of kinds": ((c, sp.Symbol("d")), [c, d]),
    "matrix of SymPy": (sp.Matrix(sp.symbols("d c")), [d, c]),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_variable_may_be_given_in_every_form(form):
    given, expected = FORMS[form]
    assert variable(LOSS, given) == expected


Q = sp.Function("q")(sp.Symbol("t"))
REFUSED_VARIABLES = {
    "number": (3, SymgdError, "3 is not a variable"),
    "nothing": (None, SymgdError, "None is not a variable"),
    "formula": (c + d, SymgdError, "is not an input, so there is no derivative in it"),
    "expression of SymPy": (sp.Symbol("c") + 1, SymgdError, "is not a variable"),
    "function of SymPy": (Q, SymgdError, "put a symbol in its place first, as in formula.subs\\(q\\(t\\), Symbol"),
    "derivative of SymPy": (Q.diff(), SymgdError, "Derivative\\(q\\(t\\), t\\) is not a variable"),
    "entry of a matrix of SymPy": (sp.MatrixSymbol("F", 2, 2)[0, 1], SymgdError, "of that the entry"),
    "unknown name": ("q", SymgdError, "its inputs are"),
    "constant": ("pi", SymgdError, "e and pi are constants"),
    "empty list": ([], SymgdError, "the list of variables is empty"),
    "twice": (["c", "c"], SymgdError, "c stands twice among the variables"),
    "list with a tensor": (["c", "x"], ShapeError, "its members are scalars"),
    "list of lists": ([["c"], "d"], ShapeError, "a list of variables holds no lists"),
    "another node of the name": (sg.tensor("x", 3), SymgdError, "x is another input of the formula"),
    "other facts": (sg.scalar("c", positive=True), SymgdError, "with facts here"),
    "nearly a name": (sg.scalar("C"), SymgdError, "did you mean c"),
}


@pytest.mark.parametrize("case", REFUSED_VARIABLES)
def test_what_is_no_variable_is_refused(case):
    given, kind, words = REFUSED_VARIABLES[case]
    with pytest.raises(kind, match=words):
        variable(LOSS, given)


def test_two_inputs_of_one_name_are_ambiguous():
    twice = sg.scalar("z") + sg.scalar("z", positive=True)
    with pytest.raises(SymgdError, match="two inputs are called z"):
        variable(twice, "z")


def test_a_declared_input_that_does_not_occur_warns_unless_it_is_one_of_several():
    other = sg.scalar("other")
    with pytest.warns(SymgdWarning, match="other is not in the formula"):
        assert variable(LOSS, other) is other
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert variable(LOSS, [c, other]) == [c, other]


def test_inputs_are_grouped_by_name():
    assert {name: [one] for name, one in INPUTS.items()} == inputs_of(LOSS)


def test_several_variables_may_be_tensors():
    assert read_variables(LOSS, ["x", "c"]) == [x, c]
    assert read_variables(LOSS, "A") == [A]
    assert read_variables(LOSS, x) == [x]


@pytest.mark.parametrize(("given", "words"), [([], "empty"), (["x", x], "x stands twice"), ([["x"]], "holds no lists")])
def test_lists_of_variables_are_refused_as_vectors_are(given, words):
    with pytest.raises(SymgdError, match=words):
        read_variables(LOSS, given)


@pytest.mark.parametrize(
    ("given", "text"), [("a + a", "a + a"), (sp.Symbol("a") * 2, "2*a"), (3, "3"), (Fraction(1, 3), "1/3"), (0.5, "1/2")]
)
def test_formulas_are_read_from_anything(given, text):
    assert str(read(given)) == text


def test_a_text_beside_a_formula_has_its_inputs():
    beside = read_beside("A.T @ (A @ x - b)", LOSS)
    assert set(beside.symbols) == {A, x, b}
    assert beside.shape == x.shape


# -- vectors ----------------------------------------------------------------------------------------------------


def test_a_name_is_a_new_input_of_the_shape_of_the_variable():
    assert read_direction("v", LOSS, x).shape == x.shape
    assert read_direction("v", LOSS, [c, d]).shape == (2,)
    assert new_input("v", LOSS, (2, 3)).name == "v"


def test_a_vector_that_is_given_is_taken_as_it_is():
    v = sg.tensor("v", "n")
    assert new_input(v, LOSS, x.shape) is v
    assert new_input(2 * x, LOSS, x.shape) is 2 * x
    assert new_input([1, 2], LOSS, (2,)).shape == (2,)


def test_a_vector_may_not_take_the_name_of_an_input():
    with pytest.raises(AmbiguityError, match="the name x"):
        new_input("x", LOSS, x.shape)
    with pytest.raises(ShapeError, match="x has the shape .* give the two|x has the shape"):
        new_input(sg.tensor("x", "k"), LOSS, x.shape)


# -- values -----------------------------------------------------------------------------------------------------

COMPLETE = {"A": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "b": [1, 2, 3], "c": 2, "d": Fraction(1, 2)}


def test_values_are_matched_with_inputs_however_they_are_named():
    values = read_values(LOSS, [x], {A: COMPLETE["A"], "b": COMPLETE["b"], sp.Symbol("c"): 2, "d": 0.5})
    assert set(values) == {A, b, c, d}
    assert values[A].shape == (3, 2)
    assert values[d] == 0.5
    assert all(array.dtype == float for array in values.values())


REFUSED_VALUES = {
    "no mapping": ([1, 2], SymgdError, "data is a mapping"),
    "missing": ({"A": COMPLETE["A"], "b": [1, 2, 3]}, SymgdError, "the value of c, d is missing"),
    "unknown": ({**COMPLETE, "q": 1}, SymgdError, "'q' is not in the formula"),
    "variable": ({**COMPLETE, "x": [1, 2]}, SymgdError, "x is a variable, so it has no data"),
    "axes": ({**COMPLETE, "b": [[1, 2, 3]]}, DataError, "the value of b is not an array of 1 axes: it has 2"),
    "empty": ({**COMPLETE, "b": []}, DataError, "the value of b is empty"),
    "not finite": ({**COMPLETE, "c": float("nan")}, DataError, "the value of c is not finite"),
    "sizes": ({**COMPLETE, "b": [1, 2]}, ShapeError, "m"),
    "text": ({**COMPLETE, "c": "two"}, DataError, "the value of c is an array of numbers"),
}


@pytest.mark.parametrize("case", REFUSED_VALUES)
def test_values_that_do_not_fit_are_refused(case):
    given, kind, words = REFUSED_VALUES[case]
    with pytest.raises(kind, match=words):
        read_values(LOSS, [x], given)


def test_some_values_are_enough_where_all_are_not_needed():
    assert set(read_values(LOSS, [x], {"c": 1}, is_complete=False)) == {c}


def test_values_are_held_against_what_is_declared():
    declared = sg.formula("a*x", facts={"a": {"positive": True}})
    with pytest.raises(DataError, match="a"):
        read_values(declared, read_variables(declared, "x"), {"a": -1})


def test_ranges_are_the_decimals_that_floats_print_as():
    ranges = ranges_of({b: np.array([0.1, -0.7, 0.3]), c: np.array(2.0), x: np.zeros(0)})
    assert set(ranges) == {b, c}
    assert (ranges[b].low, ranges[b].high) == (Fraction(-7, 10), Fraction(3, 10))
    assert (ranges[c].low, ranges[c].high) == (2, 2)


ROWS = {"X": np.array([[1.0, 2.0], [0.0, 1.0], [1.0, 1.0]]), "y": np.array([1.0, 2.0, 3.0])}
LEAST_SQUARES = "mean((X @ w - y)**2)"
DECLARED = sg.formula(LEAST_SQUARES, shapes={"X": "3 2", "w": "2", "y": "3"})


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        (lambda: sg.gradient("x**3"), lambda: sg.gradient("x**3", "x")),
        (lambda: sg.jacobian("x**3"), lambda: sg.jacobian("x**3", "x")),
        (lambda: sg.hessian("x**3"), lambda: sg.hessian("x**3", "x")),
        (lambda: sg.hessian_diagonal("x**3"), lambda: sg.hessian_diagonal("x**3", "x")),
        (lambda: sg.derivative("x**3", order=2), lambda: sg.derivative("x**3", "x", 2)),
        (lambda: sg.taylor("exp(x)").polynomial, lambda: sg.taylor("exp(x)", "x").polynomial),
        (lambda: sg.derivation("x**3").result, lambda: sg.derivation("x**3", "x").result),
    ],
)
def test_the_only_input_need_not_be_named(left_out, named):
    assert left_out() is named()


def test_the_only_input_without_data_need_not_be_named():
    assert sg.objective(DECLARED, data=ROWS).fun(np.ones(2)) == sg.objective(DECLARED, "w", ROWS).fun(np.ones(2))
    run = sg.minimize(DECLARED, data=ROWS, start=np.zeros(2))
    np.testing.assert_array_equal(run.x, sg.minimize(DECLARED, "w", data=ROWS, start=np.zeros(2)).x)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sg.gradient("x*y"), 'the variables are to be named: x, y are left\n  hint: wrt="x"'),
        (lambda: sg.gradient("3"), "no input is left that could be a variable"),
        (lambda: sg.objective(DECLARED, data={"X": ROWS["X"]}), "w, y are left"),
        (lambda: sg.minimize(DECLARED, data={**ROWS, "w": np.ones(2)}), "no input is left"),
    ],
)
def test_variables_are_to_be_named_where_none_or_several_are_left(call, message):
    with pytest.raises(SymgdError, match=message):
        call()


def test_shapes_that_a_text_leaves_open_are_those_of_the_data():
    with pytest.raises(ShapeError, match="left open"):
        sg.formula(LEAST_SQUARES)
    found, expected = sg.objective(LEAST_SQUARES, "w", ROWS), sg.objective(DECLARED, "w", ROWS)
    assert (found.fun(np.ones(2)), found.jac(np.ones(2)).tolist()) == (
        expected.fun(np.ones(2)),
        expected.jac(np.ones(2)).tolist(),
    )
    assert sg.minimize(LEAST_SQUARES, data=ROWS, epochs=3).value == sg.minimize(DECLARED, data=ROWS, epochs=3).value
    assert sg.convexity(LEAST_SQUARES, data=ROWS).kind is sg.convexity(DECLARED, "w", data=ROWS).kind
    point = {**ROWS, "w": np.array([0.5, 2.0])}
    assert sg.check_gradient(LEAST_SQUARES, "w", gradient="2*X.T @ (X @ w - y)/3", at=point).verdict.name == "RIGHT"
    assert sg.check_gradient(LEAST_SQUARES, "w", gradient="X.T @ (X @ w - y)/3", at=point).verdict.name == "WRONG"


def test_data_that_do_not_fit_each_other_are_refused():
    with pytest.raises(ShapeError):
        sg.objective(LEAST_SQUARES, "w", {**ROWS, "y": np.ones(4)})


@pytest.mark.parametrize(
    "facts", [({"values": [0, 1]}, {"values": [-1, 1]}), ({"lower": 0}, {"lower": 1}), ({}, {"nonzero": True})]
)
@pytest.mark.parametrize(
    "ask",
    [
        sg.simplify,
        sg.convexity,
        sg.stationary_points,
        lambda loss: sg.convexity(loss, kind="quasiconvex"),
        lambda loss: sg.check_value(loss, "2*y**2"),
        lambda loss: sg.gradient(loss, "y"),
        lambda loss: sg.check_gradient(loss, "y"),
        lambda loss: sg.gradient(loss, "exp(y)"),
        lambda loss: sg.minimize(loss, start={"y": 1.0}),
    ],
)
def test_two_inputs_of_one_name_with_other_facts_are_refused(ask, facts):
    """Of y ∈ {0, 1} y² is y, and of y ∈ {−1, 1} it is 1: y + 1 would be neither's."""
    first, second = (sg.scalar("y", **known) for known in facts)
    with pytest.raises(SymgdError, match="two inputs are called y"):
        ask(first**2 + second**2)
