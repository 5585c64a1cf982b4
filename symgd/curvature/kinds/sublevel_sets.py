"""Quasiconvexity by level sets: {f ≤ t} is convex for every t where t − f, times a positive denominator, is concave.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.4.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator

from symgd.curvature.case import Case, simplified
from symgd.curvature.convex_domain import curvature_on_box
from symgd.curvature.domain import Domain
from symgd.curvature.level_sets import is_convex_level_set
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Curvature, Interval, Sign
from symgd.graph.inference import Facts
from symgd.graph.node import SYMBOL, Node, constant, intern
from symgd.graph.symbol_facts import SymbolFacts
from symgd.graph.traversal import symbols_of, toposort
from symgd.primitives.arithmetic import mul, pow

__all__ = ["UNITS", "has_convex_level_sets"]

UNITS = 500_000
"""The work that level sets are worth."""


def has_convex_level_sets(form: Node, wrt: tuple[Node, ...], domain: Domain, wanted: Curvature, effort: Effort) -> str | None:
    """Return why all sets {f ≤ t} are convex (≥ where CONCAVE is wanted), or None where it is not known.

    Parameters
    ----------
    form : Node
    wrt : tuple of Node
    domain : Domain
    wanted : Curvature
    effort : Effort
    """
    if any(node.shape for node in (*toposort((form,)), *wrt)):
        return None
    level = _level(form, Facts(domain.assumptions()))
    box = Domain(domain.intervals, (), {}, domain.fixed)
    facts = Facts(domain.intervals)
    for above, below in _ratios(form, facts):
        gap = level * below - above if wanted == Curvature.CONVEX else above - level * below
        gap = simplified(gap, box)
        case = Case(gap, wrt, box, effort)

        def curvature(part: Node, case: Case = case) -> Curvature:
            return curvature_on_box(case, part)

        relation = "≤" if wanted == Curvature.CONVEX else "≥"
        if curvature(gap) & Curvature.CONCAVE:
            return f"f {relation} t where {gap} ≥ 0, which is concave"
        if is_convex_level_set(gap, Sign.NONNEGATIVE, wrt, facts, curvature):
            return f"f {relation} t where {gap} ≥ 0, a convex set"
    return None


def _level(form: Node, facts: Facts) -> Node:
    """Return an input that stands for a value of a formula."""
    names = {symbol.name for symbol in symbols_of(form)}
    name = next(name for name in ("t", "level", "level_", "level__", "level___") if name not in names)
    interval: Interval = facts.interval(form)
    return intern(SYMBOL, (), (name, SymbolFacts(interval=interval, is_nonzero=facts.is_nonzero(form)), ()))


def _ratios(form: Node, facts: Facts) -> Iterator[tuple[Node, Node]]:
    """Yield n and d > 0 with f = n/d: with the denominator of a product, and with d = 1."""
    if form.primitive is mul:
        below = [arg for arg in form.args if _is_reciprocal(arg) and facts.is_positive(arg.args[0])]
        above = [arg for arg in form.args if arg not in below]
        if below:
            bottoms = [arg.args[0] ** constant(-arg.args[1].value) for arg in below]
            yield functools.reduce(operator.mul, above, constant(1)), functools.reduce(operator.mul, bottoms)
    yield form, constant(1)


def _is_reciprocal(node: Node) -> bool:
    return node.primitive is pow and node.args[1].is_exact and node.args[1].value < 0
