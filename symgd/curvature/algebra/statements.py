"""What is stated of the sign of a polynomial over a region."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.curvature.algebra.quotients import Polynomial
from symgd.curvature.algebra.region import Region
from symgd.curvature.proof import Premises, Step
from symgd.graph.assumptions import Interval, Sign

__all__ = ["Assumed", "SignOf", "Signed", "pieces_stated", "sign_statement", "stated_on"]


@dataclass(frozen=True)
class SignOf:
    """The statement that a polynomial has a sign.

    Attributes
    ----------
    region : Region
        What the generators are, and the domain.
    polynomial : Polynomial
    sign : int
        +1 where it is ≥ 0 everywhere, −1 where it is ≤ 0.
    touching : tuple of Polynomial
        Factors outside whose zeros it is not 0; none where it is never 0.
    piece : Interval or None
        Where, for a polynomial in one variable; None for the whole domain.
    """

    region: Region
    polynomial: Polynomial
    sign: int
    touching: tuple[Polynomial, ...] = ()
    piece: Interval | None = None


@dataclass(frozen=True)
class Assumed:
    """The statement that a product of factors has a sign because the domain says so.

    Attributes
    ----------
    region : Region
    polynomial : Polynomial
    sign : int
    """

    region: Region
    polynomial: Polynomial
    sign: int


@dataclass(frozen=True, eq=False)
class Signed:
    """A proven sign.

    Attributes
    ----------
    sign : int
        +1 where ≥ 0 everywhere, −1 where ≤ 0, 0 where it is 0.
    touching : tuple of Polynomial
        Factors outside whose zeros it is not 0; none where it is never 0.
    steps : tuple of Step
    """

    sign: int
    touching: tuple[Polynomial, ...]
    steps: tuple[Step, ...]

    @property
    def values(self) -> Sign:
        """The signs that occur."""
        sign = Sign.POSITIVE if self.sign > 0 else Sign.NEGATIVE if self.sign < 0 else Sign.ZERO
        return sign | Sign.ZERO if self.touching else sign


def sign_statement(region: Region, factor: Polynomial, sign: int, strict: bool, piece: Interval | None = None) -> SignOf:
    """Return the statement that a polynomial has a sign, and is never 0 where it is strict."""
    return SignOf(region, factor, sign, () if strict else (factor,), piece)


def stated_on(premises: Premises, region: Region, factor: Polynomial, piece: Interval) -> int | None:
    """Return the sign of a factor on a piece that premises state, or None."""
    stated = premises.find(SignOf, lambda statement: statement.polynomial in (factor, -factor), region=region, piece=piece)
    return None if stated is None else stated.sign if stated.polynomial == factor else -stated.sign


def pieces_stated(premises: Premises, region: Region, polynomial: Polynomial) -> list[Interval]:
    """Return the pieces on which premises state that a polynomial is ≥ 0."""
    stated = premises.of(SignOf)
    if any((statement.region, statement.polynomial, statement.sign) != (region, polynomial, 1) for statement in stated):
        return []
    return [statement.piece for statement in stated if statement.piece is not None]
