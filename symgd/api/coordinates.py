"""Derivatives in what is no input of its own: an entry, a function of an input such as log l, and SymPy's q(t).

∂f/∂A₀₁ is the entry of ∂f/∂A,   ∂f/∂(log l) = (∂f/∂l)/(d log l/dl),   ∂f/∂q(t) holds q′(t) fixed
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from symgd.api.inputs import inputs_of, read, read_beside
from symgd.derive import jacobian as derivatives
from symgd.errors import SymgdError, shown
from symgd.graph.conversion import is_sympy
from symgd.graph.names import stand_in
from symgd.graph.node import Node, constant
from symgd.graph.traversal import rebuild, toposort
from symgd.primitives.contraction import expand_at
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import index

__all__ = ["Coordinate", "coordinate"]

_NAME = re.compile(r"\w+", re.ASCII)
_INPUTS = ("MatrixSymbol", "ArraySymbol", "IndexedBase")
"""SymPy's classes of inputs with entries."""
_FUNCTION_OF_A_NAME = re.compile(r"([a-z]\w*) +(\w+)", re.ASCII)


@dataclass(frozen=True)
class Coordinate:
    """What a formula is differentiated in.

    Attributes
    ----------
    inputs : list of Node
        What moves.
    slope : callable
        ``slope(formula) -> Node``: the derivative, whose last axes are those of the coordinate.
    """

    inputs: list[Node]
    slope: Callable[[Node], Node]


def coordinate(loss: Node, wrt: object) -> Coordinate | None:
    """Return what `wrt` names where that is no input of its own; None for an input, and for what is no formula of the inputs.

    Raises
    ------
    SymgdError
        For a formula in which there is no derivative.
    """
    node = _expression(loss, wrt)
    if node is None or node.is_symbol:
        return None
    if node.primitive.name == "undefined":
        return _of_function(loss, node)
    symbols = node.symbols
    if len(symbols) == 1 and symbols[0] in inputs_of(loss).get(symbols[0].name, ()):
        (symbol,) = symbols
        if node.primitive is index and node.args[0] is symbol:
            return _of_entries(symbol, node)
        if _is_entrywise(node, symbol):
            return _of_transformed(symbol, node)
    raise SymgdError(
        f"{shown(node)} is not an input, an entry of one, or a function of one, so there is no derivative in it",
        hint="give an input of the formula, x[0], or log(x)",
    )


def _expression(loss: Node, wrt: object) -> Node | None:
    """Return a formula that is given in the place of an input."""
    if isinstance(wrt, Node):
        return wrt
    if isinstance(wrt, str):
        if _NAME.fullmatch(wrt.strip()):
            return None
        applied = _FUNCTION_OF_A_NAME.fullmatch(wrt.strip())
        return read_beside(f"{applied[1]}({applied[2]})" if applied else wrt, loss)
    is_formula = is_sympy(wrt) and getattr(wrt, "free_symbols", None) and not hasattr(wrt, "tolist")
    return read(wrt) if is_formula and not getattr(wrt, "is_Symbol", False) and type(wrt).__name__ not in _INPUTS else None


def _of_function(loss: Node, applied: Node) -> Coordinate:
    """Return q(t), or a derivative of it: everything else, q′(t) too, is held fixed."""
    if applied not in toposort((loss,)):
        raise SymgdError(f"{shown(applied)} is not in the formula", hint="give a function that stands in it")
    stand = stand_in("?coordinate")

    def slope(formula: Node) -> Node:
        return _replaced(derivatives.jacobian(_replaced(formula, applied, stand), stand), stand, applied)

    return Coordinate([stand], slope)


def _replaced(root: Node, before: Node, after: Node) -> Node:
    """Return a formula with one part replaced by another."""
    known: dict[Node, Node] = {before: after}
    for node in toposort((root,), known):
        known[node] = rebuild(node, tuple(known[arg] for arg in node.args)) if node.args else node
    return known[root]


def _of_entries(symbol: Node, entries: Node) -> Coordinate:
    """Return entries of an input: a slice, or one entry."""
    (items,) = entries.params

    def slope(formula: Node) -> Node:
        whole = derivatives.jacobian(formula, symbol)
        return index.make((whole,), ((*(FULL,) * (whole.rank - symbol.rank), *items),))

    return Coordinate([symbol], slope)


def _is_entrywise(node: Node, symbol: Node) -> bool:
    """Whether each entry of a formula is a function of the same entry of an input."""
    return node.shape == symbol.shape and all(
        part is symbol or part.primitive.is_elementwise or part.is_constant for part in toposort((node,))
    )


def _of_transformed(symbol: Node, transformed: Node) -> Coordinate:
    """Return a function of an input, such as log l: df/d(log l) = l·df/dl."""
    summed = transformed
    if symbol.rank:
        from symgd.primitives.summation import sum

        summed = sum(transformed)
    rate = derivatives.gradient(summed, symbol)  # of an entry in itself

    def slope(formula: Node) -> Node:
        whole = derivatives.jacobian(formula, symbol)
        return whole * expand_at(rate, range(whole.rank - symbol.rank)) ** constant(-1)

    return Coordinate([symbol], slope)
