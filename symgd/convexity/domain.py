"""Where a verdict shall hold: bounds of the variables (exact), linear constraints, and the formula's own natural domain."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.errors import DomainError, SymgdError
from symgd.graph.evaluate import evaluate, object_array
from symgd.graph.exact import ExactNumbers
from symgd.graph.facts import Bound, Interval, Sign
from symgd.graph.infer import Facts, domain_of
from symgd.graph.node import Node, as_node
from symgd.graph.primitive import Requirement
from symgd.primitives.arithmetic import add
from symgd.simplify.rules_algebra import split_term

__all__ = ["Domain", "read_domain"]


class Domain:
    """A box with constraints.

    Attributes
    ----------
    intervals : dict of Node to Interval
        For each variable.
    constraints : sequence of Node
        Conditions that hold.
    natural : dict
        What the formula itself requires.
    """

    def __init__(self, intervals: dict[Node, Interval], constraints: Sequence[Node], natural: dict[Node, Requirement]) -> None:
        self.intervals = intervals
        self.constraints = list(constraints)
        self.natural = natural

    def assumptions(self) -> dict[Node, Requirement]:
        """Return what may be assumed of nodes inside the domain."""
        known: dict[Node, Requirement] = dict(self.natural)
        known.update(self.intervals)
        return known

    def __str__(self) -> str:
        parts = [f"{node.name} in {interval}" for node, interval in self.intervals.items() if not interval.is_everything]
        parts += [str(condition) for condition in self.constraints]
        parts += [
            f"{node} {_words(where)}"
            for node, where in self.natural.items()
            if node not in self.intervals and not node.is_constant
        ]
        return " and ".join(parts)

    def contains(self, point: Mapping[Node, Fraction]) -> bool:
        """Whether a rational point satisfies bounds and constraints."""
        if any(value not in self.intervals[node] for node, value in point.items()):
            return False
        exact = ExactNumbers()
        values = {node: object_array(exact.number(value)) for node, value in point.items()}
        return all(bool(evaluate([condition], values, exact)[0][()]) for condition in self.constraints)

    def pair(self, variables: Sequence[Node], generator: np.random.Generator, attempt: int) -> tuple[Any, Any]:
        """Propose two points, near and far apart, small and large, rounded so that they are short as fractions."""
        spread = (1.0, 3.0, 0.2, 10.0, 0.05, 40.0)[attempt % 6]
        centre = np.array([self._draw(self.intervals[node], generator, spread) for node in variables])
        if attempt % 2:
            other = centre + generator.normal(size=len(variables)) * spread * 0.3
        else:
            other = np.array([self._draw(self.intervals[node], generator, spread) for node in variables])
        if attempt % 3 == 0 and len(variables) > 1:  # along one axis
            keep = generator.integers(len(variables))
            other = np.where(np.arange(len(variables)) == keep, other, centre)
        return np.round(centre * 64) / 64, np.round(other * 64) / 64

    @staticmethod
    def _draw(interval: Interval, generator: np.random.Generator, spread: float) -> float:
        low, high = float(interval.low), float(interval.high)
        if math.isfinite(low) and math.isfinite(high):
            return float(generator.uniform(low, high))
        if math.isfinite(low):
            return low + float(generator.exponential(spread))
        if math.isfinite(high):
            return high - float(generator.exponential(spread))
        return float(generator.normal() * spread)


def _words(where: Requirement) -> str:
    if isinstance(where, Interval):
        return f"in {where}"
    return {
        Sign.POSITIVE: "> 0",
        Sign.NONNEGATIVE: ">= 0",
        Sign.NONZERO: "!= 0",
        Sign.NEGATIVE: "< 0",
        Sign.NONPOSITIVE: "<= 0",
    }.get(where, "anywhere")


def read_domain(
    formula: Node, variables: Sequence[Node], bounds: Mapping[str, Sequence[Any]], constraints: Sequence[Node]
) -> Domain:
    """Combine declared facts, the user's bounds, and what the formula requires of its variables.

    Raises
    ------
    SymgdError
        For a bound on something that is not a variable, or an empty domain.
    """
    names = {node.name for node in variables}
    for name in bounds:
        if name not in names:
            raise SymgdError(
                f"{name[:40]!a} has bounds and is not a variable", hint=f"the variables are {', '.join(sorted(names))}"
            )
    natural = domain_of(formula)
    intervals: dict[Node, Interval] = {}
    for node in variables:
        interval = node.facts.interval
        if node.name in bounds:
            ends = bounds[node.name]
            if len(ends) != 2:
                raise SymgdError(f"the bounds of {node.name} are two ends", hint='as in domain={"x": (0, None)}')
            interval &= Interval(_end(ends[0], -math.inf), _end(ends[1], math.inf))
        required = natural.get(node, Sign.ANY)
        interval &= Interval.of(required)
        for other, where in natural.items():
            interval &= _solved(other, where, node)
        if required == Sign.NONZERO and interval.low == 0:
            interval &= Interval(0, open_low=True)
        if required == Sign.NONZERO and interval.high == 0:
            interval &= Interval(high=0, open_high=True)
        if interval.is_empty:
            raise DomainError(f"no {node.name} satisfies the bounds")
        intervals[node] = interval
    facts = Facts(intervals)
    open_questions = {node: where for node, where in natural.items() if not _is_implied(facts, node, where)}
    return Domain(intervals, constraints, open_questions)


def _solved(node: Node, where: Requirement, variable: Node) -> Interval:
    """Solve a requirement on c·x + d, such as 1 − x > 0, for x; everything where the node has another form."""
    slope, offset = Fraction(0), Fraction(0)
    for term in node.args if node.primitive is add else (node,):
        coefficient, core = split_term(term)
        if core is variable:
            slope += coefficient
        elif core.equals_number(1):
            offset += coefficient
        else:
            return Interval()
    if not slope:
        return Interval()
    return (Interval.of(where) + Interval(-offset, -offset)) * Interval(1 / slope, 1 / slope)


def _is_implied(facts: Facts, node: Node, where: Requirement) -> bool:
    """Whether the bounds alone guarantee what the formula requires: 1 + exp(x) > 0."""
    if isinstance(where, Sign):
        return not facts.sign(node) & ~where
    interval = facts.interval(node)
    return (interval & where) == interval


def _end(value: Any, default: float) -> Bound:
    if value is None:
        return default
    number = as_node(value)
    if not number.is_constant or number.value != number.value:
        raise SymgdError("a bound is a number or None")
    return number.value
