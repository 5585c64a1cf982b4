"""The stages of a proof of quasiconvexity, or of convexity of the logarithm, from cheap to costly."""

from __future__ import annotations

import functools

from symgd.curvature.case import UNITS, Case, simplified
from symgd.curvature.convex_domain import obstacle_of_domain, with_convex_domain, without_what_holds_anyway
from symgd.curvature.domain import Domain, read_domain
from symgd.curvature.findings import Curved, Found, shorten
from symgd.curvature.kind import Kind
from symgd.curvature.kinds import sublevel_sets
from symgd.curvature.kinds.formula_signs import FormulaSign, sign_step
from symgd.curvature.kinds.logarithm import logarithm
from symgd.curvature.kinds.one_variable import OneVariable, shape_of_one_variable
from symgd.curvature.kinds.shapes import Shape, Shaped, shape_of
from symgd.curvature.kinds.sublevel_sets import has_convex_level_sets
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.proof_search import by_stages
from symgd.curvature.rules.composition import Question
from symgd.curvature.stages import NOTHING, STAGES, Outcome, Stage, is_small_and_scalar
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.traversal import depends_on
from symgd.primitives.exponential import log

__all__ = ["stages_of"]

LOGARITHM_UNITS = 3_000_000
"""The work that one way to write the logarithm is worth."""
QUASI = (Kind.QUASICONVEX, Kind.QUASICONCAVE)
_WANTED = {
    Kind.QUASICONVEX: Curvature.CONVEX,
    Kind.QUASICONCAVE: Curvature.CONCAVE,
    Kind.LOG_CONVEX: Curvature.CONVEX,
    Kind.LOG_CONCAVE: Curvature.CONCAVE,
}


def stages_of(kind: Kind) -> tuple[Stage, ...]:
    """Return the stages for a kind beside convexity, in the order in which they are tried."""
    shown = kind.in_words
    stages = [Stage("rules", functools.partial(_by_rules, kind), f"{shown}, with kinks, for all sizes at once", 3_000_000)]
    if kind in QUASI:
        stages += [
            Stage(
                "one variable",
                functools.partial(_by_one_variable, kind),
                f"{shown}, of one variable, by the sign of the slope",
                2_000_000,
                is_for=lambda case: is_small_and_scalar(case) and len(case.wrt) == 1,
            ),
            Stage(
                "level sets",
                functools.partial(_by_level_sets, kind),
                f"{shown}, of scalars, by level sets that are those of a concave function",
                1_000_000,
                is_for=lambda case: is_small_and_scalar(case) and len(case.wrt) > 1,
            ),
            Stage("curvature", functools.partial(_by_curvature, kind), f"{shown}, by what is shown of its curvature"),
        ]
    stages.append(Stage("logarithm", functools.partial(_by_logarithm, kind), f"{shown}, by the curvature of the logarithm"))
    return tuple(stages)


def _outcome(step: Step, by: str) -> Outcome:
    return Outcome(Found(step.statement.kind, step, by))


def _conclusion(formula: Node, form: Node, wrt: tuple[Node, ...], domain: Domain, kind: Kind, because: str = "") -> Conclusion:
    """Return the conclusion on a formula from what is known of it, or of its simplified form."""
    rewritten = "" if form is formula or str(form) == str(formula) else f"rewritten as {shorten(form, 80)}"
    because = "; ".join(part for part in (rewritten, because) if part)
    return Conclusion(Curved(formula, wrt, domain, kind), f"{shorten(formula, 120)} is {kind.in_words}", because)


def _is_form(form: Node, formula: Node, domain: Domain) -> bool:
    return form in (formula, simplified(formula, domain))


# -- rules ----------------------------------------------------------------------------------------------------


def _by_rules(kind: Kind, case: Case) -> Outcome:
    for form in dict.fromkeys((case.simple, case.formula)):
        if form not in depends_on((form,), case.wrt):
            return _fixed(kind, case, form)
        shape, step = shape_of(form, case.wrt, case.facts, case.effort)
        if step is not None and _says(shape, kind):
            conclusion = _conclusion(case.formula, form, case.wrt, case.domain, kind)
            given = (case.formula, form, case.wrt, case.domain, kind)
            return _outcome(step_by(by_shape, given, conclusion, (step,)), "by the composition rules")
    return Outcome(None, f"the rules do not show that it is {kind.in_words}")


def _says(shape: Shape, kind: Kind) -> bool:
    return bool((shape.quasi if kind in QUASI else shape.log) & _WANTED[kind])


