"""What is sent to an argument, times a direction, is the adjoint times the slope along it: right adjoints and wrong ones."""

from __future__ import annotations

import dataclasses

import pytest

import symgd as sg
from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.primitive import REGISTRY
from tests.laws.planting import breach

V, W = sg.tensor("v", "3"), sg.tensor("w", "3")
M, B = sg.tensor("M", "3 3"), sg.tensor("B", "3 2")
SPD = M @ M.T + sg.eye(3)


def times(t, array):
    """Return the numbers of an adjoint with one axis, each times an array."""
    letters = "ijk"[: array.rank]
    return sg.einsum(f"a,{letters}->a{letters}", t, array)


RIGHT = [  # a formula, and what its adjoint sends to its arguments
    (sg.cumsum(V), lambda node, t, k: sg.cumsum(t, axis=-1, reverse=True)),
    (sg.det(M), lambda node, t, k: times(t * node, sg.inv(node.args[0]).T)),
    (sg.logdet(SPD), lambda node, t, k: times(t, sg.inv(node.args[0]).T)),
    (sg.inv(SPD), lambda node, t, k: -(node.T @ t @ node.T)),
    (sg.norm2(V), lambda node, t, k: times(t, node.args[0] / node)),
    (sg.logsumexp(V), lambda node, t, k: times(t, sg.softmax(node.args[0]))),
    (sg.softmax(V), lambda node, t, k: node * (t - sg.sum(t * node, axis=-1, keepdims=True))),
    (sg.solve(SPD, V), lambda node, t, k: _of_solve(node, t, k)),
    (sg.concatenate([V, W]), lambda node, t, k: t[..., 3 * k : 3 * k + 3]),
]
WRONG = [
    (sg.cumsum(V), lambda node, t, k: sg.cumsum(t, axis=-1)),  # the other way round
    (sg.cumsum(V), lambda node, t, k: t),
    (sg.det(M), lambda node, t, k: times(t * node, sg.inv(node.args[0]))),  # not transposed
    (sg.det(M), lambda node, t, k: times(t, sg.inv(node.args[0]).T)),  # that of its logarithm
    (sg.logdet(SPD), lambda node, t, k: -times(t, sg.inv(node.args[0]).T)),
    (sg.inv(SPD), lambda node, t, k: node.T @ t @ node.T),
    (sg.inv(SPD), lambda node, t, k: -(node @ t @ node)),
    (sg.norm2(V), lambda node, t, k: times(t, node.args[0])),
    (sg.norm2(V), lambda node, t, k: (1 + 1e-9) * times(t, node.args[0] / node)),
    (sg.logsumexp(V), lambda node, t, k: times(t, 0 * node.args[0] + 1)),
    (sg.softmax(V), lambda node, t, k: node * t),
    (sg.softmax(V), lambda node, t, k: 0 * t),
    (sg.solve(SPD, V), lambda node, t, k: _of_solve(node, t, 1) if k else 0 * _of_solve(node, t, 0)),
    (sg.solve(SPD, V), lambda node, t, k: _of_solve(node, t, k) * (1 - 2 * k)),
    (sg.concatenate([V, W]), lambda node, t, k: t[..., 3 - 3 * k : 6 - 3 * k]),  # the arguments exchanged
]


def _of_solve(node, t, k):
    matrix, _ = node.args
    right = sg.einsum("ji,aj->ai", sg.inv(matrix), t)
    return right if k else -sg.einsum("ai,j->aij", right, node)


def ids(rows):
    return [f"{k}-{row[0].primitive.name}" for k, row in enumerate(rows)]


@pytest.mark.parametrize(("formula", "vjp"), RIGHT, ids=ids(RIGHT))
def test_a_right_adjoint_passes(formula, vjp):
    assert breach("law_vjp", dataclasses.replace(formula.primitive, vjp=vjp), [formula]) is None


@pytest.mark.parametrize(("formula", "vjp"), WRONG, ids=ids(WRONG))
def test_a_wrong_adjoint_is_found(formula, vjp):
    error = breach("law_vjp", dataclasses.replace(formula.primitive, vjp=vjp), [formula])
    assert error.field == "vjp"
    assert "along a direction of" in error.cause
    assert "and the slope is" in error.cause


@pytest.mark.parametrize(("axis", "is_right"), [(1, True), (-2, True), (0, False)])
def test_axes_stand_before_those_of_the_function(axis, is_right):
    formula = sg.cumsum(M, axis=0)
    record = dataclasses.replace(formula.primitive, vjp=lambda node, t, k: sg.cumsum(t, axis=axis, reverse=True))
    assert (breach("law_vjp", record, [formula]) is None) == is_right


def test_an_adjoint_of_another_shape_is_told_with_both_shapes():
    formula = sg.softmax(V)
    error = breach("law_vjp", dataclasses.replace(formula.primitive, vjp=lambda node, t, k: t[..., :2]), [formula])
    assert "to x of shape (3,), an adjoint with an axis of 2 before sends shape (2, 2)" in error.cause


def _raises(error):
    def vjp(node, t, k):
        raise error

    return vjp


def test_an_adjoint_that_cannot_be_sent_is_wrong_and_one_that_is_refused_is_not():
    formula = sg.softmax(V)
    wrong, refused = _raises(ShapeError("the axes do not fit")), _raises(UnsupportedError("it is not known"))
    error = breach("law_vjp", dataclasses.replace(formula.primitive, vjp=wrong), [formula])
    assert "softmax(x) cannot send an adjoint of shape (2, 3): the axes do not fit" in error.cause
    assert breach("law_vjp", dataclasses.replace(formula.primitive, vjp=refused), [formula]) is None


def test_a_function_of_tensors_without_an_adjoint_is_incomplete_and_one_of_entries_is_not():
    formula = sg.softmax(V)
    error = breach("law_vjp", dataclasses.replace(formula.primitive, vjp=None), [formula])
    assert "says what its adjoint sends" in error.cause
    assert REGISTRY["exp"].vjp is None
    assert breach("law_vjp", REGISTRY["exp"]) is None


@pytest.mark.parametrize(
    ("vjp", "is_right"),
    [
        (lambda node, t, k: t * node.args[1 - k], True),
        (lambda node, t, k: t * node.args[k], False),
        (lambda node, t, k: t * node, False),
    ],
)
def test_adjoints_of_functions_of_numbers_are_judged_too(vjp, is_right):
    error = breach("law_vjp", dataclasses.replace(REGISTRY["mul"], arity=2, vjp=vjp))
    assert (error is None) == is_right


def test_where_an_argument_is_stretched_what_is_sent_is_added_up():
    formula = B + sg.tensor("row", "1 2")
    record = formula.primitive
    assert breach("law_vjp", dataclasses.replace(record, vjp=lambda node, t, k: t), [formula]) is None
    assert breach("law_vjp", dataclasses.replace(record, vjp=lambda node, t, k: t / 3), [formula]) is not None
