"""Kinks: a function that is not smooth where the formula stands has no expansion there."""

from __future__ import annotations

from symgd.derive.taylor.expansion_point import SeriesAround
from symgd.errors import DomainError
from symgd.graph.conversion import as_node as from_sympy
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.traversal import substitute, symbols_of
from symgd.primitives.arithmetic import pow

__all__ = ["refuse_kinks"]


def refuse_kinks(series: SeriesAround, node: Node) -> None:
    """Refuse kinks, and powers with a symbolic exponent whose base vanishes: for most exponents they have no expansion.

    Raises
    ------
    DomainError
    """
    for kink in node.primitive.kinks(*node.args) if node.primitive.kinks is not None else ():
        value = series.value(kink)
        if value is not None and series.is_zero(value):
            raise DomainError(
                f"{series.shown(node)} has a kink at {series.name}, so it has no Taylor expansion there",
                hint="expand on one side of it",
            )
        if value is not None and not value.is_nonzero and not _is_nonzero_at_point(series, kink):
            names = ", ".join(sorted(str(symbol) for symbol in value.free_symbols - set(series.directions.values())))
            raise DomainError(
                f"{series.shown(node)} has a kink at {series.name} for some {names}, so no one expansion holds for all of them",
                hint=f"declare what keeps the kink away, such as {names.partition(',')[0]} positive, or give numbers",
            )
    if node.primitive is pow and series.does_move(node.args[0]) and series.is_zero(series.run(node.args[0], 0)):
        raise DomainError(f"{series.shown(node)} has no Taylor expansion at {series.name}: its base is 0 there")


def _is_nonzero_at_point(series: SeriesAround, node: Node) -> bool:
    """Whether a part of the formula is known to be different from 0 at the point, whatever its other inputs are."""
    (at_point,) = substitute([node], {series.variable: from_sympy(series.point)})
    return not symbols_of(at_point) or Facts().is_nonzero(at_point)
