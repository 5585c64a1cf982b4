"""The judge: cheap proofs first, then costly ones, then a counterexample; where all are silent, UNKNOWN with the reason.

1. the composition rules, for formulas with kinks and for all sizes at once;
2. of scalar formulas without kinks, the exact signs of the Hessian's principal minors;
3. of formulas of one variable with kinks, the smooth pieces and the slopes where they meet;
4. of tensor formulas, the sign of the second derivative along a line, for all sizes at once;
5. a search for counterexamples, proven in interval arithmetic.

Numbers never raise a verdict: floating point only proposes what exact or interval arithmetic then proves or drops.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.convexity.counterexample import Counterexamples, refute
from symgd.convexity.domain import Domain
from symgd.convexity.examples import by_entries, instances
from symgd.convexity.found import Found, shorten
from symgd.convexity.proof import Proof, Step
from symgd.convexity.rules.composition import Composition, compose
from symgd.convexity.second_derivatives.hessian import Hessian, has_kink
from symgd.convexity.second_derivatives.lines import curvature_along_lines
from symgd.convexity.second_derivatives.pieces import curvature_of_pieces
from symgd.convexity.second_derivatives.smooth import MAX_VARIABLES, curvature_of_smooth, sign_of
from symgd.convexity.verdict import Convexity, Kind, Witness
from symgd.errors import ShapeError, SymgdError
from symgd.graph.exact import exact_values
from symgd.graph.facts import Curvature, Interval, Sign
from symgd.graph.infer import Facts
from symgd.graph.node import Node, constant, symbols_of
from symgd.graph.primitive import Requirement
from symgd.graph.walk import depends_on, fold, rebuild, toposort
from symgd.simplify.rewrite import simplify

__all__ = ["judge"]

MAX_NODES = 150
MAX_POWER = 60
RULES_SECONDS = 3.0
"""How long functions of entries are looked at within the rules."""

SHARPENING_SECONDS = 2.0
"""How long a stage may look for more than what is proven already."""
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
    budget: float = 10.0,
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
        Seconds after which the search stops.
    seed : int
        Of the search for a counterexample.
    report : callable, optional
        Called with the name of each stage.

    Raises
    ------
    ShapeError
        Where the formula is not a scalar.
    """
    if formula.shape:
        raise ShapeError("convexity is a question about scalar formulas")
    case = _Case(formula, list(wrt), domain, time.monotonic() + budget, seed, report or (lambda stage: None))
    if any(node.is_constant and not math.isfinite(node.value) for node in toposort((formula,))):
        return case.unknown("the formula has a constant that is not finite")
    return case.decide()


