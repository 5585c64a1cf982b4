"""Derivatives that stay symbolic: those of undefined functions, f′(x), and of f at a formula; any other one is carried out."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.core.function import AppliedUndef

from symgd.errors import UnsupportedError, shown
from symgd.graph.node import Node
from symgd.readers.sympy.undefined_functions import derivative_of_undefined
from symgd.readers.sympy.values import Nodes

__all__ = ["AppliedDerivative", "applied_derivative", "derivative", "parts_of_derivative", "substituted"]


def parts_of_derivative(expression: sp.Derivative) -> list[sp.Basic]:
    """Return the arguments of an undefined function that is differentiated; any other derivative is carried out."""
    inner = expression.expr
    if isinstance(inner, AppliedUndef) and all(
        variable in inner.args and sum(arg.has(variable) for arg in inner.args) == 1
        for variable, _ in expression.variable_count
    ):
        return list(inner.args)
    evaluated = expression.doit()
    if evaluated == expression:
        raise UnsupportedError(f"the derivative {shown(expression)} cannot be carried out")
    return [evaluated]


def derivative(expression: sp.Derivative, args: Nodes) -> Node:
    """Return a derivative, whose arguments are read or which is carried out."""
    inner = expression.expr
    if (
        isinstance(inner, AppliedUndef)
        and len(args) == len(inner.args)
        and all(v in inner.args for v, _ in expression.variable_count)
    ):
        counts = {variable: int(count) for variable, count in expression.variable_count}
        return derivative_of_undefined(inner, counts, args)
    return args[0]


def substituted(expression: sp.Subs) -> sp.Basic:
    """Return Subs(Derivative(f(ξ), ξ), ξ, g) as the derivative of f with g in the place of ξ, unevaluated."""
    inner, variables, points = expression.args
    if isinstance(inner, sp.Derivative) and isinstance(inner.expr, AppliedUndef):
        return AppliedDerivative(
            inner, tuple(dict(zip(variables, points, strict=True)).get(arg, arg) for arg in inner.expr.args)
        )
    return expression.doit()


class AppliedDerivative(sp.Basic):  # type: ignore[misc]
    """A derivative of an undefined function with arguments in the place of its own."""

    derivative: sp.Derivative

    def __new__(cls, derivative: sp.Derivative, arguments: Sequence[sp.Basic]) -> AppliedDerivative:
        applied: AppliedDerivative = sp.Basic.__new__(cls, *arguments)
        applied.derivative = derivative
        return applied


def applied_derivative(expression: AppliedDerivative, args: Nodes) -> Node:
    """Return a derivative of an undefined function at other arguments."""
    inner = expression.derivative
    counts = {variable: int(count) for variable, count in inner.variable_count}
    return derivative_of_undefined(inner.expr, counts, args)
