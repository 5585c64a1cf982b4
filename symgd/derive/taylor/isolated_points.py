"""Isolated points: ``where(x == 0, 1, sin(x)/x)`` has a value of its own at one point; its branch does not show the slope.

Where the value fills the hole that the other branch leaves, the formula is smooth there, and the branch for the point is
replaced by the other branch's Taylor polynomial: it has the same value, and the right slopes up to :data:`ORDER`. Where it does
not, there is no slope, and the polynomial has NaN for one.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from symgd.derive.taylor.series import Series
from symgd.errors import SymgdError
from symgd.evaluation.exact import exact_number
from symgd.graph.conversion import as_node as from_sympy
from symgd.graph.node import Node, constant, scalar
from symgd.graph.traversal import depends_on, fold, rebuild, substitute, symbols_of
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.piecewise import equal, where

__all__ = ["settle_isolated_points"]

ORDER = 4


def settle_isolated_points(formula: Node, wrt: Sequence[Node]) -> Node:
    """Return a formula that is equal, and whose derivatives are right at isolated points too."""
    moving = depends_on((formula,), wrt)
    if not any(node.primitive is where and _moves(node, moving) for node in moving):
        return formula

    def settle(node: Node, args: list[Node]) -> Node:
        if node.primitive is where and _moves(node, moving):
            return _settled(node, args)
        return rebuild(node, tuple(args))

    return fold((formula,), settle)[formula]


def _moves(node: Node, moving: set[Node]) -> bool:
    condition = node.args[0]
    return condition.primitive is equal and any(arg in moving for arg in condition.args)


def _settled(node: Node, args: Sequence[Node]) -> Node:
    condition, yes, no = args
    left, right = condition.args
    if left is right:
        return yes
    polynomial = _polynomial(left, right, yes, no)
    if polynomial is None:
        polynomial = _polynomial(right, left, yes, no)
    if polynomial is None:
        slope = where.make(
            (condition, constant(float("nan")), constant(0))
        )  # not NaN itself, which would stay beside a factor 0
        polynomial = yes + slope * (left - right)
    return where.make((condition, polynomial, no))


def _polynomial(variable: Node, point: Node, value: Node, other: Node) -> Node | None:
    """Return the Taylor polynomial of the other branch, where it takes the value at the point."""
    if not variable.is_symbol or symbols_of(point) or variable in symbols_of(value):
        return None
    inputs = {node.name: node for node in symbols_of(other, value)}
    if any(node.shape for node in inputs.values() if node is not variable) or other.shape not in (variable.shape, ()):
        return None
    if not all(node.primitive.is_elementwise for node in depends_on((other,), [variable]) if node is not variable):
        return None
    x = scalar(variable.name)
    try:
        (plain,) = substitute([other], {variable: x})
        if plain.shape:
            return None
        series = Series(plain, x, exact_number(point))
        coefficients = [series.coefficient(k) for k in range(ORDER + 1)]
        start = exact_number(value) if not symbols_of(value) else value.to_sympy()
        if (coefficients[0] - start).equals(0) is not True:
            return None
    except (SymgdError, TypeError, AttributeError, RecursionError):
        return None
    shift = variable - point
    terms = [value] + [mul.make((_as_formula(c, inputs), shift**k)) for k, c in enumerate(coefficients) if k and c != 0]
    return add.make(tuple(terms))


def _as_formula(coefficient: sp.Expr, inputs: dict[str, Node]) -> Node:
    """Return an exact coefficient as a formula of the inputs that stand in it."""
    node: Node = from_sympy(coefficient)
    (formula,) = substitute([node], {symbol: inputs[symbol.name] for symbol in symbols_of(node) if symbol.name in inputs})
    return formula
