"""The sign of a polynomial in generators over the domain: split into factors, each decided by the cheapest means that can.

1. terms whose signs are evident;
2. one unknown: isolated real roots;
3. a polynomial in the variables: shifted to the domain's ends, then a sum of squares;
4. one variable: the calculus of :mod:`symgd.curvature.algebra.calculus`;
5. several variables: branch and bound.

Values at sample points tell which sign to try, and stop early where both occur; they prove nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import QQ

from symgd.curvature.algebra.boxes import sign_by_boxes
from symgd.curvature.algebra.calculus import sign_by_calculus
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.factors import factors_of
from symgd.curvature.algebra.quotients import ONE, RING, Generator, Polynomial, Quotient, split_content
from symgd.curvature.algebra.ranges import Range, Ranges, range_of_interval
from symgd.curvature.algebra.roots import Univariate, is_sign_by_sturm, sign_on_interval
from symgd.curvature.algebra.samples import Samples
from symgd.curvature.algebra.squares import Gram, decompose
from symgd.curvature.domain import Domain
from symgd.curvature.findings import shorten
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.evaluation.exact import exact_number, exact_values
from symgd.evaluation.intervals import enclose
from symgd.graph.assumptions import Bound, Interval, Sign
from symgd.graph.node import Node, constant, symbols_of
from symgd.graph.primitive import Requirement

__all__ = ["Assumed", "Given", "SignOf", "Signed", "Signs"]

MAX_SQUARES_TERMS = 60
MAX_SQUARES_DEGREE = 16
PER_FACTORING, PER_ROOTS, PER_SQUARES, PER_ENCLOSURE = 300, 1_000, 20_000, 500
"""Units of work: for each term that is factored, for each degree of a polynomial whose roots are counted, for a search of a
sum of squares, for a number of 60 digits."""


@dataclass(frozen=True)
class SignOf:
    """The statement that a polynomial has a sign.

    Attributes
    ----------
    signs : Signs
        What the generators are, and the domain.
    polynomial : Polynomial
    sign : int
        +1 where it is ≥ 0 everywhere, −1 where it is ≤ 0.
    touching : tuple of Polynomial
        Factors outside whose zeros it is not 0; none where it is never 0.
    piece : Interval or None
        Where, for a polynomial in one variable; None for the whole domain.
    """

    signs: Signs
    polynomial: Polynomial
    sign: int
    touching: tuple[Polynomial, ...] = ()
    piece: Interval | None = None


@dataclass(frozen=True)
class Assumed:
    """The statement that a product of factors has a sign because the domain says so.

    Attributes
    ----------
    signs : Signs
    polynomial : Polynomial
    sign : int
    """

    signs: Signs
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


class Signs:
    """Decides signs over one domain.

    Parameters
    ----------
    elementary : Elementary
    domain : Domain
        Its own inequalities are known.
    points : array
        Sample points inside the domain, one row each, a column for every variable.

    Attributes
    ----------
    samples : Samples
        Values at the points, which tell what to try.
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
        self._found: dict[Polynomial, Signed | None] = {}
        self._generator_signs: dict[int, tuple[int, bool]] = {}
        self._assumed: list[tuple[dict[Polynomial, int], int, Step]] = []
        for node, where in (*domain.positive.items(), *domain.natural.items()):
            self._assume(node, where)

    @property
    def effort(self) -> Effort:
        """The work that searches may do."""
        return self.elementary.effort

    # -- the question -----------------------------------------------------------------------------------------

    def of_quotient(self, quotient: Quotient) -> Signed | None:
        """Return the proven sign of a quotient inside the domain, or None."""
        if not quotient.top:
            return Signed(0, (), ())
        bottom = [(factor, power) for factor, power in quotient.bottom.items() if power % 2]
        result = self.of(quotient.top)
        for factor, _ in bottom:
            if result is None:
                return None
            below = self.of(factor)
            if below is None:
                return None
            steps = tuple(dict.fromkeys(result.steps + below.steps))
            result = Signed(result.sign * below.sign, result.touching, steps)
        return result

    def of(self, polynomial: Polynomial) -> Signed | None:
        """Return the proven sign of a polynomial inside the domain, or None."""
        if not polynomial:
            return Signed(0, (), ())
        if polynomial not in self._found:
            self._found[polynomial] = self._by_factors(polynomial)
        return self._found[polynomial]

    def _by_factors(self, polynomial: Polynomial) -> Signed | None:
        content, monomial, rest = split_content(polynomial)
        sign, touching, steps = (1 if content > 0 else -1), list[Polynomial](), list[Step]()
        parts = [(self.elementary.generators[k].polynomial, power) for k, power in enumerate(monomial) if power]
        factors = dict(self.factors(rest))
        for known, way, step in self._assumed:  # products whose sign the domain tells
            while factors and all(factors.get(one, 0) >= power for one, power in known.items()):
                factors = {one: power - known.get(one, 0) for one, power in factors.items()}
                sign *= way
                steps += [step] if step not in steps else []
        parts += [(one, power) for one, power in factors.items() if power]
        for factor, power in parts:
            found = self._factor(factor)
            if power % 2 == 0:
                if power < 0:  # it stands in a denominator
                    continue
                if found is None or found.touching == (factor,):
                    touching.append(factor)
                else:
                    touching += found.touching
                    steps += [step for step in found.steps if step not in steps]
                continue
            if found is None:
                return None
            sign *= found.sign
            if power > 0:
                touching += found.touching
            steps += [step for step in found.steps if step not in steps]
        return Signed(sign, tuple(touching), tuple(steps))

    def _factor(self, factor: Polynomial) -> Signed | None:
        if factor not in self._found:
            self._found[factor] = None  # while it is being decided
            self._found[factor] = self._decided(factor)
        return self._found[factor]

    def _decided(self, factor: Polynomial) -> Signed | None:
        for attempt in (self._evident, self._one_unknown):
            found = attempt(factor)
            if found is not None:
                return found
        guess = self.samples.guess(factor)
        if guess is None:
            return None
        other = self._by_roots_alone(factor)
        if other is not None:
            return other
        for search in (self._squares, self._calculus, self._boxes):
            if self.effort.is_used_up:
                return None
            found = search(factor, guess)
            if found is not None:
                return found
        return None

    def _assume(self, node: Node, where: Requirement) -> None:
        """Take the sign of a formula for granted inside the domain: the domain is defined by it."""
        conclusion = self.assumption(node, where)
        if conclusion is None:
            return
        step = step_by(by_assumption, (self, node, where), conclusion)
        polynomial, way = conclusion.statement.polynomial, conclusion.statement.sign
        factors = self.factors(polynomial)
        if len(factors) == 1 and factors[0][1] == 1:
            self._found[factors[0][0]] = Signed(way, (), (step,))
        else:
            self._assumed.append((dict(factors), way, step))

    def assumption(self, node: Node, where: Requirement) -> Conclusion | None:
        """Return the sign that an inequality of the domain gives to a polynomial, or None where it gives none."""
        if not isinstance(where, Sign) or where == Sign.NONZERO or not (where.is_nonnegative or where.is_nonpositive):
            return None
        try:
            quotient = self.elementary.of(node)
        except SymgdError:
            return None
        if quotient.bottom:
            return None
        content, monomial, rest = split_content(quotient.top)
        if any(monomial) or rest == ONE:
            return None
        way = (1 if where.is_nonnegative else -1) * (1 if content > 0 else -1)
        claim = f"{self.shown(rest)} {'>' if way > 0 else '<'} 0"
        return Conclusion(Assumed(self, rest, way), claim, f"inside the domain: {node}")

    def vanishes_rarely(self, polynomial: Polynomial) -> bool:
        """Whether two terms of a sum of terms that are ≥ 0 vanish on different planes only."""
        if self.evident(polynomial) is None:
            return False
        kept = [{k for k, power in enumerate(monomial) if power} for monomial in polynomial]
        return any(not (a & b) for a in kept for b in kept)

    # -- the means --------------------------------------------------------------------------------------------

    def _evident(self, factor: Polynomial) -> Signed | None:
        conclusion = self.evident(factor)
        if conclusion is None:
            return None
        step = step_by(by_terms, (self, factor), conclusion)
        return Signed(conclusion.statement.sign, conclusion.statement.touching, (step,))

    def evident(self, factor: Polynomial) -> Conclusion | None:
        """Conclude from terms that all have the same sign."""
        signs: set[int] = set()
        zeros: list[list[Any]] = []
        for part, number in self._by_moving_part(factor):
            sign = self.sign_of_constant(number)
            if sign is None:
                return None
            if sign == 0:
                continue
            vanishing: list[Any] = []
            for slot, power in enumerate(part):
                if not power:
                    continue
                generator = self.elementary.generators[slot]
                own = self._sign_of_generator(generator)
                if own[0] == 0 and power % 2:
                    return None
                if power % 2:
                    sign *= own[0]
                if not own[1] and power > 0:
                    vanishing.append(generator.polynomial)
            signs.add(sign)
            zeros.append(vanishing)
        if len(signs) != 1:
            return None
        (sign,) = signs
        touching = () if any(not one for one in zeros) else tuple(sorted(zeros, key=len)[0])
        claim = f"{self.shown(factor)} {'≥' if sign > 0 else '≤'} 0"
        return Conclusion(SignOf(self, factor, sign, touching), claim, "every term has this sign")

    def evident_again(self, factor: Polynomial) -> int | None:
        """Repeat from the signs that the graph infers, without the generators' own."""
        try:
            sign = self.elementary.facts.sign(self.elementary.to_node(Quotient(factor)))
        except SymgdError:  # pragma: no cover
            return None
        if sign.is_nonnegative:
            return 1
        if sign.is_nonpositive:
            return -1
        ranges = Ranges(self.elementary, self._box()).of(factor)
        if ranges[0] >= 0 or ranges[1] <= 0:
            return 1 if ranges[0] >= 0 else -1
        groups = self._by_moving_part(factor)
        signs = {self._term_sign(part) * (self.sign_of_constant(number) or 0) for part, number in groups}
        return signs.pop() if len(signs) == 1 else None

    def _term_sign(self, monomial: Sequence[int]) -> int:
        sign = 1
        for slot, power in enumerate(monomial):
            if power % 2:
                sign *= self._sign_of_generator(self.elementary.generators[slot])[0]
        return sign

    def _by_moving_part(self, polynomial: Polynomial) -> list[tuple[tuple[int, ...], Polynomial]]:
        """Group terms by what is unknown in them; the rest of each is a number."""
        groups: dict[tuple[int, ...], Polynomial] = {}
        constant = {g.slot for g in self.elementary.generators if self._is_number(g)}
        for monomial, coefficient in polynomial.terms():
            part = tuple(0 if slot in constant else power for slot, power in enumerate(monomial))
            rest = tuple(power if slot in constant else 0 for slot, power in enumerate(monomial))
            groups[part] = groups.get(part, RING.zero) + RING.term_new(rest, coefficient)
        return list(groups.items())

    @staticmethod
    def _is_number(generator: Generator) -> bool:
        return not generator.moves and not symbols_of(generator.node)

    def _sign_of_generator(self, generator: Generator) -> tuple[int, bool]:
        """Return the sign (0 where unknown) and whether it is never 0 inside the domain."""
        known = self._generator_signs.get(generator.slot)
        if known is None:
            known = self._generator_signs[generator.slot] = self._infer_sign(generator)
        return known

    def _infer_sign(self, generator: Generator) -> tuple[int, bool]:
        if generator.kind == "exp" or (generator.kind == "root" and (generator.moves or self._is_number(generator))):
            return 1, True
        interval = self.intervals.get(generator.node)
        if interval is not None:
            inside = Interval(interval.low, interval.high, True, True)  # the interior decides
            return (1, True) if inside.low >= 0 else (-1, True) if inside.high <= 0 else (0, False)
        sign = self.elementary.facts.sign(generator.node)
        if sign.is_nonnegative or sign.is_nonpositive:
            return (1 if sign.is_nonnegative else -1), sign.is_nonzero or self._keeps_inside(generator)
        low, high = Ranges(self.elementary, self._box()).generator(generator)
        if low >= 0 or high <= 0:
            return (1 if low >= 0 else -1), bool(low > 0 or high < 0) or self._keeps_inside(generator)
        return 0, False

    def _keeps_inside(self, generator: Generator) -> bool:
        """Whether the generator runs one way strictly in one variable, and so ends only where that does."""
        inside = generator.argument
        if generator.kind not in ("log", "exp", "root") or inside is None or inside.bottom:
            return False
        used = self.elementary.in_use(inside.top)
        return len(used) == 1 and used[0].kind == "variable" and all(sum(monomial) <= 1 for monomial in inside.top)

    def _ends_with_variable(self, generator: Generator) -> bool:
        return generator.kind == "variable" or self._keeps_inside(generator)

    def _one_unknown(self, factor: Polynomial) -> Signed | None:
        found = self.by_roots(factor, None)
        if found is None:
            return None
        sign, strict, step = found
        return Signed(sign, () if strict else (factor,), (step,))

    def _by_roots_alone(self, factor: Polynomial) -> Signed | None:
        """Write x² as (√(1 + x²))² − 1, the other way round than the normal form does, and look at the factors again."""
        for generator in self.elementary.in_use(factor):
            if generator.kind != "root" or not generator.moves:
                continue
            written = self.elementary.in_terms_of_root(factor, generator)
            if written is None or written == factor:
                continue
            if split_content(written)[2] == factor or len(written) > len(factor):
                continue
            found = self._by_factors(written)
            if found is not None:
                conclusion = self.with_root(factor, generator, written, found)
                step = step_by(by_root, (self, factor, generator), conclusion, found.steps)
                return Signed(found.sign, conclusion.statement.touching, (step,))
        return None

    def with_root(self, factor: Polynomial, generator: Generator, written: Polynomial, found: Signed) -> Conclusion:
        """Return what the sign of a polynomial written with a root says of the polynomial itself."""
        touching = (factor,) if found.touching else ()
        claim = f"{self.shown(factor)} = {shorten(self.factored(Quotient(written)))}"
        return Conclusion(SignOf(self, factor, found.sign, touching), claim, f"written with {generator.node}")

    def by_roots(self, factor: Polynomial, piece: Interval | None) -> tuple[int, bool, Step] | None:
        """Decide a polynomial in one generator by its real roots; `piece` restricts the one variable."""
        univariate = self.in_one_unknown(factor, piece)
        conclusion = None if univariate is None else self.of_univariate(univariate, factor, piece)
        if conclusion is None:
            return None
        statement = conclusion.statement
        return statement.sign, not statement.touching, step_by(by_real_roots, (self, factor, piece), conclusion)

    def of_univariate(self, univariate: Univariate, factor: Polynomial, piece: Interval | None) -> Conclusion | None:
        """Conclude from the isolated real roots of a polynomial that was brought to one unknown."""
        self.effort.spend(PER_ROOTS * len(univariate.coefficients))
        found = sign_on_interval(univariate)
        if found is None:
            return None
        sign, strict, claim, because = found
        return Conclusion(self.statement(factor, sign, strict, piece), claim, because)

    def in_one_unknown(self, factor: Polynomial, piece: Interval | None) -> Univariate | None:
        """Return a polynomial in one generator with the interval that this runs through, or None for any other."""
        used = self.elementary.in_use(factor)
        if any(not generator.moves for generator in used):
            return None
        target, factor = self._as_one(used, factor)
        if target is None:
            return None
        lowest = min(monomial[target.slot] for monomial in factor)
        powers = {
            monomial[target.slot] - lowest: Fraction(int(c.numerator), int(c.denominator)) for monomial, c in factor.terms()
        }
        if lowest % 2 and self._sign_of_generator(target)[0] != 1:
            return None
        low, high = self._ends_of(target, piece)
        coefficients = tuple(powers.get(k, Fraction(0)) for k in range(max(powers) + 1))
        return Univariate(coefficients, low, high, str(target.node), attains_ends=not self._ends_with_variable(target))

    def _as_one(self, used: Sequence[Generator], factor: Polynomial) -> tuple[Generator | None, Polynomial]:
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

    def _ends_of(self, generator: Generator, piece: Interval | None) -> tuple[Bound, Bound]:
        """Return between which rational numbers a generator lies, rounded outward."""
        if generator.kind in ("variable", "parameter"):
            known = piece if piece is not None else self._interval_of(generator)
            return known.low, known.high
        box = self._box()
        if piece is not None:
            box = {**box, 0: range_of_interval(piece)}
        low, high = Ranges(self.elementary, box).generator(generator)
        inside = generator.argument
        if inside is not None and generator.kind in ("exp", "root"):
            within = Ranges(self.elementary, box).of_quotient(inside)
            fixed = {("exp", 0.0): 1.0, ("root", 1.0): 1.0, ("root", 0.0): 0.0}
            low, high = fixed.get((generator.kind, within[0]), low), fixed.get((generator.kind, within[1]), high)
        return (
            Fraction(low) if math.isfinite(low) else low,
            Fraction(high) if math.isfinite(high) else high,
        )

    def _squares(self, factor: Polynomial, guess: int) -> Signed | None:
        """A polynomial moved to the ends of its unknowns' ranges, as a sum of squares or with positive terms.

        The generators count as independent, which can only ask for more than is true.
        """
        used = self.elementary.in_use(factor)
        if any(self._is_number(generator) for generator in used) or len(factor) > MAX_SQUARES_TERMS:
            return None
        if max(sum(monomial) for monomial in factor) > MAX_SQUARES_DEGREE:
            return None
        conclusion = self.positive_coefficients(factor, guess)
        if conclusion is not None:
            step = step_by(by_coefficients, (self, factor, guess), conclusion)
        else:
            self.effort.spend(PER_SQUARES)
            gram = decompose(self._for_squares(factor, guess)[0])
            if gram is None:
                return None
            conclusion = self.sum_of_squares(factor, guess, gram)
            step = step_by(by_squares, (self, factor, guess, gram), conclusion)
        return Signed(guess, conclusion.statement.touching, (step,))

    def _plain(self, factor: Polynomial, guess: int) -> tuple[dict[tuple[int, ...], Fraction], str]:
        """Return ±factor moved to the ends of its unknowns' ranges, as coefficients, and how it was moved."""
        used = self.elementary.in_use(factor)
        moved, described = self._moved(factor if guess > 0 else -factor, used)
        numbers = {
            tuple(monomial[g.slot] for g in used): Fraction(int(c.numerator), int(c.denominator))
            for monomial, c in moved.terms()
        }
        return numbers, described

    def positive_coefficients(self, factor: Polynomial, guess: int) -> Conclusion | None:
        """Conclude from coefficients that are all positive, of terms that are not negative."""
        used = self.elementary.in_use(factor)
        plain, described = self._plain(factor, guess)
        free = [k for k, g in enumerate(used) if self._shift_of(g) is None]
        if not all(value > 0 for value in plain.values()) or any(monomial[k] % 2 for monomial in plain for k in free):
            return None
        strict = (0,) * len(used) in plain or all(self._is_open(g) for g in used)
        claim = f"{self.shown(factor)} {'≥' if guess > 0 else '≤'} 0"
        return Conclusion(self.statement(factor, guess, strict), claim, f"all coefficients are positive {described}")

    def _for_squares(self, factor: Polynomial, guess: int) -> tuple[dict[tuple[int, ...], Fraction], str]:
        """Return the same with every unknown t ≥ 0 written as a square."""
        used = self.elementary.in_use(factor)
        plain, described = self._plain(factor, guess)
        bounded = [self._shift_of(g) is not None for g in used]
        doubled = {
            tuple(power * 2 if is_bounded else power for power, is_bounded in zip(monomial, bounded, strict=True)): value
            for monomial, value in plain.items()
        }
        return doubled, described

    def sum_of_squares(self, factor: Polynomial, guess: int, gram: Gram) -> Conclusion:
        """Conclude from a Gram form."""
        used = self.elementary.in_use(factor)
        described = self._for_squares(factor, guess)[1]
        touching: tuple[Polynomial, ...] = (factor,)
        if gram.is_definite and (0,) * len(used) in gram.monomials:
            touching = ()
        elif gram.is_definite and all(self._shift_of(g) is None for g in used):
            touching = tuple(self._smallest_zeros(gram.monomials, used))
        claim = f"{self.shown(factor)} {'≥' if guess > 0 else '≤'} 0"
        because = f"a sum of {len(gram.monomials)} squares{described}"
        return Conclusion(SignOf(self, factor, guess, touching), claim, because)

    def is_sum_of_squares(self, factor: Polynomial, guess: int, gram: Gram) -> bool:
        """Whether a Gram form is that of a polynomial, exactly."""
        return gram.check(self._for_squares(factor, guess)[0])

    def _is_open(self, generator: Generator) -> bool:
        """Whether an unknown never reaches the end of its range inside the domain."""
        return generator.kind == "variable" or (generator.kind in ("exp", "root") and self._shift_of(generator) == (0, 1))

    @staticmethod
    def _smallest_zeros(monomials: Sequence[tuple[int, ...]], used: Sequence[Generator]) -> list[Polynomial]:
        """A definite Gram form vanishes only where all its monomials do, so where this variable is 0."""
        for k, generator in enumerate(used):
            if any(m[k] and not any(m[:k] + m[k + 1 :]) for m in monomials):
                return [generator.polynomial]
        return [generator.polynomial for generator in used]

    def _shift_of(self, generator: Generator) -> tuple[Bound, int] | None:
        low, high = self._ends_of(generator, None)
        if math.isfinite(low):
            return low, 1
        return (high, -1) if math.isfinite(high) else None

    def _moved(self, polynomial: Polynomial, used: Sequence[Generator]) -> tuple[Polynomial, str]:
        """Replace every variable with an end by end ± t, t ≥ 0; exponents must not be negative."""
        described: list[str] = []
        for generator in used:
            shift = self._shift_of(generator)
            if shift is None or shift == (0, 1):
                if shift is not None:
                    described.append(f"{generator.node} ≥ 0")
                continue
            end, way = Fraction(shift[0]), shift[1]
            inside = RING.ground_new(QQ(end.numerator, end.denominator)) + way * generator.polynomial
            total = RING.zero
            for monomial, coefficient in polynomial.terms():
                power = monomial[generator.slot]
                rest = (*monomial[: generator.slot], 0, *monomial[generator.slot + 1 :])
                total = total + RING.term_new(rest, coefficient) * inside**power
            polynomial = total
            described.append(f"{generator.node} = {end} {'+' if way > 0 else '−'} t")
        return polynomial, f" for {', '.join(described)}" if described else ""

    def _calculus(self, factor: Polynomial, guess: int) -> Signed | None:
        if len(self.elementary.variables) != 1 or self._has_parameters(factor):
            return None
        step = sign_by_calculus(self, factor, self.intervals[self.elementary.variables[0]], guess)
        return None if step is None else Signed(guess, (factor,), (step,))

    def _boxes(self, factor: Polynomial, guess: int) -> Signed | None:
        found = sign_by_boxes(self, factor, *self.sides_of_box(factor), guess)
        return None if found is None else Signed(guess, found.statement.touching, (found,))

    def sides_of_box(self, factor: Polynomial) -> tuple[list[int], list[Interval]]:
        """Return the slots of the variables and parameters on which a polynomial depends, and where these lie."""
        slots = sorted(slot for slot in self._box() if self._matters(factor, slot))
        return slots, [self._interval_of(self.elementary.generators[k]) for k in slots]

    def statement(self, factor: Polynomial, sign: int, strict: bool, piece: Interval | None = None) -> SignOf:
        """Return the statement that a polynomial has a sign, and is never 0 where it is strict."""
        return SignOf(self, factor, sign, () if strict else (factor,), piece)

    def stated_on(self, premises: Premises, factor: Polynomial, piece: Interval) -> int | None:
        """Return the sign of a factor on a piece that premises state, or None."""
        found = premises.find(SignOf, lambda one: one.polynomial in (factor, -factor), signs=self, piece=piece)
        return None if found is None else found.sign if found.polynomial == factor else -found.sign

    def pieces_stated(self, premises: Premises, polynomial: Polynomial) -> list[Interval]:
        """Return the pieces on which premises state that a polynomial is ≥ 0."""
        stated = premises.of(SignOf)
        if any((one.signs, one.polynomial, one.sign) != (self, polynomial, 1) for one in stated):
            return []
        return [one.piece for one in stated if one.piece is not None]

    def _matters(self, factor: Polynomial, slot: int) -> bool:
        node = self.elementary.generators[slot].node
        return any(generator.node is node or node in symbols_of(generator.node) for generator in self.elementary.in_use(factor))

    def _has_parameters(self, factor: Polynomial) -> bool:
        return any(not g.moves and not self._is_number(g) for g in self.elementary.in_use(factor))

    def _box(self) -> dict[int, Range]:
        box = {}
        for generator in self.elementary.generators:
            if generator.kind in ("variable", "parameter"):
                box[generator.slot] = range_of_interval(self._interval_of(generator))
        return box

    def _interval_of(self, generator: Generator) -> Interval:
        """Return where a variable or a parameter lies."""
        interval: Interval = self.intervals.get(generator.node, generator.node.facts.interval)
        return interval

    @property
    def parameters(self) -> dict[int, Range]:
        """The ranges of what is held fixed."""
        return {slot: value for slot, value in self._box().items() if self.elementary.generators[slot].kind == "parameter"}

    # -- factors ----------------------------------------------------------------------------------------------

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

    # -- values -----------------------------------------------------------------------------------------------

    def sign_of_constant(self, polynomial: Polynomial) -> int | None:
        """Return the sign of a polynomial in numbers such as π and √2; None where 60 digits do not tell."""
        if not polynomial:
            return 0
        if not self.elementary.in_use(polynomial):
            return 1 if polynomial.LC > 0 else -1
        if any(not self._is_number(generator) for generator in self.elementary.in_use(polynomial)):
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
        except (SymgdError, TypeError, ValueError):
            return None
        return 0 if exact.is_zero else None

    def shown(self, polynomial: Polynomial) -> str:
        """Return a polynomial as text."""
        return shorten(self.elementary.to_node(Quotient(polynomial)))


