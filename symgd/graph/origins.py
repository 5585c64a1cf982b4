"""The inputs of the formulas that results came from: 2*eye(n), the Hessian of x @ x, still refers to x.

Nodes are shared between formulas, so a result may have several origins; where these do not agree on an input, its name is not
enough. What is computed with a result, and a result times a number, have its origins too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from weakref import WeakKeyDictionary

from symgd.errors import SymgdError
from symgd.graph.locks import lock_of_process
from symgd.graph.node import Node
from symgd.graph.shape import show_shape
from symgd.graph.traversal import inputs_below, symbols_of, toposort

__all__ = [
    "first_indices",
    "original_input",
    "origins_of",
    "recall_origins",
    "remember_first_indices",
    "remember_inputs",
    "remember_origin",
]

Origins = WeakKeyDictionary[Node, dict[str, tuple[Node, ...]]]

_ORIGINS: Origins = WeakKeyDictionary()
_MULTIPLES: Origins = WeakKeyDictionary()
"""The same for results times any number, by what is multiplied."""

_FIRST_INDICES: WeakKeyDictionary[Node, dict[str, frozenset[int]]] = WeakKeyDictionary()
"""At which number the indices of arrays began, 0 or 1, where a formula was read."""

_adding = lock_of_process()


def remember_origin(results: Iterable[Node], source: Node) -> None:
    """Remember the inputs of a formula with what was derived from it; a number, which everything shares, has no origin."""
    inputs = {node.name: node for node in symbols_of(source)}
    for name, nodes in _ORIGINS.get(source, {}).items():
        if len(nodes) == 1:
            inputs.setdefault(name, nodes[0])
    for result in results:
        remember_inputs(result, inputs)


def remember_inputs(result: Node, inputs: Mapping[str, Node]) -> None:
    """Remember those of some inputs, by their names, that a result has lost."""
    lost = set() if result.is_constant else set(inputs)
    for node in inputs_below((result,)) if lost else ():
        lost.discard(node.name)
        if not lost:
            return
    for origins, node in ((_ORIGINS, result), (_MULTIPLES, _without_number(result))) if lost else ():
        _add(origins, node, {name: (inputs[name],) for name in sorted(lost)})


def _add(origins: Origins, node: Node, inputs: Mapping[str, tuple[Node, ...]]) -> None:
    """Add inputs to what is remembered of a node: as a new mapping, because other threads may be reading the old one."""
    with _adding:
        known = origins.get(node, {})
        more = {name: tuple(dict.fromkeys((*known.get(name, ()), *nodes))) for name, nodes in inputs.items()}
        origins[node] = known | more


def origins_of(result: Node) -> tuple[dict[str, tuple[Node, ...]], ...]:
    """Return what is remembered of a result, for :func:`recall_origins`; nothing where that is nothing."""
    remembered = tuple(dict(origins.get(result, {})) for origins in (_ORIGINS, _MULTIPLES))
    return remembered if any(remembered) else ()


def recall_origins(result: Node, remembered: tuple[dict[str, tuple[Node, ...]], ...]) -> None:
    """Remember of a result what was remembered of it elsewhere."""
    for origins, inputs in zip((_ORIGINS, _MULTIPLES), remembered, strict=True):
        _add(origins, result, inputs)


def _original_inputs(results: Iterable[Node]) -> dict[str, tuple[Node, ...]]:
    """Return the inputs, by their names, in the origins of results and of what they are made of."""
    inputs: dict[str, tuple[Node, ...]] = {}
    for part in toposort(results):
        for name, nodes in _MULTIPLES.get(_without_number(part), {}).items():
            inputs[name] = tuple(dict.fromkeys((*inputs.get(name, ()), *nodes)))
    return inputs


def original_input(results: Iterable[Node], name: str, *, is_exact: bool = False) -> Node | None:
    """Return the input of a name in the origins of results, or None.

    Parameters
    ----------
    results : iterable of Node
    name : str
    is_exact : bool
        Whether what was computed with results does not count.

    Raises
    ------
    SymgdError
        Where formulas with the same result have inputs of this name with different shapes.
    """
    results = list(results)
    nodes = tuple(dict.fromkeys(node for result in results for node in _ORIGINS.get(result, {}).get(name, ())))
    if not nodes and not is_exact:
        nodes = _original_inputs(results).get(name, ())
        return nodes[0] if len({node.shape for node in nodes}) == 1 else None  # parts may come from anywhere
    if len({node.shape for node in nodes}) > 1:
        shapes = " or ".join(show_shape(node.shape) for node in nodes)
        raise SymgdError(
            f"{name} is not in the result, and formulas it was derived from have several inputs of this name: {shapes}",
            hint="give the input itself, as a tensor, instead of its name",
        )
    return nodes[0] if nodes else None


def _without_number(node: Node) -> Node:
    """Return x for 2·x."""
    is_multiple = node.primitive.name == "mul" and len(node.args) == 2 and node.args[0].is_exact
    return node.args[1] if is_multiple else node


def remember_first_indices(formula: Node, starts: Mapping[str, int]) -> None:
    """Remember at which number the indices of each array began where a formula was read."""
    with _adding:
        known = _FIRST_INDICES.get(formula, {})
        _FIRST_INDICES[formula] = {
            **known,
            **{name: frozenset({start, *known.get(name, ())}) for name, start in starts.items()},
        }


def first_indices(formula: Node, name: str) -> frozenset[int]:
    """Return the numbers at which the indices of an array began wherever a formula was read; none where it was derived."""
    return _FIRST_INDICES.get(formula, {}).get(name, frozenset())
