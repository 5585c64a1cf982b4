"""Conditions and choices of SymPy: comparisons, ``And``, ``Or``, ``Not``, and ``Piecewise``."""

from __future__ import annotations

import sympy as sp

from symgd.errors import UnsupportedError
from symgd.graph.node import Node
from symgd.primitives.piecewise import equal, less, less_equal, where
from symgd.readers.sympy.values import Arguments, Builders, Condition, Operand

__all__ = ["CONDITIONS", "comparison_node", "piecewise"]

_COMPARISONS = {"less": less, "less_equal": less_equal, "equal": equal}


def comparison_node(condition: Condition) -> Node | None:
    """Return a comparison as a formula; None for a compound condition."""
    build = _COMPARISONS.get(condition.kind)
    return None if build is None else build(*condition.parts)


def piecewise(expression: sp.Basic, args: Arguments) -> Node:
    """Return the choice; the last branch is for all other cases."""
    pieces = list(zip(args[::2], args[1::2], strict=True))
    value, condition = pieces[-1]
    if condition is not True:
        raise UnsupportedError(
            "a Piecewise without a last branch for all other cases is undefined there",
            hint="add (expression, True) as its last branch",
        )
    for branch, condition in reversed(pieces[:-1]):
        value = _choose(condition, branch, value)
    assert isinstance(value, Node)
    return value


def _choose(condition: Operand, yes: Node, no: Node) -> Node:
    if isinstance(condition, bool):
        return yes if condition else no
    assert isinstance(condition, Condition)
    if condition.kind in _COMPARISONS:
        known = _truth(condition)
        return where(comparison_node(condition), yes, no) if known is None else yes if known else no
    if condition.kind == "not":
        return _choose(condition.parts[0], no, yes)
    chosen = yes if condition.kind == "and" else no
    for part in reversed(condition.parts):
        chosen = _choose(part, chosen, no) if condition.kind == "and" else _choose(part, yes, chosen)
    return chosen


def _truth(comparison: Condition) -> bool | None:
    """Return whether a comparison of two exact numbers holds; None where it depends on inputs."""
    sides = [part for part in comparison.parts if isinstance(part, Node) and part.is_exact]
    if len(sides) < 2:
        return None
    left, right = (side.value for side in sides)
    return bool({"less": left < right, "less_equal": left <= right, "equal": left == right}[comparison.kind])


def _negated(condition: Operand) -> Condition:
    return Condition("not", (condition,))


def _if_then_else(condition: Operand, yes: Operand, no: Operand) -> Condition:
    return Condition("or", (Condition("and", (condition, yes)), Condition("and", (_negated(condition), no))))


CONDITIONS: Builders = [
    (sp.Piecewise, piecewise),
    (type(sp.true), lambda expression, args: True),
    (type(sp.false), lambda expression, args: False),
    (sp.StrictLessThan, lambda expression, args: Condition("less", tuple(args))),
    (sp.LessThan, lambda expression, args: Condition("less_equal", tuple(args))),
    (sp.StrictGreaterThan, lambda expression, args: Condition("less", (args[1], args[0]))),
    (sp.GreaterThan, lambda expression, args: Condition("less_equal", (args[1], args[0]))),
    (sp.Equality, lambda expression, args: Condition("equal", tuple(args))),
    (sp.Unequality, lambda expression, args: _negated(Condition("equal", tuple(args)))),
    (sp.And, lambda expression, args: Condition("and", tuple(args))),
    (sp.Or, lambda expression, args: Condition("or", tuple(args))),
    (sp.Not, lambda expression, args: _negated(args[0])),
    (sp.ITE, lambda expression, args: _if_then_else(*args)),
]
"""What SymPy's conditions are read as."""
