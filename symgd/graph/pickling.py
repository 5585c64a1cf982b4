"""Nodes in pickles: a graph is written once, without recursion, and comes back as the nodes this process has.

All nodes of one pickle that belong to one graph share one :class:`Graph`, which pickle writes once, whatever holds the nodes.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

from symgd.graph.node import Node, intern
from symgd.graph.origins import origins_of, recall_origins
from symgd.graph.primitive import Params, Primitive
from symgd.graph.traversal import toposort

__all__ = ["Graph", "reduced"]

Row = tuple[Primitive, tuple[Any, ...], Params]
"""Of a node: its primitive, its arguments, which are places of rows before it or nodes of other graphs, and its parameters."""


class Graph:
    """Nodes, arguments before what uses them.

    Parameters
    ----------
    nodes : sequence of Node
    origins : dict of int to tuple
        What is remembered of nodes, by their places. Its nodes belong to the graph, or to one that was made before.
    """

    __slots__ = ("__weakref__", "nodes", "origins", "places")

    def __init__(self, nodes: Sequence[Node], origins: dict[int, Any]) -> None:
        self.nodes = list(nodes)
        self.origins = origins
        self.places = {node: place for place, node in enumerate(self.nodes)}

    def __reduce__(self) -> Any:
        rows = [
            (node.primitive, tuple(self.places.get(argument, argument) for argument in node.args), node.params)
            for node in self.nodes
        ]
        return _read, (rows, self.origins)

    def node(self, place: int) -> Node:
        """Return a node by its place."""
        return self.nodes[place]


class _Written(threading.local):
    """What a thread writes."""

    def __init__(self) -> None:
        self.graph_of: WeakValueDictionary[Node, Graph] = WeakValueDictionary()
        """The graphs of pickles that are being written, by their nodes; pickle holds them until it is done."""


_written = _Written()


def reduced(node: Node) -> tuple[Any, ...]:
    """Return what pickle writes for a node.

    Raises
    ------
    pickle.PicklingError
        By pickle, where a parameter of a node cannot be written.
    """
    graph = _written.graph_of.get(node)
    if graph is None:
        graph = _graph_of(node)
        for member in graph.nodes:
            _written.graph_of[member] = graph
    return _node_of, (graph, graph.places[node])


def _graph_of(root: Node) -> Graph:
    """Return the nodes below a node that are in no graph yet, and those from which they came."""
    nodes: dict[Node, None] = {}
    waiting, origins = [root], {}
    while waiting:
        fresh = [node for node in toposort(waiting, nodes) if node not in _written.graph_of]
        nodes.update(dict.fromkeys(fresh))
        known = {node: remembered for node in fresh if (remembered := origins_of(node))}
        origins.update(known)
        waiting = [
            original
            for remembered in known.values()
            for inputs in remembered
            for originals in inputs.values()
            for original in originals
        ]
    places = {node: place for place, node in enumerate(nodes)}
    return Graph(list(nodes), {places[node]: remembered for node, remembered in origins.items()})


def _node_of(graph: Graph, place: int) -> Node:
    return graph.node(place)


def _read(rows: Sequence[Row], origins: dict[int, Any]) -> Graph:
    """Make the nodes of a graph again."""
    nodes: list[Node] = []
    for record, arguments, params in rows:
        nodes.append(
            intern(record, tuple(nodes[argument] if isinstance(argument, int) else argument for argument in arguments), params)
        )
    for place, remembered in origins.items():
        recall_origins(nodes[place], remembered)
    return Graph(nodes, origins)
