"""Functions of q = u·v − Σ rᵢ² with affine u, v and r, which is positive on a cone such as t > ‖x‖.

For u > 0, q/u = v − Σ rᵢ²/u is concave. So log q = log u + log(q/u) is concave, √q is a geometric mean of concave functions,
and q⁻ᵖ = exp(−p·log q) is convex.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, sections 3.2.4 and 11.6.
"""

from __future__ import annotations

from fractions import Fraction

from symgd.curvature.rules.known import Lookup
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.exponential import log

__all__ = ["function_of_cone"]


def function_of_cone(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    """Return the curvature of a logarithm or a power of u·v − Σ rᵢ²."""
    if node.primitive is log:
        is_cone = _factors_of_cone(node.args[0], known, moving, facts) is not None
        return (Curvature.CONCAVE, "the logarithm of a product less squares, on its cone") if is_cone else None
    if node.primitive is not pow or not node.args[1].is_exact:
        return None
    base, power = node.args[0], Fraction(node.args[1].value)
    factors = None if power > Fraction(1, 2) or power == 0 else _factors_of_cone(base, known, moving, facts)
    if factors is None:
        return None
    if power < 0:
        is_inside = facts.is_positive(base)
        return (Curvature.CONVEX, "a negative power of a product less squares, on its cone") if is_inside else None
    if all(facts.is_nonnegative(factor) for factor in factors) or facts.is_positive(factors[0]):
        return Curvature.CONCAVE, "a power ≤ 1/2 of a product less squares, on its cone"
    return None


def _factors_of_cone(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Node, Node] | None:
    """Return u ≥ 0 and v of a node u·v − Σ rᵢ² − c with a fixed c ≥ 0, times what is fixed and not negative, or None."""
    products = [term for term in _terms(node) if not _is_taken_away(term, known, moving, facts)]
    if len(products) != 1 or products[0] not in moving:
        return None
    factors = _affine_factors(products[0], known, moving, facts)
    return next((pair for pair in (factors, factors[::-1]) if facts.is_nonnegative(pair[0])), None) if factors else None


def _terms(node: Node) -> list[Node]:
    return [term for arg in node.args for term in _terms(arg)] if node.primitive is add else [node]


def _is_taken_away(term: Node, known: Lookup, moving: set[Node], facts: Facts) -> bool:
    """Whether a term is a squared length times something fixed that is not positive, or is itself that."""
    if term not in moving:
        return facts.sign(term).is_nonpositive
    movers = [arg for arg in term.args if arg in moving]
    rest = [facts.sign(arg) for arg in term.args if arg not in moving]
    if term.primitive is not mul or len(movers) != 1 or not known[movers[0]].is_square:
        return False
    falling = [sign for sign in rest if not sign.is_nonnegative]
    return len(falling) == 1 and falling[0].is_nonpositive


def _affine_factors(term: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Node, Node] | None:
    """Return two affine factors of a term, all others being fixed and not negative."""
    if term.primitive is pow and term.args[1].equals_number(2):
        factors = [term.args[0], term.args[0]]
    elif term.primitive is mul and all(facts.is_nonnegative(arg) for arg in term.args if arg not in moving):
        factors = [arg for arg in term.args if arg in moving]
    else:
        return None
    if len(factors) != 2 or any(known[factor].curvature != Curvature.AFFINE for factor in factors):
        return None
    return factors[0], factors[1]
