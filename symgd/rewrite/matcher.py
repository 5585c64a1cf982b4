"""Match a pattern against a formula: sums and products in any order, the rest of the formula entry by entry.

A variable of a pattern matches anything; inside a sum or a product, where other parts have found their partner, one variable
takes all that is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symgd.graph.node import CONSTANT, Node
from symgd.graph.primitive import Primitive
from symgd.primitives.arithmetic import add, mul

__all__ = ["match_root"]

Binding = dict[Node, Node]


def match_root(pattern: Node, node: Node, variables: Sequence[Node]) -> tuple[tuple[Node, ...], tuple[Node, ...] | None] | None:
    """Match `pattern` at `node`.

    Returns
    -------
    (values of the variables, the other terms or factors of `node`), or None
        The others are None where the whole node was matched.
    """
    if pattern.primitive is not node.primitive:
        return None
    known = frozenset(variables)
    if pattern.primitive in (add, mul):
        if len(pattern.args) > len(node.args):
            return None
        for binding, rest in _match_some(list(pattern.args), list(node.args), {}, known):
            return tuple(binding[v] for v in variables), tuple(rest) or None
        return None
    for binding in _match(pattern, node, {}, known):
        return tuple(binding[v] for v in variables), None
    return None


def _match(pattern: Node, node: Node, binding: Binding, variables: frozenset[Node]) -> Iterator[Binding]:
    if pattern in variables:
        known = binding.get(pattern)
        if known is None:
            yield {**binding, pattern: node}
        elif known is node:
            yield binding
        return
    if pattern is node:
        yield binding
        return
    if pattern.primitive is not node.primitive or pattern.primitive is CONSTANT:
        return
    if pattern.primitive in (add, mul):
        yield from _match_all(pattern.primitive, list(pattern.args), list(node.args), binding, variables)
    elif pattern.params == node.params and len(pattern.args) == len(node.args):
        yield from _match_in_order(pattern.args, node.args, binding, variables)


def _match_in_order(
    patterns: Sequence[Node], nodes: Sequence[Node], binding: Binding, variables: frozenset[Node]
) -> Iterator[Binding]:
    if not patterns:
        yield binding
        return
    for extended in _match(patterns[0], nodes[0], binding, variables):
        yield from _match_in_order(patterns[1:], nodes[1:], extended, variables)


def _match_some(
    patterns: list[Node], nodes: list[Node], binding: Binding, variables: frozenset[Node]
) -> Iterator[tuple[Binding, list[Node]]]:
    """Match every pattern with a different node; also return the nodes left over."""
    if not patterns:
        yield binding, nodes
        return
    patterns = sorted(patterns, key=lambda p: p in variables)  # the specific parts first
    first, others = patterns[0], patterns[1:]
    if first.primitive is CONSTANT and first not in nodes:
        return
    for k, node in enumerate(nodes):
        for extended in _match(first, node, binding, variables):
            yield from _match_some(others, nodes[:k] + nodes[k + 1 :], extended, variables)


def _spread(operation: Primitive, pattern: Node, binding: Binding) -> tuple[Node, ...]:
    """Return a variable that stands for a sum inside a sum (a product inside a product) as its terms."""
    value = binding.get(pattern)
    return value.args if value is not None and value.primitive is operation else (pattern,)


def _match_all(
    operation: Primitive, patterns: list[Node], nodes: list[Node], binding: Binding, variables: frozenset[Node]
) -> Iterator[Binding]:
    """Match every pattern, and every node; the last free variable takes what is left."""
    patterns = [part for p in patterns for part in _spread(operation, p, binding)]
    free = [p for p in patterns if p in variables and p not in binding]
    fixed = [p for p in patterns if not (p in variables and p not in binding)]
    record = None if not free else free[-1]
    for extended, rest in _match_some(fixed + free[:-1], nodes, binding, variables):
        if record is None:
            if not rest:
                yield extended
        elif len(rest) == 1:
            yield from _match(record, rest[0], extended, variables)
        elif rest:
            yield from _match(record, operation.make(tuple(rest)), extended, variables)
