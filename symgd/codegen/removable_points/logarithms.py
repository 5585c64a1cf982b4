"""Logarithms beside a power of the same quantity: xᵖ·log x is 0 at x = 0 for p > 0, and log 0 is −∞.

Such products of one quantity are found by their values (:mod:`symgd.codegen.removable_points.limits`). Here the exponent or
other factors depend on more than one, as in ``2*y*(x**2)**(y**2 + 1)*log(x**2)``, the slope in y of a power of x². Since
|x|ᵖ·|log x|ⁿ → 0 for every n, a factor that is a sum of products of logarithms and of what has a value does not count
where x is 0: the logarithms are taken of 1 there.
"""

from __future__ import annotations

from collections.abc import Sequence

from symgd.codegen.removable_points.near_zero import sources_of
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.primitive import lookup
from symgd.graph.shape import broadcast
from symgd.graph.traversal import rebuild, toposort
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.exponential import log
from symgd.primitives.piecewise import abs, equal, where

__all__ = ["with_logarithms_beside_powers"]

_LOGARITHMS = frozenset({log, lookup("xlogy")})
_DEEPEST = 4


def with_logarithms_beside_powers(formulas: Sequence[Node]) -> list[Node]:
    """Return formulas that are 0 where a power is 0 that stands beside a logarithm of its base."""
    order = toposort(formulas)
    if not any(node.primitive in _LOGARITHMS for node in order):
        return list(formulas)
    facts = Facts()
    sources = sources_of(order)
    known: dict[Node, Node] = {}
    for node in order:
        args = [known[arg] for arg in node.args]
        if node.primitive is mul and sources[node] is node:
            for k, factor in enumerate(node.args):
                if not factor.is_constant and factor.primitive is not add:
                    args = _with_safe_logarithms(args, k, facts)
        known[node] = rebuild(node, tuple(args))
    return [known[formula] for formula in formulas]


def _with_safe_logarithms(factors: list[Node], place: int, facts: Facts) -> list[Node]:
    """Return factors with logarithms of 1 where the factor at a place is 0."""
    root, exponent = _root(factors[place], facts)
    condition = equal.make((root, constant(0)))
    return [
        factor if k == place else _changed(factor, root, condition, exponent, facts, _DEEPEST)
        for k, factor in enumerate(factors)
    ]


def _root(node: Node, facts: Facts) -> tuple[Node, Node | None]:
    """Return x of |x|ᵖ with p > 0; and the exponent which must be positive where that is not known."""
    exponent: Node | None = None
    while node.primitive is pow or node.primitive is abs:
        if node.primitive is pow and not facts.is_positive(node.args[1]):
            if exponent is not None or node.args[1].is_constant:
                break
            exponent = node.args[1]
        node = node.args[0]
    return node, exponent


def _changed(node: Node, root: Node, condition: Node, exponent: Node | None, facts: Facts, depth: int) -> Node:
    """Return a sum, product or power of logarithms with those of powers of the root taken of 1 where that is 0."""
    if node.primitive in _LOGARITHMS:
        *front, x = node.args
        if _root(x, facts) != (root, None) or broadcast((condition.shape, x.shape)) != x.shape:
            return node
        safe = where.make((condition, constant(1), x))
        if exponent is not None:
            if broadcast((exponent.shape, x.shape)) != x.shape:
                return node
            safe = where.make((exponent > 0, safe, x))
        after: Node = node.primitive.make((*front, safe))
        return after
    is_whole_power = node.primitive is pow and node.args[1].is_exact and node.args[1].value in (2, 3, 4)
    if not depth or not (node.primitive is add or node.primitive is mul or is_whole_power):
        return node
    return rebuild(node, tuple(_changed(arg, root, condition, exponent, facts, depth - 1) for arg in node.args))
