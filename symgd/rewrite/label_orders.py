"""Contractions whose operands repeat, with their indices in one order: the terms Xᵀ X and Xᵀ X are like terms then."""

from __future__ import annotations

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
    places = defaultdict(list)
    for k, node in enumerate(nodes):
        places[node].append(k)
    repeated = [same for same in places.values() if len(same) > 1]
    if not repeated or math.prod(math.factorial(len(same)) for same in repeated) > _MOST_ORDERS:
        return operands
    candidates = []
    for orders in itertools.product(*map(itertools.permutations, repeated)):
        chosen = [labels for _, labels in operands]
        for same, order in zip(repeated, orders, strict=True):
            for place, source in zip(same, order, strict=True):
                chosen[place] = operands[source][1]
        candidates.append(chosen)
    first = min(candidates, key=lambda labels: numbered(labels, output))
    return list(zip(nodes, first, strict=True))


def numbered(inputs: Sequence[Labels], output: Sequence[Label]) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """Return labels by numbers: those of the result first, then in the order in which they are met."""
    number: dict[Label, int] = {label: k for k, label in enumerate(output)}
    numbers = tuple(tuple(number.setdefault(label, len(number)) for label in labels) for labels in inputs)
    return numbers, tuple(number[label] for label in output)
