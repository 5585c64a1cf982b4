"""The sign of a polynomial in generators over the domain: split into factors, each decided by the cheapest means that can.

1. terms whose signs are evident;
2. one unknown: isolated real roots;
3. an inequality of the domain: its multiple, and a remainder of the same sign;
4. a polynomial in the variables: shifted to the domain's ends, then a sum of squares;
5. one variable: the calculus of :mod:`symgd.curvature.algebra.calculus`;
6. several variables: branch and bound.

Values at sample points suggest which sign to try, and stop early where both occur; they prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from symgd.curvature.algebra.boxes import sign_by_boxes
from symgd.curvature.algebra.calculus import sign_by_calculus
from symgd.curvature.algebra.division import sign_by_division
from symgd.curvature.algebra.one_unknown import sign_by_roots
from symgd.curvature.algebra.positivity import sign_by_squares
from symgd.curvature.algebra.quotients import ONE, Generator, Polynomial, Quotient, split_content
from symgd.curvature.algebra.region import Region
from symgd.curvature.algebra.statements import Assumed, Signed, SignOf
from symgd.curvature.algebra.terms import sign_by_terms
from symgd.curvature.findings import shorten
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.errors import SymgdError
from symgd.graph.assumptions import Sign
from symgd.graph.node import Node
from symgd.graph.primitive import Requirement

__all__ = ["Given", "Signs"]


class Signs:
    """Decides signs over one region.

    Parameters
    ----------
    region : Region
        The inequalities of its domain are known.
    """

    def __init__(self, region: Region) -> None:
        self.region = region
        self._found: dict[Polynomial, Signed | None] = {}
        self._assumed: list[tuple[dict[Polynomial, int], int, Step]] = []
        self._divisors: list[Step] = []
        for factors, sign, step in _assumptions(region):
            if _is_single(factors):
                self._found[factors[0][0]] = Signed(sign, (), (step,))
                self._divisors.append(step)
            else:
                self._assumed.append((dict(factors), sign, step))

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
        parts = [(self.region.elementary.generators[k].polynomial, power) for k, power in enumerate(monomial) if power]
        factors = dict(self.region.factors(rest))
        for known, known_sign, step in self._assumed:  # products whose sign the domain implies
            while factors and all(factors.get(part, 0) >= power for part, power in known.items()):
                factors = {part: power - known.get(part, 0) for part, power in factors.items()}
                sign *= known_sign
                steps += [step] if step not in steps else []
        parts += [(part, power) for part, power in factors.items() if power]
        for factor, power in parts:
            signed = self._factor(factor)
            if power % 2 == 0:
                if power < 0:  # it stands in a denominator
                    continue
                if signed is None or signed.touching == (factor,):
                    touching.append(factor)
                else:
                    touching += signed.touching
                    steps += [step for step in signed.steps if step not in steps]
                continue
            if signed is None:
                return None
            sign *= signed.sign
            if power > 0:
                touching += signed.touching
            steps += [step for step in signed.steps if step not in steps]
        return Signed(sign, tuple(touching), tuple(steps))

    def _factor(self, factor: Polynomial) -> Signed | None:
        if factor not in self._found:
            self._found[factor] = None  # while it is being decided
            self._found[factor] = self._decided(factor)
        return self._found[factor]

    def _decided(self, factor: Polynomial) -> Signed | None:
        for attempt in (sign_by_terms, _of_one_unknown):
            signed = attempt(self.region, factor)
            if signed is not None:
                return signed
        signed = sign_by_division(self.region, factor, self._divisors)
        if signed is not None:
            return signed
        guess = self.region.samples.guess(factor)
        if guess is None:
            return None
        other = self._by_roots_alone(factor)
        if other is not None:
            return other
        for search in (sign_by_squares, _by_calculus, _by_boxes):
            if self.region.effort.is_used_up:
                return None
            signed = search(self.region, factor, guess)
            if signed is not None:
                return signed
        return None

    def _by_roots_alone(self, factor: Polynomial) -> Signed | None:
        """Write x² as (√(1 + x²))² − 1, the other way round than the normal form does, and look at the factors again."""
        for generator in self.region.elementary.in_use(factor):
            if generator.kind != "root" or not generator.moves:
                continue
            written = self.region.elementary.in_terms_of_root(factor, generator)
            if written is None or written == factor:
                continue
            if split_content(written)[2] == factor or len(written) > len(factor):
                continue
            signed = self._by_factors(written)
            if signed is not None:
                conclusion = _with_root(self.region, factor, generator, written, signed)
                step = step_by(by_root, (self.region, factor, generator), conclusion, signed.steps)
                return Signed(signed.sign, conclusion.statement.touching, (step,))
        return None


class Given(Signs):
    """Signs that are taken from the premises of a step; nothing is searched.

    Parameters
    ----------
    region : Region
    premises : Premises
    """

    def __init__(self, region: Region, premises: Premises) -> None:
        self.region, self.premises = region, premises
        self._found = {}
        self._assumed = [
            (dict(factors), sign, step)
            for factors, sign, step in _assumptions(region)
            if not _is_single(factors) and self._states(step.statement)
        ]

    def _states(self, assumed: Assumed) -> bool:
        return self.premises.find(Assumed, region=self.region, polynomial=assumed.polynomial, sign=assumed.sign) is not None

    def _decided(self, factor: Polynomial) -> Signed | None:
        assumed = self.premises.find(Assumed, lambda statement: statement.polynomial in (factor, -factor), region=self.region)
        if assumed is not None:
            return Signed(assumed.sign if assumed.polynomial == factor else -assumed.sign, (), ())
        stated = self.premises.find(SignOf, lambda statement: self._is_about(statement, factor), region=self.region)
        if stated is None:
            return None
        if stated.polynomial == factor:
            return Signed(stated.sign, stated.touching, ())
        return Signed(
            -stated.sign, tuple(factor if polynomial == stated.polynomial else polynomial for polynomial in stated.touching), ()
        )

    def _is_about(self, statement: SignOf, factor: Polynomial) -> bool:
        """Whether a statement is about a factor, or the negative of it, on the whole domain."""
        if statement.polynomial not in (factor, -factor):
            return False
        if statement.piece is None:
            return True
        (interval, *others) = self.region.intervals.values()
        return not others and (statement.piece.low, statement.piece.high) == (interval.low, interval.high)


# -- the means ------------------------------------------------------------------------------------------------


def _of_one_unknown(region: Region, factor: Polynomial) -> Signed | None:
    signed = sign_by_roots(region, factor, None)
    if signed is None:
        return None
    sign, strict, step = signed
    return Signed(sign, () if strict else (factor,), (step,))


def _by_calculus(region: Region, factor: Polynomial, guess: int) -> Signed | None:
    if len(region.elementary.variables) != 1 or region.has_parameters(factor):
        return None
    step = sign_by_calculus(region, factor, region.intervals[region.elementary.variables[0]], guess)
    return None if step is None else Signed(guess, (factor,), (step,))


def _by_boxes(region: Region, factor: Polynomial, guess: int) -> Signed | None:
    step = sign_by_boxes(region, factor, *region.sides_of_box(factor), guess)
    return None if step is None else Signed(guess, step.statement.touching, (step,))


# -- the rules ------------------------------------------------------------------------------------------------


def _assumptions(region: Region) -> Iterator[tuple[list[tuple[Polynomial, int]], int, Step]]:
    """Yield the factors of products whose signs the domain states, the sign and the step that says so."""
    for node, where in (*region.domain.positive.items(), *region.domain.natural.items()):
        conclusion = _assumption(region, node, where)
        if conclusion is not None:
            step = step_by(by_assumption, (region, node, where), conclusion)
            yield region.factors(conclusion.statement.polynomial), conclusion.statement.sign, step


def _is_single(factors: list[tuple[Polynomial, int]]) -> bool:
    return len(factors) == 1 and factors[0][1] == 1


def _assumption(region: Region, node: Node, where: Requirement) -> Conclusion | None:
    """Return the sign that an inequality of the domain gives to a polynomial, or None where it gives none."""
    if not isinstance(where, Sign) or where == Sign.NONZERO or not (where.is_nonnegative or where.is_nonpositive):
        return None
    try:
        quotient = region.elementary.of(node)
    except SymgdError:
        return None
    if quotient.bottom or not quotient.top:  # it is 0 everywhere
        return None
    content, monomial, rest = split_content(quotient.top)
    if any(monomial) or rest == ONE:
        return None
    sign = (1 if where.is_nonnegative else -1) * (1 if content > 0 else -1)
    claim = f"{region.shown(rest)} {'>' if sign > 0 else '<'} 0"
    return Conclusion(Assumed(region, rest, sign), claim, f"inside the domain: {node}")


def _with_root(region: Region, factor: Polynomial, generator: Generator, written: Polynomial, signed: Signed) -> Conclusion:
    """Return what the sign of a polynomial written with a root says of the polynomial itself."""
    touching = (factor,) if signed.touching else ()
    claim = f"{region.shown(factor)} = {shorten(region.factored(Quotient(written)))}"
    return Conclusion(SignOf(region, factor, signed.sign, touching), claim, f"written with {generator.node}")


@rule
def by_assumption(premises: Premises, region: Region, node: Node, where: Requirement) -> Conclusion | None:
    """Conclude from an inequality of the domain."""
    requirements = (*region.domain.positive.items(), *region.domain.natural.items())
    return _assumption(region, node, where) if (node, where) in requirements else None


@rule
def by_root(premises: Premises, region: Region, factor: Polynomial, generator: Generator) -> Conclusion | None:
    """Conclude from the factors of a polynomial in which x is written as the square of a root."""
    written = region.elementary.in_terms_of_root(factor, generator)
    signed = None if written is None else Given(region, premises).of(written)
    return None if written is None or signed is None else _with_root(region, factor, generator, written, signed)
