"""The judge: cheap proofs first, then costly ones, then a counterexample; where all are silent, UNKNOWN with the reason.

1. the composition rules, for formulas with kinks and for all sizes at once;
2. of scalar formulas without kinks, the exact signs of the Hessian's principal minors;
3. of formulas of one variable with kinks, the smooth pieces and the slopes where they meet;
4. of tensor formulas, the sign of the second derivative along a line, for all sizes at once;
5. a search for counterexamples, proven in interval arithmetic.

Numbers never raise a verdict: floating point only proposes what exact or interval arithmetic then proves or drops.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.curvature.counterexample import Counterexamples, refute
from symgd.curvature.domain import Domain
from symgd.curvature.findings import Curved, Found, shorten
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Conclusion, Premises, Proof, Step, rule, step_by
from symgd.curvature.rules.composition import Composed, Composition, Question, compose
from symgd.curvature.second_derivatives.hessian import Hessian, has_kink
from symgd.curvature.second_derivatives.lines import curvature_along_lines
from symgd.curvature.second_derivatives.pieces import curvature_of_pieces
from symgd.curvature.second_derivatives.smooth import MAX_VARIABLES, curvature_of_smooth, sign_of
from symgd.curvature.small_instances import by_entries, instances
from symgd.curvature.verdict import Convexity, Witness
from symgd.errors import ShapeError, SymgdError
from symgd.evaluation.effort import Effort
from symgd.evaluation.exact import exact_values
from symgd.graph.assumptions import Curvature, Interval, Sign
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant, is_finite, symbols_of
from symgd.graph.primitive import Requirement
from symgd.graph.traversal import depends_on, fold, rebuild, toposort
from symgd.rewrite.driver import simplify

__all__ = ["judge"]

MAX_NODES = 150
MAX_POWER = 60
UNITS = 10_000_000
"""The work that one verdict is worth."""

RULES_UNITS = 2_000_000
"""The work that functions of entries are worth within the rules."""

SHARPENING_UNITS = 1_500_000
"""The work of a stage that looks for more than what is proven already."""

_RULED = {Curvature.CONVEX: Kind.CONVEX, Curvature.CONCAVE: Kind.CONCAVE, Curvature.AFFINE: Kind.AFFINE}
_STRICT = {Kind.CONVEX: Kind.STRICTLY_CONVEX, Kind.CONCAVE: Kind.STRICTLY_CONCAVE}
_SHARPNESS = {
    Kind.STRONGLY_CONVEX: 3,
    Kind.STRICTLY_CONVEX: 2,
    Kind.STRICTLY_CONCAVE: 2,
    Kind.CONVEX: 1,
    Kind.CONCAVE: 1,
    Kind.AFFINE: 4,
}
Report = Callable[[str], None]


def judge(
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
        The user's limit, in seconds; the work is limited anyway.
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
    """
    if formula.shape:
        raise ShapeError("convexity is a question about scalar formulas")
    if formula.is_boolean:
        raise SymgdError("a condition is neither convex nor concave", hint="give the function, and conditions as constraints")
    case = _Case(formula, list(wrt), domain, Effort(UNITS, seconds=budget), seed, report or (lambda stage: None))
    if any(_is_not_finite(node) for node in toposort((formula,))):
        return case.unknown("the formula has a constant that is not finite")
    return case.decide()


def _is_not_finite(node: Node) -> bool:
    """Whether it is the constant inf or nan; an exact number has no limit, and may be too large for a float."""
    return node.is_constant and not is_finite(node.value)


