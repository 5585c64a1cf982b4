"""The search for a proof: whether the domain is convex, then the stages one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symgd.curvature.case import Case
from symgd.curvature.convex_domain import (
    is_defined_somewhere,
    obstacle_of_domain,
    with_convex_domain,
    without_what_holds_anyway,
)
from symgd.curvature.domain import Domain
from symgd.curvature.findings import Found
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Proof, Step, demand_facts
from symgd.curvature.stages import Stage
from symgd.curvature.verdict import Convexity
from symgd.evaluation.effort import Effort

__all__ = ["Report", "Searched", "by_stages", "limit_reached", "proven", "search_proof", "unknown"]

SHARPENING_UNITS = 1_500_000
"""The work of a stage that looks for more than what is proven already."""
Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Searched:
    """What a search found.

    Attributes
    ----------
    case : Case
        The question on the domain without what holds anyway.
    stated : Domain
        The domain as the verdict states it.
    found : Found or None
    step : Step or None
        The proof on the stated domain.
    reasons : list of str
        Why stages found nothing.
    """

    case: Case
    stated: Domain
    found: Found | None
    step: Step | None
    reasons: list[str]


def search_proof(given: Case, stages: Sequence[Stage], report: Report) -> Searched:
    """Ask whether the domain is convex, then the stages one after the other."""
    stated, domain = without_what_holds_anyway(given)
    case = given.on(domain)
    obstacle = obstacle_of_domain(case)
    if obstacle is None and not is_defined_somewhere(case):
        obstacle = "no point was found at which the formula is defined"
    found, reasons = (None, [obstacle]) if obstacle is not None else by_stages(case, stages, report)
    step = None if found is None else with_convex_domain(found.step, given.domain, stated, domain, given.seed)
    return Searched(case, stated, found, step, reasons)


def by_stages(case: Case, stages: Sequence[Stage], report: Report) -> tuple[Found | None, list[str]]:
    """Return the most that a stage found, and why stages found nothing."""
    best: Found | None = None
    reasons: list[str] = []
    for stage in stages:
        if not stage.is_for(case) or (best is not None and not stage.may_sharpen(best)):
            continue
        if stage is not stages[0] and case.effort.is_used_up:
            reasons.append(limit_reached(case.effort))
            break
        report(stage.name)
        finding, reason = stage.prove(case.within(stage.units if best is None else SHARPENING_UNITS))
        if reason:
            reasons.append(reason)
        if finding is not None and (best is None or finding.says_more_than(best)):
            best = finding
    return best, reasons


def limit_reached(effort: Effort) -> str:
    """Return which limit was reached."""
    return "the time is used up" if effort.is_out_of_time else "the effort is used up"


def proven(given: Case, searched: Searched) -> Convexity:
    """Return the verdict that a search has proven.

    Raises
    ------
    DeclarationError
        Where it rests on a fact that is declared of a function outside symgd, and that a law refutes.
    """
    assert searched.found is not None
    assert searched.step is not None
    proof = Proof(searched.step)
    demand_facts([given.formula])
    proof.demand_facts()
    found, case = searched.found, searched.case
    return Convexity(
        found.kind,
        case.formula,
        list(case.wrt),
        str(searched.stated),
        case.domain.intervals,
        proof,
        modulus=found.modulus,
        reason=found.by,
    )


def unknown(case: Case, stated: Domain, reason: str) -> Convexity:
    """Return that nothing could be decided."""
    return Convexity(Kind.UNKNOWN, case.formula, list(case.wrt), str(stated), case.domain.intervals, reason=reason)
