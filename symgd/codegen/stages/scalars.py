"""Scalars that may be very large or very small: products and quotients in an order that stays within the range of a float64.

``x/y**2`` overflows in y² where y is 10²⁰⁰, though the quotient is 10⁻²⁰⁰; ``x/y/y`` does not. Roots of sums of squares are
``hypot``. ``exp(-x)*x*x*x`` is 0 where x is 10²⁰⁰, of which x³ overflows.
Tensors stay as they are: there the time for another pass over the memory counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symgd.graph.node import SIZE, Node, constant
from symgd.graph.traversal import fold, rebuild
from symgd.primitives.arithmetic import add, is_divisor, mul, pow
from symgd.primitives.exponential import exp
from symgd.primitives.roots import hypot

__all__ = ["within_range"]

_MOST_FACTORS = 4
_SMALL_POWERS = (2, 3, 4, 5)
_HALF = Fraction(1, 2)


def within_range(outputs: Sequence[Node]) -> list[Node]:
    """Return formulas whose scalars are divided step by step, with ``hypot`` for roots of sums of squares."""
    values = fold(outputs, lambda node, args: _visit(node, tuple(args)))
    return [values[output] for output in outputs]


def _visit(node: Node, args: tuple[Node, ...]) -> Node:
    if node.shape or node.primitive not in (mul, pow):
        return rebuild(node, args)
    if node.primitive is pow:
        factors = _divisors(rebuild(node, args))
        return factors[0] if len(factors) == 1 else mul.make(tuple(factors))
    spread: list[Node] = []
    for before, after in zip(node.args, args, strict=True):  # of a power, its factors: they are divided one by one
        spread += after.args if before.primitive is pow and after.primitive is mul else (after,)
    if any(map(is_divisor, spread)):
        spread = [part for factor in spread for part in _squared(factor)]
    return rebuild(node, tuple(_after_exponentials(spread)))


def _after_exponentials(factors: list[Node]) -> list[Node]:
    """Return the factors with small powers last and written out, where there is an exponential: it may have vanished."""
    powers = [factor for factor in factors if factor.primitive is pow and any(map(factor.args[1].equals_number, _SMALL_POWERS))]
    if not powers or not any(_exponent(factor) is not None for factor in factors):
        return factors
    others = [factor for factor in factors if factor not in powers]
    firsts = [factor if (exponent := _exponent(factor)) is None else exp(exponent) for factor in others]
    return [*firsts, *(power.args[0] for power in powers for _ in range(int(power.args[1].value)))]


def _exponent(factor: Node) -> Node | None:
    """Return u for exp(u), and −u for 1/exp(u)."""
    if factor.primitive is exp:
        return factor.args[0]
    is_reciprocal = factor.primitive is pow and factor.args[0].primitive is exp and factor.args[1].equals_number(-1)
    return -factor.args[0].args[0] if is_reciprocal else None


def _squared(factor: Node) -> list[Node]:
    return [factor.args[0]] * 2 if factor.primitive is pow and factor.args[1].equals_number(2) else [factor]


def _divisors(power: Node) -> list[Node]:
    """Return the factors of a power: b⁻² is 1/b · 1/b, and b^(−3/2) is 1/b · 1/√b."""
    if power.primitive is not pow or not power.args[1].is_exact:
        return [power]
    base, exponent = power.args[0], Fraction(power.args[1].value)
    is_root = exponent.denominator == 2 or (exponent < 0 and not any(term.is_constant for term in base.args))
    if is_root and _is_sum_of_squares(base):
        base, exponent = _hypotenuse(base), 2 * exponent
        if exponent > 0:
            return [pow.make((base, constant(exponent)))]
    count, rest = divmod(-exponent, 1)
    is_many = exponent < 0 and rest in (0, _HALF) and 1 < count + bool(rest) <= _MOST_FACTORS
    if not is_many or base.primitive is SIZE:
        return [pow.make((base, constant(exponent)))]
    return [pow.make((base, constant(-1)))] * int(count) + ([pow.make((base, constant(-rest)))] if rest else [])


def _is_sum_of_squares(base: Node) -> bool:
    return base.primitive is add and len(base.args) == 2 and all(_side(term) is not None for term in base.args)


def _side(term: Node) -> Node | None:
    """Return x for x², and 1 for 1."""
    if term.primitive is pow and term.args[1].equals_number(2):
        return term.args[0]
    return term if term.equals_number(1) else None


def _hypotenuse(base: Node) -> Node:
    first, second = (_side(term) for term in base.args)
    assert first is not None
    assert second is not None
    return hypot.make((first, second))