class _Case:
    """One question, and what has been found so far."""

    def __init__(self, formula: Node, wrt: list[Node], domain: Domain, effort: Effort, seed: int, report: Report) -> None:
        self.formula, self.wrt, self.domain = formula, wrt, domain
        self.effort, self.seed, self.report = effort, seed, report
        self.stage_effort = effort
        self.stated = domain
        self.facts = Facts(domain.assumptions())
        self.simple = _simplified(formula, domain)
        self.symbols = symbols_of(formula)
        self.is_scalar = all(not node.shape for node in (*self.symbols, *wrt)) and not any(
            node.shape for node in toposort((self.simple,))
        )

    def decide(self) -> Convexity:
        """Go through the stages."""
        self.report("domain")
        given = self.domain
        self.stated, self.domain = self._without_what_holds_anyway()
        if self.domain != given:
            self.facts = Facts(self.domain.assumptions())
            self.simple = _simplified(self.formula, self.domain)
        obstacle = self._obstacle_of_domain()
        found: Found | None = None
        reasons: list[str] = []
        if obstacle is None and not self._is_defined_somewhere():
            obstacle = "no point was found at which the formula is defined"
        if obstacle is None:
            self.report("rules")
            composed, form = self._compose()
            found = self._by_rules(composed, form)
            if found is None:
                about = f" about {shorten(composed.obstacle, 80)}" if composed.obstacle is not None else ""
                reasons.append(f"the composition rules say nothing{about}")
            for name, stage in self._stages():
                if found is not None and not _may_be_sharper(found, name):
                    break
                if self.effort.is_used_up:
                    reasons.append(_limit_reached(self.effort))
                    break
                self.report(name)
                self.stage_effort = self.effort if found is None else self.effort.part(SHARPENING_UNITS)
                better = stage()
                if better is not None and (found is None or _is_sharper(better, found)):
                    found = better
        else:
            reasons.append(obstacle)
        if found is not None:
            proof = Proof(self._on_the_domain(found.step, given))
            return Convexity(
                found.kind,
                self.formula,
                self.wrt,
                str(self.stated),
                self.domain.intervals,
                proof,
                modulus=found.modulus,
                reason=found.by,
            )
        self.report("counterexample")
        return self._refuted(reasons)

    def unknown(self, reason: str) -> Convexity:
        """Return that nothing could be decided."""
        return Convexity(Kind.UNKNOWN, self.formula, self.wrt, str(self.stated), self.domain.intervals, reason=reason)

    def _on_the_domain(self, step: Step, given: Domain) -> Step:
        """Add why the domain is convex, where it is more than a box."""
        if self.stated == self.domain and not self.domain.positive and not self.domain.natural:
            return step
        conclusion = _on_convex_domain(step.statement, self.stated)
        return step_by(by_convex_domain, (given, self.seed), conclusion, (step,))

    def _stages(self) -> list[tuple[str, Callable[[], Found | None]]]:
        stages: list[tuple[str, Callable[[], Found | None]]] = []
        if self.is_scalar:
            if not _is_too_large(self.simple) and len(self.wrt) <= MAX_VARIABLES:
                stages.append(("second derivatives", self._by_hessian))
                if len(self.wrt) == 1:
                    stages.append(("pieces", self._by_pieces))
        else:
            stages.append(("entries", self._by_entries))
        stages.append(("lines", self._along_lines))
        return stages

    # -- the stages -------------------------------------------------------------------------------------------

    def _compose(self) -> tuple[Composition, Node]:
        """Return what the rules say of the simplified formula or of the given one, whichever is more, and of which."""
        forms = dict.fromkeys((self.simple, self.formula))
        effort = self.effort.part(RULES_UNITS)
        composed = [(compose(form, self.wrt, self.facts, effort), form) for form in forms]
        return max(composed, key=lambda one: int(one[0].curvature).bit_count())

    def _by_rules(self, composed: Composition, form: Node) -> Found | None:
        conclusion = _of_composition(self.formula, form, tuple(self.wrt), self.domain, composed)
        if conclusion is None:
            return None
        premises = (composed.step,) if composed.step.rule is not None else ()
        step = step_by(by_composition_rules, (self.formula, form, tuple(self.wrt), self.domain), conclusion, premises)
        return Found(conclusion.statement.kind, step, "by the composition rules", conclusion.statement.modulus)

    def _by_hessian(self) -> Found | None:
        if has_kink(self.simple, self.wrt):
            return None
        return self._rewritten(curvature_of_smooth(self.simple, self.wrt, self.domain, self.stage_effort, self.seed))

    def _by_entries(self) -> Found | None:
        """Judge a formula of small tensors as one of scalars."""
        instance = by_entries(self.simple, self.wrt, self.domain)
        if instance is None or len(instance.variables) > MAX_VARIABLES or instance.domain.natural:
            return None
        if has_kink(instance.formula, instance.variables) or _is_too_large(instance.formula):
            return None
        found = curvature_of_smooth(instance.formula, instance.variables, instance.domain, self.stage_effort, self.seed)
        if found is None:
            return None
        wrt = tuple(self.wrt)
        conclusion = _of_entries(self.formula, wrt, self.domain, found.step.statement)
        step = step_by(by_their_entries, (self.formula, wrt, self.domain), conclusion, (found.step,))
        return Found(conclusion.statement.kind, step, found.by, conclusion.statement.modulus)

    def _by_pieces(self) -> Found | None:
        if not has_kink(self.simple, self.wrt):
            return None
        found = curvature_of_pieces(self.simple, self.wrt[0], self.domain, self.stage_effort, self.seed)
        return self._rewritten(found)

    def _along_lines(self) -> Found | None:
        if has_kink(self.simple, self.wrt):
            return None
        return self._rewritten(curvature_along_lines(self.simple, self.wrt, self.domain))

    def _rewritten(self, found: Found | None) -> Found | None:
        """Return what was found of the simplified formula as a finding about the formula itself."""
        if found is None or self.simple is self.formula:
            return found
        conclusion = _of_rewritten(self.formula, found.step.statement)
        step = step_by(by_rewriting, (self.formula, tuple(self.wrt), self.domain), conclusion, (found.step,))
        return dataclasses.replace(found, step=step)

    # -- the domain -------------------------------------------------------------------------------------------

    def _obstacle_of_domain(self) -> str | None:
        """Return why the set on which the question is asked is not known to be convex, or None where it is."""
        for node in self.wrt:
            interval = self.domain.intervals.get(node, node.facts.interval)
            if node.facts.is_one_hot:
                return f"{node.name} is one-hot, and such a set is not convex"
            if node.facts.is_nonzero and interval.low < 0 < interval.high:
                return f"{node.name} != 0 is no convex set"
        for node, sign in self.domain.positive.items():
            if not self._describes_convex_set(node, sign):
                return f"the set where {node} {_relation(sign)} is not known to be convex"
        for node, where in self.domain.natural.items():
            if node not in self.domain.intervals and not self._describes_convex_set(node, where):
                return f"the formula needs {node} {_relation(where)}, a set that is not known to be convex"
            if node in self.domain.intervals and where == Sign.NONZERO:
                return f"the formula needs {node} != 0, which is no convex set"
        return None

    def _is_defined_somewhere(self) -> bool:
        """Whether what the formula needs can be, and it has a value at one sample point at least."""
        bare = Facts({**self.domain.intervals, **self.domain.fixed})
        if any(isinstance(where, Sign) and not bare.sign(node) & where for node, where in self.domain.natural.items()):
            return False
        if not self.domain.natural or not self.is_scalar or not set(self.symbols) <= set(self.wrt):
            return True
        points = self.domain.sample(self.wrt, 400, self.seed)
        try:
            code = compile_formulas(self.wrt, [self.simple], as_list=False)
        except (SymgdError, OverflowError):
            return True
        with np.errstate(all="ignore"):
            values = code(*(points[:, k] for k in range(points.shape[1])))
        return bool(np.isfinite(np.asarray(values, dtype=float)).any())

    def _without_what_holds_anyway(self) -> tuple[Domain, Domain]:
        """Return the domain as it is stated, and without those requirements of the formula that bounds and constraints imply.

        What holds inside and may fail at a closed end, such as eˣ − 1 > 0 for x ≥ 0, stays in the statement.
        """
        domain = self.domain
        open_questions: dict[Node, Requirement] = {}
        stated: dict[Node, Requirement] = {}
        for node, where in domain.natural.items():
            if not (depends_on((node,), self.wrt) & {node}) or not self._holds_anyway(node, where):
                open_questions[node] = stated[node] = where
            elif isinstance(where, Sign) and not where & Sign.ZERO and self._has_closed_end(node):
                stated[node] = where
        restricted = Domain(domain.intervals, domain.constraints, open_questions, domain.fixed, domain.data)
        return Domain(domain.intervals, domain.constraints, stated, domain.fixed, domain.data), restricted

    def _has_closed_end(self, node: Node) -> bool:
        ends = [self.domain.intervals[one] for one in symbols_of(node) if one in self.domain.intervals]
        return any(not one.open_low or not one.open_high for one in ends)

    def _describes_convex_set(self, node: Node, where: Requirement) -> bool:
        if where == Sign.ANY or not depends_on((node,), self.wrt) & {node}:
            return True
        if where == Sign.NONZERO:
            return False
        if where == Sign.ZERO:
            return self._curvature(node) == Curvature.AFFINE
        curvature = self._curvature(node)
        if curvature == Curvature.AFFINE:
            return True
        if isinstance(where, Sign):
            wanted = Curvature.CONCAVE if where.is_nonnegative else Curvature.CONVEX if where.is_nonpositive else None
            return bool(wanted is not None and curvature & wanted)
        is_below, is_above = math.isfinite(where.low), math.isfinite(where.high)
        return (not is_below or bool(curvature & Curvature.CONCAVE)) and (not is_above or bool(curvature & Curvature.CONVEX))

    def _curvature(self, node: Node) -> Curvature:
        """Return the curvature of a formula that describes the domain, judged on the box alone."""
        facts = Facts(self.domain.intervals)
        ruled = compose(node, self.wrt, facts, self.effort).curvature
        if ruled != Curvature.UNKNOWN or not self.is_scalar or len(self.wrt) > MAX_VARIABLES or has_kink(node, self.wrt):
            return ruled
        found = curvature_of_smooth(node, self.wrt, Domain(self.domain.intervals, (), {}), self.effort, self.seed)
        if found is None:
            return Curvature.UNKNOWN
        return (
            Curvature.AFFINE if found.kind is Kind.AFFINE else Curvature.CONVEX if found.kind.is_convex else Curvature.CONCAVE
        )

    def _holds_anyway(self, node: Node, where: Requirement) -> bool:
        """Whether a requirement of the formula follows from bounds and constraints: y² − x² > 0 from y > x and y > −x."""
        if not isinstance(where, Sign) or node in self.domain.positive:
            return False
        inside = {k: Interval(i.low, i.high, True, True) for k, i in self.domain.intervals.items()}
        (node,) = simplify([settled(node, Facts(inside))], Facts(inside)).roots
        if not Facts(inside).sign(node) & ~where:
            return True
        if where.is_nonnegative and where & Sign.ZERO and compose(node, self.wrt, Facts(inside)).is_square:
            return True
        if not self.is_scalar or len(self.wrt) > MAX_VARIABLES or has_kink(node, self.wrt):
            return False
        bare = Domain(self.domain.intervals, self.domain.constraints, {}, self.domain.fixed)
        found = sign_of(node, self.wrt, bare, self.effort)
        if found is None or found.sign == 0:
            return False
        signs = Sign.POSITIVE if found.sign > 0 else Sign.NEGATIVE
        return not (signs | (Sign.ZERO if found.touching else Sign.NEVER)) & ~where

    # -- counterexamples --------------------------------------------------------------------------------------

    def _refuted(self, reasons: list[str]) -> Convexity:
        last = Counterexamples()
        for instance in instances(self.simple, self.wrt, self.domain, self.seed):
            if self.effort.is_used_up:
                reasons.append(_limit_reached(self.effort))
                break
            found = self._counterexamples(instance.formula, instance.variables, instance.domain)
            if found.convexity is not None and found.concavity is not None:
                witness = Witness(found.convexity, found.concavity, instance.parameters)
                return Convexity(
                    Kind.NEITHER,
                    self.formula,
                    self.wrt,
                    str(self.stated),
                    self.domain.intervals,
                    witness=witness,
                    reason="by an exact counterexample to each",
                )
            if not instance.parameters:
                last = found
        if last.convexity is not None or last.concavity is not None:
            refuted = "convex" if last.convexity is not None else "concave"
            reasons.append(f"it is not {refuted}, and the rest is open")
        else:
            reasons.append("no counterexample was found")
        return self.unknown("; ".join(reasons))

    def _counterexamples(self, formula: Node, variables: Sequence[Node], domain: Domain) -> Counterexamples:
        hessian = None
        if not has_kink(formula, variables):
            try:
                hessian = Hessian(formula, variables, Facts(domain.assumptions()))
            except SymgdError:
                hessian = None
        try:
            return refute(formula, variables, domain, hessian, self.effort, self.seed)
        except SymgdError:
            return Counterexamples()


