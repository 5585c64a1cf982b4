"""What a check found: the verdict, the worst entry, and words for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from symgd.checking.black_box.differences import Slope
from symgd.checking.judgement import Verdict
from symgd.errors import GradientError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real
from symgd.summaries import summary

__all__ = ["GradientCheck", "Ledger", "WorstEntry", "entry_name"]


_MOST_NAMES = 3
"""Sizes of more names are counted instead of written out."""


def entry_name(name: str, index: Sequence[int]) -> str:
    """Return an entry as a reader writes it: x, or x[0, 1]."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


@dataclass(frozen=True)
class WorstEntry:
    """The entry where claim and reference differ most.

    Attributes
    ----------
    wrt : str
    index : tuple of int
    claimed, reference : float
    relative_error : float
    point : str
    between : pair of float, or None
        At a kink the slopes of both sides: every number between them is a subgradient.
    """

    wrt: str
    index: tuple[int, ...]
    claimed: float
    reference: float
    relative_error: float
    point: str
    between: tuple[float, float] | None = None

    @property
    def is_kink(self) -> bool:
        """Whether the formula has a kink there."""
        return self.between is not None

    def __str__(self) -> str:
        digits = 10 if abs(self.relative_error) > 1e-8 else 17
        text = f"{entry_name(self.wrt, self.index)}  got {self.claimed:.{digits}g}  expected "
        if self.between is not None:
            return f"{text}between {self.between[0]:.{digits}g} and {self.between[1]:.{digits}g}, at a kink"
        text += f"{self.reference:.{digits}g}"
        if self.reference and np.isfinite(self.claimed) and self.relative_error > 1e-6:
            text += f"  ratio {self.claimed / self.reference:.6g}"
        return text