@rule
def by_shape(
    premises: Premises, formula: Node, form: Node, wrt: tuple[Node, ...], domain: Domain, kind: Kind
) -> Conclusion | None:
    """Conclude from what the rules say of a formula, or of its simplified form."""
    stated = premises.find(Shaped, node=form, question=Question(frozenset(wrt), domain.assumptions()))
    if stated is None or not _says(stated.shape, kind) or not _is_form(form, formula, domain):
        return None
    return _conclusion(formula, form, wrt, domain, kind)


def _fixed(kind: Kind, case: Case, form: Node) -> Outcome:
    """Return that what does not move is quasilinear, and log-affine where it is not negative."""
    conclusion = by_being_fixed(Premises(()), case.formula, form, case.wrt, case.domain, kind)
    if conclusion is None:
        return NOTHING
    return _outcome(step_by(by_being_fixed, (case.formula, form, case.wrt, case.domain, kind), conclusion), "it is fixed")


@rule
def by_being_fixed(
    premises: Premises, formula: Node, form: Node, wrt: tuple[Node, ...], domain: Domain, kind: Kind
) -> Conclusion | None:
    """Conclude from the formula being the same at all points."""
    if not _is_form(form, formula, domain) or form in depends_on((form,), wrt):
        return None
    if kind not in QUASI and not Facts(domain.assumptions()).is_nonnegative(form):
        return None
    return _conclusion(formula, form, wrt, domain, kind, "it does not depend on the variables")


# -- one variable, level sets, curvature ------------------------------------------------------------------------


def _by_one_variable(kind: Kind, case: Case) -> Outcome:
    step = shape_of_one_variable(case.simple, case.wrt[0], case.domain, case.effort, case.seed)
    if step is None or not step.statement.shape & _WANTED[kind]:
        return NOTHING
    given = (case.formula, case.simple, case.wrt, case.domain, kind)
    conclusion = _conclusion(case.formula, case.simple, case.wrt, case.domain, kind)
    return _outcome(step_by(by_one_variable, given, conclusion, (step,)), "by the sign of its slope")


@rule
def by_one_variable(
    premises: Premises, formula: Node, form: Node, wrt: tuple[Node, ...], domain: Domain, kind: Kind
) -> Conclusion | None:
    """Conclude from where a function of one variable falls and rises."""
    stated = premises.find(OneVariable, formula=form, variable=wrt[0], domain=domain)
    if stated is None or len(wrt) != 1 or not stated.shape & _WANTED[kind] or not _is_form(form, formula, domain):
        return None
    return _conclusion(formula, form, wrt, domain, kind)


def _by_level_sets(kind: Kind, case: Case) -> Outcome:
    try:
        why = has_convex_level_sets(case.simple, case.wrt, case.domain, _WANTED[kind], case.effort.part(sublevel_sets.UNITS))
    except SymgdError:
        why = None
    if why is None:
        return NOTHING
    conclusion = _conclusion(case.formula, case.simple, case.wrt, case.domain, kind, why)
    given = (case.formula, case.simple, case.wrt, case.domain, kind)
    return _outcome(step_by(by_level_sets, given, conclusion), "by its level sets")


@rule
def by_level_sets(
    premises: Premises, formula: Node, form: Node, wrt: tuple[Node, ...], domain: Domain, kind: Kind
) -> Conclusion | None:
    """Conclude from level sets, which are looked at again."""
    if not _is_form(form, formula, domain):
        return None
    why = has_convex_level_sets(form, wrt, domain, _WANTED[kind], Effort(sublevel_sets.UNITS))
    return None if why is None else _conclusion(formula, form, wrt, domain, kind, why)


def _by_curvature(kind: Kind, case: Case) -> Outcome:
    found, _ = by_stages(case, STAGES, lambda stage: None)
    if found is None or not _has(found.kind, kind):
        return NOTHING
    given = (case.formula, case.wrt, case.domain, kind)
    conclusion = _conclusion(case.formula, case.formula, case.wrt, case.domain, kind, f"it is {found.kind.in_words}")
    return _outcome(step_by(by_curvature, given, conclusion, (found.step,)), f"{found.by}, as it is {found.kind.in_words}")


def _has(found: Kind, kind: Kind) -> bool:
    return found.is_convex if _WANTED[kind] == Curvature.CONVEX else found.is_concave


@rule
def by_curvature(premises: Premises, formula: Node, wrt: tuple[Node, ...], domain: Domain, kind: Kind) -> Conclusion | None:
    """Conclude that what is convex is quasiconvex, and what is concave quasiconcave."""
    curved = Curved.among(premises, formula, wrt, domain)
    if curved is None or kind not in QUASI or not _has(curved.kind, kind):
        return None
    return _conclusion(formula, formula, wrt, domain, kind, f"it is {curved.kind.in_words}")


