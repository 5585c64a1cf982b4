"""The unknowns of polynomials: eˣ, log x, roots, sines; how products and powers of them are brought to one form.

e^(x + y) is eˣ·e^y, log(x·y) is log x + log y where both are positive, and x^(p/q) is a power of x^(1/q), with q such that all
roots met so far fit.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Any

from sympy import QQ

from symgd.curvature.algebra.quotients import (
    MAX_POWER,
    ONE,
    RING,
    SLOTS,
    Generator,
    Polynomial,
    Quotient,
    Quotients,
    split_content,
)
from symgd.errors import UnsupportedError
from symgd.evaluation.effort import Effort
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.primitive import lookup

__all__ = ["FinerError", "Generators"]

Key = Hashable
"""What a generator is found again by."""
_NO_POWERS = (0,) * SLOTS


class FinerError(Exception):
    """A generator of a higher order is needed."""


class Generators(Quotients):
    """The generators that some formulas need.

    Parameters
    ----------
    variables : sequence of Node
        Scalar inputs that move.
    facts : Facts
        What is known inside the domain.
    effort : Effort, optional
        Of the search that the arithmetic is a part of.
    """

    def __init__(self, variables: Sequence[Node], facts: Facts, effort: Effort | None = None) -> None:
        self.variables = list(variables)
        self.facts = facts
        super().__init__(effort)
        self._finest: dict[tuple[str, Node], int] = {}
        self._by_key: dict[Key, Generator] = {}
        self._start()

    def _start(self) -> None:
        self.generators = []
        self._by_key.clear()
        for node in self.variables:
            self._generator(("symbol", node), "variable", node)

    def _order_of(self, kind: str, unit: Node, order: int) -> int:
        """Return the order of the generator e^(unit/q) or unit^(1/q) that serves all orders met so far."""
        known = self._finest.get((kind, unit))
        if known is None:
            self._finest[kind, unit] = order
            return order
        if known % order:
            self._finest[kind, unit] = math.lcm(known, order)
            raise FinerError
        return known

    def _one(self, generator: Generator) -> Quotient:
        return Quotient(generator.polynomial)

    def _generator(self, key: Key, kind: str, node: Node, **fields: Any) -> Generator:
        generator = self._by_key.get(key)
        if generator is None:
            if len(self.generators) >= SLOTS:
                raise UnsupportedError("the formula has too many different functions")
            generator = self._by_key[key] = Generator(len(self.generators), kind, node, **fields)
            self.generators.append(generator)
        return generator

    def _key(self, quotient: Quotient) -> Hashable:
        return quotient.top, frozenset(quotient.bottom.items())

    def exponential(self, argument: Quotient) -> Quotient:
        """e^(a + b + …) as the product of one power per term, so that e^(2x)·e^(−x) is eˣ."""
        if argument.bottom:
            return self._exponential_of(argument, 1)
        factors = [self.number(1)]
        for monomial, coefficient in argument.top.terms():
            factors.append(
                self._exponential_of_term(monomial, Fraction(int(coefficient.numerator), int(coefficient.denominator)))
            )
        return self.multiply(*factors)

    def _exponential_of_term(self, monomial: tuple[int, ...], coefficient: Fraction) -> Quotient:
        used = [k for k, power in enumerate(monomial) if power]
        if len(used) == 1 and monomial[used[0]] == 1 and self.generators[used[0]].kind == "log":
            argument = self.generators[used[0]].argument
            if argument is not None:
                return self.rational_power(argument, coefficient)
        return self._exponential_of(Quotient(RING.term_new(monomial, QQ(1))), coefficient)

    def _exponential_of(self, unit: Quotient, rate: Fraction | int) -> Quotient:
        """e^(rate·unit): a whole power of the generator e^(unit/q), with q such that all rates met so far fit."""
        rate = Fraction(rate)
        order = self._order_of("exp", self.to_node(unit), rate.denominator)
        scaled = self.scaled(unit, Fraction(1, order))
        node = lookup("exp")(self.to_node(scaled))
        fine = self._generator(("exp", self._key(unit)), "exp", node, argument=scaled, moves=self.moves(unit))
        power = int(rate * order)
        if abs(power) > MAX_POWER:
            raise UnsupportedError("so high a power is not written out")
        return Quotient(RING.term_new(_unit_powers(fine.slot, power), QQ(1)))

    def logarithm(self, argument: Quotient, node: Node) -> Quotient:
        """Log of a product as a sum, where its factors are positive; otherwise a generator."""
        if not argument.bottom and len(argument.top) == 1:
            ((monomial, coefficient),) = argument.top.terms()
            parts = [(self.generators[k], power) for k, power in enumerate(monomial) if power]
            if coefficient > 0 and all(self.is_positive(generator) for generator, _ in parts):
                terms = [self.scaled(self._logarithm_of(generator), power) for generator, power in parts]
                if coefficient != 1:
                    terms += self._logarithms_of_number(coefficient)
                return self.add(self.number(0), *terms)
        return self._one(
            self._generator(("log", self._key(argument)), "log", node, argument=argument, moves=self.moves(argument))
        )

    def _logarithms_of_number(self, number: Fraction) -> list[Quotient]:
        log = lookup("log")
        terms = []
        for value, sign in ((int(number.numerator), 1), (int(number.denominator), -1)):
            if value != 1:
                generator = self._generator(
                    ("log", value), "log", log(constant(value)), argument=self.number(value), moves=False
                )
                terms.append(self.scaled(self._one(generator), sign))
        return terms

    def _logarithm_of(self, generator: Generator) -> Quotient:
        if generator.kind == "exp" and generator.argument is not None:
            return generator.argument
        if generator.kind == "root" and generator.argument is not None:
            log = lookup("log")
            radicand_log = self.logarithm(generator.argument, log(self.to_node(generator.argument)))
            return self.scaled(radicand_log, Fraction(1, generator.order))
        log = lookup("log")
        argument = self._one(generator)
        return self._one(
            self._generator(("log", self._key(argument)), "log", log(generator.node), argument=argument, moves=generator.moves)
        )

    def is_positive(self, generator: Generator) -> bool:
        """Whether a generator is positive inside the domain."""
        if generator.kind in ("exp", "root"):
            return True
        return self.facts.is_positive(generator.node)

    def rational_power(self, base: Quotient, exponent: Fraction, node: Node | None = None) -> Quotient:
        """Return base^(p/q) for a positive base: a power of the generator base^(1/q)."""
        exponent = Fraction(exponent)
        if exponent.denominator == 1:
            return self.power(base, exponent.numerator)
        factors = [self.number(1)]
        content, monomial, rest = split_content(base.top)
        parts = [(self.generators[k], power) for k, power in enumerate(monomial) if power]
        if content < 0 or not all(self.is_positive(generator) for generator, _ in parts):
            content, rest, parts = QQ(1), base.top, []
        for generator, power in parts:
            factors.append(self._power_of(generator, exponent * power))
        for number, sign in ((int(content.numerator), 1), (int(content.denominator), -1)):
            if number != 1:
                factors.append(self._root_of(RING.ground_new(QQ(number)), exponent * sign))
        if rest != ONE:
            factors.append(self._root_of(rest, exponent))
        for factor, power in base.bottom.items():
            if not self.facts.is_positive(self.to_node(Quotient(factor))):
                raise UnsupportedError("the sign of a denominator under a root is not known")
            factors.append(self._root_of(factor, -exponent * power))
        return self.multiply(*factors)

    def _power_of(self, generator: Generator, exponent: Fraction) -> Quotient:
        if generator.kind == "exp" and generator.argument is not None:
            return self.exponential(self.scaled(generator.argument, exponent))
        if generator.kind == "root" and generator.argument is not None:
            return self.rational_power(generator.argument, exponent / generator.order)
        return self._root_of(generator.polynomial, exponent)

    def _root_of(self, radicand: Polynomial, exponent: Fraction) -> Quotient:
        if exponent.denominator == 1:
            return self.power(Quotient(radicand), exponent.numerator)
        unit = Quotient(radicand)
        order = self._order_of("root", self.to_node(unit), exponent.denominator)
        generator = self._generator(
            ("root", radicand),
            "root",
            self.to_node(unit) ** Fraction(1, order),
            argument=unit,
            order=order,
            moves=self.moves(unit),
        )
        whole_power, rest = divmod(int(exponent * order), order)
        return self.multiply(self.power(unit, whole_power), Quotient(self._raised(generator.polynomial, rest)))

    def sine(self, angle: Node, argument: Quotient) -> Generator:
        """Return the generator sin(argument)."""
        key = ("sin", self._key(argument))
        return self._generator(key, "sin", lookup("sin")(angle), argument=argument, moves=self.moves(argument))

    def cosine(self, angle: Node, argument: Quotient) -> Generator:
        """Return the generator cos(argument), which refers to the sine of the same."""
        sine = self.sine(angle, argument)
        key, node = ("cos", self._key(argument)), lookup("cos")(angle)
        return self._generator(key, "cos", node, argument=argument, order=sine.slot, moves=self.moves(argument))


def _unit_powers(slot: int, power: int) -> tuple[int, ...]:
    return (*_NO_POWERS[:slot], power, *_NO_POWERS[slot + 1 :])
