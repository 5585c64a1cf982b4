"""Check a hand-written derivative, by values of the function alone.

The noise of the function is measured, differences are extrapolated over many steps with a bound of their error, the order of
the Taylor remainder is the second witness, and a complex step is used where the function could be read as an analytic formula
and differences confirm it. Every entry of a small input is checked; of a large one random directions, and some entries,
with the confidence stated. An entry is RIGHT where the differences carry seven digits and agree, WRONG where they contradict by
more than both sides can be off, and UNSURE in between.
"""

from __future__ import annotations

import math

import numpy as np

from symgd.checking.black_box.code import HandWritten, around
from symgd.checking.black_box.numbers_in_code import places_at_jumps
from symgd.checking.black_box.point_check import PointCheck, name_of_claim
from symgd.checking.diagnosis.single_fault import cause_of_shapes, causes_of
from symgd.checking.judgement import Verdict
from symgd.checking.request import Suspect
from symgd.checking.verdict import GradientCheck
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.evaluation.entries import Array
from symgd.evaluation.sampling import Point

__all__ = ["check_hand_written"]

METHOD = "adaptive differences in float64"
_MOST_ENTRIES = 250
"""So many entries are checked one by one."""
_DIRECTIONS = 8
_FEWEST = 2
"""So many directions are tried, and so few where the seconds are over."""
_SINGLE_ENTRIES = 12
_NEARBY = 3


def check_hand_written(hand_written: HandWritten, x: Array, seed: int = 0, seconds: float = math.inf) -> GradientCheck:
    """Check a claimed derivative at a point and, along random directions, at a few points around it.

    Parameters
    ----------
    hand_written : HandWritten
    x : array
    seed : int
        Of the directions and the points around.
    seconds : float
        After so many no further entry is checked on its own.

    Raises
    ------
    SymgdError
        Where the function is not finite at the point.
    """
    with np.errstate(all="ignore"):
        return _check(hand_written, x, np.random.default_rng(seed), Effort(seconds=seconds))


def _check(hand_written: HandWritten, x: Array, generator: np.random.Generator, effort: Effort) -> GradientCheck:
    value, claimed = hand_written.function(x.copy()), hand_written.claim(x.copy())
    if claimed.shape != value.shape + x.shape:
        note = f"  the {hand_written.what} has shape {claimed.shape}, not {value.shape + x.shape}"
        causes = cause_of_shapes(claimed.shape, value.shape + x.shape)
        return GradientCheck(Verdict.WRONG, None, "shapes", 1, 0, notes=[note], find_causes=lambda: causes)
    if not np.isfinite(value).all():
        raise SymgdError("the function is not finite at this point", hint="choose a point inside its domain")
    again = hand_written.function(x.copy())
    if not np.allclose(value, again, rtol=1e-12, atol=0):
        note = f"the function answers {_shown(value)}, and {_shown(again)} when it is asked again"
        return GradientCheck(Verdict.UNSURE, None, METHOD, 1, 0, notes=[note])
    here = PointCheck(hand_written, x, claimed, generator)
    notes: list[str] = []
    truth = _compare_entries(here, effort) if x.size <= _MOST_ENTRIES else None
    if truth is None:
        is_late = effort.is_out_of_time
        notes.append(here.by_directions(_FEWEST if is_late else _DIRECTIONS, 0 if is_late else _SINGLE_ENTRIES))
        if is_late:
            notes.append(f"the budget ended before all {x.size} entries were compared one by one")
    ledger, nearby = here.ledger, 0
    if not ledger.wrong or all(entry.is_kink for entry in ledger.wrong):  # else the verdict is known
        for place in around(x, _NEARBY, generator):
            nearby += here.contradicted_nearby(place)
        for place in places_at_jumps((hand_written.function, hand_written.claim), hand_written.claim, x, generator):
            nearby += here.contradicted_nearby(place, at_jump=True)
    if nearby:
        notes.append(f"{nearby} point{'s' if nearby > 1 else ''} around agree along random directions")
    if ledger.verdict() is Verdict.UNSURE:
        notes += hand_written.notes_on_digits()
        notes.append(f"{ledger.unsure} of {ledger.entries} entries are not settled: the differences carry too few digits there")

    def causes_found() -> list[str]:
        if ledger.wrong and all(entry.is_kink for entry in ledger.wrong):
            return [f"{'right away from' if nearby else 'wrong at'} the kink, wrong branch at the kink"]
        if truth is None:
            return []
        suspect = Suspect(Point({}, {}), (claimed,), (np.where(np.isfinite(truth), truth, claimed),))
        return causes_of(None, [name_of_claim(hand_written)], [], [suspect], ledger.wrong, tolerance=1e-6)

    return GradientCheck(
        ledger.verdict(),
        ledger.worst_entry(),
        METHOD,
        1 + nearby,
        ledger.entries,
        ledger.sorted_wrong(),
        notes,
        find_causes=causes_found,
    )


def _compare_entries(here: PointCheck, effort: Effort) -> Array | None:
    """Check every entry, and return the slopes that are known; None where the seconds are over before the last one."""
    truth = np.full(here.claimed.shape, np.nan)
    for index in np.ndindex(*here.x.shape):
        if effort.is_out_of_time:
            return None
        here.entry(index, truth)
    here.subgradients()
    return truth


def _shown(value: Array) -> str:
    return np.array2string(np.asarray(value), precision=17, threshold=4)
