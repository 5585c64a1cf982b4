"""The name of an input identifies it: two of one name, with other shapes or assumptions, are refused."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from symgd.errors import UnsupportedError
from symgd.graph.node import Node
from symgd.graph.shape import show_shape
from symgd.graph.traversal import symbols_of

__all__ = ["refuse_namesakes", "refuse_two_inputs_of_one_name"]


def refuse_two_inputs_of_one_name(result: Node) -> None:
    """Refuse a scalar and an array, or arrays of two shapes, that share their name."""
    inputs: dict[str, Node] = {}
    for node in symbols_of(result):
        other = inputs.setdefault(node.name, node)
        if other is not node:
            raise UnsupportedError(
                f"two inputs are called {node.name[:40]}: {show_shape(other.shape)} and {show_shape(node.shape)}",
                hint="give one of them another name",
            )


def refuse_namesakes(parts: Sequence[sp.Basic]) -> None:
    """Refuse symbols and arrays that share their name and not their assumptions: the name of an input identifies it."""
    bases: dict[str, sp.IndexedBase] = {}
    for part in parts:
        if isinstance(part, sp.IndexedBase):
            other = bases.setdefault(str(part.label), part)
            shapes = {array.shape for array in (other, part) if array.shape is not None}
            if other.assumptions0 != part.assumptions0 or len(shapes) > 1:
                raise UnsupportedError(
                    f"two arrays are called {str(part.label)[:40]}, of other shapes or assumptions",
                    hint="use one IndexedBase everywhere",
                )
    dummies = {part for part in parts if isinstance(part, sp.Dummy)}
    if not dummies:
        return
    bound = {
        symbol for part in parts if isinstance(part, sp.Sum | sp.Product | sp.Lambda | sp.Subs) for symbol in part.bound_symbols
    }
    symbols = {part for part in parts if isinstance(part, sp.Symbol)} - bound
    for dummy in dummies - bound:
        if any(other.name == dummy.name and other != dummy for other in symbols):
            raise UnsupportedError(
                f"two symbols are called {dummy.name[:40]}, and one is a Dummy", hint="give it a name of its own"
            )
