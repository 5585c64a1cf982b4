r"""Fractions, binomials, roots and infinity: ``\frac{a}{b}``, ``\frac12``, ``\binom{n}{k}``, ``\sqrt[3]{t}``, ``\infty``."""

from __future__ import annotations

import re

from symgd.readers.latex.parser import Parser, Read
from symgd.readers.latex.products import JOINS, divide, multiply
from symgd.readers.latex.sums import negate, sum_up
from symgd.readers.latex.tokens import FONTS
from symgd.readers.latex.values import Value, apply, entrywise_power, scalar_value

__all__ = ["FRACTIONS"]

_DIFFERENTIALS = re.compile(
    r"\{ (?:\{ )?d (?:\} )?(?:\^ (?:\w|\{ \w+ \}) )?(\S*)[^{}]*\} ?\{ (?:\{ )?d (?:\} )?(\\[A-Za-z]+|[A-Za-z])"
)
"""The tokens of dt/ds and d²u/ds² behind \\frac, without fonts."""


def _fraction(parser: Parser) -> Value:
    start = parser.tokens.position
    parser.tokens.position += 1
    _refuse_quotient_of_differentials(parser, start)
    above, below = parser.script(), parser.script()
    return parser.build(start, lambda: divide(above, below))


def _refuse_quotient_of_differentials(parser: Parser, start: int) -> None:
    """Refuse dt/ds, which is a derivative to most readers."""
    tokens, scope = parser.tokens, parser.scope
    following = tokens.tokens[tokens.position : tokens.position + 24]
    match = _DIFFERENTIALS.match(" ".join(token.text for token in following if token.text not in FONTS))
    if match and not set(match.groups()) & set(JOINS) and not scope.is_input("d"):
        above, below = match.group(1).strip("}"), match.group(2)
        tokens.refuse_two_readings(
            start, rf"\frac{{d{above}}}{{d{below}}}", "a derivative, which is asked for and not written",
            rf"a quotient of products, \frac{{d \cdot {above or 1}}}{{d \cdot {below}}}",
        )  # fmt: skip


def _binomial(parser: Parser) -> Value:
    """Read n!/(k!(n − k)!)."""
    start = parser.tokens.position
    parser.tokens.position += 1
    above, below = parser.script(), parser.script()

    def factorial(value: Value) -> Value:
        return apply("gamma", [sum_up([value, scalar_value(1)])])

    def quotient() -> Value:
        rest = sum_up([above, negate(below)])
        return divide(factorial(above), multiply(factorial(below), factorial(rest)))

    return parser.build(start, quotient)


def _root(parser: Parser) -> Value:
    tokens = parser.tokens
    start = tokens.position
    tokens.position += 1
    degree = scalar_value(2)
    if tokens.skip("["):
        degree = parser.expression()
        tokens.expect("]")
    radicand = parser.script()
    exponent = divide(scalar_value(1), degree)
    if radicand.kind == "matrix":
        tokens.refuse_two_readings(start, "the root of a matrix", "entry by entry", "the matrix function")
    if degree.node.equals_number(3):  # of real numbers, also of negative ones
        return parser.build(start, lambda: apply("cbrt", [radicand]))
    return parser.build(start, lambda: entrywise_power(radicand, exponent))


def _infinity(parser: Parser) -> Value:
    parser.tokens.position += 1
    return scalar_value(float("inf"))


FRACTIONS: dict[str, Read] = {
    **dict.fromkeys((r"\frac", r"\tfrac", r"\dfrac"), _fraction),
    **dict.fromkeys((r"\binom", r"\tbinom", r"\dbinom"), _binomial),
    r"\sqrt": _root,
    r"\infty": _infinity,
}
"""What reads a fraction, a binomial, a root or infinity."""
