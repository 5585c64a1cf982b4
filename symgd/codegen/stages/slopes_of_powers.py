"""Slopes of powers whose exponent is an input: k·xᵏ⁻¹ is 0 for k = 0, also at x = 0, where xᵏ⁻¹ is infinite.

The base is replaced by 1 where the factor is 0: ``k*where(k == 0, 1, x)**(k - 1)``. So k·(k − 1)·xᵏ⁻² is 0 for k = 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.shape import broadcast
from symgd.graph.traversal import rebuild, toposort
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.contraction import einsum
from symgd.primitives.piecewise import equal, where
from symgd.rewrite.terms import ONE, collected_terms, factors_of, terms_of

__all__ = ["with_slopes_of_powers"]


def with_slopes_of_powers(formulas: Sequence[Node]) -> list[Node]:
    """Return formulas in which a power of an input exponent does not count where a factor makes it 0."""
    order = toposort(formulas)
    if not any(node.primitive is pow and not node.args[1].is_constant for node in order):
        return list(formulas)
    facts = Facts()
    known: dict[Node, Node] = {}
    for node in order:
        args = [known[arg] for arg in node.args]
        for place, factor in _vanishing_slopes(node):
            if facts.is_nonzero(node.args[place].args[0]):
                continue
            args[place] = _with_safe_base(args[place], known[factor])
        known[node] = rebuild(node, tuple(args))
    return [known[formula] for formula in formulas]


def _vanishing_slopes(node: Node) -> Iterator[tuple[int, Node]]:
    """Yield the places of powers in a product or contraction, each with a factor that leaves a number of the exponent at 0."""
    if node.primitive is not mul and node.primitive is not einsum:
        return
    for place, power in enumerate(node.args):
        if power.primitive is not pow or power.args[1].is_constant:
            continue
        exponent = _without_number(power.args[1])
        for other, factor in enumerate(node.args):
            stands_beside = node.primitive is mul or node.params[0][place] == node.params[0][other]
            if other != place and stands_beside and not factor.is_constant and _vanishes_with(exponent, factor):
                yield place, factor


def _vanishes_with(exponent: dict[Node, Fraction], factor: Node) -> bool:
    """Whether an exponent, but for its number, is 0 where a factor is: 2·k − 4·m for k − 2·m + 3, and k·m for k."""
    own = _without_number(factor)
    if own.keys() == exponent.keys() and len({number / own[core] for core, number in exponent.items()}) == 1:
        return True
    return bool(exponent) and all(factor in factors_of(core) for core in exponent)


def _without_number(node: Node) -> dict[Node, Fraction]:
    """Return the terms of a sum but its number, with their coefficients."""
    return {core: number for core, number in collected_terms(terms_of(node)).items() if core is not ONE and number}


def _with_safe_base(power: Node, factor: Node) -> Node:
    """Return a power of 1 where a factor is 0."""
    base, exponent = power.args
    if broadcast((factor.shape, power.shape)) != power.shape:
        return power
    return pow.make((where.make((equal.make((factor, constant(0))), constant(1), base)), exponent))
