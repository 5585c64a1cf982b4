"""What a formula costs: its length for people, written out, with what is the same written each time."""

from __future__ import annotations

from symgd.graph.node import Node
from symgd.graph.walk import fold

__all__ = ["length"]

_SILENT = {"broadcast", "expand"}


def length(formula: Node) -> int:
    """Return how many operations a formula has, written out; numbers, inputs and new axes are none.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.simplify.cost import length
    >>> x = sg.scalar("x")
    >>> length(2*x*sg.exp(x) + 1), length(-x), length(x/2)
    (4, 1, 1)
    """
    return fold([formula], _length)[formula]


def _length(node: Node, lengths: list[int]) -> int:
    total = sum(lengths)
    name = node.primitive.name
    if not node.args or name in _SILENT:
        return total
    if node.primitive.is_elementwise and name in ("add", "mul"):
        # -x and x/2 are one operation, and so is each sign between terms
        return total + len(node.args) - 1 - (_is_sign_between(node) if name == "add" else 0)
    if name == "einsum":
        return total + max(1, len(node.args) - 1)
    return total + 1


def _is_sign_between(node: Node) -> int:
    """Return how many terms are subtracted, so that their factor −1 is the sign between terms."""
    return sum(1 for arg in node.args[1:] if arg.primitive.name == "mul" and arg.args[0].equals_number(-1))
