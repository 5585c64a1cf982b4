"""Derivatives in what is no input of its own: an entry, a function of an input such as log l, and SymPy's q(t).

∂f/∂A₀₁ is the entry of ∂f/∂A,   ∂f/∂(log l) = (∂f/∂l)/(d log l/dl),   ∂f/∂q(t) holds q′(t) fixed
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from symgd.api.inputs import inputs_of, read, read_beside
from symgd.api.simplification import finish, recognise, slope_of
from symgd.derive import jacobian as derivatives
from symgd.errors import SymgdError, shown
from symgd.graph.conversion import is_sympy
from symgd.graph.names import stand_in
from symgd.graph.node import Node, constant
from symgd.graph.traversal import substitute, toposort
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
    loss : Node
        The formula, with inputs in the place of SymPy's functions.
    inputs : list of Node
        What moves.
    slope : callable
        ``slope(formula) -> Node``: the derivative, whose last axes are those of the coordinate.
    domain : Node, optional
        A scalar that has a value where the coordinate has one.
    functions : dict of Node to Node
        SymPy's functions, by the inputs that stand for them.
    """

    loss: Node
    inputs: list[Node]
    slope: Callable[[Node], Node]
    domain: Node | None = None
    functions: dict[Node, Node] = field(default_factory=dict)

    def derivative(self, order: int, prove: bool) -> Node:
        """Return a derivative, simplified."""
        source = self.loss
        if self.domain is not None:
            source = (sum(source) if source.shape else source) + self.domain
        derived = recognise(self.loss, self.inputs, prove)
        for _ in range(order):
            derived = slope_of(source, self.slope(derived), self.inputs, prove)
        return substitute(finish(source, derived, prove=prove), self.functions)[0]


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
    loss, node, functions = _without_functions(loss, node)
    symbols = node.symbols
    if len(symbols) == 1 and symbols[0] in inputs_of(loss).get(symbols[0].name, ()):
        (symbol,) = symbols
        if len(inputs_of(loss)[symbol.name]) > 1:
            raise SymgdError(f"two inputs are called {symbol.name}", hint="declare it once, and use that Node everywhere")
        if node is symbol:
            return Coordinate(loss, [symbol], lambda formula: derivatives.jacobian(formula, symbol), functions=functions)
        if node.primitive is index and node.args[0] is symbol:
            return _of_entries(loss, symbol, node)
        if _is_entrywise(node, symbol):
            return _of_transformed(loss, symbol, node, functions)
    (node,) = substitute([node], functions)
    if _is_undefined(node):
        raise SymgdError(f"{shown(node)} is not in the formula", hint="give a function that stands in it")
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


def _without_functions(loss: Node, node: Node) -> tuple[Node, Node, dict[Node, Node]]:
    """Return a formula and a coordinate with inputs in the place of q(t) and its derivatives, and what these stand for.

    Everything that does not contain the coordinate's function is held fixed.
    """
    moving = [part for part in toposort((node,)) if _is_undefined(part)][-1:]
    if not moving:
        return loss, node, {}
    held = [part for part in toposort((loss,)) if _is_undefined(part) and moving[0] not in toposort((part,))]
    stands = {part: stand_in(f"?{k}") for k, part in enumerate((*moving, *held))}
    loss, node = substitute([loss, node], stands)
    return loss, node, {stand: part for part, stand in stands.items()}


def _is_undefined(node: Node) -> bool:
    return node.primitive.name == "undefined"


def _no_coordinate(node: Node) -> SymgdError:
    return SymgdError(
        f"{shown(node)} is not an input, an entry of one, or a function of one, so there is no derivative in it",
        hint="give an input of the formula, x[0], or log(x)",
    )


def _of_entries(loss: Node, symbol: Node, entries: Node) -> Coordinate:
    """Return entries of an input: a slice, or one entry."""
    (items,) = entries.params

    def slope(formula: Node) -> Node:
        whole = derivatives.jacobian(formula, symbol)
        return index.make((whole,), ((*(FULL,) * (whole.rank - symbol.rank), *items),))

    return Coordinate(loss, [symbol], slope)


def _is_entrywise(node: Node, symbol: Node) -> bool:
    """Whether each entry of a formula is a function of the same entry of an input."""
    return node.shape == symbol.shape and all(
        part is symbol or part.primitive.is_elementwise or part.is_constant for part in toposort((node,))
    )


def _of_transformed(loss: Node, symbol: Node, transformed: Node, functions: dict[Node, Node]) -> Coordinate:
    """Return a function of an input, such as log l: df/d(log l) = l·df/dl."""
    summed = sum(transformed) if symbol.rank else transformed
    rate = derivatives.gradient(summed, symbol)  # of an entry in itself

    def slope(formula: Node) -> Node:
        whole = derivatives.jacobian(formula, symbol)
        return whole * expand_at(rate, range(whole.rank - symbol.rank)) ** constant(-1)

    return Coordinate(loss, [symbol], slope, summed, functions)
