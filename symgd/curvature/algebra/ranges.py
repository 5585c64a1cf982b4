"""Ranges of polynomials in generators over boxes, in interval arithmetic on floats."""

from __future__ import annotations

from collections.abc import Mapping

from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.quotients import Generator, Polynomial, Quotient
from symgd.evaluation.float_intervals import (
    INF,
    Range,
    add,
    ball,
    cos,
    enclosure_of_number,
    exp,
    intersect,
    log,
    monotone_function,
    multiply,
    named_number,
    power,
    range_of_interval,
    root,
    sin,
)
from symgd.graph.assumptions import Monotone
from symgd.graph.declared_facts import declared_fact

__all__ = ["Ranges"]

_PER_TERM, _PER_FUNCTION = 3, 30
"""Units of work of a term, and of a function at both ends."""


# -- functions ------------------------------------------------------------------------------------------------


# -- generators -----------------------------------------------------------------------------------------------


class Ranges:
    """The ranges of all generators over one box.

    Parameters
    ----------
    elementary : Elementary
    box : mapping of int to Range
        For the slot of every variable and parameter.
    """

    def __init__(self, elementary: Elementary, box: Mapping[int, Range]) -> None:
        self.elementary = elementary
        self._known: dict[int, Range] = dict(box)

    def of(self, polynomial: Polynomial) -> Range:
        """Return a range that contains the values of a polynomial in the generators."""
        self.elementary.effort.spend(_PER_TERM * len(polynomial))
        total: Range = (0.0, 0.0)
        for monomial, coefficient in polynomial.terms():
            term = enclosure_of_number(int(coefficient.numerator), int(coefficient.denominator))
            for slot, exponent in enumerate(monomial):
                if exponent:
                    term = multiply(term, power(self.generator(self.elementary.generators[slot]), exponent))
            total = add(total, term)
        return total

    def of_quotient(self, quotient: Quotient) -> Range:
        """Return a range of a quotient."""
        value = self.of(quotient.top)
        for factor, exponent in quotient.bottom.items():
            value = multiply(value, power(self.of(factor), -exponent))
        return value

    def generator(self, generator: Generator) -> Range:
        """Return the range of one generator."""
        known = self._known.get(generator.slot)
        if known is None:
            self.elementary.effort.spend(_PER_FUNCTION)
            known = self._known[generator.slot] = self._compute(generator)
        return known

    def _compute(self, generator: Generator) -> Range:
        declared = range_of_interval(self.elementary.facts.interval(generator.node))
        if generator.argument is None:
            if generator.kind == "function":
                return named_number(generator.node.primitive.name)
            return declared
        enclosure = self.of_quotient(generator.argument)
        if generator.kind == "exp":
            return intersect(exp(enclosure), (0.0, INF))
        if generator.kind == "log":
            return intersect(log(enclosure), declared)
        if generator.kind == "root":
            return root(enclosure, generator.order)
        if generator.kind == "sin":
            return sin(enclosure)
        if generator.kind == "cos":
            return cos(enclosure)
        record = generator.node.primitive
        inner = self.elementary.facts.interval(generator.node.args[0])
        enclosure = intersect(enclosure, range_of_interval(inner))
        known = [self.elementary.facts.interval(arg) for arg in generator.node.args]
        monotone = declared_fact(generator.node, "monotone", *known)
        runs = monotone[0] if isinstance(monotone, tuple) else monotone
        if runs != Monotone.UNKNOWN and record.arity == 1:
            return intersect(monotone_function(record, enclosure, runs), declared)
        return intersect(ball(record, enclosure), declared)