@rule
def by_composition_rules(
    premises: Premises, formula: Node, form: Node, wrt: tuple[Node, ...], domain: Domain
) -> Conclusion | None:
    """Conclude from what the composition theorem says of a formula, or of its simplified form."""
    if form not in (formula, _simplified(formula, domain)):
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
    found = Curved.among(premises, _simplified(formula, domain), wrt, domain)
    return None if found is None else _of_rewritten(formula, found)


def _of_rewritten(formula: Node, found: Curved) -> Conclusion:
    claim = f"{shorten(formula, 120)} is {found.kind.in_words}"
    return Conclusion(dataclasses.replace(found, formula=formula), claim, f"rewritten as {shorten(found.formula, 80)}")


@rule
def by_their_entries(premises: Premises, formula: Node, wrt: tuple[Node, ...], domain: Domain) -> Conclusion | None:
    """Conclude from the formula written out entry by entry."""
    instance = by_entries(_simplified(formula, domain), wrt, domain)
    if instance is None or instance.domain.natural:
        return None
    found = Curved.among(premises, instance.formula, tuple(instance.variables), instance.domain)
    return None if found is None else _of_entries(formula, wrt, domain, found)


def _of_entries(formula: Node, wrt: tuple[Node, ...], domain: Domain, found: Curved) -> Conclusion:
    kind, modulus, because = found.kind, found.modulus, "written out entry by entry"
    if modulus is not None and any(node.facts.is_symmetric for node in wrt):
        kind, modulus = Kind.STRICTLY_CONVEX, None
        because = "it is in its entries; the modulus counts those beside the diagonal twice"
    claim = f"{shorten(formula, 120)} is {kind.in_words}"
    return Conclusion(Curved(formula, wrt, domain, kind, modulus), claim, because)


