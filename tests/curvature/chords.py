"""How far a formula lies above and below its chords, at random points of its inputs."""

from __future__ import annotations

import numpy as np

import symgd as sg

__all__ = ["far_from_chords", "random_values"]


def random_values(node, sizes, rng):
    """Return random entries of an input that have its declared facts; sizes stand for their names."""
    shape = tuple(sizes.get(str(size)) or int(str(size)) for size in node.shape)
    facts = node.facts
    if facts.is_positive_semidefinite or facts.is_positive_definite:
        root = rng.normal(size=shape)
        return root @ root.T + 0.1 * facts.is_positive_definite * np.eye(shape[0])
    entries = rng.normal(size=shape) * rng.choice([0.3, 1, 3])
    if facts.is_symmetric:
        entries = entries + entries.T
    low, high = float(facts.interval.low), float(facts.interval.high)
    if np.isfinite(low) and np.isfinite(high):
        return rng.uniform(low, high, shape)
    if np.isfinite(low):
        return low + 0.01 + np.abs(entries)
    return high - 0.01 - np.abs(entries) if np.isfinite(high) else entries


def far_from_chords(formula, wrt, sizes=({},), count=40, seed=0):
    """Return how far the formula rises above the middle of a chord at most, and how far it falls below, both at least 0."""
    rng = np.random.default_rng(seed)
    inputs = list(formula.symbols)
    code = sg.lambdify(inputs, formula)
    above = below = 0.0
    with np.errstate(all="ignore"):
        for k in range(count * len(sizes)):
            first = {node: random_values(node, sizes[k % len(sizes)], rng) for node in inputs}
            moved = {node: random_values(node, sizes[k % len(sizes)], rng) for node in wrt if node in first}
            ends = [[*first.values()], [*{**first, **moved}.values()]]
            points = [*ends, [(one + other) / 2 for one, other in zip(*ends, strict=True)]]
            low, high, middle = (float(code(*point)) for point in points)
            if np.isfinite([low, high, middle]).all():
                gap = (middle - (low + high) / 2) / (1 + abs(low) + abs(high))
                above, below = max(above, gap), max(below, -gap)
    return above, below
