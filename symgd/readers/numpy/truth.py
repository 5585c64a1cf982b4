"""Whether two scalar formulas are equal: known where they are the same, and where their difference is never 0."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.conversion import as_node
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.primitives.arithmetic import add, mul

__all__ = ["are_equal"]

_MOST_TERMS = 200


def are_equal(left: Node, right: Node) -> bool | None:
    """Return whether two scalars have the same value whatever their inputs are, or never; None where it depends on them."""
    if left is right:
        return True
    collected = _collected(left, right)
    if collected is None:
        return None
    number, coefficients = collected
    if not coefficients:
        return number == 0
    difference = as_node(number)
    for term, coefficient in coefficients.items():
        difference = difference + (term if coefficient == 1 else coefficient * term)
    return False if Facts().is_nonzero(difference) else None


def _collected(left: Node, right: Node) -> tuple[Fraction, dict[Node, Fraction]] | None:
    """Return the number in the difference, and its other terms with their coefficients; None where there are too many."""
    number = Fraction(0)
    coefficients: dict[Node, Fraction] = {}
    waiting = [(left, Fraction(1)), (right, Fraction(-1))]
    while waiting:
        node, coefficient = waiting.pop()
        if node.primitive is add:
            waiting.extend((term, coefficient) for term in node.args)
        elif node.primitive is mul and len(node.args) == 2 and node.args[0].is_exact:
            waiting.append((node.args[1], coefficient * Fraction(node.args[0].value)))
        elif node.is_exact:
            number += coefficient * Fraction(node.value)
        else:
            coefficients[node] = coefficients.get(node, Fraction(0)) + coefficient
        if len(waiting) + len(coefficients) > _MOST_TERMS:
            return None
    return number, {term: coefficient for term, coefficient in coefficients.items() if coefficient}
