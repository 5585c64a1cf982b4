"""Claims about derivatives: how they are read, what symgd's own are, and what is refused before anything is compared."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.api.claims import (
    Own,
    check_claims,
    is_code,
    own_gradients,
    own_jacobians,
    read_as_formula,
    read_claims,
    read_claims_as_formulas,
    refuse,
)
from symgd.errors import ShapeError, SymgdError, UnsupportedError

LOSS = sg.formula("sum((A @ x - b)**2)", shapes={"A": "m n", "x": "n", "b": "m"})
A, x, b = (next(one for one in LOSS.symbols if one.name == name) for name in "Axb")
OUTPUT = sg.formula(lambda A, x: A @ x, A, x)


def class_like():
    class Callable:
        def __call__(self, x):
            return x

    return Callable()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(lambda x: x, True), (np.exp, True), (class_like(), True), (A, False), ("x", False), (sp.Symbol("x"), False),
     (sp.exp, True), (sp.Matrix([1]), False), (3, False), (None, False)],
)  # fmt: skip
def test_code_is_what_can_be_called_and_is_no_formula(value, expected):
    assert is_code(value) == expected


# -- symgd's own ------------------------------------------------------------------------------------------------


def test_own_gradients_are_those_that_gradient_returns():
    own = own_gradients(LOSS, [x, A])
    assert own.finished == (sg.gradient(LOSS, "x"), sg.gradient(LOSS, "A"))
    assert [one.shape for one in own.raw] == [x.shape, A.shape]


def test_own_jacobians_are_those_that_jacobian_returns():
    assert own_jacobians(OUTPUT, [x]).finished == (sg.jacobian(OUTPUT, "x"),)
    slope = sg.gradient(LOSS, x)
    assert own_jacobians(slope, [x], LOSS).finished == (sg.hessian(LOSS, x),)


def test_there_is_an_error_where_there_is_nothing_to_be_checked():
    with pytest.raises(UnsupportedError, match="has no derivative that symgd knows") as caught:
        refuse(LOSS)
    assert caught.value.hint == "give the claim to be judged"


# -- claims as they are read ------------------------------------------------------------------------------------

READ = {
    "text": "2*A.T @ (A @ x - b)",
    "node": sg.gradient(LOSS, x),
    "list": ["2*A.T @ (A @ x - b)"],
    "tuple": (sg.gradient(LOSS, x),),
}


@pytest.mark.parametrize("form", READ)
def test_formulas_are_read_with_the_inputs_of_the_formula(form):
    (claim,) = read_claims(LOSS, x, READ[form], ())
    assert isinstance(claim, sg.Node)
    assert set(claim.symbols) == {A, x, b}
    assert claim.shape == x.shape


def test_a_function_becomes_a_function_of_the_inputs_in_their_order():
    (claim,) = read_claims(LOSS, x, lambda b, x, A: 2 * A.T @ (A @ x - b), ())
    values = {"A": np.eye(2), "x": np.array([1.0, 2.0]), "b": np.array([3.0, 5.0])}
    np.testing.assert_allclose(claim(*(values[one.name] for one in LOSS.symbols)), [-4.0, -6.0])


def test_of_a_value_and_a_gradient_the_gradient_is_taken():
    (claim,) = read_claims(LOSS, x, lambda A, x, b: (np.sum((A @ x - b) ** 2), 2 * A.T @ (A @ x - b)), ())
    values = {"A": np.eye(2), "x": np.zeros(2), "b": np.ones(2)}
    np.testing.assert_allclose(claim(*(values[one.name] for one in LOSS.symbols)), [-2.0, -2.0])


def test_the_inputs_may_be_those_of_another_formula():
    slope = sg.gradient("x**2 + y", "x")
    inputs = list(sg.formula("x**2 + y").symbols)
    (claim,) = read_claims(slope, inputs[0], lambda x, y: 2.0, (), None, inputs)
    assert claim(1.0, 5.0) == 2.0


def test_one_vector_is_a_claim_for_each_of_several_scalars():
    source = sg.formula("u**2*v")
    u, v = source.symbols
    claims = read_claims(source, [u, v], sg.gradient(source, [u, v]), ())
    assert [str(one) for one in claims] == ["2*u*v", "u**2"]
    assert [str(one) for one in read_claims(source, [u, v], ["2*u*v", "u**2"], ())] == ["2*u*v", "u**2"]


U, V = sg.scalar("u"), sg.scalar("v")
REFUSED = {
    "another length": (lambda: read_claims(U * V, [U, V], [1, 2, 3], ()), SymgdError, "3 derivatives are claimed for 2 var"),
    "one too few": (lambda: read_claims(U * V, [U, V], [V], ()), SymgdError, "1 derivatives are claimed for 2 variables"),
    "one variable": (lambda: read_claims(U * V, U, [V, U], ()), SymgdError, "claimed for 1 variable"),
    "another shape": (
        lambda: read_claims(U * V, [U, V], sg.tensor("c", 3), ()),
        ShapeError, r"the claimed derivative has shape \(3,\), not \(2,\)",
    ),
    "leading axes": (
        lambda: read_claims(sg.tensor("o", 4), [U, V], sg.tensor("c", 2), (4,)), ShapeError, r"\(2,\), not \(4, 2\)",
    ),
    "a function of several": (lambda: read_claims(U * V, [U, V], lambda u, v: v, ()), SymgdError, "judged in one variable"),
    "a class": (lambda: read_claims(U * V, U, dict, ()), SymgdError, "a claim that is code is a function"),
    "half of the names": (lambda: read_claims(U * V, U, lambda u, z: z, ()), SymgdError, "takes u, z"),
    "an unknown argument": (lambda: read_claims(U * V, U, lambda a: a, (), ["q"]), SymgdError, "inputs are u, v"),
    "no formula": (lambda: read_claims(U * V, U, object(), ()), SymgdError, "object cannot stand in a formula"),
    "a strange input": (
        lambda: check_claims(U * V, [U], own_gradients(U * V, [U]), [sg.scalar("q")], None, 0, 3, "gradient"),
        SymgdError, "the claim has the inputs q, which the formula does not have",
    ),
    "no points": (
        lambda: check_claims(U * V, [U], own_gradients(U * V, [U]), [V], (), 0, 3, "gradient"), SymgdError, "points is empty",
    ),
    "a count": (
        lambda: check_claims(U * V, [U], own_gradients(U * V, [U]), [V], None, 0, 0, "gradient"),
        SymgdError, "a number of points",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_a_claim_is_refused(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()


# -- verdicts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "verdict"), [(V, "RIGHT"), (U, "WRONG"), (lambda u, v: v, "RIGHT"), (lambda u, v: u, "WRONG")]
)
def test_formulas_and_functions_are_judged_alike(claim, verdict):
    claims = read_claims(U * V, U, claim, ())
    assert str(check_claims(U * V, [U], own_gradients(U * V, [U]), claims, None, 0, 3, "gradient").verdict) == verdict


def test_a_claim_can_be_judged_where_symgd_has_no_derivative():
    check = check_claims(U**3 * V, [U], Own(None), [3 * U**2 * V], None, 0, 3, "gradient")
    assert str(check.verdict) == "RIGHT"
    assert str(check_claims(U**3 * V, [U], Own(None), [U**2 * V], None, 0, 3, "gradient").verdict) == "WRONG"


def test_code_is_read_as_a_formula_where_that_can_be_done():
    assert str(read_as_formula(lambda u: 2 * u + np.exp(u), [U])) == "2*u + exp(u)"
    assert read_as_formula(lambda u: float(u), [U]) is None
    assert read_as_formula(lambda u: math.exp(u), [U]) is None
    assert read_as_formula(lambda u: u if u > 0 else -u, [U]) is None
    assert read_as_formula(lambda u: 1 / 0, [U]) is None


def test_claims_are_formulas_only_where_all_are():
    assert read_claims_as_formulas([V, lambda u, v: u * v], [U, V]) == [V, U * V]
    assert read_claims_as_formulas([V, lambda u, v: float(u)], [U, V]) is None