class _Case:
    """One question, and what has been found so far."""

    def __init__(self, formula: Node, wrt: list[Node], domain: Domain, deadline: float, seed: int, report: Report) -> None:
        self.formula, self.wrt, self.domain = formula, wrt, domain
        self.deadline, self.seed, self.report = deadline, seed, report
        self.stage_deadline = deadline
        self.stated = str(domain)
        self.facts = Facts(domain.assumptions())
        self.simple = simplify([formula], self.facts).roots[0]
        self.symbols = symbols_of(formula)
        self.is_scalar = all(not node.shape for node in (*self.symbols, *wrt)) and not any(
            node.shape for node in toposort((self.simple,))
        )

    def decide(self) -> Convexity:
        """Go through the stages."""
        self.report("domain")
        self.stated, self.domain = self._without_what_holds_anyway()
        self.facts = Facts(self.domain.assumptions())
        obstacle = self._obstacle_of_domain()
        found: Found | None = None
        reasons: list[str] = []
        if obstacle is None and not self._is_defined_somewhere():
            obstacle = "no point was found at which the formula is defined"
        if obstacle is None:
            self.report("rules")
            composed = self._compose()
            found = self._by_rules(composed)
            if found is None:
                about = f" about {shorten(composed.obstacle, 80)}" if composed.obstacle is not None else ""
                reasons.append(f"the composition rules say nothing{about}")
            for name, stage in self._stages():
                if found is not None and not _may_be_sharper(found, name):
                    break
                if time.monotonic() > self.deadline:
                    reasons.append("the time is used up")
                    break
                self.report(name)
                patience = SHARPENING_SECONDS if found is not None else math.inf
                self.stage_deadline = min(self.deadline, time.monotonic() + patience)
                better = stage()
                if better is not None and (found is None or _is_sharper(better, found)):
                    found = better
        else:
            reasons.append(obstacle)
        if found is not None:
            return Convexity(
                found.kind,
                self.formula,
                self.wrt,
                self.stated,
                self.domain.intervals,
                Proof(found.step),
                modulus=found.modulus,
                reason=found.by,
            )
        self.report("counterexample")
        return self._refuted(reasons)

    def unknown(self, reason: str) -> Convexity:
        """Return that nothing could be decided."""
        return Convexity(Kind.UNKNOWN, self.formula, self.wrt, self.stated, self.domain.intervals, reason=reason)

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

    def _compose(self) -> Composition:
        forms = dict.fromkeys((self.simple, self.formula))
        deadline = min(self.deadline, time.monotonic() + RULES_SECONDS)
        return max(
            (compose(form, self.wrt, self.facts, deadline) for form in forms), key=lambda one: int(one.curvature).bit_count()
        )

    def _by_rules(self, composed: Composition) -> Found | None:
        kind = _RULED.get(composed.curvature)
        if kind is None:
            return None
        modulus = None
        steps: tuple[Step, ...] = (composed.step,)
        if kind in _STRICT and composed.strict >= set(self.wrt):
            kind = _STRICT[kind]
        if kind in (Kind.CONVEX, Kind.STRICTLY_CONVEX):
            modulus = self._smallest(composed)
            if modulus is not None:
                kind = Kind.STRONGLY_CONVEX
        claim = f"{shorten(self.formula, 120)} is {kind.in_words}"
        how = (
            "rewritten as " + shorten(self.simple, 80)
            if composed.step.claim.endswith(str(self.simple)) and self.simple is not self.formula
            else ""
        )
        return Found(kind, Step(claim, how, steps), "by the composition rules", modulus)

    def _smallest(self, composed: Composition) -> Any:
        """Return the smallest modulus over the variables: a number, or a formula that is positive."""
        amounts = [composed.modulus.get(node) for node in self.wrt]
        if any(amount is None for amount in amounts):
            return None
        distinct = list(dict.fromkeys(simplify([amount for amount in amounts if amount is not None]).roots))
        if len(distinct) > 1 and not all(amount.is_constant for amount in distinct):
            return None
        if distinct[0].is_constant:
            return min(exact_values(distinct, {}))
        return distinct[0] if self.facts.is_positive(distinct[0]) else None

    def _by_hessian(self) -> Found | None:
        if has_kink(self.simple, self.wrt):
            return None
        try:
            hessian = Hessian(self.simple, self.wrt, self.facts)
        except SymgdError:
            return None
        return curvature_of_smooth(hessian, self.domain, self.stage_deadline, self.seed)

    def _by_entries(self) -> Found | None:
        """Judge a formula of small tensors as one of scalars."""
        instance = by_entries(self.simple, self.wrt, self.domain)
        if instance is None or len(instance.variables) > MAX_VARIABLES or instance.domain.natural:
            return None
        if has_kink(instance.formula, instance.variables) or _is_too_large(instance.formula):
            return None
        facts = Facts(instance.domain.assumptions())
        hessian = Hessian(instance.formula, instance.variables, facts)
        found = curvature_of_smooth(hessian, instance.domain, self.stage_deadline, self.seed)
        if found is None or found.modulus is None or not any(node.facts.is_symmetric for node in self.wrt):
            return found
        claim = f"{shorten(self.formula, 120)} is {Kind.STRICTLY_CONVEX.in_words}"
        because = "it is in its entries; the modulus counts those beside the diagonal twice"
        return Found(Kind.STRICTLY_CONVEX, Step(claim, because, (found.step,)), found.by)

    def _by_pieces(self) -> Found | None:
        if not has_kink(self.simple, self.wrt):
            return None
        return curvature_of_pieces(self.simple, self.wrt[0], self.domain, self.stage_deadline, self.seed)

    def _along_lines(self) -> Found | None:
        if has_kink(self.simple, self.wrt):
            return None
        return curvature_along_lines(self.simple, self.wrt, self.facts)

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

    def _without_what_holds_anyway(self) -> tuple[str, Domain]:
        """Return the domain without those requirements of the formula that bounds and constraints imply, and how it is stated.

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
        return str(Domain(domain.intervals, domain.constraints, stated, domain.fixed, domain.data)), restricted

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
        ruled = compose(node, self.wrt, facts).curvature
        if ruled != Curvature.UNKNOWN or not self.is_scalar or len(self.wrt) > MAX_VARIABLES or has_kink(node, self.wrt):
            return ruled
        found = curvature_of_smooth(
            Hessian(node, self.wrt, facts), Domain(self.domain.intervals, (), {}), self.deadline, self.seed
        )
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
        found = sign_of(node, self.wrt, bare, self.deadline)
        if found is None or found.sign == 0:
            return False
        signs = Sign.POSITIVE if found.sign > 0 else Sign.NEGATIVE
        return not (signs | (Sign.ZERO if found.touching else Sign.NEVER)) & ~where

    # -- counterexamples --------------------------------------------------------------------------------------

    def _refuted(self, reasons: list[str]) -> Convexity:
        last = Counterexamples()
        for instance in instances(self.simple, self.wrt, self.domain, self.seed):
            if time.monotonic() > self.deadline:
                reasons.append("the time is used up")
                break
            found = self._counterexamples(instance.formula, instance.variables, instance.domain)
            if found.convexity is not None and found.concavity is not None:
                witness = Witness(found.convexity, found.concavity, instance.parameters)
                return Convexity(
                    Kind.NEITHER,
                    self.formula,
                    self.wrt,
                    self.stated,
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
            return refute(formula, variables, domain, hessian, self.deadline, self.seed)
        except SymgdError:
            return Counterexamples()


def _may_be_sharper(found: Found, stage: str) -> bool:
    """Whether a later stage may say more than was found."""
    return found.kind is not Kind.AFFINE and (found.modulus is None or stage == "second derivatives")


def _is_sharper(new: Found, old: Found) -> bool:
    """Whether a finding says more than another one."""
    if _SHARPNESS[new.kind] != _SHARPNESS[old.kind] or new.modulus is None or old.modulus is None:
        return _SHARPNESS[new.kind] > _SHARPNESS[old.kind]
    return not isinstance(old.modulus, Node) and not isinstance(new.modulus, Node) and bool(new.modulus > old.modulus)


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
