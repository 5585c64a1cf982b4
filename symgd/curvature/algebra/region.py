"""The unknowns of polynomials over a domain: where each lies, its sign, and the values and factors of polynomials in them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.factors import factors_of
from symgd.curvature.algebra.quotients import RING, Generator, Polynomial, Quotient, split_content
from symgd.curvature.algebra.ranges import Ranges
from symgd.curvature.algebra.samples import Samples
from symgd.curvature.domain import Domain
from symgd.curvature.findings import shorten
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.evaluation.exact import exact_number, exact_values, is_zero
from symgd.evaluation.float_intervals import Range, range_of_interval
from symgd.evaluation.intervals import enclose
from symgd.graph.assumptions import Bound, Interval
from symgd.graph.node import Node, constant
from symgd.graph.traversal import symbols_of

__all__ = ["Region"]

PER_FACTORING, PER_ENCLOSURE = 300, 500
"""Units of work: for each term that is factored, and for a number of 60 digits."""


class Region:
    """The generators of polynomials on one domain.

    Parameters
    ----------
    elementary : Elementary
    domain : Domain
    points : array
        Sample points inside the domain, one row each, a column for every variable.

    Attributes
    ----------
    samples : Samples
        Values at the points, which suggest what to try.
    share : float
        The share of the usual number of pieces and boxes that a search may take.
    """

    def __init__(self, elementary: Elementary, domain: Domain, points: np.ndarray) -> None:
        self.elementary = elementary
        self.domain = domain
        self.intervals = dict(domain.intervals)
        self.points = points
        self.samples = Samples(elementary, points)
        self.share = 1.0
        self._generator_signs: dict[int, tuple[int, bool]] = {}

    @property
    def effort(self) -> Effort:
        """The work that searches may do."""
        return self.elementary.effort

    def by_moving_part(self, polynomial: Polynomial) -> list[tuple[tuple[int, ...], Polynomial]]:
        """Group terms by what is unknown in them; the rest of each is a number."""
        groups: dict[tuple[int, ...], Polynomial] = {}
        constant = {g.slot for g in self.elementary.generators if self.is_number(g)}
        for monomial, coefficient in polynomial.terms():
            part = tuple(0 if slot in constant else power for slot, power in enumerate(monomial))
            rest = tuple(power if slot in constant else 0 for slot, power in enumerate(monomial))
            groups[part] = groups.get(part, RING.zero) + RING.term_new(rest, coefficient)
        return list(groups.items())

    @staticmethod
    def is_number(generator: Generator) -> bool:
        return not generator.moves and not symbols_of(generator.node)

    def sign_of_generator(self, generator: Generator) -> tuple[int, bool]:
        """Return the sign (0 where unknown) and whether it is never 0 inside the domain."""
        known = self._generator_signs.get(generator.slot)
        if known is None:
            known = self._generator_signs[generator.slot] = self._infer_sign(generator)
        return known

    def _infer_sign(self, generator: Generator) -> tuple[int, bool]:
        if generator.kind == "exp" or (generator.kind == "root" and (generator.moves or self.is_number(generator))):
            return 1, True
        interval = self.intervals.get(generator.node)
        if interval is not None:
            interior = Interval(interval.low, interval.high, True, True)  # the interior decides
            return (1, True) if interior.low >= 0 else (-1, True) if interior.high <= 0 else (0, False)
        sign = self.elementary.facts.sign(generator.node)
        if sign.is_nonnegative or sign.is_nonpositive:
            return (1 if sign.is_nonnegative else -1), sign.is_nonzero or self.keeps_inside(generator)
        low, high = Ranges(self.elementary, self.box()).generator(generator)
        if low >= 0 or high <= 0:
            return (1 if low >= 0 else -1), bool(low > 0 or high < 0) or self.keeps_inside(generator)
        return 0, False

    def keeps_inside(self, generator: Generator) -> bool:
        """Whether the generator is strictly monotone in one variable, and so reaches its end only where that does."""
        argument = generator.argument
        if generator.kind not in ("log", "exp", "root") or argument is None or argument.bottom:
            return False
        used = self.elementary.in_use(argument.top)
        return len(used) == 1 and used[0].kind == "variable" and all(sum(monomial) <= 1 for monomial in argument.top)

    def ends_with_variable(self, generator: Generator) -> bool:
        return generator.kind == "variable" or self.keeps_inside(generator)

    def ends_of(self, generator: Generator, piece: Interval | None) -> tuple[Bound, Bound]:
        """Return between which rational numbers a generator lies, rounded outward."""
        if generator.kind in ("variable", "parameter"):
            known = piece if piece is not None else self.interval_of(generator)
            return known.low, known.high
        box = self.box()
        if piece is not None:
            box = {**box, 0: range_of_interval(piece)}
        low, high = Ranges(self.elementary, box).generator(generator)
        argument = generator.argument
        if argument is not None and generator.kind in ("exp", "root"):
            within = Ranges(self.elementary, box).of_quotient(argument)
            fixed = {("exp", 0.0): 1.0, ("root", 1.0): 1.0, ("root", 0.0): 0.0}
            low, high = fixed.get((generator.kind, within[0]), low), fixed.get((generator.kind, within[1]), high)
        return (
            Fraction(low) if math.isfinite(low) else low,
            Fraction(high) if math.isfinite(high) else high,
        )

    def is_open(self, generator: Generator) -> bool:
        """Whether an unknown never reaches the end of its range inside the domain."""
        return generator.kind == "variable" or (generator.kind in ("exp", "root") and self.shift_of(generator) == (0, 1))

    def shift_of(self, generator: Generator) -> tuple[Bound, int] | None:
        low, high = self.ends_of(generator, None)
        if math.isfinite(low):
            return low, 1
        return (high, -1) if math.isfinite(high) else None

    def box(self) -> dict[int, Range]:
        ranges = {}
        for generator in self.elementary.generators:
            if generator.kind in ("variable", "parameter"):
                ranges[generator.slot] = range_of_interval(self.interval_of(generator))
        return ranges

    def interval_of(self, generator: Generator) -> Interval:
        """Return where a variable or a parameter lies."""
        interval: Interval = self.intervals.get(generator.node, generator.node.facts.interval)
        return interval

    @property
    def parameters(self) -> dict[int, Range]:
        """The ranges of what is held fixed."""
        return {slot: value for slot, value in self.box().items() if self.elementary.generators[slot].kind == "parameter"}

    def sides_of_box(self, factor: Polynomial) -> tuple[list[int], list[Interval]]:
        """Return the slots of the variables and parameters on which a polynomial depends, and where these lie."""
        slots = sorted(slot for slot in self.box() if self._matters(factor, slot))
        return slots, [self.interval_of(self.elementary.generators[k]) for k in slots]

    def _matters(self, factor: Polynomial, slot: int) -> bool:
        node = self.elementary.generators[slot].node
        return any(generator.node is node or node in symbols_of(generator.node) for generator in self.elementary.in_use(factor))

    def has_parameters(self, factor: Polynomial) -> bool:
        return any(not g.moves and not self.is_number(g) for g in self.elementary.in_use(factor))

    def factors(self, polynomial: Polynomial) -> list[tuple[Polynomial, int]]:
        """Return the irreducible factors of a polynomial without content."""
        self.effort.spend(PER_FACTORING * len(polynomial))
        return factors_of(polynomial, [generator.slot for generator in self.elementary.in_use(polynomial)])

    def factored(self, quotient: Quotient) -> Node:
        """Return the formula of a quotient as a product of its factors."""
        if not quotient.top:
            return constant(0)
        content, monomial, rest = split_content(quotient.top)
        product = self.elementary.to_node(Quotient(RING.term_new(monomial, content)))
        for factor, power in (*self.factors(rest), *((factor, -power) for factor, power in quotient.bottom.items())):
            product = product * self.elementary.to_node(Quotient(factor)) ** power
        return product

    def sign_of_constant(self, polynomial: Polynomial) -> int | None:
        """Return the sign of a polynomial in numbers such as π and √2; None where 60 digits do not decide it."""
        if not polynomial:
            return 0
        if not self.elementary.in_use(polynomial):
            return 1 if polynomial.LC > 0 else -1
        if any(not self.is_number(generator) for generator in self.elementary.in_use(polynomial)):
            return None
        self.effort.spend(PER_ENCLOSURE)
        try:
            value = enclose(self.elementary.to_node(Quotient(polynomial)), {})
        except SymgdError:
            return None
        return 1 if value.a > 0 else -1 if value.b < 0 else None

    def exact_sign(self, polynomial: Polynomial, point: Fraction) -> int | None:
        """Return the sign of the value at a rational point, from 60 digits or exactly."""
        node = self.elementary.to_node(Quotient(polynomial))
        variable = self.elementary.variables[0]
        self.effort.spend(PER_ENCLOSURE)
        try:
            value = enclose(node, {variable: point})
        except SymgdError:
            value = None
        if value is not None and (value.a > 0 or value.b < 0):
            return 1 if value.a > 0 else -1
        try:
            (exact,) = exact_values([node], {variable: exact_number(point)})
            return 0 if is_zero(exact) else None
        except (SymgdError, TypeError, ValueError):
            return None

    def shown(self, polynomial: Polynomial) -> str:
        """Return a polynomial as text."""
        return shorten(self.elementary.to_node(Quotient(polynomial)))
