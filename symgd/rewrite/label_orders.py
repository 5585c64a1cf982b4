"""Contractions whose operands repeat, with their indices in one order: the terms Xᵀ X and Xᵀ X are like terms then."""

from __future__ import annotations

import functools
import itertools
import math
from collections import defaultdict
from collections.abc import Hashable, Sequence

from symgd.graph.node import Node

__all__ = ["Label", "Labels", "Operand", "in_one_order", "numbered"]

Label = Hashable
"""The name of an index."""
Labels = tuple[Label, ...]
Operand = tuple[Node, Labels]
"""An operand and the index along each of its axes."""

_MOST_ORDERS = 120


def in_one_order(operands: list[Operand], output: Sequence[Label]) -> list[Operand]:
    """Return operands with the indices of those that are the same in one order, so that XXX and XXX are like terms."""
    nodes = [node for node, _ in operands]
    if len({*nodes}) == len(nodes):
        return operands
    same = tuple(map(nodes.index, nodes))
    return list(zip(nodes, _first_order(same, tuple(labels for _, labels in operands), tuple(output)), strict=True))


@functools.lru_cache(maxsize=2048)
def _first_order(same: tuple[int, ...], inputs: tuple[Labels, ...], output: Labels) -> tuple[Labels, ...]:
    """Return the first of all orders of indices, where those of operands that are the same may change places."""
    places = defaultdict(list)
    for k, first in enumerate(same):
        places[first].append(k)
    if math.prod(math.factorial(len(group)) for group in places.values()) > _MOST_ORDERS:
        return inputs
    candidates = []
    for orders in itertools.product(*map(itertools.permutations, places.values())):
        sources = dict(zip(itertools.chain(*places.values()), itertools.chain(*orders), strict=True))
        candidates.append(tuple(inputs[sources[k]] for k in range(len(inputs))))
    return min(candidates, key=lambda labels: numbered(labels, output))


def numbered(inputs: Sequence[Labels], output: Sequence[Label]) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """Return labels by numbers: those of the result first, then in the order in which they are met."""
    number: dict[Label, int] = {label: k for k, label in enumerate(output)}
    numbers = tuple(tuple(number.setdefault(label, len(number)) for label in labels) for labels in inputs)
    return numbers, tuple(number[label] for label in output)
