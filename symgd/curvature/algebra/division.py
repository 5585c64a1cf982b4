"""The sign of a polynomial that is a multiple of one whose sign the domain states, and a remainder of the same sign.

Where t·x − c > 0, 2·t²·x − 2·t·c + a·c is 2·t·(t·x − c) + a·c.
"""

from __future__ import annotations

from collections.abc import Sequence

from symgd.curvature.algebra.quotients import Polynomial
from symgd.curvature.algebra.region import Region
from symgd.curvature.algebra.statements import Assumed, Signed, SignOf
from symgd.curvature.algebra.terms import sign_by_terms
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by

__all__ = ["sign_by_division"]


def sign_by_division(region: Region, factor: Polynomial, assumed: Sequence[Step]) -> Signed | None:
    """Divide a polynomial by those whose signs the domain states, one after the other.

    Parameters
    ----------
    region : Region
    factor : Polynomial
    assumed : sequence of Step
        With :class:`Assumed` as statements.
    """
    for known in assumed:
        divisor = known.statement.polynomial
        quotient, remainder = divmod(factor, divisor)
        if not quotient or not remainder:
            continue
        times, rest = sign_by_terms(region, quotient), sign_by_terms(region, remainder)
        if times is None or rest is None:
            continue
        premises = (known, *times.steps, *rest.steps)
        stated = [step.statement for step in (*times.steps, *rest.steps)]
        conclusion = _conclusion(region, factor, known.statement, quotient, stated[0], stated[1])
        if conclusion is not None:
            step = step_by(by_division, (region, factor, divisor, quotient), conclusion, premises)
            return Signed(conclusion.statement.sign, conclusion.statement.touching, (step,))
    return None


def _conclusion(
    region: Region, factor: Polynomial, divisor: Assumed, quotient: Polynomial, times: SignOf, rest: SignOf
) -> Conclusion | None:
    """Conclude from the signs of a divisor, of what it is multiplied with, and of the remainder."""
    if divisor.sign * times.sign != rest.sign or not rest.sign:
        return None
    touching = (factor,) if rest.touching else ()
    claim = f"{region.shown(factor)} {'≥' if rest.sign > 0 else '≤'} 0"
    because = f"it is ({region.shown(quotient)})·({region.shown(divisor.polynomial)}) + {region.shown(rest.polynomial)}"
    return Conclusion(SignOf(region, factor, rest.sign, touching), claim, because)


@rule
def by_division(
    premises: Premises, region: Region, factor: Polynomial, divisor: Polynomial, quotient: Polynomial
) -> Conclusion | None:
    """Conclude from a multiple of a polynomial whose sign the domain states, and the remainder."""
    assumed = premises.find(Assumed, region=region, polynomial=divisor)
    times = premises.find(SignOf, region=region, polynomial=quotient, piece=None)
    rest = premises.find(SignOf, region=region, polynomial=factor - quotient * divisor, piece=None)
    if assumed is None or times is None or rest is None:
        return None
    return _conclusion(region, factor, assumed, quotient, times, rest)
