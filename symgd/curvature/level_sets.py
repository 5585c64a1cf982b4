"""Sets {q > 0} that are convex although q is not concave: another function is, and it has the same sign on the box.

* q/u for a variable u > 0: a·c − b² > 0 is c − b²/a > 0;
* √P − √N, where P ≥ 0 are the terms of q that are not negative, and N ≥ 0 the others with their sign turned;
* log P − log N where both are positive: x·y·z > 1.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from symgd.errors import SymgdError
from symgd.graph.assumptions import Curvature, Interval, Sign
from symgd.graph.inference import Facts, domain_of
from symgd.graph.node import Node, constant
from symgd.graph.traversal import depends_on
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.exponential import log
from symgd.rewrite.driver import simplify
from symgd.rewrite.terms import scaled, split_term, terms_of

__all__ = ["is_convex_level_set"]

Part = tuple[Node, Curvature]
"""A function, and the curvature that it must have."""


def is_convex_level_set(
    node: Node, sign: Sign, wrt: Sequence[Node], facts: Facts, curvature: Callable[[Node], Curvature]
) -> bool:
    """Whether the set on which a formula has a sign is convex, because that of another function is the same set.

    Parameters
    ----------
    node : Node
    sign : Sign
        Positive, negative, or one of them with 0.
    wrt : sequence of Node
    facts : Facts
        What holds on the whole box.
    curvature : callable
        Returns the curvature of a formula on the box.
    """
    if not (sign.is_nonnegative or sign.is_nonpositive) or sign == Sign.ZERO:
        return False
    terms = [scaled(coefficient, core) for coefficient, core in terms_of(node)]
    if not sign.is_nonnegative:
        terms = [-term for term in terms]
    try:
        forms = list(_forms(terms, wrt, facts))
    except SymgdError:
        return False
    return any(all(_has(part, wanted, facts, curvature) for part, wanted in parts) for parts in forms)


def _has(part: Node, wanted: Curvature, facts: Facts, curvature: Callable[[Node], Curvature]) -> bool:
    """Whether a function is defined on the whole box, and has a curvature there."""
    return all(_is_implied(facts, node, where) for node, where in domain_of(part).items()) and bool(curvature(part) & wanted)


def _is_implied(facts: Facts, node: Node, where: Sign | Interval) -> bool:
    return isinstance(where, Sign) and not facts.sign(node) & ~where


def _forms(terms: Sequence[Node], wrt: Sequence[Node], facts: Facts) -> Iterator[list[Part]]:
    """Yield functions that have together the sign of the sum of terms, each with the curvature that makes the set convex."""
    together = depends_on(terms, wrt)
    for variable in wrt:
        if variable in together and not variable.shape and facts.is_positive(variable):
            yield [(_sum([_simple(term / variable, facts) for term in terms]), Curvature.CONCAVE)]
            yield [_without_minus(term, variable, facts) for term in terms]
    rising = [term for term in terms if facts.is_nonnegative(term)]
    falling = [-term for term in terms if term not in rising]
    if not rising or not all(facts.is_nonnegative(term) for term in falling):
        return
    above, below = _simple(_sum(rising), facts), _simple(_sum(falling), facts)
    yield [(_simple(sqrt(above), facts), Curvature.CONCAVE), (_simple(sqrt(below), facts), Curvature.CONVEX)]
    if facts.is_positive(above) and facts.is_positive(below):
        yield [(_simple(log(above), facts), Curvature.CONCAVE), (_simple(log(below), facts), Curvature.CONVEX)]


def _without_minus(term: Node, variable: Node, facts: Facts) -> Part:
    """Return a term over a variable, and what it must be: concave, or convex where its coefficient is negative."""
    if split_term(term)[0] < 0:
        return _simple(-term / variable, facts), Curvature.CONVEX
    return _simple(term / variable, facts), Curvature.CONCAVE


def _sum(terms: Sequence[Node]) -> Node:
    total: Node = constant(0)
    for term in terms:
        total = total + term
    return total


def _simple(node: Node, facts: Facts) -> Node:
    return simplify([node], facts).roots[0]
