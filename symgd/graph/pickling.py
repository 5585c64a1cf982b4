"""Nodes in pickles: a graph is written once, without recursion, and comes back as the nodes this process has.

All nodes of one pickle that belong to one graph share one :class:`Graph`, which pickle writes once, whatever holds the nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

from symgd.graph.node import Node, intern
from symgd.graph.origins import origins_of, recall_origins
from symgd.graph.primitive import Params, Primitive
from symgd.graph.walk import toposort

__all__ = ["Graph", "reduced"]

Row = tuple[Primitive, tuple[Any, ...], Params]
"""Of a node: its primitive, its arguments, which are places of rows before it or nodes of other graphs, and its parameters."""


class Graph:
    """Nodes, arguments before what uses them.

    Parameters
    ----------
    nodes : sequence of Node
    """

    __slots__ = ("__weakref__", "nodes", "places")

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = list(nodes)
        self.places = {node: place for place, node in enumerate(self.nodes)}

    def __reduce__(self) -> Any:
        rows = [
            (node.primitive, tuple(self.places.get(argument, argument) for argument in node.args), node.params)
            for node in self.nodes
        ]
        origins = {place: found for place, node in enumerate(self.nodes) if (found := origins_of(node))}
        return _read, (rows, origins)

    def node(self, place: int) -> Node:
        """Return a node by its place."""
        return self.nodes[place]


_CURRENT: WeakValueDictionary[Node, Graph] = WeakValueDictionary()
"""The graphs of pickles that are being written, by their nodes; pickle holds them until it is done."""


def reduced(node: Node) -> tuple[Any, ...]:
    """Return what pickle writes for a node.

    Raises
    ------
    pickle.PicklingError
        By pickle, where a parameter of a node cannot be written.
    """
    graph = _CURRENT.get(node)
    if graph is None:
        graph = Graph([one for one in toposort([node]) if one not in _CURRENT])
        for one in graph.nodes:
            _CURRENT[one] = graph
    return _node_of, (graph, graph.places[node])


def _node_of(graph: Graph, place: int) -> Node:
    return graph.node(place)


def _read(rows: Sequence[Row], origins: dict[int, Any]) -> Graph:
    """Make the nodes of a graph again."""
    nodes: list[Node] = []
    for record, arguments, params in rows:
        nodes.append(intern(record, tuple(nodes[one] if isinstance(one, int) else one for one in arguments), params))
    for place, found in origins.items():
        recall_origins(nodes[place], found)
    return Graph(nodes)
