"""Conditions where numbers are computed: 1 where they hold, and 0 where not."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.graph.node import Node, counted
from symgd.graph.traversal import fold, rebuild, toposort
from symgd.primitives.piecewise import where

__all__ = ["with_counted_conditions"]


def with_counted_conditions(outputs: Sequence[Node]) -> list[Node]:
    """Return formulas in which only choices take conditions.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.codegen.stages.conditions import with_counted_conditions
    >>> with_counted_conditions([sg.formula("exp(x > 0)")])
    [exp(where(x > 0, 1, 0))]
    """
    if not any(node.is_boolean for node in toposort(outputs)):
        return list(outputs)
    values = fold(outputs, _counting)
    return [values[output] for output in outputs]


def _counting(node: Node, args: Sequence[Node]) -> Node:
    chosen_by = 1 if node.primitive is where else 0
    return rebuild(node, (*args[:chosen_by], *(counted(arg) for arg in args[chosen_by:])))
