"""Where a claimed derivative is wrong: transposed, shifted, at a kink, in a branch, in single entries or in a region."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symgd.checking.diagnosis.mismatch import Mismatch, spread
from symgd.checking.diagnosis.words import compared
from symgd.evaluation.entries import Array
from symgd.evaluation.switches import switches_of

__all__ = ["branch", "kink", "region", "shifted", "single_entries", "transposed"]

_OTHERWISE = {">": "<", "<": ">", ">=": "<", "<=": ">"}


def transposed(mismatch: Mismatch) -> str | None:
    """Say whether the claim is the transposed derivative."""
    if any(true.ndim != 2 or true.shape[0] != true.shape[1] for true in mismatch.true):
        return None
    fits = all(mismatch.is_close(got, true.T) for got, true in zip(mismatch.got, mismatch.true, strict=True))
    return "transposed" if fits else None


def shifted(mismatch: Mismatch) -> str | None:
    """Say whether the index is off by one."""
    if any(true.ndim == 0 for true in mismatch.true):
        return None
    for axis in range(mismatch.true[0].ndim):
        for step, word in ((1, "before"), (-1, "after")):
            fits = all(
                true.shape[axis] > 1 and mismatch.is_close(got, np.roll(true, step, axis))
                for got, true in zip(mismatch.got, mismatch.true, strict=True)
            )
            if fits:
                return f"the index is off by one: every entry holds what belongs to the one {word} it (axis {axis})"
    return None


def kink(mismatch: Mismatch) -> str | None:
    """Name the kink at which alone the claim is wrong."""
    return _by_switch(mismatch, (("=", lambda u: u == 0),))


def branch(mismatch: Mismatch) -> str | None:
    """Name the branch in which alone the claim is wrong."""
    return _by_switch(
        mismatch, ((">", lambda u: u > 0), ("<", lambda u: u < 0), (">=", lambda u: u >= 0), ("<=", lambda u: u <= 0))
    )


def _by_switch(mismatch: Mismatch, sides: Sequence[tuple[str, Callable[[Array], Array]]]) -> str | None:
    """Look for a condition that separates the wrong entries from the right ones."""
    masks = mismatch.masks()
    if mismatch.output is None or not any((~mask).any() for mask in masks):
        return None
    for switch in switches_of([mismatch.output, *mismatch.spellings]):
        values = mismatch.values(switch)
        if values is None:
            continue
        spreads = [spread(value, mask.shape) for value, mask in zip(values, masks, strict=True)]
        shaped = [value for value in spreads if value is not None]
        if len(shaped) < len(spreads):
            continue
        for side, holds in sides:
            where = [holds(value) for value in shaped]
            if not all(np.all(~mask | selected) for mask, selected in zip(masks, where, strict=True)):
                continue
            right = [~mask & selected & (true != 0) for mask, selected, true in zip(masks, where, mismatch.true, strict=True)]
            if any(mask.any() for mask in right) and side != "=":
                continue
            if side == "=":
                return f"right away from {compared(switch, '=')}, wrong branch at the kink"
            return f"wrong branch: wrong where {compared(switch, side)}, right where {compared(switch, _OTHERWISE[side])}"
    return None


def single_entries(mismatch: Mismatch) -> str | None:
    """Name a few entries that are wrong, where they are the same at every point."""
    known = mismatch.places()
    if not known or not all(place == known[0] for place in known) or len(known[0]) > 3:
        return None
    names = ", ".join(f"({', '.join(map(str, index))})" for index in sorted(known[0]))
    return f"{'entry' if len(known[0]) == 1 else 'entries'} {names} only{mismatch.within(mismatch.masks())}"


def region(mismatch: Mismatch) -> str | None:
    """Name the row, the column or the diagonal that is wrong."""
    known, masks = mismatch.places(), mismatch.masks()
    if not known:
        return None
    for axis in range(masks[0].ndim):
        numbers = {index[axis] for place in known for index in place}
        if len(numbers) == 1:
            word = {(0, 2): "row", (1, 2): "column"}.get((axis, masks[0].ndim), f"axis {axis}, index")
            return f"{word} {numbers.pop()} only{mismatch.within(masks)}"
    if masks[0].ndim == 2:
        if all(index[0] == index[1] for place in known for index in place):
            return f"the diagonal only{mismatch.within(masks)}"
        if all(index[0] != index[1] for place in known for index in place):
            return f"off the diagonal only{mismatch.within(masks)}"
    return None
