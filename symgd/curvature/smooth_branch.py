"""The smooth formula that a formula with branches is on a box, where none of its kinks, jumps and singularities lies in it.

    |x| = x  and  ⌊x⌋ = 1  for 1 ≤ x ≤ 3/2

Taylor's theorem is about functions with continuous derivatives on the whole segment from the point of expansion. An enclosure
of the derivative alone shows no kink, because the derivatives of |x| and ⌊x⌋ are bounded on both sides of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symgd.curvature.findings import shorten
from symgd.derive.reverse import slope_in
from symgd.errors import DomainError, SymgdError, UnsupportedError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.evaluator import definition_of
from symgd.evaluation.intervals import Intervals, enclose, ends_of
from symgd.graph.assumptions import Bound, Curvature, Interval, Sign
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.primitive import REGISTRY, Primitive, Requirement
from symgd.graph.time_limit import check_time
from symgd.graph.traversal import depends_on, rebuild, substitute, symbols_of, toposort
from symgd.primitives.arithmetic import pow
from symgd.primitives.piecewise import ceil, floor, maximum, minimum
from symgd.rewrite.driver import simplify

__all__ = ["smooth_branch"]

Box = Mapping[Node, tuple[Fraction, Fraction]]

PIECES = 256
"""Into so many boxes a box is divided to decide one sign."""
_HALVINGS, _CANDIDATES, _LARGEST = 45, 6, 500
"""How closely a kink is looked for, in how many places at once, and in formulas of how many nodes."""
_SAME = Fraction(1, 10**9)
_INSIDE = "between the point of expansion and the ends of the box"
_HINT = "Taylor's remainder has a bound where the formula is smooth: choose a box that ends before it"


def smooth_branch(formula: Node, box: Box, point: Box) -> Node:
    """Return a formula without branches that has the same values on a box, and derivatives of every order inside.

    Parameters
    ----------
    formula : Node
        A scalar formula of scalars, all of them in the box.
    box : mapping of Node to (low, high)
        With the point inside.
    point : mapping of Node to (low, high)
        Where the point lies. On a face of the box that the point does not lie on, the formula need only be continuous: the
        segment from the point reaches it at its end.

    Raises
    ------
    DomainError
        Where a kink, a jump or a singularity lies in the box.
    UnsupportedError
        Where that is not decided.
    """
    search = _Search(box, point)
    smooth = search.resolved(formula)
    search.check(smooth)
    return smooth


class _Hulls(Intervals):
    """Intervals in which a choice whose condition is not decided has the values of both branches."""

    def apply(self, record: Primitive, *entries: Any) -> Any:
        if record.is_boolean:
            try:
                return super().apply(record, *entries)
            except UnsupportedError:
                return None
        if record.name == "where" and entries[0] is None:
            _, yes, no = entries
            return mpmath.iv.mpf([min(yes.a, no.a), max(yes.b, no.b)])
        return super().apply(record, *entries)


class _Search:
    """Signs over the box, and the branches that they choose."""

    def __init__(self, box: Box, point: Box) -> None:
        self.box, self.point = dict(box), dict(point)
        self.facts = Facts({node: Interval(low, high) for node, (low, high) in box.items()})
        self.inside = Facts(
            {node: Interval(low, high, low < point[node][0], high > point[node][1]) for node, (low, high) in box.items()}
        )
        self.chosen: dict[Node, Node] = {}
        self.deciding: set[Node] = set()
        """What branches were chosen by: it has values, too, where it does not stand in the branch: ⌊log x⌋."""

    # -- branches -----------------------------------------------------------------------------------------------

    def resolved(self, root: Node, known: Mapping[Node, Node] | None = None, about: Node | None = None) -> Node:
        """Return a formula with the branches that are taken on the box; `about` is what messages name."""
        resolved = dict(known or {})
        moving = depends_on((root,), self.box)
        stack = [root]
        while stack:
            check_time()
            node = stack[-1]
            if node not in resolved and node not in moving:
                resolved[node] = node
            if node in resolved:
                stack.pop()
                continue
            needs = self._needs(node, resolved, about)
            waiting = [need for need in needs if need not in resolved]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            resolved[node] = resolved[needs[-1]] if node.primitive.name == "where" else self._resolved(node, resolved, about)
        return resolved[root]

    def _needs(self, node: Node, resolved: Mapping[Node, Node], about: Node | None) -> tuple[Node, ...]:
        """Return what a node's branch follows from: of a choice the sides of its condition, and the branch that is taken."""
        if node.primitive.name != "where":
            return node.args
        condition = node.args[0]
        if any(arg not in resolved for arg in condition.args):
            return condition.args
        if node not in self.chosen:
            left, right = (resolved[arg] for arg in condition.args)
            is_true = self._holds(condition.primitive, left, right, node if about is None else about)
            self.chosen[node] = node.args[1 if is_true else 2]
        return (*condition.args, self.chosen[node])

    def _holds(self, comparison: Primitive, left: Node, right: Node, about: Node) -> bool:
        gap = _difference(right, left)
        self.deciding |= {left, right}
        sign = self.sign(gap)
        true, false = _COMPARISONS.get(comparison.name, (Sign.NEVER, Sign.NEVER))
        if not sign & ~true:
            return True
        if not sign & ~false:
            return False
        raise self._error(about, gap, sign)

    def _resolved(self, node: Node, resolved: Mapping[Node, Node], about: Node | None) -> Node:
        args = tuple(resolved[arg] for arg in node.args)
        record = node.primitive
        if record.kinks is None or not record.is_elementwise:
            return rebuild(node, args)
        about = node if about is None else about
        if record in (maximum, minimum):
            x, y = args
            gap = _difference(x, y)
            self.deciding |= {x, y}
            sign = self.sign(gap)
            if not (sign.is_nonnegative or sign.is_nonpositive):
                raise self._error(about, gap, sign)
            return x if sign.is_nonnegative == (record is maximum) else y
        if record in (floor, ceil):
            return self._rounded(record, args[0], about)
        if record.definition is not None:
            variables, body = definition_of(record)
            (written,) = substitute([body], dict(zip(variables, args, strict=True)))
            return self.resolved(written, dict(zip(args, args, strict=True)), about)
        for kink in record.kinks(*args):
            sign = self.sign(kink)
            if not sign.is_nonzero:
                raise self._error(about, kink, sign)
        return rebuild(node, args)

    def _rounded(self, record: Primitive, x: Node, about: Node) -> Node:
        """Return the one whole number that floor or ceil is on the box."""
        self.deciding.add(x)
        interval = self.facts.interval(x)
        ends = [interval.low, interval.high]
        if not all(isinstance(end, Fraction) for end in ends) or len({_round(record, end) for end in ends}) > 1:
            ends = [end for part in self._parts(x) for end in part]
        numbers = {_round(record, end) for end in ends}
        if len(numbers) != 1:
            raise self._error(about, x - constant(self._next_jump(record, x, numbers)), Sign.ANY if numbers else None)
        return constant(numbers.pop())

    def _next_jump(self, record: Primitive, x: Node, numbers: set[int]) -> int:
        """Return the whole number next to the value at the point at which floor or ceil leaves that value."""
        ends = self._enclosed(x, self.point)
        start = _round(record, ends[0]) if ends is not None else min(numbers, default=0)
        is_above = max(numbers, default=0) > start
        return start + is_above if record is floor else start - 1 + is_above

    def _parts(self, node: Node) -> list[tuple[Fraction, Fraction]]:
        """Return where a node's values lie on small parts of the box; nothing where that is not known."""
        waiting: list[Box] = [self.box]
        ranges: list[tuple[Fraction, Fraction]] = []
        while waiting and len(ranges) < PIECES:
            part = waiting.pop()
            ends = self._enclosed(node, part)
            if ends is None:
                return []
            if len(waiting) + len(ranges) >= PIECES // 8 or ends[1] - ends[0] < Fraction(1, 4):
                ranges.append(ends)
            else:
                waiting += _halves(part)
        return ranges

    # -- smoothness ---------------------------------------------------------------------------------------------

    def check(self, smooth: Node) -> None:
        """Refuse arguments that reach the boundary of a domain: poles, roots and logarithms of 0."""
        for node in depends_on((smooth, *self.deciding), self.box):
            record = node.primitive
            if node.is_symbol:
                continue
            if not record.is_elementwise:
                raise UnsupportedError(f"whether {record.name} is smooth in the box is not known")
            for arg, where in _requirements(node):
                self._check_inside(node, arg, where)
            if record.name not in REGISTRY:
                self._check_slopes(node)

    def _check_inside(self, node: Node, arg: Node, where: Requirement) -> None:
        if not symbols_of(arg) or self.inside.is_implied(arg, _interior(where)):
            return
        limits: list[tuple[Bound, Sign]]
        if isinstance(where, Sign):
            limits = [(Fraction(0), where & Sign.NONZERO)]
        else:
            limits = [(where.low, Sign.POSITIVE), (where.high, Sign.NEGATIVE)]
        for end, allowed in limits:
            if isinstance(end, Fraction):
                gap = arg - constant(end)
                sign = self.inside.sign(gap) & self.sign(gap)
                if sign & ~allowed:
                    raise self._error(node, gap, sign, "is not smooth")

    def _check_slopes(self, node: Node) -> None:
        """Of a function that only SymPy knows the singularities are not declared; its slopes are bounded away from them."""
        for k, arg in enumerate(node.args):
            if symbols_of(arg) and self._signs(slope_in(node, k)) is None:
                raise UnsupportedError(f"whether {shorten(node, 60)} is smooth in the box is not decided")

    # -- signs --------------------------------------------------------------------------------------------------

    def sign(self, node: Node) -> Sign:
        """Return the signs that a formula can have on the box, ends included."""
        sign = self.facts.sign(node)
        if sign in (Sign.NEGATIVE, Sign.ZERO, Sign.POSITIVE) or not symbols_of(node):
            return sign
        signs = self._signs(node)
        return sign if signs is None else sign & signs

    def _signs(self, node: Node) -> Sign | None:
        """Return the signs by intervals, of ever smaller parts of the box; None where a part has no enclosure."""
        waiting: list[Box] = [self.box]
        signs, count = Sign.NEVER, 1
        while waiting:
            check_time()
            part = waiting.pop()
            ends = self._enclosed(node, part)
            is_large = count < PIECES and any(low < high for low, high in part.values())
            if ends is None and not is_large:
                return None
            if ends is not None and (ends[0] > 0 or ends[1] < 0 or ends[0] == ends[1]):
                signs |= Interval(*ends).sign
            elif is_large:
                waiting[:0] = _halves(part)
                count += 1
            elif ends is not None:
                signs |= Interval(*ends).sign
        return signs

    def _enclosed(self, node: Node, part: Box) -> tuple[Fraction, Fraction] | None:
        try:
            low, high = ends_of(enclose(node, part, digits=30, algebra=_Hulls()))
        except SymgdError:
            return None
        if not (mpmath.isfinite(low) and mpmath.isfinite(high)):
            return None
        return _exactly(low), _exactly(high)

    # -- messages -----------------------------------------------------------------------------------------------

    def _error(self, node: Node, gap: Node, sign: Sign | None, what: str = "") -> SymgdError:
        """Return the error that names the function, and the place where its kink lies."""
        name = shorten(node, 60)
        what = what or _break_of(node.primitive)
        place = self._zero_of(gap) if sign is not None and sign & Sign.ZERO else None
        if place is not None:
            return DomainError(f"{name} {what} at {place}, {_INSIDE}", hint=_HINT)
        if sign == Sign.ANY and len(self.box) > 1:
            return DomainError(f"{name} {what} where {shorten(gap, 60)} = 0, {_INSIDE}", hint=_HINT)
        return UnsupportedError(f"whether {name} {what}, where {shorten(gap, 60)} = 0, {_INSIDE}, is not decided", hint=_HINT)

    def _zero_of(self, gap: Node) -> str | None:
        """Return where a formula of one variable is 0, as messages write it."""
        moving = [node for node, (low, high) in self.box.items() if low < high]
        if len(self.box) > 1 or not moving or len(toposort((gap,))) > _LARGEST:
            return None
        (variable,) = moving
        near = _middle(self.point[variable])
        parts: list[Box] = [self.box]
        for _ in range(_HALVINGS):
            parts = [half for part in parts for half in _halves(part) if self._may_vanish(gap, half)]
            parts = sorted(parts, key=lambda part: abs(_middle(part[variable]) - near))[:_CANDIDATES]
            if not parts:
                return None
        place = _middle(parts[0][variable])
        simple = place.limit_denominator(1000)
        (value,) = substitute([gap], {variable: constant(simple)})
        is_simple = abs(simple - place) < _SAME and self._may_vanish(value, {})
        return f"{variable} = {simple if is_simple else f'{float(place):.6g}'}"

    def _may_vanish(self, gap: Node, part: Box) -> bool:
        ends = self._enclosed(gap, part)
        return ends is not None and ends[0] <= 0 <= ends[1]


