"""Refute convexity and concavity by exact Jensen triples.

A random search in floating point proposes two points; they are rounded to rationals; interval arithmetic proves that
f at the middle
lies above (below) the mean. Where intervals leave the question open, the proposal is dropped: floating point decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.convexity.domain import Domain
from symgd.convexity.interval import enclose
from symgd.convexity.verdict import Witness
from symgd.errors import SymgdError
from symgd.graph.node import Node

__all__ = ["find_witness"]

Corner = dict[Node, Fraction]
Pair = tuple[Corner, Corner]


def find_witness(
    formula: Node, variables: Sequence[Node], domain: Domain, evaluate: Callable[..., Any], seed: int = 0, tries: int = 400
) -> tuple[Pair | None, Pair | None]:
    """Search a triple above the chord and one below it.

    Parameters
    ----------
    formula : Node
        A scalar formula of scalar inputs.
    variables : sequence of Node
    domain : Domain
    evaluate : callable
        The formula as float64 code, for the search.
    seed, tries : int

    Returns
    -------
    above, below : pair of points, or None
        Proven: at the middle of `above` the formula exceeds the mean of its ends; at that of `below` it falls short.
    """
    generator = np.random.default_rng(seed)
    above: Pair | None = None
    below: Pair | None = None
    for k in range(tries):
        first, second = domain.pair(variables, generator, k)
        with np.errstate(all="ignore"):
            middle = (first + second) / 2
            values = [float(evaluate(*point)) for point in (first, second, middle)]
        if not all(np.isfinite(values)):
            continue
        gap = values[2] - (values[0] + values[1]) / 2
        noise = 1e-9 * max(map(abs, values), default=0.0)
        wanted = (gap > noise and above is None) or (gap < -noise and below is None)
        if not wanted:
            continue
        pair = _rational(variables, first), _rational(variables, second)
        centre = {node: (pair[0][node] + pair[1][node]) / 2 for node in variables}
        if not all(domain.contains(point) for point in (*pair, centre)):
            continue
        sign = prove_gap(formula, pair)
        if sign > 0 and above is None:
            above = pair
        elif sign < 0 and below is None:
            below = pair
        if above is not None and below is not None:
            break
    return above, below


def _rational(variables: Sequence[Node], point: Any) -> Corner:
    return {node: Fraction(float(value)).limit_denominator(10**6) for node, value in zip(variables, point, strict=True)}


def prove_gap(formula: Node, pair: Pair) -> int:
    """Return the proven sign of f((a + b)/2) − (f(a) + f(b))/2, or 0 where it stays open."""
    first, second = pair
    middle = {node: (first[node] + second[node]) / 2 for node in first}
    try:
        a, b, m = (enclose(formula, point) for point in (first, second, middle))
    except SymgdError:
        return 0
    gap = 2 * m - a - b
    return 1 if gap.a > 0 else -1 if gap.b < 0 else 0


def witness_of(formula: Node, above: Pair, below: Pair) -> Witness:
    """Keep two proven triples."""
    return Witness(
        (named(above[0]), named(above[1])),
        (named(below[0]), named(below[1])),
        lambda: prove_gap(formula, above) > 0 and prove_gap(formula, below) < 0,
    )


def named(point: Mapping[Node, Fraction]) -> dict[str, Fraction]:
    """Return a point by names."""
    return {node.name: value for node, value in point.items()}
