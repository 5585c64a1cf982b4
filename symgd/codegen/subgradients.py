"""Divide by a norm that is 0: the slope of a norm there is 0, one of its subgradients.

A quotient x/‖x‖ has values between −1 and 1 and none at x = 0. Where what is divided vanishes with the norm, the quotient is 0
there, as the sign of 0 is.
"""

from __future__ import annotations

from collections.abc import Sequence

from symgd.graph.node import Node, constant
from symgd.graph.primitive import lookup
from symgd.graph.walk import rebuild, toposort

__all__ = ["with_slopes_of_norms"]


def with_slopes_of_norms(formulas: Sequence[Node]) -> list[Node]:
    """Return formulas in which a quotient by a norm is 0 where the norm is, if what is divided vanishes with it.

    Parameters
    ----------
    formulas : sequence of Node
    """
    order = toposort(formulas)
    norms = {node: support for node in order if (support := _support(_base(node))) is not None}
    if not norms:
        return list(formulas)
    known: dict[Node, Node] = {}
    for node in order:
        args = [known[arg] for arg in node.args]
        if node.primitive.name in ("mul", "einsum"):
            for k, arg in enumerate(node.args):
                divisor = _without_views(arg)
                if divisor in norms and node.args.count(arg) == 1:  # by its square, what is divided may be unbounded
                    if _vanish(norms[divisor], [other for j, other in enumerate(node.args) if j != k]):
                        args[k] = _replaced(arg, divisor, _guarded(known[divisor], divisor, known))
        known[node] = rebuild(node, tuple(args))
    return [known[formula] for formula in formulas]


def _base(node: Node) -> Node | None:
    """Return what a node divides by."""
    is_reciprocal = node.primitive.name == "pow" and node.args[1].is_exact
    if is_reciprocal and node.args[1].equals_number(-1):
        return node.args[0]
    if is_reciprocal and 2 * node.args[1].value == -1:  # 1/√s
        return lookup("pow").make((node.args[0], constant(node.args[1].value * -1)))
    return None


def _support(norm: Node | None) -> frozenset[Node] | None:
    """Return the arrays that are 0 where a norm is 0; None for what is no norm."""
    if norm is None:
        return None
    norm = _without_views(norm)
    if norm.primitive.name in ("norm2", "abs", "hypot"):
        return frozenset(norm.args)
    if norm.primitive.name == "pow" and norm.args[1].is_exact and 2 * norm.args[1].value == 1:
        return _squared(norm.args[0])
    return None


def _squared(node: Node) -> frozenset[Node] | None:
    """Return the arrays whose squares a node adds up, with positive weights that are numbers."""
    node = _without_views(node)
    name = node.primitive.name
    if name == "pow" and node.args[1].is_exact and node.args[1].value == 2:
        return frozenset(node.args[:1])
    if name == "einsum" and len(node.args) == 2 and node.args[0] is node.args[1] and len(set(node.params[0])) == 1:
        return frozenset(node.args[:1])
    if (name == "einsum" and len(node.args) == 1) or name == "mean":
        return _squared(node.args[0])
    if name == "mul":
        rest = [arg for arg in node.args if not (arg.is_constant and arg.value > 0)]
        return _squared(rest[0]) if len(rest) == 1 else None
    if name == "add":
        parts = [_squared(arg) for arg in node.args]
        return None if None in parts else frozenset().union(*(part for part in parts if part is not None))
    return None


def _vanish(support: frozenset[Node], factors: Sequence[Node]) -> bool:
    """Whether a product of factors is 0 where all arrays of a support are; those of a·x are where a is, or x."""
    if any(_Vanishing(support).holds(factor) for factor in factors):
        return True
    only = next(iter(support))
    if len(support) > 1 or only.primitive.name != "mul":
        return False
    parts = [frozenset([part]) for part in only.args if not part.is_constant]
    return all(any(_Vanishing(part).holds(factor) for factor in factors) for part in parts)


class _Vanishing:
    """What is 0 where some arrays are."""

    def __init__(self, support: frozenset[Node]) -> None:
        self.known: dict[Node, bool] = dict.fromkeys(support, True)

    def holds(self, formula: Node) -> bool:
        for node in toposort((formula,), self.known):
            self.known[node] = self._of(node)
        return self.known[formula]

    def _of(self, node: Node) -> bool:
        args = [self.known[arg] for arg in node.args]
        record = node.primitive
        if not any(args):
            return False
        if record.name == "add":
            return all(args)
        if record.name == "pow":
            return args[0] and node.args[1].is_exact and node.args[1].value > 0
        if record.name in ("norm2", "abs", "relu"):
            return args[0]
        factors = range(len(args)) if record.vanishes_with == "each" or record.is_weighted else record.vanishes_with
        if any(args[k] for k in factors):
            return True
        return len(args) == 1 and record.is_linear_in(0)


def _without_views(node: Node) -> Node:
    """Return what a node shows, stretched, indexed or turned."""
    while len(node.args) == 1 and (
        node.primitive.is_view or node.primitive.name == "broadcast" or (node.primitive.name == "einsum" and _only_turns(node))
    ):
        node = node.args[0]
    return node


def _only_turns(node: Node) -> bool:
    labels, output = node.params
    return sorted(labels[0]) == sorted(output)


def _guarded(reciprocal: Node, original: Node, known: dict[Node, Node]) -> Node:
    base = known[original.args[0]]
    return lookup("where").make((lookup("equal").make((base, constant(0))), constant(0), reciprocal))


def _replaced(view: Node, divisor: Node, guarded: Node) -> Node:
    known: dict[Node, Node] = {divisor: guarded}
    for node in toposort((view,), known):
        known[node] = rebuild(node, tuple(known[arg] for arg in node.args))
    return known[view]