_COMPARISONS = {  # the signs of right − left for which a condition holds, and for which it does not
    "less": (Sign.POSITIVE, Sign.NONPOSITIVE),
    "less_equal": (Sign.NONNEGATIVE, Sign.NEGATIVE),
    "equal": (Sign.ZERO, Sign.NONZERO),
    "not_equal": (Sign.NONZERO, Sign.ZERO),
}


def _break_of(record: Primitive) -> str:
    """Return what a function with branches does where they meet, as messages say it."""
    if record.name == "where":
        return "changes its branch"
    if "jump" in record.at_kink:
        return "jumps"
    return "has a kink" if isinstance(record.curvature, Curvature) and record.curvature else "has a kink or a jump"


def _difference(x: Node, y: Node) -> Node:
    """Return x − y with like terms collected, whose enclosure is closer."""
    (gap,) = simplify([x - y]).roots
    return gap


def _requirements(node: Node) -> list[tuple[Node, Requirement]]:
    """Return where a function is analytic; a power is so around 0 for whole exponents only."""
    if node.primitive is pow:
        base, exponent = node.args
        value = Fraction(exponent.value) if exponent.is_exact else None
        if value is None or value.denominator > 1:
            return [(base, Sign.POSITIVE)]
    return node.primitive.requirements(node)


def _interior(where: Requirement) -> Requirement:
    if isinstance(where, Sign):
        return where & Sign.NONZERO
    return Interval(where.low, where.high, True, True)


def _round(record: Primitive, end: Any) -> int:
    rounded = -(-end // 1) if record is ceil else end // 1
    return int(rounded)


def _halves(part: Box) -> list[Box]:
    """Divide a box across its longest side."""
    longest = max(part, key=lambda node: part[node][1] - part[node][0])
    low, high = part[longest]
    middle = _middle(part[longest])
    return [{**part, longest: (low, middle)}, {**part, longest: (middle, high)}]


def _middle(ends: tuple[Fraction, Fraction]) -> Fraction:
    return (ends[0] + ends[1]) / 2


def _exactly(end: Any) -> Fraction:
    sign, mantissa, exponent, _ = end._mpf_
    value: Fraction = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -value if sign else value
