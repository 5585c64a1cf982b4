"""Rules of inputs that take declared values only: y² is 1 where y is −1 or 1, and y where it is 0 or 1."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from symgd.errors import SymgdError
from symgd.graph.node import Node, constant, tensor
from symgd.graph.primitive import Primitive
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.contraction import broadcast, einsum
from symgd.primitives.piecewise import abs, ceil, floor, relu, sign
from symgd.rewrite.rule import Context, rewriting

__all__: list[str] = []

Value = Callable[[Fraction], Fraction | int]
"""A function of a value of an input."""


_STEPS: dict[Primitive, Value] = {
    abs: lambda number: number if number >= 0 else -number,
    sign: lambda number: (number > 0) - (number < 0),
    floor: math.floor,
    ceil: math.ceil,
    relu: lambda number: max(number, Fraction(0)),
}
"""Functions with steps and kinks that are computed at each value."""


def _values_of(node: Node) -> tuple[Fraction, ...] | None:
    """Return the only values that the entries of a node take, or None: an input with declared values, or a view of one."""
    while node.primitive.is_view and len(node.args) == 1 and (node.primitive is not einsum or _is_view(node)):
        (node,) = node.args
    return node.facts.values if node.is_symbol else None


def _is_view(node: Node) -> bool:
    """Whether a contraction adds nothing up: a transpose, or a diagonal."""
    ((labels,), out) = node.params
    return set(labels) == set(out)


def _same(node: Node, values: tuple[Fraction, ...], value: Value) -> Node | None:
    """Return the simplest of a number, ±y and 1 − y that a function of y is at all its values, or None."""
    try:
        results = [Fraction(value(number)) for number in values]
    except (ZeroDivisionError, ValueError, OverflowError):
        return None
    if len(set(results)) == 1:
        return _number(results[0], node)
    if results == list(values):
        return node
    if results == [-number for number in values]:
        return -node
    return 1 - node if results == [1 - number for number in values] else None


def _number(value: Fraction, node: Node) -> Node:
    number = constant(value)
    return broadcast.make((number,), (node.shape,)) if node.shape else number


def _power(exponent: Node) -> Value | None:
    """Return y ↦ yᵖ for a whole number p, or for any p > 0 where it is exact, or None."""
    if not exponent.is_exact or exponent.shape:
        return None
    power = Fraction(exponent.value)
    if power.denominator == 1 and math.fabs(power) <= _LARGEST:
        return lambda number: number ** int(power)
    return (lambda number: _unchanged(number)) if power > 0 else None


_LARGEST = 1000


def _unchanged(number: Fraction) -> Fraction:
    """Return the power of 0 or 1, which is the number itself.

    Raises
    ------
    ValueError
        For any other number.
    """
    if number not in (0, 1):
        raise ValueError(number)
    return number


def _label(*values: int) -> Node:
    return tensor("y", "", values=list(values))


def _labels(*values: int) -> Node:
    return tensor("y", "n", values=list(values))


@rewriting(
    "a power of an input with known values",
    pow,
    because="it is so at each of its values",
    has_values=True,
    examples=(
        lambda x: x * _label(-1, 1) ** 2,
        lambda x: x + _label(-1, 1) ** 3,
        lambda x: x + 1 / _label(-1, 1),
        lambda x: x * _label(0, 1) ** 2,
        lambda x: x + _label(0, 1) ** Fraction(1, 2),
        lambda u: u * _labels(-1, 1) ** 2,
    ),
)
def power_of_label(node: Node, context: Context) -> Node | None:
    """Simplify a power where it is a number or ±y for all values: y² → 1 for y in {−1, 1}, y² → y for y in {0, 1}."""
    values, power = _values_of(node.args[0]), _power(node.args[1])
    return None if values is None or power is None else _same(node.args[0], values, power)


@rewriting(
    "a power of a product with an input of known values",
    pow,
    because="the power of that factor is 1 at each of its values",
    needs=(mul,),
    has_values=True,
    examples=(
        lambda x: (x * _label(-1, 1)) ** 2,
        lambda x: (2 * x * _label(-1, 1)) ** (-4),
        lambda u: (u * _labels(-1, 1)) ** 2,
    ),
)
def power_of_product_with_label(node: Node, context: Context) -> Node | None:
    """(y·z)ⁿ → zⁿ where yⁿ is 1 for all values and n is a whole number."""
    base, exponent = node.args
    if base.primitive is not mul or not exponent.is_exact or exponent.shape or Fraction(exponent.value).denominator != 1:
        return None
    return _without(base, _power(exponent), lambda rest: pow.make((rest, exponent)))


@rewriting(
    "the absolute value of a product with an input of known values",
    abs,
    because="the absolute value of that factor is 1",
    needs=(mul,),
    has_values=True,
    examples=(lambda x: abs(x * _label(-1, 1)), lambda u: abs(u * _labels(-1, 1))),
)
def size_of_product_with_label(node: Node, context: Context) -> Node | None:
    """|y·z| → |z| where |y| is 1 for all values."""
    (base,) = node.args
    return _without(base, _STEPS[abs], abs) if base.primitive is mul else None


def _without(base: Node, value: Value | None, outer: Callable[[Node], Node]) -> Node | None:
    """Return a function of a product without the factors that it makes 1."""
    if value is None:
        return None
    kept = [factor for factor in base.args if not _is_one(factor, value)]
    if len(kept) == len(base.args) or not kept:
        return None
    rest = outer(mul.make(tuple(kept)) if len(kept) > 1 else kept[0])
    return rest if rest.shape == base.shape else broadcast.make((rest,), (base.shape,))


def _is_one(factor: Node, value: Value) -> bool:
    values = _values_of(factor)
    try:
        return values is not None and all(value(number) == 1 for number in values)
    except ZeroDivisionError:
        return False


@rewriting(
    "a function of an input with known values",
    *_STEPS,
    because="it is so at each of its values",
    has_values=True,
    examples=(
        lambda x: x + abs(_label(-1, 1)),
        lambda x: x + sign(_label(-1, 1)),
        lambda x: x + floor(_label(0, 1)),
        lambda u: u * abs(_labels(-1, 1)),
    ),
)
def step_of_label(node: Node, context: Context) -> Node | None:
    """Simplify a function where it is a number or ±y for all values: |y| → 1 and sign y → y for y in {−1, 1}."""
    values = _values_of(node.args[0])
    return None if values is None else _same(node.args[0], values, _STEPS[node.primitive])


@rewriting(
    "a sum of squares of an input with known values",
    einsum,
    because="the square of an entry is the entry, or 1",
    has_values=True,
    examples=(lambda u: _labels(0, 1) @ _labels(0, 1) + u[0], lambda u: _labels(-1, 1) @ (_labels(-1, 1) * 1) * u[0]),
)
def square_in_contraction(node: Node, context: Context) -> Node | None:
    """Σ yᵢ·yᵢ·… → Σ yᵢ·… where y² is y, and Σ 1·… where it is 1."""
    inputs, out = node.params
    for k, arg in enumerate(node.args):
        values = _values_of(arg)
        twins = [j for j in range(k) if node.args[j] is arg and inputs[j] == inputs[k]]
        if values is None or not twins:
            continue
        square = _same(arg, values, lambda number: number * number)
        if square is None:
            continue
        rest = [j for j in range(len(inputs)) if j not in (twins[0], k)]
        args = [square, *(node.args[j] for j in rest)]
        try:
            return einsum.make(tuple(args), (tuple(inputs[j] for j in (k, *rest)), out))
        except SymgdError:
            return None
    return None
