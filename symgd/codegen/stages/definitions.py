"""Functions that are declared by their definition and nothing else: code computes what defines them."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.traversal import fold, rebuild, toposort

__all__ = ["by_definitions", "is_defined_only"]


def by_definitions(outputs: Sequence[Node]) -> list[Node]:
    """Return formulas in which functions without code of their own are written out by their definitions.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.codegen.stages.definitions import by_definitions
    >>> from symgd.extend import elementwise
    >>> cubed = elementwise("cubed", definition=lambda x: x**3)
    >>> by_definitions([cubed(sg.scalar("x")) + 1])
    [x**3 + 1]
    >>> from symgd.graph.primitive import FUNCTIONS, REGISTRY
    >>> del FUNCTIONS["cubed"], REGISTRY["cubed"]  # the example ends
    """
    current = list(outputs)
    while any(is_defined_only(node.primitive) for node in toposort(current)):  # a definition may use another such function
        values = fold(current, _written_out)
        current = [values[output] for output in current]
    return current


def is_defined_only(record: Primitive) -> bool:
    """Whether a definition is all that says how a function is computed."""
    has_code = record.code is not None or record.numpy or record.sympy or record.layout is not None
    return record.is_elementwise and not has_code and record.definition is not None


def _written_out(node: Node, args: Sequence[Node]) -> Node:
    record = node.primitive
    if record.definition is not None and is_defined_only(record):
        return as_node(record.definition(*args))
    return rebuild(node, tuple(args))