@rule
def by_convex_domain(premises: Premises, given: Domain, seed: int) -> Conclusion | None:
    """Show again that a domain is convex, and which requirements of the formula hold on it anyway."""
    (found,) = premises.of(Curved)
    case = _Case(found.formula, list(found.wrt), given, Effort(UNITS), seed, lambda stage: None)
    stated, case.domain = case._without_what_holds_anyway()
    if case.domain != found.domain or case._obstacle_of_domain() is not None:
        return None
    return _on_convex_domain(found, stated)


def _on_convex_domain(found: Curved, stated: Domain) -> Conclusion:
    claim = f"{shorten(found.formula, 120)} is {found.kind.in_words}"
    because = f"the set where {stated} is convex" if str(stated) else ""
    return Conclusion(dataclasses.replace(found, domain=stated), claim, because)


def _smallest_modulus(composed: Composition, wrt: Sequence[Node], domain: Domain) -> Any:
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


def _simplified(formula: Node, domain: Domain) -> Node:
    return simplify([formula], Facts(domain.assumptions())).roots[0]


def _may_be_sharper(found: Found, stage: str) -> bool:
    """Whether a later stage may say more than was found."""
    return found.kind is not Kind.AFFINE and (found.modulus is None or stage == "second derivatives")


def _is_sharper(new: Found, old: Found) -> bool:
    """Whether a finding says more than another one."""
    if _SHARPNESS[new.kind] != _SHARPNESS[old.kind] or new.modulus is None or old.modulus is None:
        return _SHARPNESS[new.kind] > _SHARPNESS[old.kind]
    return not isinstance(old.modulus, Node) and not isinstance(new.modulus, Node) and bool(new.modulus > old.modulus)


