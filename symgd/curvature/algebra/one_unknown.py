"""The sign of a polynomial in one generator, by its real roots."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symgd.curvature.algebra.quotients import RING, Generator, Polynomial
from symgd.curvature.algebra.region import Region
from symgd.curvature.algebra.roots import Univariate, is_sign_by_sturm, sign_on_interval
from symgd.curvature.algebra.statements import sign_statement
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.graph.assumptions import Interval

__all__ = ["sign_by_roots"]

PER_ROOTS = 1_000
"""Units of work for each degree of a polynomial whose roots are counted."""


def sign_by_roots(region: Region, factor: Polynomial, piece: Interval | None) -> tuple[int, bool, Step] | None:
    """Decide a polynomial in one generator by its real roots; `piece` restricts the one variable."""
    univariate = in_one_unknown(region, factor, piece)
    conclusion = None if univariate is None else sign_of_univariate(region, univariate, factor, piece)
    if conclusion is None:
        return None
    statement = conclusion.statement
    return statement.sign, not statement.touching, step_by(by_real_roots, (region, factor, piece), conclusion)


def sign_of_univariate(region: Region, univariate: Univariate, factor: Polynomial, piece: Interval | None) -> Conclusion | None:
    """Conclude from the isolated real roots of a polynomial that was brought to one unknown."""
    region.effort.spend(PER_ROOTS * len(univariate.coefficients))
    signed = sign_on_interval(univariate)
    if signed is None:
        return None
    sign, strict, claim, because = signed
    return Conclusion(sign_statement(region, factor, sign, strict, piece), claim, because)


def in_one_unknown(region: Region, factor: Polynomial, piece: Interval | None) -> Univariate | None:
    """Return a polynomial in one generator with the interval that this runs through, or None for any other."""
    used = region.elementary.in_use(factor)
    if any(not generator.moves for generator in used):
        return None
    target, factor = _as_one(used, factor)
    if target is None:
        return None
    lowest = min(monomial[target.slot] for monomial in factor)
    powers = {monomial[target.slot] - lowest: Fraction(int(c.numerator), int(c.denominator)) for monomial, c in factor.terms()}
    sign, is_nonzero = region.sign_of_generator(target)
    if (lowest % 2 and sign != 1) or (lowest > 0 and not is_nonzero):
        return None
    low, high = region.ends_of(target, piece)
    coefficients = tuple(powers.get(k, Fraction(0)) for k in range(max(powers) + 1))
    return Univariate(coefficients, low, high, str(target.node), attains_ends=not region.ends_with_variable(target))


def _as_one(used: Sequence[Generator], factor: Polynomial) -> tuple[Generator | None, Polynomial]:
    """Bring x and a root of x to one unknown."""
    if len(used) == 1:
        return used[0], factor
    if len(used) == 2 and used[1].kind == "root" and used[1].argument is not None:
        base, root = used
        if root.argument is not None and root.argument.top == base.polynomial and not root.argument.bottom:
            total = RING.zero
            for monomial, coefficient in factor.terms():
                powers = list(monomial)
                powers[root.slot] += powers[base.slot] * root.order
                powers[base.slot] = 0
                total = total + RING.term_new(tuple(powers), coefficient)
            return root, total
    return None, factor


@rule
def by_real_roots(premises: Premises, region: Region, factor: Polynomial, piece: Interval | None) -> Conclusion | None:
    """Conclude from isolated real roots; Sturm's theorem, which isolates none, must agree."""
    univariate = in_one_unknown(region, factor, piece)
    conclusion = None if univariate is None else sign_of_univariate(region, univariate, factor, piece)
    if univariate is None or conclusion is None or not is_sign_by_sturm(univariate, conclusion.statement.sign):
        return None
    return conclusion
