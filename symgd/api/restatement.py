"""Formulas restated in inputs of their own for what is no input: an entry A[0, 1], and SymPy's q(t) and q′(t).

f(A) with u in the place of A₀₁ is f(A + E₀₁·(u − A₀₁)); what is declared of A holds of u
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgd.api.inputs import continuous, distinct, inputs_of, read, read_beside, variable
from symgd.errors import ShapeError, SymgdError, shown
from symgd.graph.conversion import is_sympy, name_of
from symgd.graph.names import names_in, stand_in
from symgd.graph.node import Node
from symgd.graph.origins import first_indices
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.traversal import substitute, toposort
from symgd.primitives.indexing import array, index, scatter_record

__all__ = ["Restated", "as_nodes", "expression_of", "is_undefined", "refuse_absent", "restated", "stand_ins"]

_NAME = re.compile(r"\w+", re.ASCII)
_INPUTS = ("MatrixSymbol", "ArraySymbol", "IndexedBase")
"""SymPy's classes of inputs with entries."""
_MOST_ENTRIES = 36


@dataclass(frozen=True)
class Restated:
    """A formula with inputs in the place of what is no input.

    Attributes
    ----------
    formula : Node
    variables : list of Node
        What was asked for, each an input.
    meaning : dict of Node to Node
        What the new inputs stand for.
    moved : dict of Node to Node
        What was put in the place of functions, and of inputs whose entries are variables.
    """

    formula: Node
    variables: list[Node]
    meaning: dict[Node, Node]
    moved: dict[Node, Node]

    @property
    def has_entries(self) -> bool:
        """Whether entries of an input are variables."""
        return any(node.is_symbol for node in self.moved)

    def restate(self, formula: Node) -> Node:
        """Return another formula of the old inputs in the new ones."""
        return substitute([formula], self.moved)[0]

    def restored(self, formula: Node) -> Node:
        """Return a formula of the new inputs in the old ones."""
        return substitute([formula], self.meaning)[0]

    def named(self, values: Mapping[Any, object]) -> dict[str, object]:
        """Return values by the names of the new inputs; they may be given by ``q(t)`` or ``"q(t)"``."""
        names = {str(meaning): node.name for node, meaning in self.meaning.items()}
        return {names.get(_key(key), name_of(key)): value for key, value in values.items()}

    def point(self, at: Any) -> Any:
        """Return a point, or a list of them, with values for the new inputs: an entry has its value in the array."""
        if isinstance(at, list | tuple):
            return [self.point(one) for one in at]
        if not isinstance(at, Mapping):
            return at
        values = self.named(at)
        for node, meaning in self.meaning.items():
            if node.name not in values and meaning.primitive is index and meaning.args[0].name in values:
                values[node.name] = _entries(values[meaning.args[0].name], meaning)
        return values


def _key(key: object) -> str:
    """Return how a formula prints what a point has a value for."""
    return str(read(key)) if is_sympy(key) and not getattr(key, "is_Symbol", False) else name_of(key)


def _entries(value: object, entries: Node) -> object:
    from symgd.api.compilation import lambdify

    return lambdify(list(entries.args), entries)(value)


def restated(loss: Node, wrt: object, *, plain_names: bool = False) -> Restated | None:
    """Return a formula restated in the variables that `wrt` names, one or a list; None where all are inputs.

    With `plain_names` what is held fixed has names as inputs have them, which SymPy takes.

    Raises
    ------
    SymgdError
        For a function of an input, such as log l, and for what is not in the formula.
    """
    members = list(wrt) if isinstance(wrt, list | tuple) else [wrt]
    found = [None if isinstance(member, list | tuple) else expression_of(loss, member) for member in members]
    if all(node is None or node.is_symbol for node in found):
        return None
    moving = [node for node in found if node is not None and is_undefined(node)]
    for part in moving:
        refuse_absent(loss, part)
    stands = stand_ins(loss, moving)
    if plain_names:
        stands |= _plainly_named(loss, [part for part in stands if part not in moving])
    (formula,) = substitute([loss], stands)
    meaning = {stand: part for part, stand in stands.items()}
    inputs = inputs_of(loss)
    variables: list[Node] = []
    places: dict[Node, list[tuple[Node, Node]]] = {}
    node: Node | None
    for member, node in zip(members, found, strict=True):
        if node is not None and node in stands:
            variables.append(stands[node])
        elif node is not None and node.primitive is index and node.args[0] in inputs.get(node.args[0].name, ()):
            symbol = continuous(node.args[0])
            entry = stand_in(str(node), node.shape, symbol.facts.of_entries)
            places.setdefault(symbol, []).append((entry, node))
            meaning[entry] = node
            variables.append(entry)
        elif node is None or node.is_symbol:
            target = variable(loss, member, inputs)
            if not isinstance(target, Node):
                raise ShapeError("a list of variables holds no lists", hint="name the variables one after the other")
            variables.append(target)
        else:
            raise _no_variable(node)
    moved = {**stands, **{symbol: _with_entries(symbol, entries) for symbol, entries in places.items()}}
    (formula,) = substitute([formula], {symbol: moved[symbol] for symbol in places})
    return Restated(formula, distinct(variables), meaning, moved)


