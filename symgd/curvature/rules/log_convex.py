"""Functions whose logarithm is convex: weighted sums of exponentials, and what keeps the property.

A function g ≥ 0 is log-convex where g(θa + (1 − θ)b) ≤ g(a)^θ·g(b)^(1−θ) for 0 < θ < 1. So is exp(f) for convex f, and what is
fixed and not negative; products keep it, powers ≥ 0, sums by Hölder's inequality, and weights may be 0.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, sections 3.1.5 and 3.5.2.
"""

from __future__ import annotations

from symgd.curvature.rules.known import Lookup
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import einsum
from symgd.primitives.exponential import exp, log, log1p

__all__ = ["is_nowhere_or_everywhere_zero", "logarithm_of_log_convex"]


def logarithm_of_log_convex(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    """Return that log g, or log(1 + g), is convex for a log-convex g."""
    if node.primitive in (log, log1p) and _is_log_convex(node.args[0], known, moving, facts):
        return (
            Curvature.CONVEX,
            "the logarithm of a sum of log-convex terms, with weights that are not negative",
        )
    return None


def _is_log_convex(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> bool:
    """Whether every entry of a node is surely log-convex."""
    if node not in moving:
        return facts.is_nonnegative(node)
    if node.primitive is exp:
        return bool(known[node.args[0]].curvature & Curvature.CONVEX)
    if node.primitive is pow and node.args[1] not in moving:
        base, exponent = node.args
        if facts.is_nonnegative(exponent):
            return _is_log_convex(base, known, moving, facts)
        is_falling = facts.sign(exponent).is_nonpositive and facts.is_nonnegative(base)
        return is_falling and bool(known[base].curvature & Curvature.CONCAVE)  # −log of what is concave
    return _adds_products(node) and all(_is_log_convex(arg, known, moving, facts) for arg in node.args)


def _adds_products(node: Node) -> bool:
    """Whether the entries of a node are sums of products of entries of its arguments, or means of these, and nothing else."""
    return node.primitive in (add, mul, einsum) or node.primitive.name in ("mean", "index")


def is_nowhere_or_everywhere_zero(node: Node, moving: set[Node], facts: Facts) -> bool:
    """Whether each entry of a node is not negative, and is 0 at every point of the variables or at none."""
    if node not in moving:
        return facts.is_nonnegative(node)
    if facts.is_positive(node):
        return True
    if node.primitive is pow and node.args[1] not in moving and facts.is_positive(node.args[1]):
        return is_nowhere_or_everywhere_zero(node.args[0], moving, facts)
    return _adds_products(node) and all(is_nowhere_or_everywhere_zero(arg, moving, facts) for arg in node.args)
