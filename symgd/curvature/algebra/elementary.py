"""Formulas as quotients of polynomials in *generators*: x, eˣ, log x, √(1 + x²), sin x, erf x, √2, π.

A scalar formula is brought to one normal form in which exact algebra can work: exponentials and roots become positive
unknowns with their relations (e^(x + y) = eˣ·e^y, (√u)² = u, cos² = 1 − sin²), functions that are declared by a formula
are replaced by it, and whatever is left is a generator of its own. Exponents may be negative, because a generator that
stands in a denominator is not 0 where the formula is defined.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
from symgd.evaluation.evaluator import definition_of
from symgd.graph.inference import Facts
from symgd.graph.node import SYMBOL, Node, constant
from symgd.graph.primitive import lookup
from symgd.graph.traversal import substitute, toposort

__all__ = ["Elementary"]

MAX_READINGS = 8
_NO_POWERS = (0,) * SLOTS


class _FinerError(Exception):
    """A generator of a higher order is needed."""


class Elementary(Quotients):
    """The generators that some formulas need, and arithmetic with them.

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
        self._forget()

    def _forget(self) -> None:
        self.generators = []
        self._known: dict[Node, Quotient] = {}
        self._by_key: dict[Any, Generator] = {}
        self._slopes: dict[tuple[int, Node], Quotient] = {}
        for node in self.variables:
            self._generator(("symbol", node), "variable", node)

    # -- from nodes -------------------------------------------------------------------------------------------

    def of_all(self, formulas: Sequence[Node]) -> list[Quotient]:
        """Return scalar formulas in normal form.

        Where e^(x/2) turns up after eˣ has become a generator, the reading starts again, with e^(x/2) as the generator.

        Raises
        ------
        UnsupportedError
            For conditions, kinks and tensors, and where the polynomials grow too long.
        """
        for _ in range(MAX_READINGS):
            try:
                return [self.of(formula) for formula in formulas]
            except _FinerError:
                self._forget()
        raise UnsupportedError("the formula has too many different roots")

    def _order_of(self, kind: str, unit: Node, order: int) -> int:
        """Return the order of the generator e^(unit/q) or unit^(1/q) that serves all orders met so far."""
        known = self._finest.get((kind, unit))
        if known is None:
            self._finest[kind, unit] = order
            return order
        if known % order:
            self._finest[kind, unit] = math.lcm(known, order)
            raise _FinerError
        return known

    def _of_node(self, node: Node) -> Quotient:
        record, args = node.primitive, [self._known[arg] for arg in node.args]
        if node.is_constant:
            if isinstance(node.value, bool) or node.value != node.value or abs(node.value) == math.inf:
                raise UnsupportedError("not a finite number")
            return self.number(node.value)
        if record is SYMBOL:
            return self._one(self._generator(("symbol", node), "parameter", node, moves=False))
        if node.shape or record.is_boolean:
            raise UnsupportedError("not a formula of scalars")
        build = _ARITHMETIC.get(record.name)
        if build is not None:
            built: Quotient = build(self, node, args)
            return built
        if record.name == "abs" and self.facts.is_nonnegative(node.args[0]):
            return args[0]
        if record.name == "abs" and self.facts.sign(node.args[0]).is_nonpositive:
            return self.scaled(args[0], -1)
        if record.kinks is not None or record.conditional:
            raise UnsupportedError(f"{record.name} has a kink")
        if record.definition is not None and record.arity and record.is_elementwise:
            variables, body = definition_of(record)
            (written,) = substitute([body], dict(zip(variables, node.args, strict=True)))
            if not any(below.primitive is record or below.primitive.conditional for below in toposort((written,))):
                return self.of(written)
        return self._function(node, args)

    def of(self, formula: Node) -> Quotient:
        """Return the normal form of one formula."""
        for node in toposort((formula,), self._known):
            if node not in self._known:
                self._known[node] = self._of_node(node)
        return self._known[formula]

    def _one(self, generator: Generator) -> Quotient:
        return Quotient(generator.polynomial)

    def _generator(self, key: Any, kind: str, node: Node, **given: Any) -> Generator:
        found = self._by_key.get(key)
        if found is None:
            if len(self.generators) >= SLOTS:
                raise UnsupportedError("the formula has too many different functions")
            found = self._by_key[key] = Generator(len(self.generators), kind, node, **given)
            self.generators.append(found)
            if kind == "variable":
                self._known[node] = self._one(found)
        return found

    def _function(self, node: Node, args: Sequence[Quotient]) -> Quotient:
        """Any other function of one argument, about which only its declaration is known."""
        if len(args) == 0:
            return self._one(self._generator(("number", node), "function", node, moves=False))
        if not node.primitive.is_elementwise:
            raise UnsupportedError(f"{node.primitive.name} is not a function of scalars")
        moving = [arg for arg in args if self.moves(arg)]
        if len(moving) > 1 or (moving and args[-1] is not moving[0] and args[0] is not moving[0]):
            raise UnsupportedError(f"{node.primitive.name} of several moving arguments")
        inside = moving[0] if moving else args[0]
        generator = self._generator(("function", node), "function", node, argument=inside, moves=bool(moving))
        return self._one(generator)

    def _key(self, quotient: Quotient) -> Any:
        return quotient.top, frozenset(quotient.bottom.items())

    def exponential(self, inside: Quotient) -> Quotient:
        """e^(a + b + …) as the product of one power per term, so that e^(2x)·e^(−x) is eˣ."""
        if inside.bottom:
            return self._exponential_of(inside, 1)
        factors = [self.number(1)]
        for monomial, coefficient in inside.top.terms():
            factors.append(
                self._exponential_of_term(monomial, Fraction(int(coefficient.numerator), int(coefficient.denominator)))
            )
        return self.multiply(*factors)

    def _exponential_of_term(self, monomial: tuple[int, ...], coefficient: Fraction) -> Quotient:
        used = [k for k, power in enumerate(monomial) if power]
        if len(used) == 1 and monomial[used[0]] == 1 and self.generators[used[0]].kind == "log":
            inside = self.generators[used[0]].argument
            if inside is not None:
                return self.rational_power(inside, coefficient)
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

    def logarithm(self, inside: Quotient, node: Node) -> Quotient:
        """Log of a product as a sum, where its factors are positive; otherwise a generator."""
        if not inside.bottom and len(inside.top) == 1:
            ((monomial, coefficient),) = inside.top.terms()
            parts = [(self.generators[k], power) for k, power in enumerate(monomial) if power]
            if coefficient > 0 and all(self.is_positive(generator) for generator, _ in parts):
                terms = [self.scaled(self._logarithm_of(generator), power) for generator, power in parts]
                if coefficient != 1:
                    terms += self._logarithms_of_number(coefficient)
                return self.add(self.number(0), *terms)
        return self._one(self._generator(("log", self._key(inside)), "log", node, argument=inside, moves=self.moves(inside)))

    def _logarithms_of_number(self, number: Any) -> list[Quotient]:
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
            whole = self.logarithm(generator.argument, log(self.to_node(generator.argument)))
            return self.scaled(whole, Fraction(1, generator.order))
        log = lookup("log")
        inside = self._one(generator)
        return self._one(
            self._generator(("log", self._key(inside)), "log", log(generator.node), argument=inside, moves=generator.moves)
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

    def _root_of(self, inside: Polynomial, exponent: Fraction) -> Quotient:
        if exponent.denominator == 1:
            return self.power(Quotient(inside), exponent.numerator)
        unit = Quotient(inside)
        order = self._order_of("root", self.to_node(unit), exponent.denominator)
        generator = self._generator(
            ("root", inside),
            "root",
            self.to_node(unit) ** Fraction(1, order),
            argument=unit,
            order=order,
            moves=self.moves(unit),
        )
        whole, rest = divmod(int(exponent * order), order)
        return self.multiply(self.power(unit, whole), Quotient(self._raised(generator.polynomial, rest)))

    def slope(self, polynomial: Polynomial, variable: Node) -> Quotient:
        """Return the partial derivative of a polynomial in the generators."""
        terms = [self.number(0)]
        for generator in self.in_use(polynomial):
            if not generator.moves:
                continue
            inner = self.slope_of(generator, variable)
            if inner.top:
                terms.append(self.multiply(Quotient(_partial(polynomial, generator.slot)), inner))
        return self.add(*terms)

    def slope_of(self, generator: Generator, variable: Node) -> Quotient:
        """Return the partial derivative of a generator."""
        key = (generator.slot, variable)
        if key not in self._slopes:
            self._slopes[key] = self._slope_of(generator, variable)
        return self._slopes[key]

    def _slope_of(self, generator: Generator, variable: Node) -> Quotient:
        if generator.argument is None:
            return self.number(int(generator.node is variable))
        inside = generator.argument
        inner = self.slope_of_quotient(inside, variable)
        if not inner.top:
            return inner
        one = self._one(generator)
        if generator.kind == "exp":
            return self.multiply(one, inner)
        if generator.kind == "log":
            return self.multiply(inner, self.power(inside, -1))
        if generator.kind == "root":
            return self.multiply(
                self.number(Fraction(1, generator.order)), inner, self.rational_power(inside, Fraction(1, generator.order) - 1)
            )
        if generator.kind == "sin":
            return self.multiply(inner, self.of(lookup("cos")(generator.node.args[0])))
        if generator.kind == "cos":
            return self.multiply(self.number(-1), inner, self.of(lookup("sin")(generator.node.args[0])))
        node = generator.node
        k = next((j for j, arg in enumerate(node.args) if self._known.get(arg) is inside), None)
        rules = node.primitive.derivative
        rule = rules[k] if k is not None and k < len(rules) else None
        if rule is None:
            raise UnsupportedError(f"the derivative of {node.primitive.name} has no closed form")
        return self.multiply(inner, self.of(rule(*node.args, node)))

    def slope_of_quotient(self, quotient: Quotient, variable: Node) -> Quotient:
        """Return the partial derivative of a quotient, by the quotient rule."""
        terms = [self.multiply(self.slope(quotient.top, variable), Quotient(ONE, quotient.bottom))]
        for factor, power in quotient.bottom.items():
            inner = self.slope(factor, variable)
            if inner.top:
                bottom = {**quotient.bottom, factor: power + 1}
                terms.append(self.multiply(self.number(-power), Quotient(quotient.top, bottom), inner))
        return self.add(*terms)


def _unit_powers(slot: int, power: int) -> tuple[int, ...]:
    return (*_NO_POWERS[:slot], power, *_NO_POWERS[slot + 1 :])


def _partial(polynomial: Polynomial, slot: int) -> Polynomial:
    """Return the partial derivative in one generator; exponents may be negative."""
    total = RING.zero
    for monomial, coefficient in polynomial.terms():
        power = monomial[slot]
        if power:
            total = total + RING.term_new((*monomial[:slot], power - 1, *monomial[slot + 1 :]), coefficient * power)
    return total


def _of_pow(field: Elementary, node: Node, args: Sequence[Quotient]) -> Quotient:
    base, exponent = node.args
    if exponent.is_exact:
        value = Fraction(exponent.value)
        if value.denominator == 1:
            return field.power(args[0], value.numerator)
        if base.is_exact or field.facts.is_nonnegative(base):
            return field.rational_power(args[0], value)
        if field.facts.sign(base).is_nonpositive:
            raise UnsupportedError("a root of something that is not positive")
        return field.rational_power(args[0], value)  # where a root is defined, its base is not negative
    if not field.facts.is_positive(base):
        raise UnsupportedError("a power whose base is not known to be positive")
    logarithm = field.logarithm(args[0], lookup("log")(base))
    return field.exponential(field.multiply(args[1], logarithm))


def _of_sine(field: Elementary, node: Node, args: Sequence[Quotient]) -> Quotient:
    return Quotient(_sine(field, node.args[0], args[0]).polynomial)


def _of_cosine(field: Elementary, node: Node, args: Sequence[Quotient]) -> Quotient:
    sine = _sine(field, node.args[0], args[0])
    generator = field._generator(
        ("cos", field._key(args[0])),
        "cos",
        node,
        argument=args[0],
        order=sine.slot,
        moves=field.moves(args[0]),
    )
    return Quotient(generator.polynomial)


def _sine(field: Elementary, inside: Node, argument: Quotient) -> Generator:
    return field._generator(
        ("sin", field._key(argument)),
        "sin",
        lookup("sin")(inside),
        argument=argument,
        moves=field.moves(argument),
    )


_ARITHMETIC: dict[str, Any] = {
    "add": lambda field, node, args: field.add(*args),
    "mul": lambda field, node, args: field.multiply(*args),
    "pow": _of_pow,
    "exp": lambda field, node, args: field.exponential(args[0]),
    "e": lambda field, node, args: field.exponential(field.number(1)),
    "log": lambda field, node, args: field.logarithm(args[0], node),
    "sin": _of_sine,
    "cos": _of_cosine,
    "tan": lambda field, node, args: field.of(lookup("sin")(node.args[0]) / lookup("cos")(node.args[0])),
}