@dataclass
class GradientCheck:
    """The outcome of a check.

    Attributes
    ----------
    verdict : Verdict
    worst : WorstEntry or None
    method : str
    points : int
    entries : int
        Entries compared, over all points.
    wrong : list of WorstEntry
        Every entry that disagrees.
    notes : list of str
    sizes : list of dict of str to int
        The sizes of symbolic axes that were checked, each set once.
    """

    verdict: Verdict
    worst: WorstEntry | None
    method: str
    points: int
    entries: int
    wrong: list[WorstEntry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sizes: list[dict[str, int]] = field(default_factory=list)
    measure_digits: Callable[[], float | None] | None = field(default=None, repr=False, compare=False)
    find_causes: Callable[[], list[str]] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def digits(self) -> float | None:
        """Good digits of the compiled code or of the claimed function, measured when first read; 16 is all a float64 holds."""
        return None if self.measure_digits is None else self.measure_digits()

    @cached_property
    def causes(self) -> list[str]:
        """What may be wrong, in words, found by fitting the mismatch; empty where no explanation is found."""
        if self.verdict is not Verdict.WRONG or self.find_causes is None:
            return []
        return self.find_causes()

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle keeps: with the digits and causes, because what finds them is a function of this process."""
        known = {"digits": self.digits, "causes": self.causes}
        return {**self.__dict__, **known, "measure_digits": None, "find_causes": None}

    def __repr__(self) -> str:
        entries = f"{self.entries} entr{'y' if self.entries == 1 else 'ies'}"
        points = f"{self.points} point{'s' if self.points != 1 else ''}"
        return summary(f"check of {entries}: {self.verdict} ({self.method}, {points})")

    def __str__(self) -> str:
        text = f"{self.verdict} ({self.method}, {self.points} point{'s' if self.points != 1 else ''}{self._with_sizes()})"
        if self.verdict in (Verdict.RIGHT, Verdict.KINK) and self.digits is not None:
            text += f"; compiled code keeps {self.digits:.0f} digits"
        return text

    def _with_sizes(self) -> str:
        """Return the sizes that were checked, in words: ``, (m, n) = (3, 2), (2, 5), (4, 1)``."""
        if not self.sizes or not self.sizes[0]:
            return ""
        names = list(self.sizes[0])
        if len(names) == 1:
            return f", {names[0]} = {', '.join(str(sizes[names[0]]) for sizes in self.sizes)}"
        if len(names) > _MOST_NAMES:
            return f", {len(self.sizes)} set{'s' if len(self.sizes) > 1 else ''} of sizes"
        return f", ({', '.join(names)}) = {', '.join(str(tuple(sizes.values())) for sizes in self.sizes)}"

    def explain(self) -> str:
        """Say what was found, in words, and what may be wrong."""
        lines = [str(self)]
        if self.verdict is Verdict.WRONG:
            if self.wrong:
                over = f", over {self.points} points" if self.points > 1 else ""
                lines.append(f"{len(self.wrong)} of {self.entries} entries differ{over}")
                shown = [entry for entry in self.wrong if self.worst is None or entry.point == self.worst.point]
                lines += [f"  {entry}" for entry in shown[:5]]
            if self.worst is not None and self.worst.point:
                lines.append(f"  at {self.worst.point}")
            lines += [f"  cause: {cause}" for cause in self.causes] or ["  no explanation found"]
        return "\n".join(lines + self.notes)

    def renamed(self, place_of: Callable[[tuple[int, ...]], tuple[str, tuple[int, ...]]]) -> GradientCheck:
        """Return the outcome with other names for its entries; the causes stay as they are.

        Parameters
        ----------
        place_of : callable
            From an index to a name and an index there.
        """

        def named(entry: WorstEntry) -> WorstEntry:
            if not entry.index:
                return entry
            name, index = place_of(entry.index)
            return replace(entry, wrt=name, index=index)

        worst = None if self.worst is None else named(self.worst)
        return replace(self, worst=worst, wrong=[named(entry) for entry in self.wrong])

    def raise_if_wrong(self) -> None:
        """Raise where the verdict is WRONG.

        Raises
        ------
        GradientError
        """
        if self.verdict is Verdict.WRONG:
            raise GradientError(f"Gradient mismatch: {self.explain()}")

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data."""
        return {
            "verdict": str(self.verdict),
            "method": self.method,
            "points": self.points,
            "entries": self.entries,
            "digits": self.digits,
            "worst": None if self.worst is None else vars(self.worst) | {"index": list(self.worst.index)},
            "wrong": len(self.wrong),
            "causes": self.causes,
            "notes": self.notes,
            "sizes": self.sizes,
        }


def _relative(claimed: Real, true: Real) -> float:
    """Return how large the difference is beside what is right; 0 has the size 1."""
    if not mpmath.isfinite(claimed):
        return float("inf")
    gap = abs(claimed - true)
    return float(gap / (abs(true) or mpmath.mpf(1))) if gap else 0.0


def _pair(between: Sequence[Real] | None) -> tuple[float, float] | None:
    return None if between is None else (float(between[0]), float(between[1]))


@dataclass
class Ledger:
    """What the comparisons found so far."""

    entries: int = 0
    wrong: list[WorstEntry] = field(default_factory=list)
    worst: WorstEntry | None = None
    """Without its point in words; see `worst_entry`."""
    worst_at: object = ""
    kinks: int = 0
    unsure: int = 0
    holes: int = 0
    """Entries where a formula has no value and the slope is finite, as x²/x at 0."""

    def verdict(self) -> Verdict:
        if self.wrong:
            return Verdict.WRONG
        if self.unsure or self.holes or not self.entries:
            return Verdict.UNSURE
        return Verdict.KINK if self.kinks else Verdict.RIGHT

    def add(self, other: Ledger) -> None:
        """Add what was found elsewhere."""
        is_first_wrong = bool(other.wrong) and not self.wrong
        worse = self.worst is None or (other.worst is not None and other.worst.relative_error > self.worst.relative_error)
        if is_first_wrong or (worse and bool(other.wrong) == bool(self.wrong)):
            self.worst, self.worst_at = other.worst, other.worst_at
        self.wrong += other.wrong
        self.entries += other.entries
        self.kinks += other.kinks
        self.unsure += other.unsure
        self.holes += other.holes

    def add_certain(self, other: Ledger) -> None:
        """Add what was found on a boundary, where it is certain; a kink there is no news."""
        if other.wrong or not (other.unsure or other.holes):
            self.add(replace(other, kinks=0, unsure=0, holes=0))

    def compare(self, name: str, index: tuple[int, ...], claimed: Real, slope: Slope, tolerance: Real, point: object) -> None:
        """Enter an entry: the slope must be sure, and the claim as near to it as `tolerance` (relative) and its error allow."""
        self.entries += 1
        if not slope.is_sure or (slope.is_kink and not mpmath.isfinite(claimed)):
            self.unsure += 1
            return
        between = None
        if slope.is_kink:
            self.kinks += 1
            low, high = between = sorted((slope.left, slope.right))
            margin = 10 * slope.error + tolerance * max(abs(low), abs(high))
            is_right = low - claimed <= margin and claimed - high <= margin  # differences keep all their digits
        else:
            is_right = abs(claimed - slope.value) <= tolerance * abs(slope.value) + 10 * slope.error
        self.enter(name, index, claimed, slope.value, point, bool(is_right), between=between)

    def enter(
        self,
        name: str,
        index: tuple[int, ...],
        claimed: Real,
        true: Real,
        point: object,
        is_right: bool,
        *,
        between: Sequence[Real] | None = None,
    ) -> None:
        """Enter an entry that is checked already."""
        error = _relative(claimed, true)
        if is_right and (
            self.wrong or (self.worst is not None and (between is not None or error <= self.worst.relative_error))
        ):
            return
        words = "" if is_right else str(point)
        entry = WorstEntry(name, index, float(claimed), float(true), error, words, _pair(between))
        if not is_right:
            self.wrong.append(entry)
        if is_right or self.worst is None or len(self.wrong) == 1 or error > self.worst.relative_error:
            self.worst, self.worst_at = entry, point

    def worst_entry(self) -> WorstEntry | None:
        """Return the worst entry; of those that are right only this one's point is put in words."""
        return None if self.worst is None else replace(self.worst, point=str(self.worst_at))

    def sorted_wrong(self) -> list[WorstEntry]:
        """Return what disagrees, the worst first."""
        return sorted(self.wrong, key=lambda entry: -entry.relative_error)
