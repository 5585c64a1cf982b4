"""Sums on paper: of terms of one kind, and over a running index; products and extremes over an index are closed alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.node import size
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import Size, show_shape
from symgd.primitives.arithmetic import add
from symgd.primitives.identity import eye
from symgd.readers.latex.products import multiply, power
from symgd.readers.latex.values import (
    Value,
    as_scalar,
    entrywise,
    refuse_identity,
    same_kind,
    scalar_value,
)

__all__ = ["Closing", "close", "negate", "sum_up"]

Closing = Literal["sum", "prod", "max", "min"]
"""How a running index is closed."""


def sum_up(values: Sequence[Value]) -> Value:
    """Return a sum of values of one kind; a scalar is added to every entry."""
    if len(values) == 1:
        return values[0]
    values = _with_sizes(values)
    return entrywise(values, same_kind(values, "a sum"), lambda *terms: add.make(terms))


def negate(value: Value) -> Value:
    """Return −x."""
    return replace(value, node=-value.node)


def _with_sizes(values: Sequence[Value]) -> Sequence[Value]:
    """Give identity matrices the size of the matrices beside them."""
    if not any(value.kind == "identity" for value in values):
        return values
    others = [value for value in values if value.kind != "identity"]
    if any(value.kind != "matrix" for value in others):
        refuse_identity(*values)
    if not others:
        return values
    rows, columns = others[0].shape
    if rows != columns:
        raise ShapeError(f"an identity matrix is added to a matrix of shape {show_shape(others[0].shape)}")
    unit = Value(eye(rows), "matrix")
    return [multiply(as_scalar(value), unit) if value.kind == "identity" else value for value in values]


def close(value: Value, label: str, count: Size, how: Closing) -> Value:
    """Close a running index: sum, multiply, or take the largest."""
    if how != "sum" and value.kind != "scalar":
        raise UnsupportedError(f"a {how} of what is a {value.kind} for each index is not known", hint="take its entries")
    if label not in value.running:
        if how in ("max", "min"):
            return value
        number = scalar_value(size(count))
        return multiply(number, value) if how == "sum" else power(value, number)
    rest = tuple(other for other in value.running if other != label)
    if how == "sum":
        labels = [other for other in value.tensor.labels if other != label]
        return Value(value.tensor.summed_to(labels).node, value.kind, rest)
    return Value(value.tensor.reduced(label, FUNCTIONS[how]).node, value.kind, rest)
