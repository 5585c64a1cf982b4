"""Prove or refute convexity: cheap proofs first, then costly ones, then a counterexample; where none of them decides, UNKNOWN.

The stages of the proof are listed in :data:`symgd.curvature.stages.STAGES`. A search for counterexamples, proven in interval
arithmetic, follows. Numbers never raise a verdict: floating point only proposes what exact or interval arithmetic then proves
or drops.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from symgd.curvature.case import UNITS, Case
from symgd.curvature.convex_domain import (
    is_defined_somewhere,
    obstacle_of_domain,
    with_convex_domain,
    without_what_holds_anyway,
)
from symgd.curvature.counterexample import Counterexamples, refute
from symgd.curvature.domain import Domain
from symgd.curvature.findings import Found
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Proof, demand_facts
from symgd.curvature.second_derivatives.hessian import Hessian, has_kink
from symgd.curvature.small_instances import Instance, instances
from symgd.curvature.stages import STAGES
from symgd.curvature.verdict import Convexity, Witness
from symgd.errors import ShapeError, SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.conversion import is_finite
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.traversal import toposort

__all__ = ["prove_or_refute"]

SHARPENING_UNITS = 1_500_000
"""The work of a stage that looks for more than what is proven already."""
Report = Callable[[str], None]


def prove_or_refute(
    formula: Node,
    wrt: Sequence[Node],
    domain: Domain,
    *,
    budget: float = math.inf,
    seed: int = 0,
    report: Report | None = None,
) -> Convexity:
    """Return the verdict on a scalar formula.

    Parameters
    ----------
    formula : Node
    wrt : sequence of Node
        The variables; everything else is held fixed, at any value its declared facts allow.
    domain : Domain
    budget : float
        The user's limit, in seconds; the counted work is limited anyway.
    seed : int
        Of the search for a counterexample.
    report : callable, optional
        Called with the name of each stage.

    Raises
    ------
    ShapeError
        Where the formula is not a scalar.
    SymgdError
        Where it is a condition.
    DeclarationError
        Where the verdict rests on a fact that is declared of a function outside symgd, and that a law refutes.
    """
    if formula.shape:
        raise ShapeError("convexity is a question about scalar formulas")
    if formula.is_boolean:
        raise SymgdError("a condition is neither convex nor concave", hint="give the function, and conditions as constraints")
    given = Case(formula, tuple(wrt), domain, Effort(UNITS, seconds=budget), seed)
    if any(_is_not_finite(node) for node in toposort((formula,))):
        return _unknown(given, domain, "the formula has a constant that is not finite")
    return _decide(given, report or (lambda stage: None))


def _is_not_finite(node: Node) -> bool:
    """Whether it is the constant inf or nan; an exact number has no limit, and may be too large for a float."""
    return node.is_constant and not is_finite(node.value)


def _decide(given: Case, report: Report) -> Convexity:
    """Ask whether the domain is convex, then the stages one after the other, then for counterexamples."""
    report("domain")
    stated, domain = without_what_holds_anyway(given)
    case = given.on(domain)
    obstacle = obstacle_of_domain(case)
    if obstacle is None and not is_defined_somewhere(case):
        obstacle = "no point was found at which the formula is defined"
    finding, reasons = (None, [obstacle]) if obstacle is not None else _by_stages(case, report)
    if finding is not None:
        proof = Proof(with_convex_domain(finding.step, given.domain, stated, domain, given.seed))
        demand_facts([given.formula])
        proof.demand_facts()
        return Convexity(
            finding.kind,
            case.formula,
            list(case.wrt),
            str(stated),
            domain.intervals,
            proof,
            modulus=finding.modulus,
            reason=finding.by,
        )
    report("counterexample")
    return _refuted(case, stated, reasons)


def _by_stages(case: Case, report: Report) -> tuple[Found | None, list[str]]:
    """Return the most that a stage found, and why stages found nothing."""
    best: Found | None = None
    reasons: list[str] = []
    for stage in STAGES:
        if not stage.is_for(case) or (best is not None and not stage.may_sharpen(best)):
            continue
        if stage is not STAGES[0] and case.effort.is_used_up:
            reasons.append(_limit_reached(case.effort))
            break
        report(stage.name)
        finding, reason = stage.prove(case.within(stage.units if best is None else SHARPENING_UNITS))
        if reason:
            reasons.append(reason)
        if finding is not None and (best is None or finding.says_more_than(best)):
            best = finding
    return best, reasons


def _limit_reached(effort: Effort) -> str:
    return "the time is used up" if effort.is_out_of_time else "the effort is used up"


def _unknown(case: Case, stated: Domain, reason: str) -> Convexity:
    """Return that nothing could be decided."""
    return Convexity(Kind.UNKNOWN, case.formula, list(case.wrt), str(stated), case.domain.intervals, reason=reason)


# -- counterexamples ------------------------------------------------------------------------------------------


def _refuted(case: Case, stated: Domain, reasons: list[str]) -> Convexity:
    last = Counterexamples()
    for instance in instances(case.simple, case.wrt, case.domain, case.seed):
        if case.effort.is_used_up:
            reasons.append(_limit_reached(case.effort))
            break
        counterexamples = _counterexamples(case, instance)
        if counterexamples.convexity is not None and counterexamples.concavity is not None:
            demand_facts([case.formula])
            witness = Witness(counterexamples.convexity, counterexamples.concavity, instance.parameters)
            return Convexity(
                Kind.NEITHER,
                case.formula,
                list(case.wrt),
                str(stated),
                case.domain.intervals,
                witness=witness,
                reason="by an exact counterexample to each",
            )
        if not instance.parameters:
            last = counterexamples
    if last.convexity is not None or last.concavity is not None:
        refuted = "convex" if last.convexity is not None else "concave"
        reasons.append(f"it is not {refuted}, and the rest is open")
    else:
        reasons.append("no counterexample was found")
    return _unknown(case, stated, "; ".join(reasons))


def _counterexamples(case: Case, instance: Instance) -> Counterexamples:
    formula, variables, domain = instance.formula, instance.variables, instance.domain
    hessian = None
    if not has_kink(formula, variables):
        try:
            hessian = Hessian(formula, variables, Facts(domain.assumptions()))
        except SymgdError:
            hessian = None
    try:
        return refute(formula, variables, domain, hessian, case.effort, case.seed)
    except SymgdError:
        return Counterexamples()
