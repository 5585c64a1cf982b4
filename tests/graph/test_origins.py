"""Origins: a result that lost an input still knows it; two that disagree are told apart."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdError
from symgd.graph.node import constant
from symgd.graph.origins import original_input, remember_origin


def test_what_a_result_lost_is_remembered():
    x, y = sg.tensor("x_lost", 3), sg.scalar("y_kept")
    result = y * 17
    remember_origin([result], sg.sum(x) * y)
    assert original_input([result], "x_lost") is x
    assert original_input([result], "y_kept") is None


def test_two_inputs_of_one_name_are_an_error():
    result = sg.scalar("y_kept") * 19
    for shape in (2, 3):
        remember_origin([result], sg.sum(sg.tensor("x_twice", shape)) * sg.scalar("y_kept"))
    with pytest.raises(SymgdError, match="several inputs of this name: "):
        original_input([result], "x_twice")


def test_numbers_have_no_origin():
    remember_origin([constant(2)], sg.scalar("x_number") * 2)
    assert original_input([constant(2)], "x_number") is None


def test_origins_are_handed_on():
    x = sg.tensor("x_handed", 4)
    first, second = sg.scalar("y_kept") * 29, sg.scalar("y_kept") * 31
    remember_origin([first], sg.sum(x) * sg.scalar("y_kept"))
    remember_origin([second], first)
    assert original_input([second], "x_handed") is x


def test_what_is_computed_with_a_result_knows_its_origins():
    hessian = sg.hessian(sg.formula("x_made @ x_made", shapes={"x_made": (3,)}), "x_made")
    x = sg.tensor("x_made", 3)
    for made in (
        2 * hessian,
        -hessian,
        hessian / 2,
        hessian.T,
        hessian + hessian,
        sg.inv(hessian),
        hessian[0],
        sg.simplify(3 * hessian),
    ):
        assert original_input([made], "x_made") is x
        assert np.shape(sg.lambdify(["x_made"], made)(np.ones(3))) == made.shape


def test_inputs_of_one_shape_are_one_input():
    result = sg.scalar("y_kept") * 37
    first, second = sg.tensor("x_same", 3), sg.tensor("x_same", 3, positive=True)
    for x in (first, second):
        remember_origin([result], sg.sum(x) * sg.scalar("y_kept"))
    assert original_input([result], "x_same") is first


def test_simplified_formulas_have_origins():
    zero = sg.simplify(sg.formula("x - x", shapes={"x": "n"}))
    assert sg.lambdify(["x"], zero)(np.arange(3.0)).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("shape", [(2, 2), "n n"])
@pytest.mark.parametrize("text", ["A**0", "matrix_power(A, 0)", "zeros_like(A)[0]", "ones_like(A)"])
def test_a_formula_that_loses_its_input_remembers_it(text, shape):
    array = np.arange(4.0).reshape(2, 2)
    node = sg.formula(text, shapes={"A": shape})
    assert node.symbols == ()
    expected = sg.lambdify([sg.tensor("A", shape)], node)(array)
    assert sg.lambdify("A", node)(array).shape == sg.lambdify(["A"], node)(array).shape == expected.shape


def test_a_traced_function_that_loses_its_input_remembers_it():
    A = sg.tensor("A", (3, 2))
    node = sg.formula(lambda A: np.ones_like(A), A)
    assert sg.lambdify("A", node)(np.zeros((3, 2))).tolist() == [[1, 1], [1, 1], [1, 1]]
