"""Taylor expansions of formulas, in one variable and in several.

    f(a + δ) = Σ f⁽ᵏ⁾(a)/k! · δᵏ

Several variables are expanded along the line a + s·d with symbols for the direction d: the coefficient of sᵏ is a polynomial
in d whose coefficients are those of the monomials of order k.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import sympy as sp

from symgd.derive.taylor.expansion import Bounds, Branch, Power, TaylorExpansion
from symgd.derive.taylor.scalar_form import scalar_form
from symgd.derive.taylor.series import Series
from symgd.derive.taylor.two_sided import coefficients_from_both_sides
from symgd.errors import DomainError, ShapeError, SymgdError, UnsupportedError, shown
from symgd.evaluation.exact import exact_coordinate, lies_in
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.assumptions import Sign
from symgd.graph.conversion import as_node as from_sympy
from symgd.graph.names import stand_in
from symgd.graph.node import Node
from symgd.graph.time_limit import check_time
from symgd.graph.traversal import substitute
from symgd.primitives.arithmetic import mul

__all__ = ["MAX_ORDER", "taylor"]

MAX_ORDER = 200
MAX_MONOMIALS = 20_000
_LONGEST = 10**1000
"""Numerators and denominators of points; longer ones take too long."""
_SHORT = 25
"""Operations up to which a coefficient is simplified by all means."""
Coefficients = dict[Power, sp.Expr]


def taylor(
    formula: Node,
    variables: Sequence[Node],
    at: Sequence[object],
    order: int = 4,
    finish: Callable[[Node], Node] | None = None,
    enclose: Bounds | None = None,
    branch: Branch | None = None,
    budget: float = math.inf,
) -> TaylorExpansion:
    """Expand a scalar formula.

    Parameters
    ----------
    formula : Node
        Of shape (); other inputs stay symbolic.
    variables : sequence of Node
        Scalar inputs.
    at : sequence of numbers
        The exact point: int, Fraction, SymPy number; a float is the binary number it is.
    order : int
        The highest power; of several variables the highest total power.
    finish : callable, optional
        Simplifies the derivatives in the remainder.
    enclose : callable, optional
        ``enclose(formula, box) -> (low, high)``, for bounds of the remainder.
    branch : callable, optional
        ``branch(formula, box, point) -> formula``: the smooth formula that a formula is on a box; see
        :func:`symgd.curvature.smooth_branch.smooth_branch`.
    budget : float
        Seconds for the remainder and for a bound of it.

    Raises
    ------
    DomainError
        Where the formula has no derivatives at the point: outside its domain, at a kink, at a jump, at a pole; and where the
        point is not what is declared of a variable.
    """
    if formula.shape or any(variable.shape for variable in variables):
        raise ShapeError("a Taylor expansion belongs to a scalar formula of scalars")
    if isinstance(order, bool) or not isinstance(order, int) or not 0 <= order <= MAX_ORDER:
        raise SymgdError(f"the order is an integer from 0 to {MAX_ORDER}, not {shown(order)}")
    points = tuple(exact_coordinate(coordinate) for coordinate in at)
    if any(not point.is_finite for point in points):
        raise DomainError("a Taylor expansion needs a finite point")
    if any(point.is_Rational and max(abs(point.p), point.q) > _LONGEST for point in points):
        raise UnsupportedError("a Taylor expansion needs a point of at most 1000 digits")
    for variable, point in zip(variables, points, strict=True):
        _check_declared_point(variable, point)
    form, entries = scalar_form(formula)
    coefficients = (
        _of_one(form, variables[0], points[0], order) if len(variables) == 1 else _of_several(form, variables, points, order)
    )
    finish = finish or (lambda node: node)
    return TaylorExpansion(formula, tuple(variables), points, order, coefficients, finish, enclose, branch, budget, entries)


def _of_one(formula: Node, variable: Node, point: sp.Expr, order: int) -> Coefficients:
    series = Series(formula, variable, point)
    try:
        coefficients = {k: series.coefficient(k) for k in range(max(order, 1) + 1)}  # √x has a value at 0, and no slope
    except DomainError:
        try:
            coefficients = coefficients_from_both_sides(formula, variable, point, order)
        except (DomainError, UnsupportedError):
            coefficients = {}
        if not coefficients:
            raise
    return {k: _tidy(coefficients[k]) for k in range(order + 1)}


def _of_several(formula: Node, variables: Sequence[Node], points: Sequence[sp.Expr], order: int) -> Coefficients:
    if sp.binomial(order + len(variables), order) > MAX_MONOMIALS:
        raise SymgdError(f"an expansion to order {order} in {len(variables)} variables has more than {MAX_MONOMIALS:,} terms")
    step = _hidden("s")
    directions = {_hidden(f"d{k}"): sp.Symbol(f"direction_{k}", real=True) for k in range(len(variables))}
    line = {
        variable: _moved(point, mul.make((step, direction)))
        for variable, point, direction in zip(variables, points, directions, strict=True)
    }
    (along,) = substitute([formula], line)
    series = Series(along, step, sp.Integer(0), directions, {moved: variable for variable, moved in line.items()})
    symbols = list(directions.values())
    coefficients: Coefficients = {}
    for k in range(order + 1):
        coefficients.update(_of_monomials(series.coefficient(k), symbols))
    return coefficients


@one_at_a_time
def _of_monomials(value: sp.Expr, symbols: Sequence[sp.Expr]) -> Coefficients:
    """Return the coefficients of a polynomial in the directions, by its powers.

    Raises
    ------
    DomainError
        Where it is none.
    """
    try:
        polynomial = sp.Poly(sp.cancel(sp.together(value)), *symbols)
    except sp.PolynomialError:
        raise DomainError(
            "the formula has no Taylor expansion at this point: its derivatives depend on the direction they are taken in"
        ) from None
    return {powers: _tidy(coefficient) for powers, coefficient in sorted(polynomial.terms(), reverse=True) if coefficient != 0}


def _hidden(name: str) -> Node:
    """Return a scalar that no user can declare."""
    return stand_in(f"?{name}")


@one_at_a_time
def _tidy(value: sp.Expr) -> sp.Expr:
    """Shorten a coefficient; a long one, which SymPy would take seconds to simplify, only loses its common factors."""
    check_time()
    if value.is_Rational:
        return value
    return sp.simplify(value) if sp.count_ops(value) <= _SHORT else sp.factor_terms(value)


def _check_declared_point(variable: Node, point: sp.Expr) -> None:
    """Refuse a point that is not what is declared of its variable."""
    facts = variable.facts
    if lies_in(point, facts.interval) is False:
        raise DomainError(
            f"{variable} is declared to lie in {facts.interval}, and the point of expansion is {variable} = {shown(point)}",
            hint="choose a point inside, or declare less of it",
        )
    if facts.is_nonzero and lies_in(point, Sign.NONZERO) is False:
        raise DomainError(
            f"{variable} is declared nonzero, and the point of expansion is {variable} = 0",
            hint="choose another point, or declare less of it",
        )


def _moved(point: sp.Expr, step: Node) -> Node:
    number: Node = from_sympy(point)
    return number + step
