"""Numbers a formula always computes anew, such as √π, become Python floats: once, and without a type that widens float32."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.errors import SymgdError
from symgd.evaluation.evaluator import evaluate
from symgd.evaluation.exact import ExactNumbers, in_digits
from symgd.graph.node import CONSTANT, Node, constant
from symgd.graph.traversal import substitute, toposort
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.trigonometric import e, pi

__all__ = ["with_float_constants"]

_DIGITS = 25


def with_float_constants(outputs: Sequence[Node]) -> list[Node]:
    """Return formulas in which every call of a function of numbers is a number; sums and products of numbers stay readable."""
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
    return substitute(outputs, known)


def _is_plain(node: Node) -> bool:
    """Whether Python computes a node of Python numbers as a Python number."""
    if node.primitive is pow:
        exponent = node.args[1]
        return exponent.is_exact and isinstance(exponent.value, int)
    return node.primitive is add or node.primitive is mul


def _number(node: Node) -> Node | None:
    try:
        (value,) = evaluate([node], {}, ExactNumbers())
        number = float(in_digits(value[()], _DIGITS))
    except (SymgdError, TypeError, ValueError, OverflowError):
        return None  # a function that SymPy does not have is computed where it stands
    return constant(number)
