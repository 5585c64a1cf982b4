"""Python's operators on formulas mean what they mean on NumPy's arrays."""

from __future__ import annotations

import operator

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError

X, Y = sg.scalar("x"), sg.scalar("y")
V, A = sg.tensor("v", (3,)), sg.tensor("A", (2, 3))
VALUES = {X: np.array(1.75), Y: np.array(-0.5), V: np.array([1.0, -2.0, 0.5]), A: np.arange(6.0).reshape(2, 3) - 2}

BINARY = [operator.add, operator.sub, operator.mul, operator.truediv]
PAIRS = [(X, Y), (X, 2), (2, X), (V, X), (X, V), (A, V), (V, 0.5), (0.5, V), (V, np.array([1.0, 2.0, 4.0])), (np.float64(3), V)]
UNARY = {
    "negative": operator.neg,
    "absolute": abs,
    "square": lambda x: x**2,
    "inverse": lambda x: x**-1,
    "power of 2": lambda x: 2**x,
    "transpose": lambda x: x.T,
    "last": lambda x: x[-1],
    "reversed": lambda x: x[::-1],
    "new axis": lambda x: x[None],
}


def numbers(value):
    return VALUES.get(value, value) if isinstance(value, sg.Node) else value


def evaluated(node):
    inputs = list(node.symbols)
    return sg.lambdify(inputs, node)(*(VALUES[one] for one in inputs))


@pytest.mark.parametrize(("left", "right"), PAIRS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("operation", BINARY, ids=lambda one: one.__name__)
def test_operators_of_two_operands_broadcast_as_in_numpy(operation, left, right):
    result = operation(left, right)
    assert isinstance(result, sg.Node)
    wanted = operation(numbers(left), numbers(right))
    assert result.shape == np.shape(wanted)
    np.testing.assert_allclose(evaluated(result), wanted, rtol=1e-14)


@pytest.mark.parametrize("node", [V, A], ids=str)
@pytest.mark.parametrize("name", UNARY)
def test_operators_of_one_operand_are_those_of_numpy(name, node):
    if name == "inverse" and node is A:
        pytest.skip("A has an entry that is 0")
    result = UNARY[name](node)
    np.testing.assert_allclose(evaluated(result), UNARY[name](VALUES[node]), rtol=1e-14)


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
@pytest.mark.parametrize(("left", "right"), [(X, Y), (X, 2), (2, X), (X, 1.75), (V, 0.5), (0.5, V)], ids=str)
def test_comparisons_are_formulas_of_truth_values(compare, left, right):
    condition = compare(left, right)
    found = evaluated(sg.where(condition, 1, 0))
    np.testing.assert_array_equal(found, np.where(compare(numbers(left), numbers(right)), 1, 0))


def test_products_of_matrices():
    np.testing.assert_allclose(evaluated(A @ V), VALUES[A] @ VALUES[V])
    np.testing.assert_allclose(evaluated([1, 2] @ A), [1, 2] @ VALUES[A])
    np.testing.assert_allclose(evaluated(np.array([1.0, 2.0]) @ A), [1, 2] @ VALUES[A])
    np.testing.assert_allclose(evaluated(V @ V), VALUES[V] @ VALUES[V])


def test_axes_of_a_known_length_are_iterated():
    first, second, third = V
    assert evaluated(first + 10 * second + 100 * third) == 1 - 20 + 50
    assert [row.shape for row in A] == [(3,), (3,)]


REFUSED = [
    (lambda: iter(X), TypeError, "a scalar formula cannot be iterated"),
    (lambda: iter(sg.tensor("u", "n")), ShapeError, "axis of symbolic size n"),
    (lambda: bool(X), SymgdError, "the truth of a formula is not known"),
    (lambda: X < Y < 3, SymgdError, "the truth of a formula"),
    (lambda: len(X), TypeError, "a scalar formula has no length"),
    (lambda: len(sg.tensor("u", "n")), ShapeError, "the named size n"),
    (lambda: V + sg.tensor("u", (2,)), ShapeError, "2"),
    (lambda: V @ sg.tensor("u", (2,)), ShapeError, "2"),
    (lambda: V[3], (ShapeError, IndexError), "3"),
    (lambda: V.nothing, AttributeError, "no attribute 'nothing'"),
    (lambda: float(X), TypeError, "x is a formula, not a number"),
]


@pytest.mark.parametrize(("build", "error", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_has_no_meaning_is_refused(build, error, message):
    with pytest.raises(error, match=message):
        build()


@pytest.mark.parametrize("other", ["text", object(), None, {1}])
@pytest.mark.parametrize("operation", [*BINARY, operator.matmul, operator.pow, operator.lt])
def test_operands_that_are_no_formulas_are_a_type_error(operation, other):
    for left, right in ((V, other), (other, V)):
        with pytest.raises((TypeError, SymgdError)):
            operation(left, right)
