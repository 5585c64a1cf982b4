"""The branch of a choice that holds around a point: where(x == 0, 1, sin(x)/x) is sin(x)/x at 0."""

from __future__ import annotations

import sympy as sp

from symgd.derive.taylor.expansion_point import NotDefinedBesideError, Place
from symgd.errors import DomainError, UnsupportedError
from symgd.evaluation.exact import ExactNumbers
from symgd.graph.node import Node
from symgd.primitives.piecewise import equal

__all__ = ["branch_around", "holds"]


def branch_around(node: Node, place: Place) -> Node:
    """Return the branch of a choice that holds around a point.

    Raises
    ------
    DomainError
        Where the formula changes its branch at the point, or jumps there.
    UnsupportedError
        Where the condition depends on other inputs.
    """
    condition, yes, no = node.args
    try:
        if _is_filled_hole(condition, place):
            return _filled_hole(yes, no, place)
        return yes if holds(condition, place) else no
    except NotDefinedBesideError as error:  # a comparison with what has no value is false, as in NumPy
        raise DomainError(str(error)) from None


def holds(condition: Node, place: Place) -> bool:
    """Whether a condition holds around a point; see :func:`branch_around`."""
    left, right = condition.args
    moves = place.does_move(condition)
    if place.is_one_sided and moves:
        sides: tuple[sp.Expr, sp.Expr] = sp.Integer(place.sign(left - right)), sp.Integer(0)
    else:
        sides = place.value(left), place.value(right)
        if any(side is None for side in sides) or (moves and _changes(condition, place)):
            raise DomainError(f"the formula changes its branch at {place.name}", hint="expand on one side of it")
    known = ExactNumbers().apply(condition.primitive, *sides)
    if known not in (True, False, sp.true, sp.false):
        raise UnsupportedError(f"whether {place.shown(condition)} holds at the point is not decided")
    return bool(known)


def _changes(condition: Node, place: Place) -> bool:
    """Whether both sides of a comparison are equal at the point, and not around it."""
    left, right = condition.args
    return place.is_zero(place.value(left) - place.value(right)) and not place.is_zero_around(left - right)


def _is_filled_hole(condition: Node, place: Place) -> bool:
    """Whether a choice gives a value of its own to the one point that the expansion is about."""
    if place.is_one_sided or condition.primitive is not equal or not place.does_move(condition):
        return False
    return all(place.value(side) is not None for side in condition.args) and _changes(condition, place)


def _filled_hole(yes: Node, no: Node, place: Place) -> Node:
    values = [place.value(branch) for branch in (yes, no)]
    if any(value is None for value in values) or not place.is_zero(values[0] - values[1]):
        raise DomainError(f"the formula jumps at {place.name}", hint="its value there is not its limit")
    return no
