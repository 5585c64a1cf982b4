"""Numbers where a function has no value: log(0) is refused by every reader, wherever it stands."""

from __future__ import annotations

from symgd.errors import DomainError
from symgd.graph.facts import Interval
from symgd.graph.node import Node, is_finite
from symgd.graph.walk import toposort

__all__ = ["refuse_undefined_numbers"]


def refuse_undefined_numbers(formula: Node, text: str | None = None) -> None:
    """Refuse a function of a number outside its domain.

    Parameters
    ----------
    formula : Node
    text : str, optional
        What was read.

    Raises
    ------
    DomainError
    """
    for node in toposort((formula,)):
        if not node.args or not all(arg.is_constant for arg in node.args):
            continue
        for arg, where in node.primitive.requirements(node):
            if arg.is_constant and is_finite(arg.value) and arg.value not in Interval.of(where):
                raise DomainError(f"{node} has no value", formula=text, hint="the formula is defined nowhere")
