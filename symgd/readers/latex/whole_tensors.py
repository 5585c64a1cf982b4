r"""Functions of whole tensors on paper: determinants, norms, traces, functions of several arguments, written matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symgd.errors import AmbiguityError, ShapeError, UnsupportedError
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS, Primitive
from symgd.primitives.contraction import expand_at
from symgd.primitives.indexing import array
from symgd.primitives.linalg import det_record
from symgd.readers.latex.values import Kind, Value, apply, entrywise_power, of_node, refuse_identity, scalar_value

__all__ = ["call", "determinant", "matrix_of", "norm_of", "of_matrix", "squared_norm"]

_MATRIX_NORMS: dict[str, str | float] = {"F": "fro", "*": "nuc", "2": 2, "1": 1, "inf": float("inf")}
_VECTOR_NORMS = {None: "norm2", "2": "norm2", "1": "norm1", "inf": "norminf"}


def call(name: str, arguments: Sequence[Value]) -> Value:
    """Return a function of several arguments, in their order in the text language.

    Raises
    ------
    UnsupportedError
        Where an index runs in an argument of a function of whole tensors, and for arguments it does not take.
    """
    refuse_identity(*arguments)
    function = FUNCTIONS[name]
    if isinstance(function, Primitive) and function.is_elementwise and function.arity == len(arguments):
        return apply(name, arguments)
    if any(value.running for value in arguments):
        raise UnsupportedError(f"{name} of what an index runs in is not known", hint="write it with sums")
    numbers = (value.node.value if value.node.is_exact else value.node for value in arguments)
    try:
        return of_node(FUNCTIONS[name](*numbers))
    except TypeError:
        raise UnsupportedError(f"{name} does not take {len(arguments)} arguments") from None


def determinant(value: Value) -> Value:
    """Return the determinant of a matrix."""
    refuse_identity(value)
    if value.kind != "matrix" or value.running:
        raise ShapeError("a determinant belongs to a matrix")
    return Value(det_record.make((value.node,)), "scalar")


def of_matrix(name: str, value: Value) -> Value:
    """Apply a function of a whole tensor that returns a scalar or a tensor, such as trace and diag."""
    refuse_identity(value)
    if value.running:
        raise UnsupportedError(f"{name} of what an index runs in is not known", hint="write it with sums")
    try:
        applied = of_node(FUNCTIONS[name](value.node))
    except TypeError:
        raise UnsupportedError(f"{name} takes more than one argument", hint=rf"\operatorname{{{name}}}(a, b)") from None
    return replace(applied, kind="row") if value.kind == "row" and applied.kind == "column" else applied


def norm_of(value: Value, name: str | None) -> Value:
    r"""Return ‖x‖ with the subscript `name`: 1, 2, \infty, F or *."""
    refuse_identity(value)
    if value.kind == "matrix":
        if name is None:
            raise AmbiguityError("the norm of a matrix", r"the Frobenius norm, \|X\|_F", r"the spectral norm, \|X\|_2")
        if value.running or name not in _MATRIX_NORMS:
            raise UnsupportedError(f"the norm of a matrix with the subscript {name} is not known")
        return Value(FUNCTIONS["norm"](value.node, _MATRIX_NORMS[name]), "scalar")
    _refuse_number(value)
    if name not in _VECTOR_NORMS:
        raise UnsupportedError(f"the norm of a vector with the subscript {name} is not known", hint=r"1, 2 or \infty")
    return Value(FUNCTIONS[_VECTOR_NORMS[name]](value.node, axis=-1), "scalar", value.running)


def _refuse_number(value: Value) -> None:
    if value.kind == "scalar":
        names = [node.name for node in value.node.symbols] or ["x"]
        shapes = ", ".join(f'"{name}": "n"' for name in names)
        hint = rf"shapes={{{shapes}}}, or |x| of a number"
        raise ShapeError("a norm is of a vector or a matrix, and this is a number", hint=hint)


def squared_norm(value: Value) -> Value:
    """Return Σx², what ‖x‖₂² and ‖X‖_F² are, without a root that would have no slope at 0."""
    _refuse_number(value)
    squares = entrywise_power(value, scalar_value(2))
    return Value(squares.tensor.reordered(squares.running).node, "scalar", squares.running)


def matrix_of(rows: Sequence[Sequence[Value]]) -> Value:
    """Return a matrix of its entries; a single column, or a single row, is a vector.

    Raises
    ------
    ShapeError, UnsupportedError
    """
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise ShapeError("the rows of a matrix have different lengths")
    entries = [value for row in rows for value in row]
    refuse_identity(*entries)
    if any(value.running for value in entries):
        raise UnsupportedError("a written matrix in which an index runs is not known", hint="write it with sums")
    if any(value.kind != "scalar" for value in entries):
        blocks = [FUNCTIONS["concatenate"]([_as_block(value) for value in row], 1) for row in rows]
        return Value(FUNCTIONS["concatenate"](blocks, 0), "matrix")
    count = len(rows[0])
    kind: Kind = "column" if count == 1 else "row" if len(rows) == 1 else "matrix"
    shape = (len(rows), count) if kind == "matrix" else (len(entries),)
    return Value(array.make(tuple(value.node for value in entries), (shape,)), kind)


def _as_block(value: Value) -> Node:
    if value.kind == "scalar":
        return expand_at(value.node, [0, 1])
    if value.kind == "matrix":
        return value.node
    return expand_at(value.node, [1 if value.kind == "column" else 0])
