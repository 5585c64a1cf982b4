"""The stages of a proof, from cheap to costly: what each can show, of which formulas, and the work that it is worth."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from symgd.curvature.case import Case, simplified
from symgd.curvature.domain import Domain
from symgd.curvature.findings import Curved, Found, Modulus, shorten
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Conclusion, Premises, rule, step_by
from symgd.curvature.rules.composition import Composed, Question, compose
from symgd.curvature.rules.theorem import Composition
from symgd.curvature.second_derivatives.hessian import has_kink
from symgd.curvature.second_derivatives.lines import curvature_along_lines
from symgd.curvature.second_derivatives.pieces import curvature_of_pieces
from symgd.curvature.second_derivatives.smooth import MAX_VARIABLES, curvature_of_smooth
from symgd.curvature.small_instances import by_entries
from symgd.evaluation.exact import exact_values
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.traversal import depends_on, toposort
from symgd.primitives.arithmetic import pow
from symgd.rewrite.driver import simplify

__all__ = ["NOTHING", "STAGES", "Outcome", "Stage", "is_small_and_scalar"]

MAX_NODES = 150
MAX_POWER = 60
_RULED = {Curvature.CONVEX: Kind.CONVEX, Curvature.CONCAVE: Kind.CONCAVE, Curvature.AFFINE: Kind.AFFINE}
_STRICT = {Kind.CONVEX: Kind.STRICTLY_CONVEX, Kind.CONCAVE: Kind.STRICTLY_CONCAVE}


class Outcome(NamedTuple):
    """What a stage found, or why it found nothing, in words."""

    found: Found | None
    reason: str = ""


@dataclass(frozen=True)
class Stage:
    """One stage of the proof.

    Attributes
    ----------
    name : str
    prove : callable
        Returns what it found of a case.
    shows : str
        What it can show, in words.
    units : float
        The work that it is worth.
    is_for : callable
        Whether it can say anything about a case.
    raises_modulus : bool
        Whether it may find a larger modulus than one that is known.
    """

    name: str
    prove: Callable[[Case], Outcome]
    shows: str
    units: float = math.inf
    is_for: Callable[[Case], bool] = lambda case: True
    raises_modulus: bool = False

    def may_sharpen(self, finding: Found) -> bool:
        """Whether this stage may say more than was found."""
        is_open = finding.kind is not Kind.AFFINE and finding.kind.sharpness > 0  # quasiconvex has no sharper kind
        return is_open and (finding.modulus is None or self.raises_modulus)


NOTHING = Outcome(None)


# -- what they are for ----------------------------------------------------------------------------------------


def is_small_and_scalar(case: Case) -> bool:
    """Whether exact algebra on scalars can be tried."""
    return case.is_scalar and not _is_too_large(case.simple) and len(case.wrt) <= MAX_VARIABLES


def _is_of_one_variable(case: Case) -> bool:
    return is_small_and_scalar(case) and len(case.wrt) == 1


def _has_tensors(case: Case) -> bool:
    return not case.is_scalar


def _is_too_large(formula: Node) -> bool:
    """Whether exact algebra would take too long: very high powers, or a very long formula."""
    nodes = toposort((formula,))
    powers = [node.args[1].value for node in nodes if node.primitive is pow and node.args[1].is_exact]
    return len(nodes) > MAX_NODES or any(abs(float(power)) > MAX_POWER for power in powers)


# -- what they do ---------------------------------------------------------------------------------------------


def _composed(case: Case) -> tuple[Composition, Node]:
    """Return what the rules say of the simplified formula or of the given one, whichever is more, and of which."""
    forms = dict.fromkeys((case.simple, case.formula))
    compositions = [(compose(form, case.wrt, case.facts, case.effort), form) for form in forms]
    return max(compositions, key=lambda pair: int(pair[0].curvature).bit_count())


def _by_rules(case: Case) -> Outcome:
    says, form = _composed(case)
    conclusion = _of_composition(case.formula, form, case.wrt, case.domain, says)
    if conclusion is None:
        about = f" about {shorten(says.obstacle, 80)}" if says.obstacle is not None else ""
        return Outcome(None, f"the composition rules say nothing{about}")
    premises = (says.step,) if says.step.rule is not None else ()
    step = step_by(by_composition_rules, (case.formula, form, case.wrt, case.domain), conclusion, premises)
    return Outcome(Found(conclusion.statement.kind, step, "by the composition rules", conclusion.statement.modulus))


def _by_hessian(case: Case) -> Outcome:
    if has_kink(case.simple, case.wrt):
        return NOTHING
    return _rewritten(case, curvature_of_smooth(case.simple, case.wrt, case.domain, case.effort, case.seed))


def _by_entries(case: Case) -> Outcome:
    """Prove it for a formula of small tensors written out in scalars."""
    instance = by_entries(case.simple, case.wrt, case.domain)
    if instance is None or len(instance.variables) > MAX_VARIABLES or instance.domain.natural:
        return NOTHING
    if has_kink(instance.formula, instance.variables) or _is_too_large(instance.formula):
        return NOTHING
    finding = curvature_of_smooth(instance.formula, instance.variables, instance.domain, case.effort, case.seed)
    if finding is None:
        return NOTHING
    wrt = case.wrt
    conclusion = _of_entries(case.formula, wrt, case.domain, finding.step.statement)
    step = step_by(by_their_entries, (case.formula, wrt, case.domain), conclusion, (finding.step,))
    return Outcome(Found(conclusion.statement.kind, step, finding.by, conclusion.statement.modulus))


def _by_pieces(case: Case) -> Outcome:
    if not has_kink(case.simple, case.wrt):
        return NOTHING
    finding = curvature_of_pieces(case.simple, case.wrt[0], case.domain, case.effort, case.seed)
    return _rewritten(case, finding)


def _along_lines(case: Case) -> Outcome:
    if has_kink(case.simple, case.wrt):
        return NOTHING
    return _rewritten(case, curvature_along_lines(case.simple, case.wrt, case.domain))


def _rewritten(case: Case, finding: Found | None) -> Outcome:
    """Return what was found of the simplified formula as a finding about the formula itself."""
    if finding is None or case.simple is case.formula:
        return Outcome(finding)
    conclusion = _of_rewritten(case.formula, finding.step.statement)
    step = step_by(by_rewriting, (case.formula, case.wrt, case.domain), conclusion, (finding.step,))
    return Outcome(dataclasses.replace(finding, step=step))


# -- the rules ----------------------------------------------------------------------------------------------


@rule
def by_composition_rules(
    premises: Premises, formula: Node, form: Node, wrt: tuple[Node, ...], domain: Domain
) -> Conclusion | None:
    """Conclude from what the composition theorem says of a formula, or of its simplified form."""
    if form not in (formula, simplified(formula, domain)):
        return None
    question = Question(frozenset(wrt), domain.assumptions())
    composed = Composition(Curvature.AFFINE)
    if form in depends_on((form,), wrt):
        stated = premises.find(Composed, node=form, question=question)
        if stated is None:
            return None
        composed = stated.says
    return _of_composition(formula, form, wrt, domain, composed)


def _of_composition(
    formula: Node, form: Node, wrt: tuple[Node, ...], domain: Domain, composed: Composition
) -> Conclusion | None:
    kind = _RULED.get(composed.curvature)
    if kind is None:
        return None
    if kind in _STRICT and composed.strict >= set(wrt):
        kind = _STRICT[kind]
    modulus = _smallest_modulus(composed, wrt, domain) if kind in (Kind.CONVEX, Kind.STRICTLY_CONVEX) else None
    if modulus is not None:
        kind = Kind.STRONGLY_CONVEX
    because = "" if form is formula else f"rewritten as {shorten(form, 80)}"
    claim = f"{shorten(formula, 120)} is {kind.in_words}"
    return Conclusion(Curved(formula, wrt, domain, kind, modulus), claim, because)


@rule
def by_rewriting(premises: Premises, formula: Node, wrt: tuple[Node, ...], domain: Domain) -> Conclusion | None:
    """Conclude from the simplified form."""
    curved = Curved.among(premises, simplified(formula, domain), wrt, domain)
    return None if curved is None else _of_rewritten(formula, curved)


def _of_rewritten(formula: Node, curved: Curved) -> Conclusion:
    claim = f"{shorten(formula, 120)} is {curved.kind.in_words}"
    return Conclusion(dataclasses.replace(curved, formula=formula), claim, f"rewritten as {shorten(curved.formula, 80)}")


@rule
def by_their_entries(premises: Premises, formula: Node, wrt: tuple[Node, ...], domain: Domain) -> Conclusion | None:
    """Conclude from the formula written out entry by entry."""
    instance = by_entries(simplified(formula, domain), wrt, domain)
    if instance is None or instance.domain.natural:
        return None
    curved = Curved.among(premises, instance.formula, tuple(instance.variables), instance.domain)
    return None if curved is None else _of_entries(formula, wrt, domain, curved)


def _of_entries(formula: Node, wrt: tuple[Node, ...], domain: Domain, curved: Curved) -> Conclusion:
    kind, modulus, because = curved.kind, curved.modulus, "written out entry by entry"
    if modulus is not None and any(node.facts.is_symmetric for node in wrt):
        kind, modulus = Kind.STRICTLY_CONVEX, None
        because = "it is in its entries; the modulus counts those beside the diagonal twice"
    claim = f"{shorten(formula, 120)} is {kind.in_words}"
    return Conclusion(Curved(formula, wrt, domain, kind, modulus), claim, because)


@one_at_a_time
def _smallest_modulus(composed: Composition, wrt: Sequence[Node], domain: Domain) -> Modulus | None:
    """Return the smallest modulus over the variables: a number, or a formula that is positive."""
    amounts = [composed.modulus.get(node) for node in wrt]
    if any(amount is None for amount in amounts):
        return None
    distinct = list(dict.fromkeys(simplify([amount for amount in amounts if amount is not None]).roots))
    if len(distinct) > 1 and not all(amount.is_constant for amount in distinct):
        return None
    if distinct[0].is_constant:
        return min(exact_values(distinct, {}))
    return distinct[0] if Facts(domain.assumptions()).is_positive(distinct[0]) else None


# -- the list -------------------------------------------------------------------------------------------------

STAGES = (
    Stage(
        "rules", _by_rules, "every kind, with kinks, for all sizes at once, where the composition theorem applies", 2_000_000
    ),
    Stage(
        "second derivatives",
        _by_hessian,
        "every kind, of scalar formulas without kinks, by the exact signs of the Hessian's principal minors",
        is_for=is_small_and_scalar,
        raises_modulus=True,
    ),
    Stage("pieces", _by_pieces, "every kind, of one variable with kinks, piece by piece", is_for=_is_of_one_variable),
    Stage("entries", _by_entries, "every kind, of small tensors, by the Hessian in their entries", is_for=_has_tensors),
    Stage("lines", _along_lines, "convex or concave, for all sizes at once, by the second derivative along a line"),
)
"""The stages, in the order in which they are tried; the first is cheap and is tried whatever the user's limit is."""
