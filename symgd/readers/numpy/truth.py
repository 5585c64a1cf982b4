"""The truth of a condition, where it is known: two formulas are the same, or their difference has one sign."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.conversion import as_node
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.piecewise import equal, less, less_equal, not_equal

__all__ = ["are_equal", "truth_of"]

_MOST_TERMS = 200


def truth_of(condition: Node, facts: Facts | None = None) -> bool | None:
    """Return whether a condition holds whatever its inputs are, or never; None where it depends on them.

    Parameters
    ----------
    condition : Node
        With several entries, all of them hold or none does.
    facts : Facts, optional
        What is known of the inputs.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.readers.numpy.truth import truth_of
    >>> x, scale = sg.scalar("x"), sg.scalar("scale", positive=True)
    >>> truth_of(scale <= 0), truth_of(x**2 + 1 > scale)
    (False, None)
    """
    if condition.is_constant:
        return bool(condition.value)
    if condition.primitive in (equal, not_equal):
        answer = are_equal(*condition.args) if not condition.shape else None
        return None if answer is None else answer is (condition.primitive is equal)
    if condition.primitive not in (less, less_equal):
        return None
    left, right = condition.args
    return _is_less(left, right, facts or Facts(), condition.primitive is less)


def _is_less(left: Node, right: Node, facts: Facts, is_strict: bool) -> bool | None:
    """Return whether one side of a comparison is always or never less than the other one."""
    difference = right - left
    sign = facts.sign(difference)
    if sign.is_nonpositive if is_strict else sign.is_negative:
        return False
    if (sign.is_positive if is_strict else sign.is_nonnegative) and facts.is_defined(difference):
        return True
    return None


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
