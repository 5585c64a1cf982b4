"""Sign and interval of any node, from its primitive's declared facts.

:class:`Facts` remembers what it inferred, and may start from assumptions, such as "log(x) stands in the formula, so x > 0".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from symgd.graph.assumptions import Interval, Sign, sign_of_number
from symgd.graph.declared_facts import declared_fact
from symgd.graph.node import CONSTANT, SYMBOL, Node
from symgd.graph.primitive import Requirement
from symgd.graph.traversal import toposort

__all__ = ["Facts", "domain_of", "vanishing_args"]


class Facts:
    """What is known of the values in a graph.

    Parameters
    ----------
    assumptions : mapping, optional
        Node → Sign or Interval that may be taken for granted.
    is_inside : bool
        Whether formulas are used only where another one has a value from which they were derived: there they have values, too,
        but for single points.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.graph.inference import Facts
    >>> x = sg.scalar("x")
    >>> Facts().sign(sg.exp(x) + x**2).is_positive
    True
    """

    def __init__(self, assumptions: Mapping[Node, Requirement] | None = None, is_inside: bool = False) -> None:
        self.is_inside = is_inside
        self.assumptions = dict(assumptions or {})
        self._signs: dict[Node, Sign] = {}
        self._narrow_signs: dict[Node, Sign] = {}
        self._intervals: dict[Node, Interval] = {}
        self._defined: dict[Node, bool] = {}

    def sign(self, node: Node) -> Sign:
        """Return the signs the entries of `node` can have."""
        signs = self._signs
        if node not in signs:
            for below in toposort((node,), signs):
                signs[below] = self._sign(below)
        sign = signs[node]
        if sign in _SINGLE:
            return sign
        narrow = self._narrow_signs.get(node)
        if narrow is None:
            narrow = self._narrow_signs[node] = sign & self.interval(node).sign
        return narrow

    def interval(self, node: Node) -> Interval:
        """Return a range that contains the entries of `node`."""
        intervals = self._intervals
        if node not in intervals:
            for below in toposort((node,), intervals):
                intervals[below] = self._interval(below)
        return intervals[node]

    def is_positive(self, node: Node) -> bool:
        """Whether every entry is known to be > 0."""
        return self.sign(node).is_positive

    def is_nonnegative(self, node: Node) -> bool:
        """Whether every entry is known to be ≥ 0."""
        return self.sign(node).is_nonnegative

    def is_nonzero(self, node: Node) -> bool:
        """Whether every entry is known to be different from 0."""
        return self.sign(node).is_nonzero

    def is_defined(self, node: Node) -> bool:
        """Whether a formula is known to have a value, a finite number, wherever its inputs are what is known of them."""
        defined = self._defined
        if node not in defined:
            for below in toposort((node,), defined):
                defined[below] = self._is_defined(below)
        return defined[node]

    def may_vanish(self, node: Node) -> bool:
        """Whether a formula may be dropped where it is multiplied by 0: log(x) − log(x) is 0 for x > 0 only."""
        return self.is_inside or self.is_defined(node)

    def is_implied(self, node: Node, where: Requirement) -> bool:
        """Whether every entry is known to lie in a set."""
        if isinstance(where, Sign):
            return not self.sign(node) & ~where
        interval = self.interval(node)
        return interval & where == interval

    def _is_defined(self, node: Node) -> bool:
        record = node.primitive
        if record is CONSTANT:
            return node.is_exact or math.isfinite(node.value)
        if record.name == "where":
            branches = zip(node.args[1:], _assumed_in_branches(node.args[0]), strict=True)
            return self._defined[node.args[0]] and all(
                self._defined[branch] or (bool(more) and Facts({**self.assumptions, **more}).is_defined(branch))
                for branch, more in branches
            )
        if record.name == "pow" and not node.args[1].is_exact and not self.is_positive(node.args[0]):
            return False  # (-2)**3 has a value, (-2)**x seldom
        return all(self._defined[arg] for arg in node.args) and all(
            self.is_implied(arg, where) for arg, where in record.requirements(node)
        )

    def _sign(self, node: Node) -> Sign:
        record = node.primitive
        if record is CONSTANT:
            sign = sign_of_number(node.value)
        elif record is SYMBOL:
            sign = node.facts.sign
        else:
            sign = declared_fact(node, "sign", *(self._signs[arg] for arg in node.args))
        if isinstance(record.range, Interval):
            sign &= record.range.sign
        assumed = self.assumptions.get(node)
        if assumed is not None:
            sign &= assumed if isinstance(assumed, Sign) else assumed.sign
        return sign

    def _interval(self, node: Node) -> Interval:
        record = node.primitive
        if record is CONSTANT:
            value = node.value
            interval = Interval(value, value) if value == value and abs(value) != float("inf") else Interval()
        elif record is SYMBOL:
            interval = node.facts.interval
        else:
            interval = declared_fact(node, "range", *(self._intervals[arg] for arg in node.args))
        if node not in self._signs:
            for below in toposort((node,), self._signs):
                self._signs[below] = self._sign(below)
        interval &= Interval.of_sign(self._signs[node])
        assumed = self.assumptions.get(node)
        if isinstance(assumed, Interval):
            interval &= assumed
        return interval


def _assumed_in_branches(condition: Node) -> tuple[dict[Node, Requirement], dict[Node, Requirement]]:
    """Return what holds in the branches of a choice, where an input is compared with a number."""
    if condition.primitive.name not in ("less", "less_equal"):
        return {}, {}
    left, right = condition.args
    is_open = condition.primitive.name == "less"
    if left.is_exact and right.is_symbol:
        bound = Fraction(left.value)
        return {right: Interval(low=bound, open_low=is_open)}, {right: Interval(high=bound, open_high=not is_open)}
    if right.is_exact and left.is_symbol:
        bound = Fraction(right.value)
        return {left: Interval(high=bound, open_high=is_open)}, {left: Interval(low=bound, open_low=not is_open)}
    return {}, {}


_SINGLE = (Sign.NEVER, Sign.NEGATIVE, Sign.ZERO, Sign.POSITIVE)


def domain_of(*roots: Node) -> dict[Node, Requirement]:
    """Collect what must hold for the formulas to be defined: node → where it must lie.

    What stands only inside a branch of a ``where`` is left out, because it need not hold.
    """
    reached: dict[Node, None] = {}  # in an order that is always the same
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node in reached:
            continue
        reached[node] = None
        stack.extend(arg for k, arg in enumerate(node.args) if k not in node.primitive.conditional)
    required: dict[Node, Requirement] = {}
    facts = Facts()
    waiting = [pair for node in reached for pair in node.primitive.requirements(node)]
    while waiting:
        arg, where = waiting.pop()
        waiting += _signs_of_factors(arg, where, facts)
        known = required.get(arg)
        if known is None:
            required[arg] = where
        elif isinstance(known, Sign) and isinstance(where, Sign):
            required[arg] = known & where
        else:
            required[arg] = Interval.of(known) & Interval.of(where)
    return required


def vanishing_args(node: Node) -> tuple[int, ...]:
    """Return the positions of the arguments with which a node is 0."""
    kinds = node.primitive.vanishes_with
    if callable(kinds):
        return tuple(kinds(node))
    return tuple(range(len(node.args))) if kinds == "each" else kinds


def _signs_of_factors(node: Node, where: Requirement, facts: Facts) -> list[tuple[Node, Requirement]]:
    """A product that is not 0 has no factor that is; where the signs of all others are known, a factor has a sign too."""
    sign = where if isinstance(where, Sign) else where.sign
    if sign & Sign.ZERO:
        return []
    factors = [node.args[k] for k in vanishing_args(node)]
    requirements: list[tuple[Node, Requirement]] = [(arg, Sign.NONZERO) for arg in factors if not arg.is_constant]
    if node.primitive.name == "mul" and sign in (Sign.POSITIVE, Sign.NEGATIVE):
        signs = [facts.sign(arg) for arg in node.args]
        open_signs = [k for k, factor_sign in enumerate(signs) if factor_sign not in (Sign.POSITIVE, Sign.NEGATIVE)]
        if len(open_signs) == 1:
            flips = sum(factor_sign == Sign.NEGATIVE for factor_sign in signs) + (sign == Sign.NEGATIVE)
            requirements.append((node.args[open_signs[0]], Sign.NEGATIVE if flips % 2 else Sign.POSITIVE))
    return requirements
