"""Taylor coefficients from the expansions on both sides of a point: cos √x, |x|·sin |x|, Ci x − log x.

    x = a + tᵠ and x = a − tᵠ, t > 0

Roots of what vanishes are powers of t, and kinks are lines on each side. The formula has an expansion in x where only whole
powers of tᵠ are left, no logarithm of t, and both sides agree; a formula that lives on one side only has that of this side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from symgd.derive.taylor.expansion_point import FractionalPowerError, NotDefinedBesideError
from symgd.derive.taylor.series import Series
from symgd.errors import DomainError, SymgdError
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.conversion import as_node as from_sympy
from symgd.graph.names import stand_in
from symgd.graph.node import Node, constant
from symgd.graph.traversal import substitute

__all__ = ["coefficients_from_both_sides"]

MAX_DENOMINATOR = 24

Coefficients = dict[int, sp.Expr]


def coefficients_from_both_sides(formula: Node, variable: Node, point: sp.Expr, order: int) -> Coefficients:
    """Return Taylor coefficients that both sides of a point agree on.

    Parameters
    ----------
    formula : Node
    variable : Node
    point : sympy number
    order : int

    Raises
    ------
    DomainError
        Where there is no expansion.
    """
    denominator = 1
    while denominator <= MAX_DENOMINATOR:
        try:
            return _agreed(formula, variable, point, order, denominator)
        except FractionalPowerError as error:
            denominator *= error.denominator
    raise DomainError(f"the roots in the formula have a common degree above {MAX_DENOMINATOR}")


def _agreed(formula: Node, variable: Node, point: sp.Expr, order: int, denominator: int) -> Coefficients:
    sides = [_side(formula, variable, point, sign, denominator) for sign in (1, -1)]
    expansions = [side.coefficients(order) for side in sides if side is not None]
    if not expansions:
        raise DomainError(f"the formula has no values around {variable} = {point}")
    is_zero = next(side.series.is_zero for side in sides if side is not None)
    coefficients: Coefficients = {}
    for k, values in enumerate(zip(*expansions, strict=True)):  # order by order: most formulas without an expansion fail early
        if any(not is_zero(value - values[0]) for value in values[1:]):
            raise DomainError(f"the formula has no Taylor expansion at {variable} = {point}", hint="both sides differ")
        coefficients[k] = values[0]
    at_point = _value_at(formula, variable, point)
    if at_point is not None and not is_zero(at_point - coefficients[0]):
        raise DomainError(f"the formula jumps at {variable} = {point}", hint="its value there is not its limit")
    return coefficients


@dataclass
class _Side:
    """The series in t at x = a ± tᵠ.

    Attributes
    ----------
    series : Series
    denominator : int
        The power q of t.
    sign : int
        Right (1) or left (−1) of the point.
    """

    series: Series
    denominator: int
    sign: int

    def coefficients(self, order: int) -> Iterator[sp.Expr]:
        """Return the coefficients of whole powers of x − a, to an order; one more order is free of roots and logarithms.

        Raises
        ------
        DomainError
            Where a power of a root or a logarithm is left.
        """
        series, q = self.series, self.denominator
        for k in range(q * (order + 1) + 1):
            value = series.coefficient(k)
            if k % q and not series.is_zero(value):
                raise DomainError("a power of a root is left")
            if value.has(series.logarithm):
                value = _simplified(value)
            if value.has(series.logarithm):
                raise DomainError("a logarithm is left")
            if k % q == 0 and k <= q * order:
                yield self.sign ** (k // q) * value


@one_at_a_time
def _simplified(value: sp.Expr) -> sp.Expr:
    """Return a shorter form; SymPy asks for signs of numbers meanwhile."""
    return sp.simplify(value)


def _side(formula: Node, variable: Node, point: sp.Expr, sign: int, denominator: int) -> _Side | None:
    """Return the series on one side of a point; None where the formula has no values there."""
    step = stand_in("?t")
    place: Node = from_sympy(point)
    line = place + constant(sign) * step**denominator
    (along,) = substitute([formula], {variable: line})
    series = Series(along, step, sp.Integer(0), None, {line: variable}, is_one_sided=True)
    try:
        for k in range(denominator + 1):  # the slopes of a function may have roots that its value has not
            series.coefficient(k)
    except NotDefinedBesideError:
        return None
    return _Side(series, denominator, sign)


def _value_at(formula: Node, variable: Node, point: sp.Expr) -> sp.Expr:
    """Return the value at the point; None where the formula has none."""
    try:
        return Series(formula, stand_in("?none"), sp.Integer(0), {variable: point}).coefficient(0)
    except SymgdError:
        return None
