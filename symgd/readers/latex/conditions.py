"""Conditions on paper: comparisons that hold together, alternatives of them, and a choice between two values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from symgd.graph.node import Node
from symgd.primitives.piecewise import equal, less, less_equal, where
from symgd.readers.latex.values import Value, apply

__all__ = ["Comparison", "Condition", "are_opposite", "choose"]


class Comparison(NamedTuple):
    """A comparison of two values: <, <=, >, >=, = or !=."""

    left: Value
    relation: str
    right: Value


Condition = Sequence[Sequence[Comparison]]
"""Alternatives, each of comparisons that hold together."""

_CHOICES: dict[str, Callable[[Node, Node, Node, Node], Node]] = {
    "<": lambda a, b, yes, no: where(less(a, b), yes, no),
    "<=": lambda a, b, yes, no: where(less_equal(a, b), yes, no),
    ">": lambda a, b, yes, no: where(less(b, a), yes, no),
    ">=": lambda a, b, yes, no: where(less_equal(b, a), yes, no),
    "=": lambda a, b, yes, no: where(equal(a, b), yes, no),
    "!=": lambda a, b, yes, no: where(equal(a, b), no, yes),
}
_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def choose(condition: Condition, yes: Value, no: Value) -> Value:
    """Return one value where all comparisons of an alternative hold and another one where not, entry by entry."""
    chosen = no
    for together in reversed(condition):
        otherwise, chosen = chosen, yes
        for left, relation, right in reversed(together):
            chosen = apply("a case", [left, right, chosen, otherwise], _CHOICES[relation])
    return chosen


def are_opposite(first: Condition, second: Condition) -> bool:
    """Whether exactly one of two conditions holds everywhere."""
    if [len(comparisons) for comparisons in first] != [1] or [len(comparisons) for comparisons in second] != [1]:
        return False
    (left, relation, right), (other_left, other_relation, other_right) = first[0][0], second[0][0]
    if left == other_right and right == other_left:
        other_left, other_relation, other_right = other_right, _MIRRORED[other_relation], other_left
    return left == other_left and right == other_right and other_relation == _OPPOSITE[relation]
