"""The inputs of the formulas that results came from: 2*eye(n), the Hessian of x @ x, still knows what x is.

Nodes are shared between formulas, so a result may have several origins; where these do not agree on an input, its name is not
enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from symgd.errors import SymgdError
from symgd.graph.node import Node, symbols_of
from symgd.graph.shape import show_shape

__all__ = ["original_input", "remember_origin"]

_ORIGINS: WeakKeyDictionary[Node, dict[str, tuple[Node, ...]]] = WeakKeyDictionary()


def remember_origin(results: Iterable[Node], source: Node) -> None:
    """Remember the inputs of a formula with what was derived from it; a number, which everything shares, has no origin."""
    inputs = {node.name: node for node in symbols_of(source)}
    for name, nodes in _ORIGINS.get(source, {}).items():
        if len(nodes) == 1:
            inputs.setdefault(name, nodes[0])
    for result in results:
        lost = set() if result.is_constant else inputs.keys() - {node.name for node in symbols_of(result)}
        known = _ORIGINS.setdefault(result, {}) if lost else {}
        for name in lost:
            known[name] = tuple(dict.fromkeys((*known.get(name, ()), inputs[name])))


def original_input(results: Iterable[Node], name: str) -> Node | None:
    """Return the input of a name in the origins of results, or None.

    Raises
    ------
    SymgdError
        Where formulas with the same result have several inputs of this name.
    """
    nodes = dict.fromkeys(node for result in results for node in _ORIGINS.get(result, {}).get(name, ()))
    if len(nodes) > 1:
        shapes = " or ".join(show_shape(node.shape) for node in nodes)
        raise SymgdError(
            f"{name} is not in the result, and formulas it was derived from have several inputs of this name: {shapes}",
            hint="give the input itself, as a tensor, instead of its name",
        )
    return next(iter(nodes), None)
