"""Whole numbers that choose rows: read from what a caller writes, from values, and written in code."""

from __future__ import annotations

import numbers

import numpy as np
import numpy.typing as npt

from symgd.errors import ShapeError, SymgdError, UnsupportedError, shown
from symgd.evaluation.entries import Array, Entry
from symgd.graph.conversion import as_node, is_finite
from symgd.graph.node import Node, constant
from symgd.graph.shape import Size
from symgd.primitives.code_writer import CodeWriter
from symgd.primitives.indexing import array

__all__ = ["read_rows", "rows_code", "whole_numbers"]


def whole_numbers(values: Array, size: int) -> npt.NDArray[np.int_]:
    """Return entries of any algebra as the whole numbers they are."""
    rows: npt.NDArray[np.int_] = np.vectorize(_whole_number, otypes=[int])(values)
    if (rows < 0).any() or (rows >= size).any():
        raise ShapeError(f"a row number lies outside an axis of size {size}")
    return rows


def _whole_number(entry: Entry) -> int:
    if isinstance(entry, Node) and not entry.is_constant:
        raise UnsupportedError("which rows are looked up is not known before the numbers are")
    number = entry.value if isinstance(entry, Node) else entry
    try:
        row = int(number)
    except (ValueError, OverflowError):  # NaN and infinity
        row = None
    if row is None or (isinstance(number, numbers.Real) and number != row):
        raise ShapeError(f"row numbers are whole numbers, not {shown(number)}")
    return row


def rows_code(node: Node, name: str, size: Size, printer: CodeWriter) -> str:
    """Return row numbers as code that checks them."""
    return f"_whole({name}, {printer.size(size).text})"


def read_rows(indices: object, size: Size) -> Node:
    """Return row numbers as a node; numbers that are known are checked here."""
    try:
        node = as_node(np.asarray(indices) if isinstance(indices, list) else indices)
    except ValueError as error:  # NumPy's own
        if isinstance(error, SymgdError):
            raise
        raise ShapeError(f"row numbers are an array, not {shown(indices)}") from None
    if node.is_boolean:
        raise UnsupportedError("a mask cannot index: what is taken would depend on values", hint="use where(mask, x, 0)")
    written = node.args if node.primitive is array else (node,) if node.is_constant else ()
    if all(entry.is_constant for entry in written) and written:
        fixed = tuple(constant(_known_row(entry, size)) for entry in written)
        return array.make(fixed, node.params) if node.primitive is array else fixed[0]
    return node


def _known_row(entry: Node, size: Size) -> int:
    value = entry.value
    if isinstance(value, bool) or not is_finite(value) or value != int(value):
        raise UnsupportedError(f"{shown(value)} cannot index: only whole numbers and slices can")
    row = int(value)
    if isinstance(size, int) and not -size <= row < size:
        raise ShapeError(f"index {shown(row)} is outside an axis of size {size}")
    if row < 0 and not isinstance(size, int):
        raise UnsupportedError(f"index {shown(row)} of an axis of named size {size}", hint="count from the front")
    return row % size if isinstance(size, int) else row
