"""Numbers, arrays, sizes and SymPy's expressions become formulas, and what means something else is refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import SymgdError, UnsupportedError
from symgd.graph.conversion import MAX_WRITTEN, as_node, is_finite, is_sympy, name_of, operand

X = sg.scalar("x")
NUMBERS = [
    (3, "3"),
    (-2, "-2"),
    (Fraction(1, 3), "1/3"),
    (0.1, "1/10"),
    (0.5, "1/2"),
    (1e22, str(10**22)),
    (np.float64(0.1), "1/10"),
    (np.float32(0.1), "1/10"),
    (np.float16(0.25), "1/4"),
    (np.int32(7), "7"),
    (np.uint8(255), "255"),
    (Decimal("0.1"), "1/10"),
    (Decimal("1E+3"), "1000"),
    (sp.Rational(2, 3), "2/3"),
    (sp.pi, "pi"),
    (np.array(2.5), "5/2"),
    (np.array(4), "4"),
]


@pytest.mark.parametrize(("value", "text"), NUMBERS, ids=[f"{type(one).__name__} {one}" for one, _ in NUMBERS])
def test_numbers_are_what_they_print_as(value, text):
    node = as_node(value)
    assert str(node) == text
    assert node.shape == ()
    assert node is as_node(value)


def test_formulas_stay_what_they_are():
    assert as_node(X) is X
    assert as_node(X**2 + 1) is X**2 + 1


ARRAYS = [
    ([1, 2, 3], (3,)),
    ((1, 2), (2,)),
    ([[1, 2], [3, 4]], (2, 2)),
    (np.arange(6).reshape(2, 3), (2, 3)),
    (np.array([0.1, 0.2]), (2,)),
    (np.array([0.1, 0.2], dtype=np.float32), (2,)),
    (np.array([Fraction(1, 3), 2], dtype=object), (2,)),
    (np.array([[1.0]]), (1, 1)),
    (np.ones((1, MAX_WRITTEN)), (1, MAX_WRITTEN)),
]


@pytest.mark.parametrize(("value", "shape"), ARRAYS, ids=[f"{type(one).__name__} {shape}" for one, shape in ARRAYS])
def test_small_arrays_are_written_out(value, shape):
    node = as_node(value)
    assert node.shape == shape
    found = sg.lambdify([X], node + 0 * X)(1.0)
    np.testing.assert_allclose(found, np.asarray(value, dtype=float), rtol=1e-7)


def test_lists_may_hold_formulas():
    node = as_node([X, 2 * X, [1, 2][0]])
    assert node.shape == (3,)
    np.testing.assert_array_equal(sg.lambdify([X], node)(5.0), [5.0, 10.0, 1.0])


def test_narrow_floats_keep_their_digits():
    """0.1 of float32 is 1/10, not the float64 nearest to it."""
    assert as_node(np.array([0.1, 0.3], dtype=np.float32)) is as_node([Fraction(1, 10), Fraction(3, 10)])


REFUSED = [
    (None, SymgdError),
    ("x", SymgdError),
    (object(), SymgdError),
    ({1: 2}, SymgdError),
    (1j, SymgdError),
    (np.zeros(MAX_WRITTEN + 1), SymgdError),
    (np.ma.array([1.0, 2.0], mask=[False, True]), SymgdError),
    (np.ma.array([1.0, 2.0]), UnsupportedError),
    (np.timedelta64(3, "s"), SymgdError),
    (np.array(["2020-01-01"], dtype="M8[D]"), SymgdError),
    (np.array(["a", "b"]), SymgdError),
    ([[1, 2], [3]], SymgdError),
]


@pytest.mark.parametrize(("value", "error"), REFUSED, ids=[type(one).__name__ for one, _ in REFUSED])
def test_what_means_something_else_is_refused(value, error):
    with pytest.raises(error):
        as_node(value)


@pytest.mark.parametrize("value", [3, 0.1, [1, 2], X, sp.Symbol("x")])
def test_operands_are_nodes(value):
    assert isinstance(operand(value), sg.Node)


@pytest.mark.parametrize("value", ["x", None, object(), {1}])
def test_what_is_no_operand_is_none(value):
    assert operand(value) is None


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("read", [operand, as_node])
@pytest.mark.parametrize("kind", [np.matrix, np.ma.array])
def test_arrays_whose_operators_mean_something_else_are_refused_as_operands(kind, read):
    with pytest.raises(UnsupportedError, match="is no plain array"):
        read(kind([[1.0]]))


@pytest.mark.parametrize(
    ("value", "answer"), [(sp.Symbol("x"), True), (sp.Matrix([1]), True), (3, False), ("x", False), (X, False)]
)
def test_what_is_sympys(value, answer):
    assert is_sympy(value) is answer


@pytest.mark.parametrize(("given", "name"), [("w", "w"), (X, "x"), (sp.Symbol("beta"), "beta"), (3, "3"), (None, "None")])
def test_names_of_inputs(given, name):
    assert name_of(given) == name


FINITE = [
    (1, True),
    (10**400, True),
    (Fraction(1, 3), True),
    (1.5, True),
    (float("inf"), False),
    (float("nan"), False),
    (True, True),
]


@pytest.mark.parametrize(("value", "answer"), FINITE)
def test_exact_numbers_are_finite(value, answer):
    assert is_finite(value) is answer
