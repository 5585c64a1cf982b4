"""The adjoint sweep line by line, with a name for every value: the same rules, applied to one node at a time.

    z = Xw,  u = −y ⊙ z,  ℓ = softplus(u):   t_u = t_ℓ ⊙ σ(u),  t_z = −y ⊙ t_u,  t_w = Xᵀ t_z

A line applies the rule that the sweep applied to this edge, with placeholders for the values and adjoints around it;
so a line cannot disagree with the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symgd.derive.reverse import is_zero, send, sweep
from symgd.derive.unbroadcasting import unbroadcast
from symgd.graph.names import names_in, stand_in
from symgd.graph.node import Node, constant
from symgd.graph.trace import Line
from symgd.graph.traversal import depends_on, fold, rebuild, substitute
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import broadcast

__all__ = ["MAX_LINES", "backward_lines"]

MAX_LINES = 400
_LETTERS = "zuvpqrsghfkbcd"


def backward_lines(output: Node, wrt: Sequence[Node], finish: Callable[[Sequence[Node]], list[Node]]) -> list[Line]:
    """Return the lines of the backward pass of a scalar formula, from the output to the inputs.

    Parameters
    ----------
    output : Node
        Of shape ().
    wrt : sequence of Node
    finish : callable
        Simplifies formulas together.
    """
    moving = depends_on((output,), wrt)
    visited = sweep(output, wrt, moving)
    order = [node for node in visited.order if not node.primitive.is_stretching or node is output]
    if len(order) > MAX_LINES:
        return []
    names = _names(output, order)
    placeholders = {node: stand_in(names[node], node.shape) for node in order if not node.is_symbol}
    formulas = {node: _in_names(node, placeholders, moving) for node in order}
    received: dict[Node, list[Node]] = {output: [constant(1)]}
    reasons: dict[Node, list[str]] = {output: ["the output's adjoint with respect to itself"]}
    for node in order:
        if node.is_symbol or node in wrt:
            continue
        _pass_on(node, placeholders, formulas[node], stand_in(f"t_{names[node]}", node.shape), moving, received, reasons)
    adjoints = [_total(received.get(node, [constant(0)]), node) for node in order]
    finished = finish([*adjoints, *(visited.adjoints[node] for node in order)])
    return [
        Line(
            names[node],
            node,
            node if node.is_symbol else formulas[node],
            _adjoints_first(_read_easily(finished[k])),
            finished[len(order) + k],
            "; ".join(dict.fromkeys(reasons.get(node, []))),
            node.is_symbol,
        )
        for k, node in enumerate(order)
    ]


def _names(output: Node, order: Sequence[Node]) -> dict[Node, str]:
    used_names = names_in(output)
    names: dict[Node, str] = {}
    fresh = (letter for letter in [*_LETTERS, *(f"z{k}" for k in range(1, MAX_LINES + 1))] if letter not in used_names)
    for node in reversed(order):  # forward order: the first value gets the first letter
        if node.is_symbol:
            names[node] = node.name
        elif node is output:
            names[node] = "L" if "L" not in used_names else "loss"
        else:
            names[node] = next(fresh)
    return names


def _in_names(node: Node, placeholders: dict[Node, Node], moving: set[Node]) -> Node:
    """Write a node in terms of the names of its arguments; silent nodes in between are kept."""
    if node.is_symbol:
        return node
    inner = {other: placeholder for other, placeholder in placeholders.items() if other is not node}
    args = substitute(node.args, inner)
    return rebuild(node, tuple(args))


def _pass_on(
    node: Node,
    placeholders: dict[Node, Node],
    formula: Node,
    t: Node,
    moving: set[Node],
    received: dict[Node, list[Node]],
    reasons: dict[Node, list[str]],
) -> None:
    """Apply the node's rule to each argument that moves, with placeholders around it."""
    if formula.primitive is not node.primitive or len(formula.args) != len(node.args):
        formula = node
    waiting = [(formula, node, t)]
    while waiting:
        named, actual, adjoint = waiting.pop()
        movers = [k for k, arg in enumerate(actual.args) if arg in moving]
        for k in movers:
            arg = actual.args[k]
            sent = send(named, adjoint, k)
            if sent is None or is_zero(sent):
                continue
            sent = unbroadcast(sent, arg.shape, 0)
            if named is formula and node in placeholders:
                (sent,) = substitute([sent], {formula: placeholders[node]})
            if arg.primitive.is_stretching:  # a new axis: pass through, without a line of its own
                waiting.append((named.args[k], arg, sent))
                continue
            received.setdefault(arg, []).append(sent)
            reasons.setdefault(arg, []).append(actual.primitive.explain(actual, movers))


def _read_easily(adjoint: Node) -> Node:
    """An adjoint that is the same for all entries is shown as that one number."""
    return adjoint.args[0] if adjoint.primitive is broadcast and not adjoint.args[0].shape else adjoint


def _adjoints_first(adjoint: Node) -> Node:
    """t_z·n rather than n·t_z: what comes down stands in front."""

    def place(factor: Node) -> int:
        return 0 if factor.is_exact else 1 if factor.is_symbol and factor.name.startswith("t_") else 2

    def ordered(node: Node, args: list[Node]) -> Node:
        return rebuild(node, tuple(sorted(args, key=place) if node.primitive is mul else args))

    return fold((adjoint,), ordered)[adjoint]


def _total(parts: Sequence[Node], node: Node) -> Node:
    total = add.make(tuple(parts))
    return total if total.shape == node.shape else broadcast.make((total,), (node.shape,))
