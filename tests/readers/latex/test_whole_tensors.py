"""Norms, determinants and written matrices have NumPy's values; functions of whole tensors take no running index."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import AmbiguityError, ShapeError, UnsupportedError
from symgd.readers.latex.values import RANK, Value, scalar_value
from symgd.readers.latex.whole_tensors import call, determinant, matrix_of, norm_of, of_matrix, squared_norm

ARRAY = np.array([[2.0, -1.0, 0.5], [1.0, 3.0, -2.0], [0.0, 1.0, 4.0]])


def operand(kind, running=()):
    shape = (2,) * len(running) + (3,) * RANK[kind]
    array = np.stack([ARRAY, -2 * ARRAY]) if running else ARRAY
    index = (slice(None),) * len(running) + (0,) * (2 - RANK[kind])
    return Value(sg.tensor("a", shape), kind, running), array[index]


def evaluated(value, array):
    return sg.lambdify(["a"], value.node)(array)


@pytest.mark.parametrize(("name", "order"), [(None, 2), ("2", 2), ("1", 1), ("inf", np.inf)])
@pytest.mark.parametrize("running", [(), ("i",)])
@pytest.mark.parametrize("kind", ["column", "row"])
def test_the_norm_of_a_vector(name, order, running, kind):
    value, array = operand(kind, running)
    norm = norm_of(value, name)
    assert (norm.kind, norm.running) == ("scalar", running)
    assert np.allclose(evaluated(norm, array), np.linalg.norm(array, order, axis=-1))


@pytest.mark.parametrize(("name", "order"), [("F", "fro"), ("*", "nuc"), ("2", 2), ("1", 1), ("inf", np.inf)])
def test_the_norm_of_a_matrix(name, order):
    value, array = operand("matrix")
    assert np.allclose(evaluated(norm_of(value, name), array), np.linalg.norm(array, order))


@pytest.mark.parametrize("running", [(), ("i",)])
@pytest.mark.parametrize("kind", ["column", "row", "matrix"])
def test_a_squared_norm_is_a_sum_of_squares(kind, running):
    value, array = operand(kind, running)
    axes = tuple(range(len(running), array.ndim))
    assert np.allclose(evaluated(squared_norm(value), array), (array**2).sum(axis=axes))


@pytest.mark.parametrize("text", [r"\|x\|^2", r"\|Xw - y\|^2", r"\|x\|_1", r"\|\beta\|"])
def test_a_norm_of_a_number_is_refused(text):
    """The shapes of its names are not declared, and so they were numbers: ‖Xw − y‖² was the square of a number."""
    with pytest.raises(ShapeError, match="a norm is of a vector or a matrix, and this is a number"):
        sg.formula(text, syntax="latex")


def test_norms_that_are_refused():
    with pytest.raises(AmbiguityError, match="Frobenius"):
        norm_of(operand("matrix")[0], None)
    for kind, name in (("matrix", "3"), ("column", "F")):
        with pytest.raises(UnsupportedError, match="is not known"):
            norm_of(operand(kind)[0], name)
    with pytest.raises(UnsupportedError):
        norm_of(operand("matrix", ("i",))[0], "F")


def test_a_determinant_belongs_to_a_matrix():
    value, array = operand("matrix")
    assert np.isclose(evaluated(determinant(value), array), np.linalg.det(array))
    for other in (operand("column")[0], operand("matrix", ("i",))[0]):
        with pytest.raises(ShapeError, match="belongs to a matrix"):
            determinant(other)


@pytest.mark.parametrize("name", ["trace", "diag", "softmax", "expm", "logsumexp"])
def test_functions_of_whole_tensors_take_no_running_index(name):
    with pytest.raises(UnsupportedError, match="write it with sums"):
        of_matrix(name, operand("matrix", ("i",))[0])


def test_the_function_of_a_row_is_a_row():
    value, array = operand("row")
    result = of_matrix("softmax", value)
    assert result.kind == "row"
    assert np.isclose(evaluated(result, array).sum(), 1)


def test_functions_of_several_arguments():
    value, array = operand("column")
    clipped = call("clip", [value, scalar_value(0), scalar_value(1)])
    assert np.array_equal(evaluated(clipped, array), np.clip(array, 0, 1))
    with pytest.raises(UnsupportedError, match="does not take 4 arguments"):
        call("softmax", [value] * 4)
    with pytest.raises(UnsupportedError, match="write it with sums"):
        call("cross", [operand("column", ("i",))[0], value])


@pytest.mark.parametrize(
    ("rows", "kind", "shape"),
    [
        ([[1, 2], [3, 4]], "matrix", (2, 2)),
        ([[1], [2], [3]], "column", (3,)),
        ([[1, 2, 3]], "row", (3,)),
        ([[1]], "column", (1,)),
    ],
)
def test_a_written_matrix_has_its_entries(rows, kind, shape):
    matrix = matrix_of([[scalar_value(entry) for entry in row] for row in rows])
    assert (matrix.kind, matrix.node.shape) == (kind, shape)
    assert np.array_equal(sg.lambdify([], matrix.node)(), np.array(rows).reshape(shape))


def test_blocks_are_joined():
    matrix, array = operand("matrix")
    row, column = Value(sg.tensor("r", (3,)), "row"), Value(sg.tensor("c", (3,)), "column")
    joined = matrix_of([[matrix, column], [row, scalar_value(7)]])
    found = sg.lambdify(["a", "r", "c"], joined.node)(array, array[0], array[1])
    assert np.array_equal(found, np.block([[array, array[1][:, None]], [array[0][None], np.array([[7]])]]))


@pytest.mark.parametrize("rows", [[[1, 2], [3]], [[]]])
def test_rows_have_one_length(rows):
    with pytest.raises(ShapeError, match="different lengths"):
        matrix_of([[scalar_value(entry) for entry in row] for row in rows])
