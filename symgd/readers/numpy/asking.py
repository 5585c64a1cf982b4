"""NumPy's questions to arrays, as conditions of formulas: ``any``, ``all``, ``isclose``, ``array_equal`` and their like.

any(c) = (Σ c > 0)          all(c) = (Σ (1 − c) = 0)          isclose(a, b) = (|a − b| ≤ atol + rtol |b|)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symgd.errors import UnsupportedError
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node, counted
from symgd.graph.primitive import FUNCTIONS
from symgd.primitives.piecewise import equal, less_equal, not_equal
from symgd.readers.numpy.conditions import as_true_or_false, is_condition, read_mask
from symgd.readers.numpy.stretching import stretched
from symgd.readers.numpy.truth import truth_of

__all__ = ["ASKING"]


def _conditions(a: Any) -> Node:
    """Return where entries are true: conditions, and numbers that are not 0."""
    mask = read_mask(a)
    if is_condition(mask):
        return as_true_or_false(mask)
    return not_equal(as_node(a), 0)


def _any(a: Any, axis: Any = None, keepdims: bool = False) -> Node:
    conditions = _conditions(a)
    truth = truth_of(conditions)
    if truth is not None and axis is None and not keepdims and conditions.size != 0:
        return as_node(truth)
    return FUNCTIONS["sum"](counted(conditions), axis=axis, keepdims=keepdims) > 0


def _all(a: Any, axis: Any = None, keepdims: bool = False) -> Node:
    conditions = _conditions(a)
    truth = truth_of(conditions)
    if truth is not None and axis is None and not keepdims and conditions.size != 0:
        return as_node(truth)
    return equal(FUNCTIONS["sum"](1 - counted(conditions), axis=axis, keepdims=keepdims), 0)


def _count(a: Any, axis: Any = None, *, keepdims: bool = False) -> Node:
    count: Node = FUNCTIONS["sum"](counted(_conditions(a)), axis=axis, keepdims=keepdims)
    return count


def _is_close(a: Operand, b: Operand, rtol: Operand = 1e-5, atol: Operand = 1e-8, equal_nan: object = False) -> Node:
    if equal_nan:
        raise UnsupportedError(
            "numpy.isclose with equal_nan=True asks for NaN, which a formula does not have", hint="leave it out"
        )
    left, right = stretched(as_node(a), as_node(b))
    size = FUNCTIONS["abs"]
    return less_equal(size(left - right), as_node(atol) + as_node(rtol) * size(right))


def _all_close(a: Operand, b: Operand, rtol: Operand = 1e-5, atol: Operand = 1e-8, equal_nan: object = False) -> Node:
    return _all(_is_close(a, b, rtol, atol, equal_nan))


def _array_equal(a1: Operand, a2: Operand, equal_nan: object = False) -> Node:
    left, right = as_node(a1), as_node(a2)
    if left is right:
        return as_node(True)
    if left.shape != right.shape:
        if all(isinstance(length, int) for length in (*left.shape, *right.shape)):
            return as_node(False)
        raise UnsupportedError("numpy.array_equal compares shapes with named sizes", hint="declare the sizes as numbers")
    return _all(equal(left, right))


ASKING: dict[str, Callable[..., Any]] = {
    "any": _any, "all": _all, "count_nonzero": _count, "isclose": _is_close, "allclose": _all_close,
    "array_equal": _array_equal,
}  # fmt: skip
