"""Derivatives in what is no input of its own: an entry, a function of an input such as log l, and SymPy's q(t).

∂f/∂A₀₁ is the entry of ∂f/∂A,   ∂f/∂(log l) = (∂f/∂l)/(d log l/dl),   ∂f/∂q(t) holds q′(t) fixed
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from symgd.api.inputs import continuous, distinct, inputs_of, refuse_namesakes, variable
from symgd.api.restatement import expression_of, is_undefined, refuse_absent, stand_ins
from symgd.api.simplification import finish, recognise, slope_of
from symgd.derive import jacobian as derivatives
from symgd.errors import ShapeError, SymgdError, shown
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.traversal import substitute, toposort
from symgd.primitives.arithmetic import add
from symgd.primitives.contraction import expand_at
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import array, index
from symgd.primitives.summation import sum

__all__ = ["Coordinate", "coordinate"]


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
    rate : Node, optional
        The derivative of the coordinate in its input, where it is a function of one.
    """

    loss: Node
    inputs: list[Node]
    slope: Callable[[Node], Node]
    domain: Node | None = None
    functions: dict[Node, Node] = field(default_factory=dict)
    rate: Node | None = None

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
    """Return what `wrt` names where that is no input of its own; None for inputs, and for what is no formula of the inputs.

    Members of a list are scalars, and count as one vector.

    Raises
    ------
    SymgdError
        For a formula in which there is no derivative.
    """
    members = list(wrt) if isinstance(wrt, list | tuple) else [wrt]
    found = [None if isinstance(member, list | tuple) else expression_of(loss, member) for member in members]
    if all(node is None or node.is_symbol for node in found):
        return None
    nodes = [_input(loss, member) if node is None else node for member, node in zip(members, found, strict=True)]
    stands = _stand_ins(loss, nodes)
    functions = {stand: part for part, stand in stands.items()}
    restated, *nodes = substitute([loss, *nodes], stands)
    places = [_place(restated, node, functions) for node in nodes]
    return _vector(restated, nodes, places, functions) if isinstance(wrt, list | tuple) else places[0]


def _input(loss: Node, member: object) -> Node:
    target = variable(loss, member)
    if not isinstance(target, Node):
        raise ShapeError("a list of variables holds no lists", hint="name the variables one after the other")
    return target


def _vector(loss: Node, nodes: list[Node], places: list[Coordinate], functions: dict[Node, Node]) -> Coordinate:
    """Return several scalars as one vector."""
    distinct(nodes)
    if any(node.shape for node in nodes):
        raise ShapeError("a list of variables is one vector, so its members are scalars", hint="use gradients for tensors")
    if all(node.is_symbol for node in nodes):
        return Coordinate(loss, nodes, lambda formula: derivatives.jacobian(formula, nodes), functions=functions)
    _refuse_dependent([substitute([node], functions)[0] for node in nodes], places)
    inputs = list(dict.fromkeys(node for place in places for node in place.inputs))
    domains = [place.domain for place in places if place.domain is not None]
    domain = add.make(tuple(domains)) if domains else None
    return Coordinate(loss, inputs, lambda formula: _stacked(formula, places), domain, functions)


def _refuse_dependent(nodes: Sequence[Node], places: Sequence[Coordinate]) -> None:
    """Refuse two functions of one input in a list: neither moves while the other is held.

    Raises
    ------
    SymgdError
    """
    known: dict[Node, Node] = {}
    for node, place in zip(nodes, places, strict=True):
        if node.primitive is index:
            continue
        other = known.setdefault(place.inputs[0], node)
        if other is not node:
            raise SymgdError(
                f"{shown(other)} and {shown(node)} depend on each other, so that neither moves alone",
                hint="give one of the two",
            )


def _stand_ins(loss: Node, nodes: Sequence[Node]) -> dict[Node, Node]:
    """Return inputs that stand for the outermost function of SymPy in each of some nodes, and for what is held fixed."""
    undefined = [[part for part in toposort((node,)) if is_undefined(part)] for node in nodes]
    moving = [parts[-1] for parts in undefined if parts]
    for part in moving:
        refuse_absent(loss, part)
    return stand_ins(loss, moving)


def _stacked(formula: Node, places: Sequence[Coordinate]) -> Node:
    """Return the derivatives in scalars as one array, whose last axis counts the scalars."""
    if formula.shape and formula.primitive is not array:
        return FUNCTIONS["stack"]([place.slope(formula) for place in places], axis=-1)
    entries = formula.args if formula.shape else (formula,)
    slopes = tuple(place.slope(entry) for entry in entries for place in places)
    return array.make(slopes, ((*formula.shape, len(places)),))


def _place(loss: Node, node: Node, functions: dict[Node, Node]) -> Coordinate:
    """Return a coordinate that is an input, entries of one, or a function of one."""
    inputs = inputs_of(loss)
    symbols = node.symbols
    if len(symbols) == 1 and symbols[0] in inputs.get(symbols[0].name, ()):
        (symbol,) = symbols
        refuse_namesakes(inputs[symbol.name])
        continuous(symbol)
        if node is symbol:
            return Coordinate(loss, [symbol], lambda formula: derivatives.jacobian(formula, symbol), functions=functions)
        if node.primitive is index and node.args[0] is symbol:
            return _of_entries(loss, symbol, node, functions)
        if _is_entrywise(node, symbol):
            return _of_transformed(loss, symbol, node, functions)
    raise _no_coordinate(substitute([node], functions)[0])


def _no_coordinate(node: Node) -> SymgdError:
    return SymgdError(
        f"{shown(node)} is not an input, an entry of one, or a function of one, so there is no derivative in it",
        hint="give an input of the formula, x[0], or log(x)",
    )


def _of_entries(loss: Node, symbol: Node, entries: Node, functions: dict[Node, Node]) -> Coordinate:
    """Return entries of an input: a slice, or one entry."""
    (items,) = entries.params

    def slope(formula: Node) -> Node:
        whole = derivatives.jacobian(formula, symbol)
        return index.make((whole,), ((*(FULL,) * (whole.rank - symbol.rank), *items),))

    return Coordinate(loss, [symbol], slope, functions=functions)


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

    return Coordinate(loss, [symbol], slope, summed, functions, rate)
