"""A formula of tensors of numeric sizes, written out as a formula of scalars."""

from __future__ import annotations

from symgd.errors import ShapeError, UnsupportedError
from symgd.evaluation.evaluator import entries_of
from symgd.graph.node import Node
from symgd.graph.traversal import toposort

__all__ = ["scalar_form"]


def scalar_form(formula: Node) -> Node:
    """Return a scalar formula in which all parts are scalars.

    Raises
    ------
    UnsupportedError
        For axes of symbolic size.
    """
    if all(not node.shape for node in toposort((formula,))):
        return formula
    try:
        ((entries,), _) = entries_of([formula])
    except ShapeError:
        raise UnsupportedError("a Taylor expansion needs numeric sizes", hint="declare the shapes with numbers") from None
    written_out: Node = entries[()]
    return written_out