class Given(Signs):
    """Signs that are taken from the premises of a step; nothing is searched.

    Parameters
    ----------
    signs : Signs
    premises : Premises
    """

    def __init__(self, signs: Signs, premises: Premises) -> None:
        self.__dict__.update(signs.__dict__)
        self.origin, self.premises = signs, premises
        self._found = {}
        self._assumed = [one for one in signs._assumed if self._states(one[2].statement)]

    def _states(self, assumed: Assumed) -> bool:
        return self.premises.find(Assumed, signs=self.origin, polynomial=assumed.polynomial, sign=assumed.sign) is not None

    def _decided(self, factor: Polynomial) -> Signed | None:
        assumed = self.premises.find(Assumed, lambda one: one.polynomial in (factor, -factor), signs=self.origin)
        if assumed is not None:
            return Signed(assumed.sign if assumed.polynomial == factor else -assumed.sign, (), ())
        found = self.premises.find(SignOf, lambda one: self._is_about(one, factor), signs=self.origin)
        if found is None:
            return None
        if found.polynomial == factor:
            return Signed(found.sign, found.touching, ())
        return Signed(-found.sign, tuple(factor if one == found.polynomial else one for one in found.touching), ())

    def _is_about(self, statement: SignOf, factor: Polynomial) -> bool:
        """Whether a statement is about a factor, or the negative of it, on the whole domain."""
        if statement.polynomial not in (factor, -factor):
            return False
        if statement.piece is None:
            return True
        (whole, *others) = self.intervals.values()
        return not others and (statement.piece.low, statement.piece.high) == (whole.low, whole.high)