def _limit_reached(effort: Effort) -> str:
    return "the time is used up" if effort.is_out_of_time else "the effort is used up"


def _relation(where: Requirement) -> str:
    words = {Sign.POSITIVE: "> 0", Sign.NONNEGATIVE: ">= 0", Sign.NEGATIVE: "< 0", Sign.NONPOSITIVE: "<= 0", Sign.ZERO: "= 0"}
    return words.get(where, "!= 0") if isinstance(where, Sign) else f"in {where}"


def settled(formula: Node, facts: Facts) -> Node:
    """Return a formula with every choice made whose condition is known."""

    def settle(node: Node, args: list[Node]) -> Node:
        after = rebuild(node, tuple(args))
        if after.primitive.name in ("less", "less_equal"):
            sign = facts.sign(after.args[1] - after.args[0])
            if sign.is_positive or (sign.is_nonnegative and after.primitive.name == "less_equal"):
                return constant(True)
            if sign.is_negative or (sign.is_nonpositive and after.primitive.name == "less"):
                return constant(False)
        return after

    return fold((formula,), settle)[formula]


def _is_too_large(formula: Node) -> bool:
    """Whether exact algebra would take too long: very high powers, or a very long formula."""
    nodes = toposort((formula,))
    powers = [node.args[1].value for node in nodes if node.primitive.name == "pow" and node.args[1].is_exact]
    return len(nodes) > MAX_NODES or any(abs(float(power)) > MAX_POWER for power in powers)
