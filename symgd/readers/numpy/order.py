"""What follows from comparisons that hold or do not hold: a < b implies a ≤ b, and not b < a.

Where a number is NaN every comparison but ``!=`` is false, so that a < b may be false without b ≤ a. What answers imply holds
for NaN, too; that answers contradict each other is concluded for formulas that have a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.primitives.piecewise import equal, less, less_equal, not_equal
from symgd.readers.numpy.truth import truth_of

__all__ = ["Order", "is_contradiction"]

Comparison: TypeAlias = tuple[Primitive, Node, Node]

_SWAPPED = {less: less_equal, less_equal: less}


class Order:
    """The answers to comparisons that are known so far, with what they imply."""

    def __init__(self) -> None:
        self._known: dict[Node | Comparison, bool] = {}

    def truth_of(self, condition: Node) -> bool | None:
        """Return the truth of a condition; None where it is open."""
        return self._known.get(_comparison(condition))

    def add(self, condition: Node, truth: bool, are_numbers: bool = False) -> None:
        """Note that a condition holds, or that it does not.

        Parameters
        ----------
        condition : Node
        truth : bool
        are_numbers : bool
            Whether neither side can be NaN.
        """
        comparison = _comparison(condition)
        self._known[comparison] = truth
        if not isinstance(comparison, Node):
            self._known.update(_implied(comparison, truth))
            if are_numbers and not truth and comparison[0] in _SWAPPED:
                primitive, left, right = comparison
                self.add_comparison((_SWAPPED[primitive], right, left))

    def add_comparison(self, comparison: Comparison) -> None:
        """Note that a comparison holds."""
        self._known[comparison] = True
        self._known.update(_implied(comparison, True))


def _comparison(condition: Node) -> Node | Comparison:
    """Return the name and the sides of a comparison; another condition as it is."""
    if condition.primitive in (less, less_equal, equal, not_equal):
        left, right = condition.args
        return condition.primitive, left, right
    return condition


def _implied(comparison: Comparison, truth: bool) -> Iterator[tuple[Comparison, bool]]:
    """Yield what follows from a comparison that holds, or that does not."""
    primitive, left, right = comparison
    if primitive in (equal, not_equal):
        is_same = truth is (primitive is equal)
        for sides in ((left, right), (right, left)):
            yield (equal, *sides), is_same
            yield (not_equal, *sides), not is_same
            if is_same:
                yield (less_equal, *sides), True
                yield (less, *sides), False
        return
    if truth:
        yield (less, right, left), False
    if primitive is less and truth:
        yield (less_equal, left, right), True
        yield (less_equal, right, left), False
    if (primitive is less) is truth:  # a < b, or not a <= b
        for sides in ((left, right), (right, left)):
            yield (equal, *sides), False
            yield (not_equal, *sides), True
    if primitive is less_equal and not truth:
        yield (less, left, right), False


def is_contradiction(answers: Sequence[tuple[Node, bool]]) -> bool:
    """Whether no real numbers give conditions these answers."""
    order = Order()
    ranges: dict[Node, Interval] = {}
    for condition, truth in answers:
        facts = Facts(dict(ranges))
        if not facts.is_defined(condition):
            continue
        if (not truth) in (order.truth_of(condition), truth_of(condition, facts)):
            return True
        order.add(condition, truth, are_numbers=True)
        for node, interval in _ranges(condition, truth):
            ranges[node] = ranges.get(node, Interval()) & interval
    return False


def _ranges(condition: Node, truth: bool) -> Iterator[tuple[Node, Interval]]:
    """Yield where the sides of a comparison with a number lie."""
    primitive = condition.primitive
    if primitive not in (less, less_equal):
        return
    low, high = condition.args if truth else reversed(condition.args)
    is_open = (primitive is less) is truth
    if low.is_exact:
        yield high, Interval(low=low.value, open_low=is_open)
    elif high.is_exact:
        yield low, Interval(high=high.value, open_high=is_open)
