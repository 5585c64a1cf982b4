"""Pieces of the line that hold the arguments of a function: what may be known of them where a fact is asked for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from symgd.declarations.subject import Example, Place, zero_one
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array
from symgd.graph.assumptions import Interval

__all__ = ["hull", "pieces_of"]

PIECES = (Interval(), Interval(0), Interval(high=0), Interval(0, open_low=True), Interval(1, 5), Interval(-5, -1))


def _values_of(example: Example, place: Place) -> list[Array]:
    return [example.value(place, arg) for arg in example.args]


def hull(*values: Array) -> Interval:
    """Return the smallest interval that holds all entries of some arrays."""
    entries = [Fraction(str(mpmath.nstr(zero_one(entry), 30))) for array in values for entry in np.ravel(array)]
    return Interval(min(entries), max(entries))


def pieces_of(example: Example, *places: Place) -> Iterator[list[Interval]]:
    """Yield what may be known of the arguments at some places: pieces that hold all of them, and the smallest intervals."""
    if not example.args:
        yield []
        return
    values = [_values_of(example, place) for place in places]
    hulls = [hull(*(arrays[k] for arrays in values)) for k in range(len(example.args))]
    everything = hull(*(array for arrays in values for array in arrays))
    numbers = example.numbers if callable(example.record.curvature) else ()
    ends = sorted({side * number for number in numbers for side in (1, -1)})
    for piece in (*PIECES, *(Interval(a, b) for a, b in itertools.pairwise(ends))):
        if everything & piece == everything:
            yield [piece] * len(hulls)
    yield hulls
