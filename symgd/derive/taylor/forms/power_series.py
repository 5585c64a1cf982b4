"""A known power series as a node: Σ c_k·vᵏ of a node v that is 0 at the point of expansion."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from symgd.derive.taylor.expansion_point import Place
from symgd.graph.conversion import as_node as from_sympy
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Primitive
from symgd.graph.shape import broadcast
from symgd.primitives.arithmetic import add

__all__ = ["POWER_SERIES", "Form", "applied", "power_series", "sum_of"]

Form = Callable[[Node, Place], Node | None]
"""Another form of a function around a point; None where its own rules serve."""

POWER_SERIES = Primitive(
    name="?power series",
    is_elementwise=True,
    arity=1,
    shape=lambda shapes, params: broadcast(shapes, "power series"),
    source="its coefficients",
)


def power_series(coefficient: Callable[[int], sp.Expr], variable: Node) -> Node:
    """Return Σ c_k·vᵏ of a node v that is 0 at the point.

    Parameters
    ----------
    coefficient : callable
        ``coefficient(k)`` is an exact number.
    variable : Node
    """
    return POWER_SERIES.make((variable,), (coefficient,))


def sum_of(terms: list[Node]) -> Node:
    """Return the sum of formulas; none at all is 0."""
    return add.make(tuple(terms)) if terms else constant(0)


def applied(name: str, *args: Node) -> Node:
    """Return a function of SymPy that symgd has no declaration of."""
    variables = [sp.Dummy(f"argument_{k}", real=True) for k in range(len(args))]
    body: Node = from_sympy(getattr(sp, name)(*variables))
    return body.primitive.make(args)
