"""Branch and bound: show a function of several variables positive on a box by cutting it into pieces.

On each piece interval arithmetic bounds the function, by its natural extension and, where the piece is finite, by its value
in the middle plus the range of its slopes.

References
----------
Neumaier, *Interval Methods for Systems of Equations*, 1990, chapter 2.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from symgd.curvature.algebra.quotients import Polynomial, Quotient
from symgd.curvature.algebra.ranges import Ranges
from symgd.curvature.algebra.region import Region
from symgd.curvature.algebra.statements import sign_statement
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.errors import SymgdError
from symgd.evaluation.float_intervals import Range, add, intersect, multiply, range_of_interval
from symgd.graph.assumptions import Bound, Interval

__all__ = ["sign_by_boxes"]

MAX_BOXES = 1500
Box = tuple[tuple[Bound, Bound], ...]


def sign_by_boxes(
    region: Region, polynomial: Polynomial, slots: Sequence[int], intervals: Sequence[Interval], guess: int
) -> Step | None:
    """Return a proof that guess·polynomial ≥ 0 on a box, or None.

    Parameters
    ----------
    region : Region
    polynomial : Polynomial
    slots : sequence of int
        The generators that are variables or parameters, one per side of the box.
    intervals : sequence of Interval
    guess : int
        Which sign to show.
    """
    if not slots:
        return None
    wanted = polynomial if guess > 0 else -polynomial
    slopes = _slopes(region, wanted, slots)
    full_box: Box = tuple((interval.low, interval.high) for interval in intervals)
    leaves: list[Box] = []
    strict = True
    first = _lower(region, wanted, slots, full_box, slopes)
    heap: list[tuple[float, int, Box]] = [(first, 0, full_box)]
    count = 1
    while heap:
        lower, _, box = heapq.heappop(heap)
        if lower >= 0:
            strict = strict and lower > 0
            leaves.append(box)
            continue
        if count > MAX_BOXES * region.share or region.effort.is_used_up:
            return None
        for part in _halves(box):
            count += 1
            heapq.heappush(heap, (_lower(region, wanted, slots, part, slopes), count, part))
    conclusion = _conclusion(region, polynomial, guess, strict, len(leaves))
    return step_by(by_boxes, (region, polynomial, guess, tuple(leaves)), conclusion)


def _conclusion(region: Region, polynomial: Polynomial, guess: int, strict: bool, count: int) -> Conclusion:
    relation = (">" if guess > 0 else "<") if strict else ("≥" if guess > 0 else "≤")
    pieces = "" if count == 1 else f" on {count} pieces"
    statement = sign_statement(region, polynomial, guess, strict)
    return Conclusion(statement, f"{region.shown(polynomial)} {relation} 0", f"interval arithmetic{pieces}")


@rule
def by_boxes(
    premises: Premises, region: Region, polynomial: Polynomial, guess: int, leaves: tuple[Box, ...]
) -> Conclusion | None:
    """Conclude from lower bounds on boxes that cover the domain."""
    slots, intervals = region.sides_of_box(polynomial)
    wanted = polynomial if guess > 0 else -polynomial
    slopes = _slopes(region, wanted, slots)
    full_box: Box = tuple((interval.low, interval.high) for interval in intervals)
    if not _tile(full_box, leaves):
        return None
    lowest = min(_lower(region, wanted, slots, box, slopes) for box in leaves)
    return _conclusion(region, polynomial, guess, lowest > 0, len(leaves)) if lowest >= 0 else None


def _slopes(region: Region, polynomial: Polynomial, slots: Sequence[int]) -> Mapping[int, Quotient]:
    slopes = {}
    for slot in slots:
        generator = region.elementary.generators[slot]
        if generator.kind == "variable":
            try:
                slopes[slot] = region.elementary.slope(polynomial, generator.node)
            except SymgdError:
                return {}
    return slopes if len(slopes) == len(slots) else {}


def _lower(region: Region, polynomial: Polynomial, slots: Sequence[int], box: Box, slopes: Mapping[int, Quotient]) -> float:
    """Return a lower bound of a polynomial over a box."""
    ranges: dict[int, Range] = {
        slot: range_of_interval(Interval(low, high)) for slot, (low, high) in zip(slots, box, strict=True)
    }
    over = Ranges(region.elementary, ranges)
    bound = over.of(polynomial)
    if bound[0] > 0 or not slopes or any(math.isinf(low) or math.isinf(high) for low, high in box):
        return bound[0]
    middle = {slot: (Fraction(low) + Fraction(high)) / 2 for slot, (low, high) in zip(slots, box, strict=True)}
    at_middle = {slot: range_of_interval(Interval(value, value)) for slot, value in middle.items()}
    total = Ranges(region.elementary, at_middle).of(polynomial)
    for slot, (low, high) in zip(slots, box, strict=True):
        offset = range_of_interval(Interval(Fraction(low) - middle[slot], Fraction(high) - middle[slot]))
        total = add(total, multiply(over.of_quotient(slopes[slot]), offset))
    return intersect(bound, total)[0]


def _halves(box: Box) -> list[Box]:
    """Cut the longest side, or an unbounded one at a moderate place."""
    sizes = [_size(low, high) for low, high in box]
    k = max(range(len(box)), key=lambda j: sizes[j])
    low, high = box[k]
    cut = _cut(low, high)
    return [(*box[:k], (low, cut), *box[k + 1 :]), (*box[:k], (cut, high), *box[k + 1 :])]


def _size(low: Bound, high: Bound) -> float:
    """An unbounded side is as long as it begins near 0."""
    if low == -math.inf and high == math.inf:
        return 1e6
    if math.isinf(low) or math.isinf(high):
        return 1e3 / (1 + abs(float(high if math.isinf(low) else low)))
    return float(high - low)


def _cut(low: Bound, high: Bound) -> Fraction:
    if low == -math.inf and high == math.inf:
        return Fraction(0)
    if low == -math.inf:
        return min(Fraction(high) - 1, Fraction(high) * 2)
    if high == math.inf:
        return max(Fraction(low) + 1, Fraction(low) * 2)
    return (Fraction(low) + Fraction(high)) / 2


def _tile(full_box: Box, leaves: Sequence[Box]) -> bool:
    """Whether boxes cover the full box, which is cut again wherever a box is not among them, as the search did."""
    wanted, waiting, budget = set(leaves), [full_box], 4 * len(leaves) + 8
    while waiting:
        box = waiting.pop()
        budget -= 1
        if box in wanted:
            continue
        if budget < 0:
            return False
        waiting += _halves(box)
    return True
