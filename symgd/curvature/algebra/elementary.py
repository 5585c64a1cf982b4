"""Formulas as quotients of polynomials in *generators*: x, eˣ, log x, √(1 + x²), sin x, erf x, √2, π.

A scalar formula is brought to one normal form in which exact algebra can work: exponentials and roots become positive
unknowns with their relations (e^(x + y) = eˣ·e^y, (√u)² = u, cos² = 1 − sin²), functions that are declared by a formula
are replaced by it, and whatever is left is a generator of its own. Exponents may be negative, because a generator that
stands in a denominator is not 0 where the formula is defined.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from symgd.curvature.algebra.generators import FinerError, Generators
from symgd.curvature.algebra.quotients import (
    ONE,
    RING,
    SLOTS,
    Generator,
    Polynomial,
    Quotient,
)
from symgd.errors import UnsupportedError
from symgd.evaluation.effort import Effort
from symgd.evaluation.evaluator import definition_of
from symgd.graph.inference import Facts
from symgd.graph.node import SYMBOL, Node
from symgd.graph.primitive import lookup
from symgd.graph.traversal import substitute, toposort

__all__ = ["Elementary"]

MAX_READINGS = 8
_NO_POWERS = (0,) * SLOTS


class Elementary(Generators):
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
        super().__init__(variables, facts, effort)
        self._forget()

    def _forget(self) -> None:
        self._start()
        self._known: dict[Node, Quotient] = {generator.node: self._one(generator) for generator in self.generators}
        self._slopes: dict[tuple[int, Node], Quotient] = {}

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
            except FinerError:
                self._forget()
        raise UnsupportedError("the formula has too many different roots")

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
            return build(self, node, args)
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

    def _function(self, node: Node, args: Sequence[Quotient]) -> Quotient:
        """Any other function of one argument, about which only its declaration is known."""
        if len(args) == 0:
            return self._one(self._generator(("number", node), "function", node, moves=False))
        if not node.primitive.is_elementwise:
            raise UnsupportedError(f"{node.primitive.name} is not a function of scalars")
        moving = [arg for arg in args if self.moves(arg)]
        if len(moving) > 1 or (moving and args[-1] is not moving[0] and args[0] is not moving[0]):
            raise UnsupportedError(f"{node.primitive.name} of several moving arguments")
        argument = moving[0] if moving else args[0]
        generator = self._generator(("function", node), "function", node, argument=argument, moves=bool(moving))
        return self._one(generator)

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
        argument = generator.argument
        inner = self.slope_of_quotient(argument, variable)
        if not inner.top:
            return inner
        quotient = self._one(generator)
        if generator.kind == "exp":
            return self.multiply(quotient, inner)
        if generator.kind == "log":
            return self.multiply(inner, self.power(argument, -1))
        if generator.kind == "root":
            return self.multiply(
                self.number(Fraction(1, generator.order)),
                inner,
                self.rational_power(argument, Fraction(1, generator.order) - 1),
            )
        if generator.kind == "sin":
            return self.multiply(inner, self.of(lookup("cos")(generator.node.args[0])))
        if generator.kind == "cos":
            return self.multiply(self.number(-1), inner, self.of(lookup("sin")(generator.node.args[0])))
        node = generator.node
        k = next((j for j, arg in enumerate(node.args) if self._known.get(arg) is argument), None)
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
    return Quotient(field.sine(node.args[0], args[0]).polynomial)


def _of_cosine(field: Elementary, node: Node, args: Sequence[Quotient]) -> Quotient:
    return Quotient(field.cosine(node.args[0], args[0]).polynomial)


_ARITHMETIC: dict[str, Callable[[Elementary, Node, list[Quotient]], Quotient]] = {
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