def expression_of(loss: Node, wrt: object) -> Node | None:
    """Return a formula that is given in the place of an input."""
    if isinstance(wrt, Node):
        return wrt
    if isinstance(wrt, str):
        if _NAME.fullmatch(wrt.strip()):
            return None
        printed = [part for part in toposort((loss,)) if is_undefined(part) and str(part) == wrt.strip()]
        return printed[0] if printed else read_beside(wrt, loss)
    if type(wrt).__name__ == "Indexed" and is_sympy(wrt):
        return _entry(loss, wrt)
    is_formula = is_sympy(wrt) and getattr(wrt, "free_symbols", None) and not hasattr(wrt, "tolist")
    return read(wrt) if is_formula and not getattr(wrt, "is_Symbol", False) and type(wrt).__name__ not in _INPUTS else None


def as_nodes(loss: Node, wrt: object) -> Any:
    """Return what `wrt` names as formulas, where it names more than inputs, so that it names the same in a derivative."""
    if isinstance(wrt, list | tuple):
        return [as_nodes(loss, member) for member in wrt]
    node = expression_of(loss, wrt)
    return wrt if node is None else node


def _entry(loss: Node, wrt: Any) -> Node:
    """Return an entry of an IndexedBase, counted as it is in the formula."""
    name, places = str(wrt.base.label), list(wrt.indices)
    starts = first_indices(loss, name)
    inputs = inputs_of(loss).get(name, [])
    if len(inputs) != 1 or len(starts) != 1 or not all(map(_is_whole, places)):
        what = "is not counted in the formula" if not starts or not inputs else "has no number for an index"
        if len(starts) > 1:
            what = f"has two meanings: {name} is counted from {' and from '.join(map(str, sorted(starts)))} in equal formulas"
        raise SymgdError(f"{shown(wrt)} {what}", hint=f'count the entries from 0 in a text, as in "{name}[0]"')
    (start,) = starts
    key = tuple(int(place) - start for place in places)
    if min(key) < 0:
        raise SymgdError(f"{shown(wrt)} is not an entry: {name} is counted from {start} in the formula")
    return FUNCTIONS["getitem"](inputs[0], key)


def _is_whole(place: Any) -> bool:
    """Whether an index of SymPy is a whole number: x[1] and x[1.0] are one object to it, whichever came first."""
    return bool(place.is_number and place.is_real and place == int(place))


def stand_ins(loss: Node, moving: Sequence[Node]) -> dict[Node, Node]:
    """Return inputs that stand for q(t) and its derivatives: those that move, and those that do not contain them."""
    held = [part for part in toposort((loss,)) if is_undefined(part) and not set(moving) & set(toposort((part,)))]
    return {part: stand_in(str(part), part.shape) for part in (*moving, *held)} if moving else {}


def refuse_absent(loss: Node, node: Node) -> None:
    """Refuse a function that is not in the formula.

    Raises
    ------
    SymgdError
    """
    if node not in toposort((loss,)):
        raise SymgdError(f"{shown(node)} is not in the formula", hint="give a function that stands in it")


def is_undefined(node: Node) -> bool:
    """Whether a node is an undefined function of SymPy, or a derivative of one."""
    return node.primitive.name == "undefined"


def _plainly_named(loss: Node, parts: Sequence[Node]) -> dict[Node, Node]:
    """Return inputs for q(t) and its derivatives, q_0, q_1 and so on, that have no name of an input."""
    taken = names_in(loss)
    stands: dict[Node, Node] = {}
    for part in parts:
        title, orders = part.params
        name = next(name for k in itertools.count(sum(orders)) if (name := f"{title}_{k}") not in taken)
        taken.add(name)
        stands[part] = stand_in(name, part.shape)
    return stands


def _with_entries(symbol: Node, entries: Sequence[tuple[Node, Node]]) -> Node:
    """Return an input with new inputs in the place of some entries.

    A small one is written entry by entry, so that what is known of the entries is known of the whole.
    """
    sizes = tuple(size for size in symbol.shape if isinstance(size, int))
    if len(sizes) == symbol.rank and math.prod(sizes) <= _MOST_ENTRIES:
        return _entry_by_entry(symbol, sizes, entries)
    whole = symbol
    for entry, node in entries:
        whole = whole + scatter_record.make((entry - node,), (node.params[0], symbol.shape))
    return whole


def _entry_by_entry(symbol: Node, sizes: tuple[int, ...], entries: Sequence[tuple[Node, Node]]) -> Node:
    """Return an input of known sizes as an array of its entries and of new inputs."""
    numbers = np.arange(math.prod(sizes)).reshape(sizes)
    at = FUNCTIONS["getitem"]
    parts = [at(symbol, place) for place in np.ndindex(numbers.shape)]
    for entry, node in entries:
        chosen = np.asarray(_entries(numbers, index.make((stand_in(symbol.name, sizes),), node.params)), dtype=int)
        for place in np.ndindex(chosen.shape):
            parts[chosen[place]] = at(entry, place) if entry.shape else entry
    return array.make(tuple(parts), (sizes,))


def _no_variable(node: Node) -> SymgdError:
    names = ", ".join(symbol.name for symbol in node.symbols) or "an input"
    return SymgdError(
        f"{shown(node)} is no input and no entry of one; functions of an input are for gradient, jacobian and hessian",
        hint=f"give {names}, and put a formula of a new input in its place, as exp(u) is in that of l for log(l)",
    )
