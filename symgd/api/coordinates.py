"""Derivatives in what is no input of its own: an entry, a function of an input such as log l, and SymPy's q(t).

∂f/∂A₀₁ is the entry of ∂f/∂A,   ∂f/∂(log l) = (∂f/∂l)/(d log l/dl),   ∂f/∂q(t) holds q′(t) fixed
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symgd.api.inputs import inputs_of, read, read_beside
from symgd.api.simplification import finish
from symgd.derive import jacobian as derivatives
from symgd.errors import SymgdError, shown
from symgd.graph.conversion import is_sympy
from symgd.graph.names import stand_in
from symgd.graph.node import Node, constant
from symgd.graph.traversal import rebuild, toposort
from symgd.primitives.contraction import expand_at
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import index
from symgd.primitives.summation import sum

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
    domain : Node, optional
        A scalar that has a value where the coordinate has one.
    """

    inputs: list[Node]
    slope: Callable[[Node], Node]
    domain: Node | None = None

    def within(self, formula: Node) -> Node:
        """Return a formula that has values where this one and the coordinate do."""
        if self.domain is None:
            return formula
        return (sum(formula) if formula.shape else formula) + self.domain


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
    if _is_undefined(node):
        return _of_function(loss, node)
    applied = [part for part in toposort((node,)) if _is_undefined(part)]
    if applied:
        return _of_transformed_function(loss, node, applied)
    symbols = node.symbols
    if len(symbols) == 1 and symbols[0] in inputs_of(loss).get(symbols[0].name, ()):
        (symbol,) = symbols
        if len(inputs_of(loss)[symbol.name]) > 1:
            raise SymgdError(f"two inputs are called {symbol.name}", hint="declare it once, and use that Node everywhere")
        if node.primitive is index and node.args[0] is symbol:
            return _of_entries(symbol, node)
        if _is_entrywise(node, symbol):
            return _of_transformed(symbol, node)
    raise _no_coordinate(node)


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
        fixed = [part for part in toposort((formula,)) if _is_undefined(part) and applied not in toposort((part,))]
        stands = {applied: stand, **{part: stand_in(f"?{k}") for k, part in enumerate(fixed)}}
        plain = _replaced(formula, stands)
        (derived,) = finish(plain, derivatives.jacobian(plain, stand))  # with symbols, which have values to prove it by
        return _replaced(derived, {symbol: part for part, symbol in stands.items()})

    return Coordinate([stand], slope)


def _is_undefined(node: Node) -> bool:
    return node.primitive.name == "undefined"


def _of_transformed_function(loss: Node, node: Node, applied: list[Node]) -> Coordinate:
    """Return a function of q(t), such as log q(t)."""
    inner, (first, *others) = stand_in("?coordinate"), applied[::-1]
    body = _replaced(node, {first: inner})
    if others or body.symbols != (inner,) or not _is_entrywise(body, inner):
        raise _no_coordinate(node)
    in_function = _of_function(loss, first)
    rate = _replaced(derivatives.gradient(body, inner), {inner: first})
    return Coordinate(in_function.inputs, lambda formula: in_function.slope(formula) * rate ** constant(-1))


def _no_coordinate(node: Node) -> SymgdError:
    return SymgdError(
        f"{shown(node)} is not an input, an entry of one, or a function of one, so there is no derivative in it",
        hint="give an input of the formula, x[0], or log(x)",
    )


def _replaced(root: Node, parts: Mapping[Node, Node]) -> Node:
    """Return a formula with parts replaced by others."""
    known = dict(parts)
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
    summed = sum(transformed) if symbol.rank else transformed
    rate = derivatives.gradient(summed, symbol)  # of an entry in itself

    def slope(formula: Node) -> Node:
        whole = derivatives.jacobian(formula, symbol)
        return whole * expand_at(rate, range(whole.rank - symbol.rank)) ** constant(-1)

    return Coordinate([symbol], slope, summed)
