"""What a formula costs: its length when it is written out, with what is the same written each time."""

from __future__ import annotations

from symgd.graph.node import Node
from symgd.graph.traversal import fold
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import einsum

__all__ = ["length"]


def length(formula: Node) -> int:
    """Return how many operations a formula has, written out; numbers, inputs and new axes are none.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.rewrite.cost import length
    >>> x = sg.scalar("x")
    >>> length(2*x*sg.exp(x) + 1), length(-x), length(x/2)
    (4, 1, 1)
    """
    return fold([formula], _length)[formula]


def _length(node: Node, lengths: list[int]) -> int:
    total = sum(lengths)
    record = node.primitive
    if not node.args or record.is_stretching:
        return total
    if record is add:
        negative = sum(map(_is_negative, node.args))
        return total + len(node.args) - 1 - min(negative, len(node.args) - 1)  # a minus stands between terms
    if record is mul:
        divisors = sum(1 for arg in node.args if arg.primitive is pow and arg.args[1].equals_number(-1))
        return total + len(node.args) - 1 - divisors  # a quotient is one operation
    if record is einsum:
        return total + max(1, len(node.args) - 1)
    return total + 1


def _is_negative(term: Node) -> bool:
    return term.primitive is mul and term.args[0].equals_number(-1)
