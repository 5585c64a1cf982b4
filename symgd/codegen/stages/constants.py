"""Numbers a formula always computes anew, such as √π, become Python floats: once, and without a type that widens float32."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence

from symgd.errors import SymgdError
from symgd.evaluation.exact import exact_values, in_digits
from symgd.graph.node import CONSTANT, Node, constant
from symgd.graph.traversal import fold, rebuild, substitute, toposort
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.piecewise import equal, less, less_equal, not_equal, where
from symgd.primitives.trigonometric import e, pi

__all__ = ["with_float_constants"]

_DIGITS = 25
_HOLDS = {less: operator.lt, less_equal: operator.le, equal: operator.eq, not_equal: operator.ne}


def with_float_constants(outputs: Sequence[Node]) -> list[Node]:
    """Return formulas in which every call of a function of numbers is a number; sums and products of numbers stay readable.

    A choice between two formulas on a condition of numbers is the one that it takes.
    """
    outputs = list(outputs)
    values = fold(outputs, _decided)
    outputs = [values[output] for output in outputs]
    order = toposort(outputs)
    numbers = {node for node in order if node.primitive is CONSTANT or node is pi or node is e}
    called: set[Node] = set()
    for node in order:
        if node.args and not node.shape and not node.is_boolean and numbers.issuperset(node.args):
            numbers.add(node)
            if not _is_plain(node) or not called.isdisjoint(node.args):
                called.add(node)
    if not called:
        return list(outputs)
    reached = {arg for node in order if node not in numbers for arg in node.args} | set(outputs)
    known = {node: number for node in order if node in called and node in reached and (number := _number(node)) is not None}
    outputs = substitute(outputs, known)
    if not any(number.value == 0 for number in known.values()):
        return outputs
    values = fold(outputs, _without_reciprocals_of_zero)
    return [values[output] for output in outputs]


def _without_reciprocals_of_zero(node: Node, args: Sequence[Node]) -> Node:
    """Return 1/(0·x), which has no value, as nan·x: Python's numbers refuse a division by 0 where arrays have nan."""
    if node.primitive is pow and args[1].is_exact and args[1].value < 0:
        factors = args[0].args if args[0].primitive is mul else (args[0],)
        if any(factor.primitive is CONSTANT and factor.value == 0 for factor in factors):
            rest = [factor for factor in factors if factor.primitive is not CONSTANT]
            return mul.make((constant(math.nan), *rest))
    return rebuild(node, tuple(args))


def _decided(node: Node, args: Sequence[Node]) -> Node:
    """Return a choice that numbers decide as what it is, and another node with its new arguments."""
    condition = args[0] if node.primitive is where else None
    if condition is not None and condition.primitive in _HOLDS and all(arg.primitive is CONSTANT for arg in condition.args):
        if args[1].shape == args[2].shape:
            left, right = (arg.value for arg in condition.args)
            return args[1] if _HOLDS[condition.primitive](left, right) else args[2]
    return rebuild(node, tuple(args))


def _is_plain(node: Node) -> bool:
    """Whether Python computes a node of Python numbers as a Python number."""
    if node.primitive is pow:
        exponent = node.args[1]
        return exponent.is_exact and isinstance(exponent.value, int)
    return node.primitive is add or node.primitive is mul


def _number(node: Node) -> Node | None:
    try:
        (value,) = exact_values([node], {})
        number = float(in_digits(value, _DIGITS))
    except (SymgdError, TypeError, ValueError, OverflowError):
        return None  # a function that SymPy does not have is computed where it stands
    return constant(number)
