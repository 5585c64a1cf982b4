"""The sign of a polynomial whose terms all have the same sign."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.curvature.algebra.quotients import Polynomial, Quotient
from symgd.curvature.algebra.ranges import Ranges
from symgd.curvature.algebra.region import Region
from symgd.curvature.algebra.statements import Signed, SignOf
from symgd.curvature.proof import Conclusion, Premises, rule, step_by
from symgd.errors import SymgdError
from symgd.graph.traversal import symbols_of

__all__ = ["sign_by_terms", "vanishes_rarely"]


def sign_by_terms(region: Region, factor: Polynomial) -> Signed | None:
    """Return the sign of a polynomial that its terms show, or None."""
    conclusion = sign_of_terms(region, factor)
    if conclusion is None:
        return None
    step = step_by(by_terms, (region, factor), conclusion)
    return Signed(conclusion.statement.sign, conclusion.statement.touching, (step,))


def vanishes_rarely(region: Region, polynomial: Polynomial) -> bool:
    """Whether two terms of a sum of terms that are ≥ 0 vanish on different planes only, those of different variables."""
    if sign_of_terms(region, polynomial) is None:
        return False
    variables, generators = set(region.elementary.variables), region.elementary.generators
    supports = [
        variables & {*symbols_of(*(generators[k].node for k, power in enumerate(monomial) if power))} for monomial in polynomial
    ]
    return any(a and b and not (a & b) for a in supports for b in supports)


def sign_of_terms(region: Region, factor: Polynomial) -> Conclusion | None:
    """Conclude from terms that all have the same sign."""
    signs: set[int] = set()
    zeros: list[list[Polynomial]] = []
    for part, number in region.by_moving_part(factor):
        sign = region.sign_of_constant(number)
        if sign is None:
            return None
        if sign == 0:
            continue
        vanishing: list[Polynomial] = []
        for slot, power in enumerate(part):
            if not power:
                continue
            generator = region.elementary.generators[slot]
            generator_sign = region.sign_of_generator(generator)
            if generator_sign[0] == 0 and power % 2:
                return None
            if power % 2:
                sign *= generator_sign[0]
            if not generator_sign[1] and power > 0:
                vanishing.append(generator.polynomial)
        signs.add(sign)
        zeros.append(vanishing)
    if len(signs) != 1:
        return None
    (sign,) = signs
    touching = () if any(not factors for factors in zeros) else tuple(sorted(zeros, key=len)[0])
    claim = f"{region.shown(factor)} {'≥' if sign > 0 else '≤'} 0"
    return Conclusion(SignOf(region, factor, sign, touching), claim, "every term has this sign")


def sign_of_terms_again(region: Region, factor: Polynomial) -> int | None:
    """Repeat from the signs that the graph infers, without the generators' own."""
    try:
        sign = region.elementary.facts.sign(region.elementary.to_node(Quotient(factor)))
    except SymgdError:  # pragma: no cover
        return None
    if sign.is_nonnegative:
        return 1
    if sign.is_nonpositive:
        return -1
    ranges = Ranges(region.elementary, region.box()).of(factor)
    if ranges[0] >= 0 or ranges[1] <= 0:
        return 1 if ranges[0] >= 0 else -1
    groups = region.by_moving_part(factor)
    signs = {_term_sign(region, part) * (region.sign_of_constant(number) or 0) for part, number in groups}
    return signs.pop() if len(signs) == 1 else None


def _term_sign(region: Region, monomial: Sequence[int]) -> int:
    sign = 1
    for slot, power in enumerate(monomial):
        if power % 2:
            sign *= region.sign_of_generator(region.elementary.generators[slot])[0]
    return sign


@rule
def by_terms(premises: Premises, region: Region, factor: Polynomial) -> Conclusion | None:
    """Conclude from the signs of the terms; the graph's inference or interval arithmetic must agree."""
    conclusion = sign_of_terms(region, factor)
    return conclusion if conclusion is not None and sign_of_terms_again(region, factor) == conclusion.statement.sign else None
