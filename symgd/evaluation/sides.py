"""On which sides of boundaries a point lies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Real

__all__ = ["Sides", "sides_of"]

Sides = frozenset[tuple[object, ...]]
"""Combinations of signs of the boundaries of one shape: of their entries in order, or those that occur, and whether several
entries are 0."""


def sides_of(values: Sequence[Array], in_order: bool, near: Real) -> Sides | None:
    """Return which sides of the boundaries are seen where they have these values, or None where that is not clear.

    In order, every entry counts for itself; else entries of one shape count by the sides of all boundaries on which they lie.
    """
    alike: dict[tuple[int, ...], list[list[int | None]]] = {}
    for value in values:
        signs: list[int | None] = []
        for entry in value.flat:
            if -near < entry < near and entry:
                return None
            signs.append((entry > 0) - (entry < 0) if mpmath.isfinite(entry) else None)
        alike.setdefault(value.shape, []).append(signs)
    if in_order:
        return frozenset((shape, tuple(map(tuple, several))) for shape, several in alike.items())
    counts = {shape: Counter(zip(*several, strict=True)) for shape, several in alike.items()}
    return frozenset(
        (shape, signs, 0 in signs and count > 1) for shape, counter in counts.items() for signs, count in counter.items()
    )
