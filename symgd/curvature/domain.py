"""Where a verdict shall hold: bounds of the variables (exact), constraints, and the formula's own natural domain.

Nothing is narrowed silently: what the formula itself requires (log x needs x > 0) is part of the domain and is stated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.errors import DomainError, SymgdError, UnsupportedError, shown
from symgd.evaluation.evaluator import evaluate, object_array
from symgd.evaluation.exact import ExactNumbers
from symgd.evaluation.intervals import enclose
from symgd.graph.assumptions import Bound, Interval, Sign
from symgd.graph.conversion import as_node
from symgd.graph.inference import Facts, domain_of
from symgd.graph.node import Node
from symgd.graph.primitive import Requirement
from symgd.graph.traversal import symbols_of
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.piecewise import equal
from symgd.primitives.piecewise import where as choice
from symgd.rewrite.terms import split_term

__all__ = ["Domain", "both", "read_domain"]

_SPREADS = (1.0, 3.0, 0.2, 10.0, 0.02, 100.0)


class Domain:
    """A box with constraints.

    Attributes
    ----------
    intervals : dict of Node to Interval
        For each variable; of a tensor, for each of its entries.
    constraints : sequence of Node
        Conditions that hold.
    positive : dict of Node to Sign
        The same as signs of differences: x > y is x − y > 0.
    natural : dict
        What the formula itself requires beyond the bounds.
    fixed : dict of Node to Interval
        Where the entries of given data lie.
    data : dict of Node to array
        The data themselves.
    """

    def __init__(
        self,
        intervals: dict[Node, Interval],
        constraints: Sequence[Node],
        natural: dict[Node, Requirement],
        fixed: Mapping[Node, Interval] | None = None,
        data: Mapping[Node, Any] | None = None,
    ) -> None:
        self.intervals = intervals
        self.fixed = dict(fixed or {})
        self.data = dict(data or {})
        self.constraints = list(constraints)
        self.natural = natural
        self.positive = dict(_as_sign(condition) for condition in constraints)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Domain):
            return NotImplemented
        mine, theirs = (
            (
                domain.intervals,
                domain.constraints,
                domain.natural,
                domain.fixed,
                {node: id(array) for node, array in domain.data.items()},
            )
            for domain in (self, other)
        )
        return mine == theirs

    def __hash__(self) -> int:
        return hash(frozenset(self.intervals.items()))

    def assumptions(self) -> dict[Node, Requirement]:
        """Return what may be assumed of nodes inside the domain."""
        known: dict[Node, Requirement] = {**self.natural, **self.fixed}
        known.update(self.positive)
        known.update(self.intervals)
        return known

    def interior(self) -> dict[Node, Requirement]:
        """Return what may be assumed inside the domain, its ends left out."""
        intervals = {node: Interval(interval.low, interval.high, True, True) for node, interval in self.intervals.items()}
        return {**self.assumptions(), **intervals}

    def __str__(self) -> str:
        parts = [f"{node.name} in {interval}" for node, interval in self.intervals.items() if not interval.is_everything]
        parts += [str(condition) for condition in self.constraints]
        parts += [
            f"{node} {_words(where)}"
            for node, where in self.natural.items()
            if node not in self.intervals and not node.is_constant
        ]
        return " and ".join(parts)

    def without(self, variable: Node) -> Domain | None:
        """Return the domain on a plane on which one variable is a function of the others, or None where that is not a box."""
        if self.constraints or self.natural or not self.intervals[variable].is_everything:
            return None
        return Domain({node: where for node, where in self.intervals.items() if node is not variable}, (), {})

    # -- points -----------------------------------------------------------------------------------------------

    def contains(self, point: Mapping[Node, Fraction]) -> bool:
        """Whether a rational point satisfies bounds, constraints, and what the formula requires, decided exactly."""
        if any(value not in self.intervals[node] for node, value in point.items() if node in self.intervals):
            return False
        if not all(_surely(node, where, point) for node, where in self.natural.items() if not node.shape):
            return False
        exact = ExactNumbers()
        values = {node: object_array(exact.number(value)) for node, value in point.items()}
        return all(bool(evaluate([condition], values, exact)[0][()]) for condition in self.constraints)

    def keep(self, variables: Sequence[Node], points: np.ndarray) -> np.ndarray:
        """Return those points that lie inside, approximately."""
        is_inside = np.ones(len(points), dtype=bool)
        for k, node in enumerate(variables):
            interval = self.intervals[node]
            is_inside &= (points[:, k] > float(interval.low)) & (points[:, k] < float(interval.high))
        for condition in self.constraints:
            if set(symbols_of(condition)) <= set(variables):
                used = list(symbols_of(condition))
                code = compile_formulas(used, [condition], as_list=False)
                columns = [points[:, list(variables).index(node)] for node in used]
                with np.errstate(all="ignore"):
                    is_inside &= np.broadcast_to(np.asarray(code(*columns), dtype=bool), is_inside.shape)
        return points[is_inside]

    def sample(self, variables: Sequence[Node], count: int, seed: int = 0) -> np.ndarray:
        """Return points inside, near and far, one per row; fewer than asked for where constraints exclude most of the box."""
        generator = np.random.default_rng(seed)
        columns = [self._column(self.intervals[node], count, generator) for node in variables]
        points = np.stack(columns, axis=1)
        if not self.constraints:
            return points
        for _ in range(4):
            usable = self.keep(variables, points)
            if len(usable) >= count // 4:
                break
            more = [self._column(self.intervals[node], 4 * count, generator) for node in variables]
            points = np.concatenate([points, np.stack(more, axis=1)])
        return self.keep(variables, points)[:count]

    def far_points(self, variables: Sequence[Node]) -> np.ndarray:
        """Return points towards the ends of the domain, all variables alike, and one by one."""
        steps = np.concatenate([10.0 ** np.linspace(-6, 6, 25), np.linspace(0.5, 60, 40)])
        columns = []
        for node in variables:
            low, high = float(self.intervals[node].low), float(self.intervals[node].high)
            if math.isfinite(low) and math.isfinite(high):
                share = np.concatenate([10.0 ** np.linspace(-8, -1, 33), np.linspace(0.1, 0.5, 32)])[: len(steps)]
                columns.append(np.concatenate([low + (high - low) * share, high - (high - low) * share]))
            elif math.isfinite(low):
                columns.append(np.concatenate([low + steps, low + steps]))
            elif math.isfinite(high):
                columns.append(np.concatenate([high - steps, high - steps]))
            else:
                columns.append(np.concatenate([steps, -steps]))
        together = np.stack(columns, axis=1)
        if len(variables) == 1:
            return self.keep(variables, together)
        generator = np.random.default_rng(1)
        mixed = np.stack([generator.permutation(column) for column in columns], axis=1)
        return self.keep(variables, np.concatenate([together, mixed]))

    @staticmethod
    def _column(interval: Interval, count: int, generator: np.random.Generator) -> np.ndarray:
        try:
            low, high = float(interval.low), float(interval.high)
        except OverflowError:
            raise UnsupportedError("a bound of the domain is larger than a float holds") from None
        spreads = np.resize(np.array(_SPREADS), count)
        if math.isfinite(low) and math.isfinite(high):
            return generator.uniform(low, high, count)
        if math.isfinite(low):
            return low + generator.exponential(1, count) * spreads
        if math.isfinite(high):
            return high - generator.exponential(1, count) * spreads
        return generator.normal(size=count) * spreads


def _surely(node: Node, where: Requirement, point: Mapping[Node, Fraction]) -> bool:
    """Whether the value of a formula at a point surely lies where it must."""
    try:
        value = enclose(node, point)
    except SymgdError:
        return False
    if isinstance(where, Interval):
        return bool(value.a > float(where.low)) and bool(value.b < float(where.high))
    is_positive, is_negative = bool(value.a > 0), bool(value.b < 0)
    return (is_positive and bool(where & Sign.POSITIVE)) or (is_negative and bool(where & Sign.NEGATIVE))


def _as_sign(condition: Node) -> tuple[Node, Sign]:
    """Write a < b as b − a > 0.

    Raises
    ------
    SymgdError
        For a condition of another kind.
    """
    name = condition.primitive.name
    if name == "equal":
        return condition.args[0] - condition.args[1], Sign.ZERO
    if name not in ("less", "less_equal"):
        raise SymgdError(f"{shown(condition)} is not a constraint that is understood", hint='write it as in "x - y > 0"')
    left, right = condition.args
    difference = right if left.equals_number(0) else right - left
    return difference, Sign.POSITIVE if name == "less" else Sign.NONNEGATIVE


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
    formula: Node,
    variables: Sequence[Node],
    bounds: Mapping[str, Interval],
    constraints: Sequence[Node],
    fixed: Mapping[Node, Interval] | None = None,
    data: Mapping[Node, Any] | None = None,
) -> Domain:
    """Combine declared facts, the user's bounds and constraints, and what the formula requires of its variables.

    Raises
    ------
    SymgdError
        For a bound or a constraint on something that is not a variable.
    DomainError
        For an empty domain.
    """
    _refuse_unknown_names(formula, variables, bounds, constraints)
    natural = _without_chosen_points(domain_of(formula))
    signs = {condition: _as_sign(condition) for condition in constraints}
    used: set[Node] = set()
    intervals = {node: _interval_of(node, bounds.get(node.name, Interval()), signs, natural, used) for node in variables}
    remaining = [condition for condition in constraints if condition not in used]
    known = dict(signs[condition] for condition in remaining)
    facts = Facts({**known, **intervals})
    for node, where in natural.items():  # what is not 0 and not negative is positive
        if where == Sign.NONZERO and (facts.is_nonnegative(node) or facts.sign(node).is_nonpositive):
            natural[node] = Sign.POSITIVE if facts.is_nonnegative(node) else Sign.NEGATIVE
            for variable in variables:
                intervals[variable] &= _solved(node, natural[node], variable)
    facts = Facts({**known, **intervals, **(fixed or {})})
    open_questions = {node: where for node, where in natural.items() if not _is_implied(facts, node, where)}
    return Domain(intervals, remaining, open_questions, fixed, data)


def _without_chosen_points(natural: Mapping[Node, Requirement]) -> dict[Node, Requirement]:
    """Write where(u == 0, 1, u) > 0, which u·log u with its limit needs, as u ≥ 0."""
    plain: dict[Node, Requirement] = {}
    for node, required in natural.items():
        base = _chosen_at_zero(node) if required == Sign.POSITIVE else None
        key, needed = (node, required) if base is None else (base, Sign.NONNEGATIVE)
        plain[key] = both(plain[key], needed) if key in plain else needed
    return plain


def both(first: Requirement, second: Requirement) -> Requirement:
    """Return where two requirements hold."""
    if isinstance(first, Sign) and isinstance(second, Sign):
        return first & second
    return Interval.of(first) & Interval.of(second)


def _chosen_at_zero(node: Node) -> Node | None:
    """Return u where a node is where(u == 0, c, u·p) with a number c > 0 and what is p > 0, or nothing."""
    if node.primitive is not choice or node.args[0].primitive is not equal:
        return None
    condition, at_zero, base = node.args
    is_number = at_zero.is_constant and Facts().is_positive(at_zero)
    moves = condition.args[0]
    rest = [factor for factor in (base.args if base.primitive is mul else (base,)) if factor is not moves]
    is_multiple = base is moves or (base.primitive is mul and len(rest) == len(base.args) - 1)
    is_multiple = is_multiple and all(Facts().is_positive(factor) for factor in rest)
    return moves if is_number and is_multiple and condition.args[1].equals_number(0) else None


def _refuse_unknown_names(
    formula: Node, variables: Sequence[Node], bounds: Mapping[str, Interval], constraints: Sequence[Node]
) -> None:
    names = {node.name for node in variables}
    inputs = set(symbols_of(formula)) | set(variables)
    for name in bounds:
        if name not in names:
            raise SymgdError(
                f"{name[:40]!a} has bounds and is not a variable", hint=f"the variables are {', '.join(sorted(names))}"
            )
    for condition in constraints:
        for node in symbols_of(condition):
            if node not in inputs:
                raise SymgdError(
                    f"{node.name[:40]!a} stands in a constraint and not in the formula",
                    hint=f"its inputs are {', '.join(sorted(symbol.name for symbol in inputs))}",
                )


def _interval_of(
    node: Node,
    bounds: Interval,
    signs: Mapping[Node, tuple[Node, Sign]],
    natural: Mapping[Node, Requirement],
    used: set[Node],
) -> Interval:
    """Return where a variable lies; what says no more than this of a constraint is added to `used`."""
    interval: Interval = node.facts.interval & bounds
    for condition, (difference, sign) in signs.items():
        if sign != Sign.ZERO and not _solved(difference, sign, node).is_everything:
            interval &= _solved(difference, sign, node)
            used.add(condition)
    required: Requirement = natural.get(node, Sign.ANY)
    interval &= Interval.of(required)
    for other, where in natural.items():
        interval &= _solved(other, where, node)
    if required == Sign.NONZERO and interval.low == 0:
        interval &= Interval(0, open_low=True)
    if required == Sign.NONZERO and interval.high == 0:
        interval &= Interval(high=0, open_high=True)
    if interval.is_empty:
        raise DomainError(f"no {node.name} satisfies the bounds")
    if interval.low == interval.high:
        raise DomainError(f"{node.name} can only be {interval.low}, so there is nothing to ask", hint="widen its bounds")
    return interval


def _solved(node: Node, where: Requirement, variable: Node) -> Interval:
    """Solve a requirement on c·x + d, such as 1 − x > 0, for x; everything where the node has another form."""
    slope, offset = _as_line(node, variable) or (Fraction(0), Fraction(0))
    if not slope:
        return Interval()
    return (Interval.of(where) + Interval(-offset, -offset)) * Interval(1 / slope, 1 / slope)


def _as_line(node: Node, variable: Node) -> tuple[Fraction, Fraction] | None:
    """Return c and d of c·x + d, also as a multiple of a sum, or None for another form."""
    slope, offset = Fraction(0), Fraction(0)
    for term in node.args if node.primitive is add else (node,):
        coefficient, core = split_term(term)
        line = _as_line(core, variable) if core.primitive is add else (int(core is variable), int(core.equals_number(1)))
        if line is None or line == (0, 0):
            return None
        slope, offset = slope + coefficient * line[0], offset + coefficient * line[1]
    return slope, offset


def _is_implied(facts: Facts, node: Node, where: Requirement) -> bool:
    """Whether the bounds alone guarantee what the formula requires: 1 + exp(x) > 0."""
    if isinstance(where, Sign):
        return not facts.sign(node) & ~where
    interval = facts.interval(node)
    return (interval & where) == interval


def read_end(value: Any, default: float) -> Bound:
    """Return an end of a bound, exactly.

    Raises
    ------
    SymgdError
        For what is no number.
    """
    if value is None:
        return default
    number = as_node(value)
    if not number.is_constant or number.value != number.value:
        raise SymgdError("a bound is a number or None")
    bound: Bound = number.value
    return bound
