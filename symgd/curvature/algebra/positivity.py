"""A polynomial moved to the ends of its unknowns' ranges: positive coefficients, or a sum of squares."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sympy import QQ

from symgd.curvature.algebra.quotients import RING, Generator, Polynomial
from symgd.curvature.algebra.region import Region
from symgd.curvature.algebra.squares import Gram, decompose
from symgd.curvature.algebra.statements import Signed, SignOf, sign_statement
from symgd.curvature.proof import Conclusion, Premises, rule, step_by

__all__ = ["sign_by_squares"]

MAX_SQUARES_TERMS = 60
MAX_SQUARES_DEGREE = 16
PER_SQUARES = 20_000
"""Units of work of a search for a sum of squares."""


def sign_by_squares(region: Region, factor: Polynomial, guess: int) -> Signed | None:
    """A polynomial moved to the ends of its unknowns' ranges, as a sum of squares or with positive terms.

    The generators count as independent, which can only ask for more than is true.
    """
    used = region.elementary.in_use(factor)
    if any(region.is_number(generator) for generator in used) or len(factor) > MAX_SQUARES_TERMS:
        return None
    if max(sum(monomial) for monomial in factor) > MAX_SQUARES_DEGREE:
        return None
    conclusion = positive_coefficients(region, factor, guess)
    if conclusion is not None:
        step = step_by(by_coefficients, (region, factor, guess), conclusion)
    else:
        region.effort.spend(PER_SQUARES)
        gram = decompose(_for_squares(region, factor, guess)[0])
        if gram is None:
            return None
        conclusion = sum_of_squares(region, factor, guess, gram)
        step = step_by(by_squares, (region, factor, guess, gram), conclusion)
    return Signed(guess, conclusion.statement.touching, (step,))


def _plain(region: Region, factor: Polynomial, guess: int) -> tuple[dict[tuple[int, ...], Fraction], str]:
    """Return ±factor moved to the ends of its unknowns' ranges, as coefficients, and how it was moved."""
    used = region.elementary.in_use(factor)
    moved, described = _moved(region, factor if guess > 0 else -factor, used)
    numbers = {
        tuple(monomial[g.slot] for g in used): Fraction(int(c.numerator), int(c.denominator)) for monomial, c in moved.terms()
    }
    return numbers, described


def positive_coefficients(region: Region, factor: Polynomial, guess: int) -> Conclusion | None:
    """Conclude from coefficients that are all positive, of terms that are not negative."""
    used = region.elementary.in_use(factor)
    plain, described = _plain(region, factor, guess)
    free = [k for k, g in enumerate(used) if region.shift_of(g) is None]
    if not all(value > 0 for value in plain.values()) or any(monomial[k] % 2 for monomial in plain for k in free):
        return None
    ends = {k for k, g in enumerate(used) if k in free or not region.is_open(g)}
    strict = any(not any(monomial[k] for k in ends) for monomial in plain)  # a term that is 0 nowhere inside
    claim = f"{region.shown(factor)} {'≥' if guess > 0 else '≤'} 0"
    return Conclusion(sign_statement(region, factor, guess, strict), claim, f"all coefficients are positive {described}")


def _for_squares(region: Region, factor: Polynomial, guess: int) -> tuple[dict[tuple[int, ...], Fraction], str]:
    """Return the same with every unknown t ≥ 0 written as a square."""
    used = region.elementary.in_use(factor)
    plain, described = _plain(region, factor, guess)
    bounded = [region.shift_of(g) is not None for g in used]
    doubled = {
        tuple(power * 2 if is_bounded else power for power, is_bounded in zip(monomial, bounded, strict=True)): value
        for monomial, value in plain.items()
    }
    return doubled, described


def sum_of_squares(region: Region, factor: Polynomial, guess: int, gram: Gram) -> Conclusion:
    """Conclude from a Gram form."""
    used = region.elementary.in_use(factor)
    described = _for_squares(region, factor, guess)[1]
    touching: tuple[Polynomial, ...] = (factor,)
    if gram.is_definite and (0,) * len(used) in gram.monomials:
        touching = ()
    elif gram.is_definite and all(region.shift_of(g) is None for g in used):
        touching = tuple(_smallest_zeros(gram.monomials, used))
    claim = f"{region.shown(factor)} {'≥' if guess > 0 else '≤'} 0"
    because = f"a sum of {len(gram.monomials)} squares{described}"
    return Conclusion(SignOf(region, factor, guess, touching), claim, because)


def is_sum_of_squares(region: Region, factor: Polynomial, guess: int, gram: Gram) -> bool:
    """Whether a Gram form is that of a polynomial, exactly."""
    return gram.check(_for_squares(region, factor, guess)[0])


def _smallest_zeros(monomials: Sequence[tuple[int, ...]], used: Sequence[Generator]) -> list[Polynomial]:
    """A definite Gram form vanishes only where all its monomials do, so where this variable is 0."""
    for k, generator in enumerate(used):
        if any(m[k] and not any(m[:k] + m[k + 1 :]) for m in monomials):
            return [generator.polynomial]
    return [generator.polynomial for generator in used]


def _moved(region: Region, polynomial: Polynomial, used: Sequence[Generator]) -> tuple[Polynomial, str]:
    """Replace every variable with an end by end ± t, t ≥ 0; exponents must not be negative."""
    described: list[str] = []
    for generator in used:
        shift = region.shift_of(generator)
        if shift is None or shift == (0, 1):
            if shift is not None:
                described.append(f"{generator.node} ≥ 0")
            continue
        end, sign = Fraction(shift[0]), shift[1]
        shifted = RING.ground_new(QQ(end.numerator, end.denominator)) + sign * generator.polynomial
        total = RING.zero
        for monomial, coefficient in polynomial.terms():
            power = monomial[generator.slot]
            rest = (*monomial[: generator.slot], 0, *monomial[generator.slot + 1 :])
            total = total + RING.term_new(rest, coefficient) * shifted**power
        polynomial = total
        described.append(f"{generator.node} = {end} {'+' if sign > 0 else '−'} t")
    return polynomial, f" for {', '.join(described)}" if described else ""


@rule
def by_coefficients(premises: Premises, region: Region, factor: Polynomial, guess: int) -> Conclusion | None:
    """Conclude from positive coefficients."""
    return positive_coefficients(region, factor, guess)


@rule
def by_squares(premises: Premises, region: Region, factor: Polynomial, guess: int, gram: Gram) -> Conclusion | None:
    """Conclude from a sum of squares, whose identity is checked exactly."""
    return sum_of_squares(region, factor, guess, gram) if is_sum_of_squares(region, factor, guess, gram) else None
