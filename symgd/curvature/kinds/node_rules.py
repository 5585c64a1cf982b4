"""Log-convexity and quasiconvexity of one node, from what is known of its arguments.

A function g ≥ 0 is log-convex where g(θa + (1 − θ)b) ≤ g(a)^θ·g(b)^(1−θ) for 0 < θ < 1, log-concave where the relation is ≥.
A function q is quasiconvex where q(θa + (1 − θ)b) ≤ max(q(a), q(b)): where all sets {q ≤ t} are convex.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, sections 3.4 and 3.5.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple, Protocol

from symgd.curvature.kinds.logarithm import logarithm
from symgd.graph.assumptions import Curvature, Monotone
from symgd.graph.declared_facts import declared_fact
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import einsum
from symgd.primitives.entry_products import prod_record
from symgd.primitives.exponential import exp, log, softplus
from symgd.primitives.extremes import max_record, min_record
from symgd.primitives.piecewise import maximum, minimum, relu

__all__ = ["Reason", "log_rules", "quasi_rules"]

CONVEX, CONCAVE, AFFINE, UNKNOWN = Curvature.CONVEX, Curvature.CONCAVE, Curvature.AFFINE, Curvature.UNKNOWN


class Reason(NamedTuple):
    """What one rule says: of log g, or of the level sets; and why."""

    shape: Curvature
    why: str


class Known(Protocol):
    """What is known of nodes; asking makes a premise of it."""

    def curvature(self, node: Node) -> Curvature: ...

    def log(self, node: Node) -> Curvature: ...

    def quasi(self, node: Node) -> Curvature: ...


def log_rules(node: Node, known: Known, moving: set[Node], facts: Facts) -> Iterator[Reason]:
    """Yield what rules say of the logarithm of a node that is not negative: CONVEX where it is log-convex."""
    if not facts.is_nonnegative(node):
        return
    record, args = node.primitive, node.args
    if record is exp:
        yield Reason(known.curvature(args[0]), "the exponent is {}")
    elif record is pow and args[1] not in moving:
        yield _log_of_power(node, known, facts)
    elif record in (mul, prod_record):
        yield Reason(_common(known.log, args), "a product of log-{} factors")
    elif _keeps_entries(node):
        yield Reason(known.log(args[0]), "its entries are log-{}")
    elif record in (max_record, maximum):
        yield Reason(_common(known.log, args) & CONVEX, "the largest of log-{} functions")
        yield from _positive_parts(node, known)
    elif record in (softplus, relu):
        yield Reason(known.curvature(args[0]) & CONCAVE, f"log {record.name} is concave and rises, its argument {{}}")
    elif record in (min_record, minimum):
        yield Reason(_common(known.log, args) & CONCAVE, "the smallest of log-{} functions")
    elif record in (add, einsum) or record.name == "mean":
        yield Reason(_common(known.log, args) & CONVEX, "a sum of log-{} terms, with weights that are not negative")
    yield Reason(known.curvature(node) & CONCAVE, "{} and not negative")
    if facts.is_positive(node):
        written = logarithm(node, facts)
        if written is not log(node):
            yield Reason(known.curvature(written), "its logarithm is {}")


def _positive_parts(node: Node, known: Known) -> Iterator[Reason]:
    """Yield what is known of max(0, u) for a concave u: u is positive on a convex set, and log u is concave there."""
    if node.primitive is maximum and any(arg.equals_number(0) for arg in node.args):
        (other,) = [arg for arg in node.args if not arg.equals_number(0)] or [node]
        if other is not node:
            yield Reason(known.curvature(other) & CONCAVE, "the positive part of a {} function")


def _log_of_power(node: Node, known: Known, facts: Facts) -> Reason:
    """Return what is known of log bᵖ = p·log b."""
    base, exponent = node.args
    if facts.is_nonnegative(exponent):
        return Reason(known.log(base), "a power ≥ 0 of a log-{} function")
    if facts.sign(exponent).is_nonpositive and facts.is_positive(base):
        return Reason(known.log(base).negated(), "a power ≤ 0 of a function > 0 whose reciprocal is log-{}")
    return Reason(UNKNOWN, "")


def quasi_rules(node: Node, log_shape: Curvature, known: Known, moving: set[Node], facts: Facts) -> Iterator[Reason]:
    """Yield what rules say of the level sets of a node: CONVEX where it is quasiconvex, AFFINE where it is monotone."""
    record, args = node.primitive, node.args
    yield Reason(log_shape, "it is log-{}")
    yield Reason(known.curvature(node), "it is {}")
    movers = [arg for arg in args if arg in moving]
    if _keeps_entries(node):
        yield Reason(known.quasi(args[0]), "its entries are quasi{}")
    elif record in (max_record, maximum):
        yield Reason(_common(known.quasi, movers) & CONVEX, "the largest of quasi{} functions")
    elif record in (min_record, minimum):
        yield Reason(_common(known.quasi, movers) & CONCAVE, "the smallest of quasi{} functions")
    if len(movers) == 1 and record.is_elementwise and not record.conditional:
        yield _of_monotone(node, movers[0], known, facts)
    if record is mul:
        yield from _of_ratio(node, known, moving, facts)


def _common(ask: Callable[[Node], Curvature], nodes: Iterable[Node]) -> Curvature:
    return functools.reduce(operator.and_, map(ask, nodes), AFFINE)


def _keeps_entries(node: Node) -> bool:
    """Whether every entry of a node is one of its only argument: a view, a transpose, a reshape."""
    is_view = node.primitive.is_view and len(node.args) == 1
    if node.primitive is einsum:
        ((labels,), out) = node.params if len(node.params[0]) == 1 else (((),), (0,))
        return is_view and sorted(labels) == sorted(out)
    return is_view


def _of_monotone(node: Node, mover: Node, known: Known, facts: Facts) -> Reason:
    """Return what is known of a monotone function of one argument."""
    record = node.primitive
    if record is mul:
        others = [facts.sign(arg) for arg in node.args if arg is not mover]
        if not all(sign.is_nonnegative or sign.is_nonpositive for sign in others):
            return Reason(UNKNOWN, "")
        falls = sum(not sign.is_nonnegative for sign in others) % 2
        run = Monotone.DECREASING if falls else Monotone.INCREASING
        run = run if node.args.count(mover) == 1 else Monotone.UNKNOWN
    else:
        declared = declared_fact(node, "monotone", *(facts.interval(arg) for arg in node.args))
        runs = declared if isinstance(declared, tuple) else (declared,) * len(node.args)
        run = functools.reduce(
            operator.and_, (way for way, arg in zip(runs, node.args, strict=True) if arg is mover), Monotone.CONSTANT
        )
    name = {mul: "a multiple", add: "a sum with what is fixed"}.get(record, record.name)
    if run & Monotone.INCREASING:
        return Reason(known.quasi(mover), f"{name} rises, its argument quasi{{}}")
    if run & Monotone.DECREASING:
        return Reason(known.quasi(mover).negated(), f"{name} falls, the negative of its argument quasi{{}}")
    return Reason(UNKNOWN, "")


# -- ratios ---------------------------------------------------------------------------------------------------


def _of_ratio(node: Node, known: Known, moving: set[Node], facts: Facts) -> Iterator[Reason]:
    """Yield what is known of n/d: {n/d ≤ t} is {n − t·d ≤ 0} for d > 0, and t has the sign of n."""
    split = _as_ratio(node, moving)
    if split is None:
        return
    above, below = split
    if facts.sign(below).is_negative:
        above, below = -above, -below
    if not facts.is_positive(below):
        return
    sign = facts.sign(above)
    for wanted, word in ((CONVEX, "convex"), (CONCAVE, "concave")):
        n, d = known.curvature(above), known.curvature(below)  # asked for each reason, which rests on the answers
        bend = UNKNOWN  # of −t·d, where t has the sign of n
        if sign.is_nonnegative:
            bend |= d.negated()
        if sign.is_nonpositive:
            bend |= d
        if n & wanted and (d == AFFINE or bend & wanted):
            yield Reason(wanted, f"a ratio n/d with d > 0, and n − t·d is {word} for every value t that it has")


def _as_ratio(node: Node, moving: set[Node]) -> tuple[Node, Node] | None:
    """Return numerator and denominator of a product with negative powers that move, or None for any other."""
    above, below = list[Node](), list[Node]()
    for arg in node.args:
        power = _negative_power(arg) if arg in moving else None
        if power is None:
            above.append(arg)
        else:
            below.append(arg.args[0] if power == 1 else arg.args[0] ** constant(power))
    if not below or not any(arg in moving for arg in above):
        return None
    return functools.reduce(operator.mul, above), functools.reduce(operator.mul, below)


def _negative_power(node: Node) -> Fraction | None:
    """Return p of b⁻ᵖ with a number p > 0, or None."""
    if node.primitive is not pow or not node.args[1].is_exact:
        return None
    power = -Fraction(node.args[1].value)
    return power if power > 0 else None
