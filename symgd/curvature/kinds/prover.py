"""Prove or refute that a formula is quasiconvex, quasiconcave, log-convex or log-concave; where neither is found, UNKNOWN."""

from __future__ import annotations

from collections.abc import Callable

from symgd.curvature.case import Case
from symgd.curvature.domain import Domain
from symgd.curvature.kind import Kind
from symgd.curvature.kinds.counterexample import refute_kind
from symgd.curvature.kinds.stages import stages_of
from symgd.curvature.proof import demand_facts
from symgd.curvature.proof_search import limit_reached, proven, search_proof, unknown
from symgd.curvature.small_instances import instances
from symgd.curvature.three_points import Counterexample
from symgd.curvature.verdict import Convexity
from symgd.errors import SymgdError

__all__ = ["decide_kind"]


def decide_kind(given: Case, kind: Kind, report: Callable[[str], None]) -> Convexity:
    """Return the verdict on whether a formula is of a kind.

    Parameters
    ----------
    given : Case
    kind : Kind
        One of the kinds beside convexity.
    report : callable
        Called with the name of each stage.
    """
    report("domain")
    searched = search_proof(given, stages_of(kind), report)
    if searched.step is not None:
        return proven(given, searched)
    report("counterexample")
    return _refuted(searched.case, searched.stated, kind, searched.reasons)


def _refuted(case: Case, stated: Domain, kind: Kind, reasons: list[str]) -> Convexity:
    for instance in instances(case.simple, case.wrt, stated, case.seed):
        if case.effort.is_used_up:
            reasons.append(limit_reached(case.effort))
            break
        try:
            points = refute_kind(instance.formula, instance.variables, instance.domain, kind, case.effort, case.seed)
        except SymgdError:
            continue
        if points is not None:
            demand_facts([case.formula])
            return Convexity(
                kind.refuted,
                case.formula,
                list(case.wrt),
                str(stated),
                case.domain.intervals,
                witness=Counterexample(points, instance.parameters),
                reason="by an exact counterexample",
            )
    return unknown(case, stated, "; ".join([*reasons, "no counterexample was found"]))
