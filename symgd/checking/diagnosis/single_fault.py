"""Say what is wrong with a claimed derivative: the simplest single fault that turns the right one into the claim.

The mismatch is fitted, over all points, in this order: the shape, a transposition, a factor (a number, a size, an input), the
terms of symgd's own derivative (the mismatch is a multiple of one of them, or of a few), the entries and branches where it
occurs, and at last every single edit of the derivative's graph: a sign, a factor, a function, an exponent, a transposition,
an index. What fits nothing is left unexplained.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symgd.checking.diagnosis.factors import constant_factor, named_factor
from symgd.checking.diagnosis.mismatch import Mismatch
from symgd.checking.diagnosis.parts import one_term, several_terms, single_edit
from symgd.checking.diagnosis.places import branch, kink, region, shifted, single_entries, transposed
from symgd.checking.request import Suspect
from symgd.checking.verdict import WorstEntry
from symgd.evaluation.high_precision import as_floats
from symgd.evaluation.sampling import Point
from symgd.graph.node import Node

__all__ = ["cause_of_shapes", "causes_of", "has_several_entries"]


def cause_of_shapes(got: Sequence[Any], wanted: Sequence[Any]) -> list[str]:
    """Say why a claim has one shape and the derivative another."""
    got, wanted = tuple(got), tuple(wanted)
    if len(got) == len(wanted) and sorted(map(str, got)) == sorted(map(str, wanted)):
        return ["transposed: the axes stand in another order"]
    for extra in range(1, len(got) - len(wanted) + 1):
        for axes in itertools.combinations(range(len(got)), extra):
            if tuple(size for k, size in enumerate(got) if k not in axes) == wanted:
                word = f"axis {axes[0]} is" if extra == 1 else f"axes {', '.join(map(str, axes))} are"
                return [f"the broadcast axis is not summed: {word} too many"]
    if len(got) == len(wanted) and all(a == b or b == 1 for a, b in zip(got, wanted, strict=True)):
        axis = next(k for k, (a, b) in enumerate(zip(got, wanted, strict=True)) if a != b)
        return [f"the broadcast axis is not summed: axis {axis} has size 1 in the variable"]
    if len(got) < len(wanted):
        return ["an axis is missing: summed over too many axes, or an outer product is missing"]
    return []


def causes_of(
    output: Node | None,
    wrt: Sequence[str],
    spellings: Sequence[Sequence[Node]],
    suspects: Sequence[Suspect],
    wrong: Sequence[WorstEntry],
    tolerance: float = 1e-10,
) -> list[str]:
    """Say what is wrong with claims, one sentence for each variable that has an explanation.

    Parameters
    ----------
    output : Node or None
        The formula, where it is known.
    wrt : sequence of str
    spellings : sequence of sequence of Node
        symgd's derivative in each variable, where it is known, as it is printed and as it was derived.
    suspects : sequence of Suspect
    wrong : sequence of WorstEntry
    tolerance : float
        The relative error of what is taken for right.
    """
    causes: list[str] = []
    for k, name in enumerate(wrt):
        if not any(entry.wrt == name for entry in wrong):
            continue
        pairs = [(suspect.answers[k], suspect.own[k]) for suspect in suspects if suspect.own is not None]
        points = [suspect.point for suspect in suspects if suspect.own is not None]
        if any(has_several_entries(point) for point in points):  # an axis of one entry fits too many causes
            pairs, points = zip(
                *[both for both in zip(pairs, points, strict=True) if has_several_entries(both[1])], strict=True
            )
        floats = [(as_floats(got), as_floats(true)) for got, true in pairs]
        usable = [i for i, (got, true) in enumerate(floats) if np.isfinite(got).all() and np.isfinite(true).all()]
        mismatch = Mismatch(
            output,
            [spelling[k] for spelling in spellings if spelling],
            [points[i] for i in usable],
            [floats[i][0] for i in usable],
            [floats[i][1] for i in usable],
            tolerance,
        )
        cause = _cause_of(mismatch) if usable else None
        kinks = [entry for entry in wrong if entry.wrt == name and entry.is_kink]
        if cause is None and kinks and len(kinks) == sum(entry.wrt == name for entry in wrong):
            cause = "wrong at the kink: what is claimed there is no subgradient"
        if cause is not None:
            causes.append(f"{cause} (in {name})" if len(wrt) > 1 else cause)
    return causes


def has_several_entries(point: Point) -> bool:
    """Whether no symbolic axis has one entry only."""
    return all(size > 1 for size in point.sizes.values())


EXPLANATIONS: tuple[Callable[[Mismatch], str | None], ...] = (
    transposed,
    constant_factor,
    kink,
    one_term,
    branch,
    named_factor,
    single_entries,
    shifted,
    single_edit,
    region,
    several_terms,
)
"""The explanations, in the order in which they are tried."""


def _cause_of(mismatch: Mismatch) -> str | None:
    """Return the first explanation that fits at every point."""
    if not any(mask.any() for mask in mismatch.masks()):
        return None
    return next((cause for cause in (explain(mismatch) for explain in EXPLANATIONS) if cause is not None), None)
