"""The coefficients of powers: a whole power of what vanishes is a product, any other follows a recurrence.

U = tᵛ·w with w₀ ≠ 0,  F = Uⁿ:   k·w₀·F_k = Σ_j (n·j − (k − j))·w_j·F_{k−j},  moved by n·v orders
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from symgd.derive.taylor.arithmetic_rules import rule_of_product
from symgd.derive.taylor.coefficients import Key, Rule
from symgd.derive.taylor.expansion_point import FractionalPowerError, NotDefinedBesideError, SeriesAround
from symgd.derive.taylor.values_at_point import value_at_point
from symgd.errors import DomainError
from symgd.evaluation.exact import exact_number
from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import pow

__all__ = ["exponent_of", "rule_of_power"]


def rule_of_power(series: SeriesAround, node: Node, n: int | Fraction) -> tuple[int, Rule]:
    """Return where the series of uⁿ begins, and how its coefficients are computed.

    Raises
    ------
    DomainError
        For a root of what vanishes.
    """
    base = node.args[0]
    low = series.low(base)
    start = series.value(base)
    is_unit = start is not None and not series.is_zero(start)
    if isinstance(n, int) and n > 0 and not is_unit:
        rest = pow.make((base, constant(n - 1)))
        return n * min(low, 0), rule_of_product(series, base, rest, n if low >= 0 else None)
    shift = 0 if is_unit else series.valuation(base)
    if shift and not isinstance(n, int):
        message = f"{series.shown(node)} has no Taylor expansion at {series.name}: its base is 0 there"
        if not series.is_one_sided:
            raise DomainError(message)
        if (shift * n).denominator > 1:
            raise FractionalPowerError(message, (shift * n).denominator)
        if series.run(base, shift).is_negative:
            raise NotDefinedBesideError(f"{series.shown(node)} is not defined beside the point")
    return int(n * shift), _recurrence(series, n, shift)


def _recurrence(series: SeriesAround, n: int | Fraction, shift: int) -> Rule:
    """Return the rule of (tᵛ·w)ⁿ, with v = `shift`."""
    first, exponent, known = int(n * shift), exact_number(n), series.known

    def needs(node: Node, order: int) -> list[Key]:
        k = order - first
        if k < 0:
            return []
        of_base = [(node.args[0], shift + j) for j in range(k + 1)]
        return [(node.args[1], 0), *of_base, *((node, first + j) for j in range(k))]

    def coefficient(node: Node, order: int) -> sp.Expr:
        k, base = order - first, node.args[0]
        if k < 0:
            return sp.Integer(0)
        lead = known[base, shift]
        if k == 0:
            return lead**exponent if shift else value_at_point(series, node)
        terms = ((exponent * j - (k - j)) * known[base, shift + j] * known[node, first + k - j] for j in range(1, k + 1))
        value = sp.Add(*terms) / (k * lead)
        return sp.cancel(value) if series.directions and lead.free_symbols else sp.expand(value)

    return needs, coefficient


def exponent_of(node: Node) -> int | Fraction | None:
    """Return the exponent of a power where it is a number; a float is the binary number it is."""
    exponent = node.args[1]
    if not exponent.is_constant or exponent.value != exponent.value or abs(exponent.value) == float("inf"):
        return None
    value = Fraction(exponent.value)
    return value.numerator if value.denominator == 1 else value
