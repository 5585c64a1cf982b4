"""Walks over the graph. All are iterative: a formula may be nested ten thousand deep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from symgd.graph.node import SYMBOL, Node
from symgd.graph.primitive import Primitive

__all__ = ["count_uses", "depends_on", "fold", "inputs_below", "rebuild", "stands_in", "substitute", "symbols_of", "toposort"]

T = TypeVar("T")


def toposort(roots: Iterable[Node], known: Iterable[Node] = ()) -> list[Node]:
    """Return every node below `roots` once, arguments before what uses them; `known` nodes are not entered."""
    order: list[Node] = []
    seen: set[Node] = set()
    known = known if isinstance(known, dict | set) else set(known)
    stack: list[Node | None] = list(roots)
    stack.reverse()
    pending: list[Node] = []
    pop, push, extend, enter, append = stack.pop, stack.append, stack.extend, seen.add, order.append  # run for every edge
    while stack:
        node = pop()
        if node is None:
            append(pending.pop())
        elif node not in seen and node not in known:
            enter(node)
            args = node.args
            if args:
                pending.append(node)
                push(None)
                extend(args[::-1])
            else:
                append(node)
    return order


def fold(roots: Iterable[Node], visit: Callable[[Node, list[T]], T], known: dict[Node, T] | None = None) -> dict[Node, T]:
    """Compute ``visit(node, values of its arguments)`` bottom-up; return the value of every node."""
    values: dict[Node, T] = {} if known is None else known
    for node in toposort(roots, values):
        values[node] = visit(node, [values[arg] for arg in node.args])
    return values


def rebuild(node: Node, args: tuple[Node, ...]) -> Node:
    """Return `node` with other arguments."""
    if args == node.args:
        return node
    return node.primitive.make(args, node.params)


def substitute(roots: Iterable[Node], mapping: Mapping[Node, Node]) -> list[Node]:
    """Replace nodes by others, everywhere at once."""
    roots = list(roots)
    values = fold(roots, lambda node, args: rebuild(node, tuple(args)), dict(mapping))
    return [values[root] for root in roots]


def count_uses(roots: Iterable[Node]) -> dict[Node, int]:
    """Count how often each node is used, by other nodes and as a root; arguments come before what uses them."""
    roots = list(roots)
    uses: dict[Node, int] = {}
    for node in toposort(roots):
        uses[node] = 0
        for arg in node.args:
            uses[arg] += 1
    for root in roots:
        uses[root] += 1
    return uses


def depends_on(roots: Iterable[Node], wrt: Iterable[Node], below: Sequence[Node] | None = None) -> set[Node]:
    """Return the nodes below `roots` whose value changes with one of `wrt`; `below` are these nodes, where they are known."""
    moving = set(wrt)
    for node in toposort(roots) if below is None else below:
        if node not in moving:
            for arg in node.args:
                if arg in moving:
                    moving.add(node)
                    break
    return moving


def symbols_of(*roots: Node) -> tuple[Node, ...]:
    """Return the inputs the formulas depend on, in order of appearance."""
    return tuple(inputs_below(roots))


def inputs_below(roots: Iterable[Node]) -> Iterator[Node]:
    """Yield the inputs the formulas depend on, in order of appearance, as they are reached."""
    seen: set[Node] = set()
    stack = list(roots)
    stack.reverse()
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.args:
            stack.extend(node.args[::-1])
        elif node.primitive is SYMBOL:
            yield node


def stands_in(primitive: Primitive, roots: Iterable[Node]) -> bool:
    """Whether a function stands in formulas."""
    stack = list(roots)
    seen = set(stack)
    while stack:
        node = stack.pop()
        if node.primitive is primitive:
            return True
        for arg in node.args:
            if arg not in seen:
                seen.add(arg)
                stack.append(arg)
    return False