# -- logarithms -----------------------------------------------------------------------------------------------


def _by_logarithm(kind: Kind, case: Case) -> Outcome:
    """Ask for the curvature of log f where f > 0, where f is nowhere negative."""
    form = case.simple
    sign = sign_step(form, case.wrt, case.domain, case.effort)
    region = domain_of_logarithm(form, case.wrt, case.domain)
    if sign is None or region is None or not _is_enough(sign.statement, kind):
        return Outcome(None, f"it is not known to be {'> 0' if _WANTED[kind] == Curvature.CONVEX else '≥ 0'}")
    given = Case(log(form), case.wrt, region, case.effort, case.seed)
    stated, restricted = without_what_holds_anyway(given)
    inner = given.on(restricted)
    if obstacle_of_domain(inner) is not None:
        return Outcome(None, "the set where it is positive is not known to be convex")
    step = _of_written_logarithm(inner, kind)
    if step is None:
        return Outcome(None, f"the logarithm is not known to be {'convex' if kind is Kind.LOG_CONVEX else 'concave'}")
    step = with_convex_domain(step, region, stated, restricted, case.seed)
    conclusion = _conclusion(case.formula, form, case.wrt, case.domain, kind, _why(kind, step.statement))
    given_to_rule = (case.formula, form, case.wrt, case.domain, kind, case.seed)
    return _outcome(step_by(by_logarithm, given_to_rule, conclusion, (sign, step)), "by the curvature of its logarithm")


def domain_of_logarithm(form: Node, wrt: tuple[Node, ...], domain: Domain) -> Domain | None:
    """Return where a formula is positive, on a domain."""
    bounds = {node.name: interval for node, interval in domain.intervals.items()}
    try:
        return read_domain(log(form), wrt, bounds, domain.constraints, domain.fixed, domain.data)
    except SymgdError:
        return None


def _of_written_logarithm(case: Case, kind: Kind) -> Step | None:
    """Return the proof of the curvature of a logarithm, written out or as it is."""
    written = logarithm(case.formula.args[0], case.facts)
    for form in dict.fromkeys((written, case.formula)):
        asked = Case(form, case.wrt, case.domain, case.effort, case.seed)
        found, _ = by_stages(asked.within(LOGARITHM_UNITS), STAGES, lambda stage: None)
        if found is None or not _has(found.kind, kind):
            continue
        if form is case.formula:
            return found.step
        conclusion = _written_out(case.formula, found.step.statement)
        return step_by(by_writing_out, (case.formula, case.wrt, case.domain), conclusion, (found.step,))
    return None


def _written_out(formula: Node, curved: Curved) -> Conclusion:
    claim = f"{shorten(formula, 120)} is {curved.kind.in_words}"
    statement = Curved(formula, curved.wrt, curved.domain, curved.kind, curved.modulus)
    return Conclusion(statement, claim, f"written out as {shorten(curved.formula, 80)}")


@rule
def by_writing_out(premises: Premises, formula: Node, wrt: tuple[Node, ...], domain: Domain) -> Conclusion | None:
    """Conclude from a logarithm written out, which is done again."""
    written = logarithm(formula.args[0], Facts(domain.assumptions()))
    curved = Curved.among(premises, written, wrt, domain) if formula.primitive is log else None
    return None if curved is None else _written_out(formula, curved)


def _is_enough(sign: FormulaSign, kind: Kind) -> bool:
    """Whether a function may have its kind: a log-convex one is positive, a log-concave one may be 0."""
    return sign.sign.is_positive if _WANTED[kind] == Curvature.CONVEX else sign.sign.is_nonnegative


def _why(kind: Kind, curved: Curved) -> str:
    return f"its logarithm is {curved.kind.in_words}{'' if kind not in QUASI else ', and the logarithm rises'}"


@rule
def by_logarithm(
    premises: Premises, formula: Node, form: Node, wrt: tuple[Node, ...], domain: Domain, kind: Kind, seed: int
) -> Conclusion | None:
    """Conclude from the curvature of log f where f > 0."""
    region = domain_of_logarithm(form, wrt, domain)
    sign = premises.find(FormulaSign, formula=form, wrt=wrt, domain=domain)
    if region is None or sign is None or not _is_enough(sign, kind) or not _is_form(form, formula, domain):
        return None
    case = Case(log(form), wrt, region, Effort(UNITS), seed)
    stated, restricted = without_what_holds_anyway(case)
    curved = Curved.among(premises, log(form), wrt, stated)
    if curved is None or not _has(curved.kind, kind) or obstacle_of_domain(case.on(restricted)) is not None:
        return None
    return _conclusion(formula, form, wrt, domain, kind, _why(kind, curved))
