"""The set on which a question is asked: why it is convex, and which requirements of the formula hold on it anyway."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.curvature.case import UNITS, Case
from symgd.curvature.domain import Domain
from symgd.curvature.findings import Curved, shorten
from symgd.curvature.kind import Kind
from symgd.curvature.level_sets import is_convex_level_set
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.rules.composition import compose
from symgd.curvature.rules.log_convex import is_nowhere_or_everywhere_zero
from symgd.curvature.second_derivatives.hessian import has_kink
from symgd.curvature.second_derivatives.smooth import MAX_VARIABLES, curvature_of_smooth, sign_of
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Curvature, Interval, Sign
from symgd.graph.inference import Facts, domain_of
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Requirement
from symgd.graph.traversal import depends_on, fold, rebuild, symbols_of
from symgd.primitives.piecewise import less, less_equal
from symgd.rewrite.driver import simplify

__all__ = ["curvature_on_box", "is_defined_somewhere", "obstacle_of_domain", "with_convex_domain", "without_what_holds_anyway"]


def obstacle_of_domain(case: Case) -> str | None:
    """Return why the set on which the question is asked is not known to be convex, or None where it is."""
    for node in case.wrt:
        interval = case.domain.intervals.get(node, node.facts.interval)
        if node.facts.is_one_hot:
            return f"{node.name} is one-hot, and such a set is not convex"
        if node.facts.values is not None:
            return f"{node.name} takes single values only, and such a set is not convex"
        if node.facts.is_nonzero and interval.low < 0 < interval.high:
            return f"{node.name} != 0 is no convex set"
    for node, sign in case.domain.positive.items():
        if not _has_values_on_convex_set(case, node) or not _describes_convex_set(case, node, sign):
            return f"the set where {node} {_relation(sign)} is not known to be convex"
    for node, where in case.domain.natural.items():
        if node not in case.domain.intervals and not _describes_convex_set(case, node, where):
            return f"the formula needs {node} {_relation(where)}, a set that is not known to be convex"
        if node in case.domain.intervals and where == Sign.NONZERO:
            return f"the formula needs {node} != 0, which is no convex set"
    return None


def _has_values_on_convex_set(case: Case, node: Node) -> bool:
    """Whether what a constraint needs describes a convex set: 1/x² < 1 has two parts, though 1/x² is convex on both sides."""
    facts = Facts(case.domain.intervals)
    for part, where in domain_of(node).items():
        stated = case.domain.positive.get(part)
        holds = stated is not None and isinstance(where, Sign) and not stated & ~where
        within = where & facts.sign(part) if isinstance(where, Sign) else where  # x != 0 is x > 0 where x >= 0
        holds = holds or (isinstance(where, Sign) and within == facts.sign(part))
        if not holds and not _describes_convex_set(case, part, within):
            return False
    return True


def is_defined_somewhere(case: Case) -> bool:
    """Whether what the formula needs can be, and it has a value at one sample point at least."""
    bare = Facts({**case.domain.intervals, **case.domain.fixed})
    if any(isinstance(where, Sign) and not bare.sign(node) & where for node, where in case.domain.natural.items()):
        return False
    if not case.domain.natural or not case.is_scalar or not set(case.symbols) <= set(case.wrt):
        return True
    points = case.domain.sample(case.wrt, 400, case.seed)
    try:
        code = compile_formulas(case.wrt, [case.simple], as_list=False)
    except (SymgdError, OverflowError):
        return True
    with np.errstate(all="ignore"):
        values = code(*(points[:, k] for k in range(points.shape[1])))
    return bool(np.isfinite(np.asarray(values, dtype=float)).any())


def without_what_holds_anyway(case: Case) -> tuple[Domain, Domain]:
    """Return the domain as it is stated, and without those requirements of the formula that bounds and constraints imply.

    What holds inside and may fail at a closed end, such as eˣ − 1 > 0 for x ≥ 0, stays in the statement.
    """
    domain = case.domain
    open_questions: dict[Node, Requirement] = {}
    stated: dict[Node, Requirement] = {}
    for node, where in domain.natural.items():
        if not (depends_on((node,), case.wrt) & {node}) or not _holds_anyway(case, node, where):
            open_questions[node] = stated[node] = where
        elif isinstance(where, Sign) and not where & Sign.ZERO and _has_closed_end(case, node):
            stated[node] = where
    restricted = Domain(domain.intervals, domain.constraints, open_questions, domain.fixed, domain.data)
    return Domain(domain.intervals, domain.constraints, stated, domain.fixed, domain.data), restricted


def _has_closed_end(case: Case, node: Node) -> bool:
    intervals = [case.domain.intervals[symbol] for symbol in symbols_of(node) if symbol in case.domain.intervals]
    return any(not interval.open_low or not interval.open_high for interval in intervals)


def _describes_convex_set(case: Case, node: Node, where: Requirement) -> bool:
    if where == Sign.ANY or not depends_on((node,), case.wrt) & {node}:
        return True
    if where == Sign.NONZERO:
        return False
    if where == Sign.ZERO:
        return curvature_on_box(case, node) == Curvature.AFFINE
    curvature = curvature_on_box(case, node)
    if curvature == Curvature.AFFINE:
        return True
    if isinstance(where, Sign):
        wanted = Curvature.CONCAVE if where.is_nonnegative else Curvature.CONVEX if where.is_nonpositive else None
        return bool(wanted is not None and curvature & wanted) or _is_level_set(case, node, where)
    is_below, is_above = math.isfinite(where.low), math.isfinite(where.high)
    return (not is_below or bool(curvature & Curvature.CONCAVE)) and (not is_above or bool(curvature & Curvature.CONVEX))


def _is_level_set(case: Case, node: Node, where: Sign) -> bool:
    """Whether the set where a formula has a sign is everything or nothing, or that of another function, and so convex."""
    facts = Facts(case.domain.intervals)
    if where == Sign.POSITIVE and is_nowhere_or_everywhere_zero(node, depends_on((node,), case.wrt), facts):
        return True
    return is_convex_level_set(node, where, case.wrt, facts, lambda part: curvature_on_box(case, part))


def curvature_on_box(case: Case, node: Node) -> Curvature:
    """Return the curvature of a formula that describes the domain, decided on the box alone."""
    facts = Facts(case.domain.intervals)
    ruled = compose(node, case.wrt, facts, case.effort).curvature
    if ruled != Curvature.UNKNOWN or not case.is_scalar or len(case.wrt) > MAX_VARIABLES or has_kink(node, case.wrt):
        return ruled
    finding = curvature_of_smooth(node, case.wrt, Domain(case.domain.intervals, (), {}), case.effort, case.seed)
    if finding is None:
        return Curvature.UNKNOWN
    return (
        Curvature.AFFINE if finding.kind is Kind.AFFINE else Curvature.CONVEX if finding.kind.is_convex else Curvature.CONCAVE
    )


def _holds_anyway(case: Case, node: Node, where: Requirement) -> bool:
    """Whether a requirement of the formula follows from bounds and constraints: y² − x² > 0 from y > x and y > −x."""
    if not isinstance(where, Sign) or node in case.domain.positive:
        return False
    interior = {k: Interval(i.low, i.high, True, True) for k, i in case.domain.intervals.items()}
    (node,) = simplify([_settled(node, Facts(interior))], Facts(interior)).roots
    if not Facts(interior).sign(node) & ~where:
        return True
    if where.is_nonnegative and where & Sign.ZERO and compose(node, case.wrt, Facts(interior)).is_square:
        return True
    if not case.is_scalar or len(case.wrt) > MAX_VARIABLES or has_kink(node, case.wrt):
        return False
    bare = Domain(case.domain.intervals, case.domain.constraints, {}, case.domain.fixed)
    signed = sign_of(node, case.wrt, bare, case.effort)
    if signed is None or signed.sign == 0:
        return False
    return not signed.values & ~where


def _relation(where: Requirement) -> str:
    words = {Sign.POSITIVE: "> 0", Sign.NONNEGATIVE: ">= 0", Sign.NEGATIVE: "< 0", Sign.NONPOSITIVE: "<= 0", Sign.ZERO: "= 0"}
    return words.get(where, "!= 0") if isinstance(where, Sign) else f"in {where}"


def _settled(formula: Node, facts: Facts) -> Node:
    """Return a formula with every choice made whose condition is known."""

    def settle(node: Node, args: list[Node]) -> Node:
        after = rebuild(node, tuple(args))
        if after.primitive in (less, less_equal):
            sign = facts.sign(after.args[1] - after.args[0])
            if sign.is_positive or (sign.is_nonnegative and after.primitive is less_equal):
                return constant(True)
            if sign.is_negative or (sign.is_nonpositive and after.primitive is less):
                return constant(False)
        return after

    return fold((formula,), settle)[formula]


def with_convex_domain(step: Step, given: Domain, stated: Domain, domain: Domain, seed: int) -> Step:
    """Add why the domain is convex, where it is more than a box.

    Parameters
    ----------
    step : Step
    given : Domain
    stated, domain : Domain
        As :func:`without_what_holds_anyway` returns them.
    seed : int
    """
    if stated == domain and not domain.positive and not domain.natural:
        return step
    return step_by(by_convex_domain, (given, seed), _on_convex_domain(step.statement, stated), (step,))


@rule
def by_convex_domain(premises: Premises, given: Domain, seed: int) -> Conclusion | None:
    """Show again that a domain is convex, and which requirements of the formula hold on it anyway."""
    (curved,) = premises.of(Curved)
    case = Case(curved.formula, curved.wrt, given, Effort(UNITS), seed)
    stated, domain = without_what_holds_anyway(case)
    if domain != curved.domain or obstacle_of_domain(case.on(domain)) is not None:
        return None
    return _on_convex_domain(curved, stated)


def _on_convex_domain(curved: Curved, stated: Domain) -> Conclusion:
    claim = f"{shorten(curved.formula, 120)} is {curved.kind.in_words}"
    because = f"the set where {stated} is convex" if str(stated) else ""
    return Conclusion(dataclasses.replace(curved, domain=stated), claim, because)
