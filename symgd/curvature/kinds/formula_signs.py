"""The sign of a formula on a domain, as a step of a proof: from declared facts, or by exact algebra."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.signs import Given, Signs
from symgd.curvature.domain import Domain
from symgd.curvature.findings import shorten
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.second_derivatives.hessian import has_kink
from symgd.curvature.second_derivatives.smooth import signs_on, smooth_roots
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Sign
from symgd.graph.inference import Facts
from symgd.graph.node import Node

__all__ = ["FormulaSign", "sign_step"]


@dataclass(frozen=True)
class FormulaSign:
    """The statement that a formula of scalars has signs.

    Attributes
    ----------
    formula : Node
    wrt : tuple of Node
    domain : Domain
    sign : Sign
        The signs that its values can have, on the whole domain.
    """

    formula: Node
    wrt: tuple[Node, ...]
    domain: Domain
    sign: Sign


def sign_step(formula: Node, wrt: Sequence[Node], domain: Domain, effort: Effort) -> Step | None:
    """Return the proof that a formula is nowhere negative, or nowhere positive; None where neither is found."""
    wrt = tuple(wrt)
    known = Facts(domain.assumptions()).sign(formula)
    if known.is_nonnegative or known.is_nonpositive:
        return step_by(by_declared_signs, (formula, wrt, domain), _conclusion(formula, wrt, domain, known))
    if formula.shape or has_kink(formula, wrt):
        return None
    elementary = Elementary(wrt, Facts(domain.interior()), effort)
    try:
        (quotient,) = elementary.of_all([formula])
        signs = signs_on(elementary, domain)
        signed = None if signs is None else signs.of_quotient(quotient)
        roots = None if signs is None or signed is None else smooth_roots(signs)
    except SymgdError:
        return None
    if signs is None or signed is None or roots is None:
        return None
    conclusion = _conclusion(formula, wrt, domain, _on_closure(signed.values, domain))
    premises = _needed((*signed.steps, *roots), (formula, wrt, domain, signs), conclusion)
    return step_by(by_algebra, (formula, wrt, domain, signs), conclusion, premises)


def _needed(steps: Sequence[Step], given: tuple[Node, tuple[Node, ...], Domain, Signs], conclusion: Conclusion) -> list[Step]:
    """Return the steps without which the conclusion does not follow: the sign of an even power is not."""
    needed = list(dict.fromkeys(steps))
    for step in tuple(needed):
        rest = [other for other in needed if other is not step]
        if by_algebra(Premises(other.statement for other in rest), *given) == conclusion:
            needed = rest
    return needed


def _on_closure(sign: Sign, domain: Domain) -> Sign:
    """Return the signs on the whole domain of a continuous formula, from those inside: at a closed end it may be 0."""
    is_open = all(interval.open_low and interval.open_high for interval in domain.intervals.values())
    is_open = is_open and not domain.constraints and not domain.natural
    return sign if is_open else sign | Sign.ZERO


def _conclusion(formula: Node, wrt: tuple[Node, ...], domain: Domain, sign: Sign) -> Conclusion:
    claim = f"{shorten(formula, 80)} {_WORDS[sign]}"
    return Conclusion(FormulaSign(formula, wrt, domain, sign), claim)


@rule
def by_declared_signs(premises: Premises, formula: Node, wrt: tuple[Node, ...], domain: Domain) -> Conclusion | None:
    """Conclude from the declared signs of functions and inputs, and the bounds."""
    known = Facts(domain.assumptions()).sign(formula)
    return _conclusion(formula, wrt, domain, known) if known.is_nonnegative or known.is_nonpositive else None


@rule
def by_algebra(premises: Premises, formula: Node, wrt: tuple[Node, ...], domain: Domain, signs: Signs) -> Conclusion | None:
    """Conclude from the signs of the factors of a formula, which is read again."""
    elementary = signs.region.elementary
    if has_kink(formula, wrt) or signs.region.domain != domain or tuple(elementary.variables) != wrt:
        return None
    if elementary.facts.assumptions != domain.interior():
        return None
    given = Given(signs.region, premises)
    signed = given.of_quotient(elementary.of(formula))
    if signed is None or smooth_roots(given) is None:
        return None
    return _conclusion(formula, wrt, domain, _on_closure(signed.values, domain))


_WORDS = {
    Sign.POSITIVE: "> 0",
    Sign.NONNEGATIVE: "≥ 0",
    Sign.NEGATIVE: "< 0",
    Sign.NONPOSITIVE: "≤ 0",
    Sign.ZERO: "= 0",
    Sign.NEVER: "has no value",
}