# -- the rules ------------------------------------------------------------------------------------------------


@rule
def by_assumption(premises: Premises, signs: Signs, node: Node, where: Requirement) -> Conclusion | None:
    """Conclude from an inequality of the domain."""
    given = (*signs.domain.positive.items(), *signs.domain.natural.items())
    return signs.assumption(node, where) if (node, where) in given else None


@rule
def by_terms(premises: Premises, signs: Signs, factor: Polynomial) -> Conclusion | None:
    """Conclude from the signs of the terms; the graph's inference or interval arithmetic must agree."""
    found = signs.evident(factor)
    return found if found is not None and signs.evident_again(factor) == found.statement.sign else None


@rule
def by_real_roots(premises: Premises, signs: Signs, factor: Polynomial, piece: Interval | None) -> Conclusion | None:
    """Conclude from isolated real roots; Sturm's theorem, which isolates none, must agree."""
    univariate = signs.in_one_unknown(factor, piece)
    conclusion = None if univariate is None else signs.of_univariate(univariate, factor, piece)
    if univariate is None or conclusion is None or not is_sign_by_sturm(univariate, conclusion.statement.sign):
        return None
    return conclusion


@rule
def by_root(premises: Premises, signs: Signs, factor: Polynomial, generator: Generator) -> Conclusion | None:
    """Conclude from the factors of a polynomial in which x is written as the square of a root."""
    written = signs.elementary.in_terms_of_root(factor, generator)
    found = None if written is None else Given(signs, premises).of(written)
    return None if written is None or found is None else signs.with_root(factor, generator, written, found)


@rule
def by_coefficients(premises: Premises, signs: Signs, factor: Polynomial, guess: int) -> Conclusion | None:
    """Conclude from positive coefficients."""
    return signs.positive_coefficients(factor, guess)


@rule
def by_squares(premises: Premises, signs: Signs, factor: Polynomial, guess: int, gram: Gram) -> Conclusion | None:
    """Conclude from a sum of squares, whose identity is checked exactly."""
    return signs.sum_of_squares(factor, guess, gram) if signs.is_sum_of_squares(factor, guess, gram) else None
