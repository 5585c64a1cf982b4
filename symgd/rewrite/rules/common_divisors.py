"""A rule of sums of tensors whose terms share a divisor: u/x + v/x² = (u + v/x)/x."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import SIZE, Node, constant
from symgd.primitives.arithmetic import add, is_divisor, mul, pow
from symgd.rewrite.rule import Context, rewriting

__all__: list[str] = []


@rewriting(
    "take a common divisor out",
    add,
    because="what divides every term divides their sum",
    needs=(mul,),
    of="tensors",
    examples=(
        "u/norm2(u) - v/norm2(u)**3",
        "u/x + v/x**2",
    ),
)
def take_common_divisor(node: Node, context: Context) -> Node | None:
    """x/‖x‖ − y/‖x‖³ → (x − y/‖x‖²)/‖x‖, for tensors and scalar divisors."""
    if any(arg.primitive is not mul for arg in node.args):
        return None
    first = _divisors(node.args[0])
    if not first:
        return None
    divisors = [first, *(_divisors(arg) for arg in node.args[1:])]
    for base in first:
        powers = [exponents.get(base) for exponents in divisors]
        if any(power is None for power in powers):
            continue
        least = max(power for power in powers if power is not None)
        inner = tuple(_without_divisor(arg, base, least) for arg in node.args)
        return mul.make((pow.make((base, constant(least))), add.make(inner)))
    return None


def _divisors(term: Node) -> dict[Node, Fraction]:
    """Return the scalars a product is divided by, with their negative exponents."""
    exponents: dict[Node, Fraction] = {}
    for factor in term.args:
        if not factor.shape and is_divisor(factor) and factor.args[0].primitive is not SIZE:
            base, exponent = factor.args
            exponents[base] = exponents.get(base, Fraction(0)) + Fraction(exponent.value)
    return exponents


def _without_divisor(term: Node, base: Node, exponent: Fraction) -> Node:
    """Return a product whose divisors base⁻ᵏ are base⁻ᵏ⁻ᵉ together; other powers of the base stay."""
    divisors = [factor for factor in term.args if is_divisor(factor) and factor.args[0] is base]
    rest = sum((Fraction(factor.args[1].value) for factor in divisors), -exponent)
    factors = [factor for factor in term.args if factor not in divisors]
    if rest:
        factors.append(pow.make((base, constant(rest))))
    return mul.make(tuple(factors)) if len(factors) > 1 else factors[0]
