"""Prove or refute convexity: cheap proofs first, then costly ones, then a counterexample; where none of them decides, UNKNOWN.

The stages of the proof are listed in :data:`symgd.curvature.stages.STAGES`. A search for counterexamples, proven in interval
arithmetic, follows. Numbers never raise a verdict: floating point only proposes what exact or interval arithmetic then proves
or drops.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from symgd.curvature.case import UNITS, Case
from symgd.curvature.counterexample import Counterexamples, refute
from symgd.curvature.domain import Domain
from symgd.curvature.kind import Kind
from symgd.curvature.kinds.prover import decide_kind
from symgd.curvature.proof import demand_facts
from symgd.curvature.proof_search import Report, limit_reached, proven, search_proof, unknown
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


def prove_or_refute(
    formula: Node,
    wrt: Sequence[Node],
    domain: Domain,
    *,
    kind: Kind | None = None,
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
    kind : Kind, optional
        One of the kinds beside convexity, where that is asked.
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
        return unknown(given, domain, "the formula has a constant that is not finite")
    report = report or (lambda stage: None)
    if kind is None:
        return _decide(given, report)
    return decide_kind(given, kind, report)


def _is_not_finite(node: Node) -> bool:
    """Whether it is the constant inf or nan; an exact number has no limit, and may be too large for a float."""
    return node.is_constant and not is_finite(node.value)


def _decide(given: Case, report: Report) -> Convexity:
    """Ask whether the domain is convex, then the stages one after the other, then for counterexamples."""
    report("domain")
    searched = search_proof(given, STAGES, report)
    if searched.step is not None:
        return proven(given, searched)
    report("counterexample")
    return _refuted(searched.case, searched.stated, searched.reasons)


# -- counterexamples ------------------------------------------------------------------------------------------


def _refuted(case: Case, stated: Domain, reasons: list[str]) -> Convexity:
    last = Counterexamples()
    for instance in instances(case.simple, case.wrt, stated, case.seed):
        if case.effort.is_used_up:
            reasons.append(limit_reached(case.effort))
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
    return unknown(case, stated, "; ".join(reasons))


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
