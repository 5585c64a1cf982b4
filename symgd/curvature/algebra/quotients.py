"""Quotients of polynomials in generators, and arithmetic with them.

Exponents may be negative, because a generator that stands in a denominator is not 0 where the formula is defined. Roots and
cosines have relations ((√u)² = u, cos² = 1 − sin²), which are used as soon as they apply.
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sympy import QQ
from sympy.polys.rings import PolyRing

from symgd.errors import UnsupportedError
from symgd.evaluation.effort import Effort
from symgd.graph.node import Node, constant

__all__ = ["ONE", "RING", "Generator", "Polynomial", "Quotient", "Quotients", "split_content"]

SLOTS = 24
MAX_TERMS = 160
MAX_EXPONENT = 64
MAX_POWER = 1000
Polynomial = Any
RING = PolyRing([f"g{k}" for k in range(SLOTS)], QQ)
ONE = RING.one
_NO_POWERS = (0,) * SLOTS


def _from_terms(terms: Iterable[tuple[tuple[int, ...], int, int]]) -> Polynomial:
    """Return the polynomial of some exponents and coefficients."""
    return RING.from_dict({powers: QQ(numerator, denominator) for powers, numerator, denominator in terms})


def _reduced(polynomial: Polynomial) -> Any:
    """Return what pickle and copy write: its terms, without the ring and the hash, which belong to the process.

    SymPy's rings cannot be pickled: with 1.14 they fail, with 1.13 the class of their polynomials is not found. Polynomials
    of other rings are left to SymPy.
    """
    if polynomial.ring is not RING:
        return polynomial.__reduce_ex__(4)
    return _from_terms, ([(powers, int(c.numerator), int(c.denominator)) for powers, c in polynomial.iterterms()],)


copyreg.pickle(type(ONE), _reduced)


@dataclass(eq=False)
class Generator:
    """One unknown of the polynomials.

    Attributes
    ----------
    slot : int
        Its place in the exponents.
    kind : str
        "variable", "parameter", "exp", "log", "sin", "cos", "root" or "function".
    node : Node
        The formula it stands for.
    argument : Quotient or None
        What the function is applied to.
    order : int
        Of a root.
    moves : bool
        Whether it depends on the variables; one that does not is a number.
    """

    slot: int
    kind: str
    node: Node
    argument: Quotient | None = None
    order: int = 1
    moves: bool = True

    @property
    def polynomial(self) -> Polynomial:
        """The generator itself as a polynomial."""
        return RING.gens[self.slot]


@dataclass(frozen=True)
class Quotient:
    """A polynomial over a product of powers of polynomials."""

    top: Polynomial
    bottom: Mapping[Polynomial, int] = field(default_factory=dict)


class Quotients:
    """Arithmetic with quotients of polynomials in some generators.

    Parameters
    ----------
    effort : Effort, optional
        Counts the terms that are multiplied.
    """

    def __init__(self, effort: Effort | None = None) -> None:
        self.generators: list[Generator] = []
        self.effort = effort or Effort()

    def number(self, value: Any) -> Quotient:
        """Return an exact number."""
        fraction = Fraction(value)
        return Quotient(RING.ground_new(QQ(fraction.numerator, fraction.denominator)))

    def add(self, *terms: Quotient) -> Quotient:
        """Return the sum, over the smallest common denominator."""
        bottom: dict[Polynomial, int] = {}
        for term in terms:
            for factor, power in term.bottom.items():
                bottom[factor] = max(bottom.get(factor, 0), power)
        total = RING.zero
        for term in terms:
            part = term.top
            for factor, power in bottom.items():
                missing = power - term.bottom.get(factor, 0)
                if missing:
                    part = self._times(part, self._raised(factor, missing))
            total = total + part
        return Quotient(self._small(total), bottom if total else {})

    def multiply(self, *factors: Quotient) -> Quotient:
        """Return the product."""
        top, bottom = ONE, dict[Polynomial, int]()
        for quotient in factors:
            top = self._times(top, quotient.top)
            for factor, power in quotient.bottom.items():
                bottom[factor] = bottom.get(factor, 0) + power
        return Quotient(top, bottom if top else {})

    def scaled(self, quotient: Quotient, number: Any) -> Quotient:
        """Return a multiple by a rational number."""
        return self.multiply(self.number(number), quotient)

    def power(self, base: Quotient, exponent: int) -> Quotient:
        """Return a whole power, negative ones included."""
        if abs(exponent) > MAX_EXPONENT:
            raise UnsupportedError("so high a power is not written out")
        if exponent >= 0:
            return Quotient(self._raised(base.top, exponent), {f: p * exponent for f, p in base.bottom.items() if exponent})
        if not base.top:
            raise UnsupportedError("division by 0")
        top = ONE
        for factor, power in base.bottom.items():
            top = self._times(top, self._raised(factor, -power * exponent))
        content, monomial, rest = split_content(base.top)
        powers = [k * exponent for k in monomial]
        bottom = {rest: -exponent} if rest != ONE else {}
        for generator in self.generators:
            power = powers[generator.slot]
            if generator.kind == "root" and generator.argument is not None and power < 0 and len(generator.argument.top) > 1:
                whole_power, powers[generator.slot] = divmod(power, generator.order)  # 1/√u is √u/u
                radicand = generator.argument.top
                bottom[radicand] = bottom.get(radicand, 0) - whole_power
        top = self._times(top, RING.term_new(tuple(powers), content**exponent))
        return Quotient(top, bottom)

    def _times(self, left: Polynomial, right: Polynomial) -> Polynomial:
        if len(left) * len(right) > MAX_TERMS**2:
            raise UnsupportedError("the polynomials grow too long")
        self.effort.spend(len(left) * len(right))
        return self._small(self._reduced(left * right))

    def _raised(self, base: Polynomial, exponent: int) -> Polynomial:
        if len(base) == 1:
            ((monomial, coefficient),) = base.terms()
            return self._reduced(RING.term_new(tuple(k * exponent for k in monomial), coefficient**exponent))
        total = ONE
        for _ in range(exponent):
            total = self._times(total, base)
        return total

    @staticmethod
    def _small(polynomial: Polynomial) -> Polynomial:
        if len(polynomial) > MAX_TERMS:
            raise UnsupportedError("the polynomials grow too long")
        return polynomial

    def _reduced(self, polynomial: Polynomial) -> Polynomial:
        """Replace (√u)² by u and cos² by 1 − sin², until none is left."""
        for generator in reversed(self.generators):
            if generator.kind not in ("root", "cos"):
                continue
            slot, order = generator.slot, generator.order if generator.kind == "root" else 2
            least = 0 if len(self._square_of(generator)) == 1 else -MAX_POWER
            while any(monomial[slot] >= order or monomial[slot] < least for monomial in polynomial):
                polynomial = self._reduced_once(polynomial, generator, order)
        return polynomial

    def _reduced_once(self, polynomial: Polynomial, generator: Generator, order: int) -> Polynomial:
        slot, total = generator.slot, RING.zero
        replacement = self._square_of(generator)
        for monomial, coefficient in polynomial.terms():
            power = monomial[slot]
            whole_power, rest = divmod(power, order) if power >= 0 or len(replacement) == 1 else (0, power)
            if not whole_power:
                total = total + RING.term_new(monomial, coefficient)
                continue
            remaining = RING.term_new((*monomial[:slot], rest, *monomial[slot + 1 :]), coefficient)
            total = total + remaining * self._raised_unreduced(replacement, whole_power)
        return total

    @staticmethod
    def _raised_unreduced(base: Polynomial, exponent: int) -> Polynomial:
        if len(base) == 1:
            ((monomial, coefficient),) = base.terms()
            return RING.term_new(tuple(k * exponent for k in monomial), coefficient**exponent)
        return base**exponent

    @staticmethod
    def _square_of(generator: Generator) -> Polynomial:
        if generator.kind == "root" and generator.argument is not None:
            return generator.argument.top
        return ONE - RING.gens[generator.order] ** 2  # cos: `order` holds the slot of its sine

    def in_terms_of_root(self, polynomial: Polynomial, root: Generator) -> Polynomial | None:
        """Replace the highest power of a variable inside a root by the root: x² by (√(1 + x²))² − 1."""
        radicand = root.argument.top if root.argument is not None and not root.argument.bottom else RING.zero
        leads = [
            (monomial, coefficient)
            for monomial, coefficient in radicand.terms()
            if sum(1 for power in monomial if power) == 1 and max(monomial) > 1
        ]
        if not leads:
            return None
        monomial, coefficient = max(leads)
        slot = next(k for k, power in enumerate(monomial) if power)
        degree = monomial[slot]
        rest = radicand - RING.term_new(monomial, coefficient)
        instead = (RING.gens[root.slot] ** root.order - rest) * (1 / coefficient)
        for _ in range(MAX_EXPONENT):
            high = [(m, c) for m, c in polynomial.terms() if m[slot] >= degree]
            if not high:
                return polynomial
            for m, c in high:
                lower = RING.term_new((*m[:slot], m[slot] - degree, *m[slot + 1 :]), c)
                polynomial = polynomial - RING.term_new(m, c) + lower * instead
            if len(polynomial) > MAX_TERMS:
                return None
        return None

    def moves(self, quotient: Quotient) -> bool:
        """Whether a quotient depends on the variables."""
        return any(generator.moves for generator in self.in_use(quotient.top, *quotient.bottom))

    def in_use(self, *polynomials: Polynomial) -> list[Generator]:
        """Return the generators that occur in polynomials."""
        slots = {k for polynomial in polynomials for monomial in polynomial for k in range(len(self.generators)) if monomial[k]}
        return [self.generators[k] for k in sorted(slots)]

    def to_node(self, quotient: Quotient) -> Node:
        """Return the formula of a quotient."""
        node = self._polynomial_to_node(quotient.top)
        for factor, power in quotient.bottom.items():
            node = node * self._polynomial_to_node(factor) ** (-power)
        return node

    def _polynomial_to_node(self, polynomial: Polynomial) -> Node:
        total = constant(0)
        for monomial, coefficient in sorted(polynomial.terms(), reverse=True):
            term = constant(Fraction(int(coefficient.numerator), int(coefficient.denominator)))
            for k, power in enumerate(monomial):
                if power:
                    term = term * self.generators[k].node ** power
            total = total + term
        return total


def split_content(polynomial: Polynomial) -> tuple[Any, tuple[int, ...], Polynomial]:
    """Split a polynomial into a number, a monomial (with exponents of any sign) and a rest without either."""
    monomials = list(polynomial)
    common = tuple(min(monomial[k] for monomial in monomials) for k in range(SLOTS))
    shifted = RING.from_dict(
        {tuple(a - b for a, b in zip(monomial, common, strict=True)): c for monomial, c in polynomial.terms()}
    )
    content, rest = shifted.primitive()
    if rest.LC < 0:
        content, rest = -content, -rest
    return content, common, rest
