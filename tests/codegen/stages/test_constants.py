"""Functions of numbers become floats, correctly rounded; sums and products of numbers stay readable."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.codegen.stages.constants import with_float_constants
from symgd.extend import elementwise
from symgd.graph.node import constant
from symgd.graph.traversal import toposort

X, T = sg.scalar("x"), sg.scalar("t")
mp = mpmath.mp
VALUES = [  # a number, its value in many digits
    ("sqrt(2)", lambda: mp.sqrt(2)),
    ("sqrt(pi)", lambda: mp.sqrt(mp.pi)),
    ("2**(1/3)", lambda: mp.cbrt(2)),
    ("sin(1)", lambda: mp.sin(1)),
    ("exp(1/7)", lambda: mp.exp(mp.mpf(1) / 7)),
    ("log(10)", lambda: mp.log(10)),
    ("gamma(1/3)", lambda: mp.gamma(mp.mpf(1) / 3)),
    ("erf(1/2)", lambda: mp.erf(0.5)),
    ("atan(3)", lambda: mp.atan(3)),
    ("exp(-700)", lambda: mp.exp(-700)),
    ("sin(10**22)", lambda: mp.sin(mp.mpf(10) ** 22)),
    ("exp(pi) - pi", lambda: mp.exp(mp.pi) - mp.pi),
    ("sqrt(2)*sqrt(3)", lambda: mp.sqrt(6)),
    ("e**pi", lambda: mp.e**mp.pi),
    ("1 - cos(10**-9)", lambda: 1 - mp.cos(mp.mpf(10) ** -9)),  # without cancellation
    ("tanh(sqrt(2))/sinh(2)", lambda: mp.tanh(mp.sqrt(2)) / mp.sinh(2)),
    ("sin(pi)", lambda: mp.mpf(0)),
]


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text for text, _ in VALUES])
def test_a_call_of_a_function_of_numbers_is_the_nearest_float(text, value):
    (found,) = with_float_constants([sg.formula(text) * X])
    numbers = [node.value for node in toposort([found]) if node.is_constant]
    with mpmath.workdps(60):
        expected = float(value())
    assert len(numbers) <= 1
    assert (numbers[0] if numbers else 1.0) == expected
    assert not numbers or type(numbers[0]) is float


STAY = ["pi*x", "2 + 3*x", "x/3", "x**3 - 1/7", "e*x + pi", "2*pi*x", "pi**2*x", "sin(x)", "sqrt(x)", "pi"]


@pytest.mark.parametrize("text", STAY)
def test_sums_products_and_powers_of_numbers_stay_readable(text):
    formula = sg.formula(text)
    assert with_float_constants([formula]) == [formula]


CHOICES = [
    ("where(1 < 2, x, t)", "x"),
    ("where(2 < 1, x, t)", "t"),
    ("where(1 <= 1, x, t)", "x"),
    ("where(1 == 2, x, t)", "t"),
    ("where(1 != 2, x, t)", "x"),
    ("where(1/3 < 0.3333, x, t)", "t"),
    ("where(2 < 1, x, where(3 > 2, t, 0)) + x", "t + x"),
    ("sin(where(1 < 2, x, t))", "sin(x)"),
]


@pytest.mark.parametrize(("text", "after"), CHOICES)
def test_a_choice_that_numbers_decide_is_the_branch_that_it_takes(text, after):
    assert with_float_constants([sg.formula(text)]) == [sg.formula(after)]


OPEN = ["where(x < 1, x, t)", "where(x == x + 1, 1, t)"]


@pytest.mark.parametrize("text", OPEN)
def test_a_choice_that_depends_on_an_input_stays(text):
    formula = sg.formula(text)
    assert with_float_constants([formula]) == [formula]


def test_branches_of_two_shapes_stay_as_the_result_has_the_shape_of_both():
    formula = sg.formula("where(1 < 2, x, v)", shapes={"v": "3"})
    assert with_float_constants([formula]) == [formula]


def test_a_number_is_the_same_wherever_it_stands():
    root = sg.sqrt(constant(2))
    first, second = with_float_constants([root * X, sg.sin(root * T) + root])
    floats = {node for formula in (first, second) for node in toposort([formula]) if node.is_constant}
    assert {node.value for node in floats} == {2**0.5}


def test_numbers_in_an_array_stay_entries():
    formula = sg.formula("[sqrt(2), 1, x]")
    (found,) = with_float_constants([formula])
    np.testing.assert_array_equal(sg.lambdify([X], found)(3.0), [2**0.5, 1, 3])


def test_a_function_that_sympy_does_not_know_is_computed_where_it_stands():
    own = elementwise("own_of_a_test", derivative=lambda x, out: 1, numpy="({x} + 1)", because="it is itself and 1")
    formula = own(constant(2)) * X + sg.sqrt(constant(2))
    (found,) = with_float_constants([formula])
    assert str(found) == f"own_of_a_test(2)*x + {2**0.5!r}"


@pytest.mark.parametrize("text", ["sqrt(2)*x", "x + sin(1)", "exp(1/3)**x"])
def test_no_number_widens_float32(text):
    code = sg.lambdify(["x"], sg.formula(text))
    assert code(np.float32([1, 2])).dtype == np.float32


UNDEFINED = [
    "1/(floor(tanh(1))*(x + maximum(0, y)))",
    "floor(tanh(0))**3/(floor(tanh(1))*(x + maximum(0, y)))",
    "x/(floor(tanh(1))*y)**2",
]


@pytest.mark.parametrize("text", UNDEFINED)
def test_a_division_by_a_number_that_is_zero_has_no_value(text):
    """⌊tanh 1⌋ is 0, since 0 < tanh 1 < 1: Python's numbers would refuse 0.0/0.0."""
    formula = sg.formula(text)
    code = sg.lambdify(list(formula.symbols), formula)
    assert np.isnan(code(1.0, 2.0))
    assert np.isnan(code(np.ones(3), np.ones(3))).all()


@pytest.mark.parametrize("kind", ["convex", "quasiconcave", "quasiconvex", "log-convex"])
@pytest.mark.parametrize("text", UNDEFINED)
def test_a_formula_that_is_defined_nowhere_is_of_no_kind(text, kind):
    try:
        found = sg.convexity(text, ["x", "y"], kind=kind, domain={"x": "(-inf, 0)"})
    except sg.SymgdError:
        return
    assert found.witness is None
