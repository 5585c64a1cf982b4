"""The adjoint sweep: all partial derivatives of one output in one pass back through the graph.

    t_L = 1,      t_x = Σ over the nodes y that use x of  t_y · ∂y/∂x

Every node is visited once, so the work is a small multiple of that of the formula, whatever the number of variables
(Baur & Strassen
1983). Un-broadcasting happens here, on the edge, and nowhere else. The output may be a tensor: its adjoint then
starts as an identity and carries the output's axes in front, which gives the Jacobian in the same pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from symgd.derive.masked_adjoints import has_mask, masked_product, sum_of_adjoints
from symgd.derive.unbroadcasting import unbroadcast
from symgd.errors import UnsupportedError, shown
from symgd.graph.conversion import as_node
from symgd.graph.frozen import unchangeable
from symgd.graph.node import Node, constant
from symgd.graph.traversal import depends_on, toposort
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import broadcast, contract
from symgd.primitives.identity import eye

__all__ = ["Sweep", "is_zero", "send", "slope_in", "sweep", "zeros_like"]


@unchangeable
@dataclass(frozen=True, slots=True)
class Sweep:
    """The result of an adjoint sweep.

    Attributes
    ----------
    output : Node
    adjoints : dict
        The adjoint of every node between the output and the variables.
    order : list of Node
        These nodes, from the output back to the variables.
    """

    output: Node
    adjoints: dict[Node, Node]
    order: list[Node]


def is_zero(node: Node) -> bool:
    """Whether a node is 0 everywhere, seen from its form."""
    return node.equals_number(0) or (node.primitive is broadcast and node.args[0].equals_number(0))


def zeros_like(node: Node) -> Node:
    """Return zeros of the shape of `node`."""
    return broadcast.make((constant(0),), (node.shape,))


def sweep(
    output: Node,
    wrt: Iterable[Node],
    moving: set[Node] | None = None,
    slopes: dict[tuple[Node, int], Node] | None = None,
    below: Sequence[Node] | None = None,
) -> Sweep:
    """Return the adjoints of all nodes on the way from `output` back to `wrt`.

    Parameters
    ----------
    output : Node
        Of any shape; its axes stand in front of every adjoint.
    wrt : iterable of Node
        The variables.
    moving : set of Node, optional
        The nodes that depend on `wrt`, where the caller knows them.
    slopes : dict, optional
        Declared derivatives that are known from other sweeps over the same graph; extended in place.
    below : sequence of Node, optional
        The nodes of a graph that contains `output`, arguments before what uses them, where the caller knows them.

    Raises
    ------
    UnsupportedError
        Where a function on the way has no derivative.
    """
    wrt = list(wrt)
    targets = set(wrt)
    if below is None:
        below = toposort((output,))
    if moving is None:
        moving = depends_on((output,), wrt, below)
    lead = output.rank
    waiting: dict[Node, list[Node]] = {output: [_identity(output)]} if output in moving else {}
    adjoints: dict[Node, Node] = {}
    order: list[Node] = []
    known_slopes = {} if slopes is None else slopes
    for node in reversed(below):
        received = waiting.pop(node, None)
        if received is None:
            continue
        t = received[0] if len(received) == 1 else sum_of_adjoints(received[::-1])
        adjoints[node] = t
        order.append(node)
        if node in targets:
            continue
        for k, arg in enumerate(node.args):
            if arg not in moving:
                continue
            sent = send(node, t, k, known_slopes)
            if sent is None:
                continue
            if lead or sent.shape != arg.shape:
                sent = unbroadcast(sent, arg.shape, lead)
            if arg in waiting:
                waiting[arg].append(sent)
            else:
                waiting[arg] = [sent]
    return Sweep(output, adjoints, order)


def send(node: Node, t: Node, k: int, slopes: dict[tuple[Node, int], Node] | None = None) -> Node | None:
    """Return what `node` sends to argument `k`, or None where that is 0; `slopes` are known derivatives, extended in place."""
    record = node.primitive
    if record.vjp is not None:
        if record is mul and has_mask(t, node.args):
            sent = masked_product(t, record.vjp(node, constant(1), k), node.rank)
        else:
            sent = record.vjp(node, t, k)
        return None if is_zero(sent) else sent
    slope = None if slopes is None else slopes.get((node, k))
    if slope is None:
        slope = slope_in(node, k)
        if slopes is not None:
            slopes[node, k] = slope
    if is_zero(slope):
        return None
    if slope.equals_number(1):
        return t
    if has_mask(t, slope.args if slope.primitive is mul else (slope,)):
        return masked_product(t, slope, node.rank)
    return mul.make((t, slope))


def slope_in(node: Node, k: int) -> Node:
    """Return the declared derivative of an elementwise function in argument `k`.

    Raises
    ------
    UnsupportedError
        Where none is declared, or no closed form is known.
    """
    record = node.primitive
    if not record.derivative:
        raise UnsupportedError(
            f"{record.name} has no derivative in symgd", hint="it may stand in a formula, but not on the way to wrt"
        )
    rule = record.derivative[k]
    if rule is None:
        name = record.arguments[k] if record.arguments else f"argument {k + 1}"
        raise UnsupportedError(
            f"no closed form is known for the derivative of {record.name} in its {name}",
            hint=f"{shown(node.args[k])} may not depend on what is differentiated",
        )
    return as_node(rule(*node.args, node))


def _identity(output: Node) -> Node:
    """The adjoint of the output with respect to itself: 1, or the identity on its axes."""
    if not output.shape:
        return constant(1)
    rank = output.rank
    return contract(
        [eye(dimension) for dimension in output.shape],
        [(axis, rank + axis) for axis in range(rank)],
        range(2 * rank),
    )
