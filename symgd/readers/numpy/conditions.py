"""NumPy's arithmetic and logic of conditions: what a comparison returns is true or false, and the sum of two such is so too.

``(x > 0) + (x > 1)`` is true or false in NumPy, not 0, 1 or 2, and ``-(x > 0)`` is an error. A condition beside numbers counts
as 1 where it holds and as 0 where not.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from symgd.errors import UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, counted
from symgd.primitives.piecewise import less, not_equal, where
from symgd.readers.numpy.cells import has_nodes

__all__ = [
    "Treatment",
    "as_true_or_false",
    "is_condition",
    "is_of_conditions",
    "of_conditions",
    "read_mask",
    "treatment",
    "with_conditions",
]

_AND = {"multiply", "minimum", "logical_and", "bitwise_and"}
_OR = {"add", "maximum", "logical_or", "bitwise_or"}
_DIFFERENT = {"logical_xor", "bitwise_xor", "not_equal"}
_NOT = {"logical_not", "invert"}
_SAME = {"absolute", "conjugate"}
_NUMBERS = {"power", "divide", "square", "equal", "less", "less_equal", "greater", "greater_equal"}
"""What makes numbers of conditions, with the same values, or compares them."""
_LOGICAL = _NOT | {name for name in _AND | _OR | _DIFFERENT if name.startswith(("logical", "bitwise"))}


def is_condition(value: Any) -> bool:
    """Whether an operand is true or false in each place."""
    if isinstance(value, Node):
        return value.is_boolean
    return isinstance(value, bool | np.bool_) or (isinstance(value, np.ndarray) and value.dtype == bool)


def read_mask(value: Any) -> Any:
    """Return a list of truth values as an array; a list in which formulas stand, and what is no list, as it is."""
    return np.asarray(value) if isinstance(value, list) and not has_nodes(value) else value


def is_of_conditions(name: str, operands: Sequence[Any]) -> bool:
    """Whether a universal function of NumPy's joins conditions, or has for conditions another meaning than for numbers."""
    return name in _LOGICAL or (name not in _NUMBERS and all(is_condition(operand) for operand in operands))


def of_conditions(name: str, operands: Sequence[Any]) -> Node:
    """Return what a universal function of NumPy's makes of conditions.

    Raises
    ------
    UnsupportedError
        Where NumPy has no such function of conditions, or one of few digits.
    """
    if not all(is_condition(operand) for operand in operands):
        if not name.startswith("logical"):
            _refuse(
                name,
                "numpy.{} of numbers works on their bits",
                "np.logical_and, np.logical_or and np.logical_not join conditions",
            )
        operands = [operand if is_condition(operand) else not_equal(as_node(operand), 0) for operand in operands]
    nodes = [as_true_or_false(operand) for operand in operands]
    if name in _SAME:
        return nodes[0]
    if name in _NOT:
        return as_condition(1 - counted(nodes[0]))
    if name in _AND:
        return as_condition(where(nodes[0], counted(nodes[1]), 0))
    if name in _OR:
        return as_condition(where(nodes[0], 1, counted(nodes[1])))
    if name in _DIFFERENT:
        return not_equal(counted(nodes[0]), counted(nodes[1]))
    if name in ("subtract", "negative", "positive"):
        _refuse(name, "numpy.{} of conditions is an error in NumPy", "~ negates a condition, and ^ tells where two differ")
    return _refuse(
        name, "numpy.{} of conditions has few digits in NumPy, or another meaning than of numbers", "count them: 1.0*(x > 0)"
    )


def as_condition(count: Node) -> Node:
    """Return where a count of 0 or 1 is 1."""
    return less(as_node(1) / 2, count)


def as_true_or_false(value: Any) -> Node:
    """Return truth values as a condition."""
    if isinstance(value, Node):
        return value
    return as_node(bool(value)) if np.ndim(value) == 0 else as_condition(as_node(np.asarray(value).astype(float)))


# -- functions of arrays of conditions ------------------------------------------------------------------------

_COUNTING = {
    "sum", "mean", "std", "var", "prod", "cumsum", "cumprod", "cumulative_sum", "cumulative_prod", "average", "trace", "astype",
}  # fmt: skip
_PRODUCTS = {"dot", "matmul", "vdot", "inner", "outer", "vecdot", "tensordot", "einsum", "kron", "convolve", "correlate"}
_KEEPING = {
    "getitem", "ravel", "reshape", "diag", "copy", "ndarray.copy", "flatten", "repeat", "tile", "roll", "take", "max", "min",
    "amax", "amin", "tril", "triu", "take_along_axis",
}  # fmt: skip
_CHOOSING = {"select", "any", "all", "count_nonzero", "array_equal"}
"""What takes conditions, and sees to them itself."""


class Treatment(enum.Enum):
    """What becomes of conditions among the arguments of NumPy's functions."""

    NUMBERS = "they count as 0 and 1"
    CONDITIONS = "the result is true or false"


def treatment(name: str, is_view: bool, args: Sequence[Any], arrays: Sequence[Node]) -> Treatment:
    """Return what a function of NumPy's makes of its arguments, some of which are conditions."""
    if name == "where":
        return Treatment.CONDITIONS if all(is_condition(branch) for branch in args[1:]) else Treatment.NUMBERS
    if name in _CHOOSING:
        return Treatment.NUMBERS
    beside_numbers = name in _PRODUCTS and any(isinstance(value, np.ndarray) and value.dtype.kind in "fiu" for value in args)
    if name in _COUNTING or beside_numbers or not all(array.is_boolean for array in arrays):
        return Treatment.NUMBERS
    if not is_view and name not in _KEEPING:
        _refuse(name, "numpy.{} of conditions has another meaning in NumPy than of numbers", "count them: 1.0*(x > 0)")
    return Treatment.CONDITIONS


def with_conditions(name: str, function: Callable[..., Any], args: Sequence[Any], options: dict[str, Any]) -> Any:
    """Call a function with counts in place of conditions; return where its results are 1."""
    kept = 1 if name == "where" else 0
    counts = [counted(as_true_or_false(value)) if is_condition(value) and k >= kept else value for k, value in enumerate(args)]
    return _conditions_of(function(*counts, **options))


def _conditions_of(result: Any) -> Any:
    return [_conditions_of(part) for part in result] if isinstance(result, list | tuple) else as_condition(result)


def _refuse(name: str, cause: str, hint: str) -> NoReturn:
    raise UnsupportedError(cause.format(name), hint=hint)
