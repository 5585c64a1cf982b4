"""Judge a gradient.

The formula is evaluated in 50-digit arithmetic around random points (or the user's), and every claimed entry is compared with a
difference that has at least nine good digits. Verdicts:

* RIGHT: every entry agrees at every point.
* WRONG: an entry disagrees, by far more than the reference can be off.
* KINK: agreement, but at some entry the formula has a kink and the claim is one of its subgradients.
* UNSURE: the reference could not be computed well enough.

The digits that compiled float64 code keeps are reported apart: a right formula may still be computed badly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import mpmath
import numpy as np

from symgd.errors import GradientError, ShapeError, SymgdError
from symgd.graph.node import Node, symbols_of
from symgd.graph.shape import show_shape, size_value
from symgd.verify.finite_difference import Slope, adaptive_slope, precise_slope
from symgd.verify.high_precision import evaluate_precisely, exact_array
from symgd.verify.inputs import TooLargeError
from symgd.verify.sampling import Point, points, read_point

__all__ = ["GradientCheck", "Verdict", "WorstEntry", "check_callables", "check_formula", "entry_name"]

_EXACT_TOLERANCE = mpmath.mpf("1e-14")
_FLOAT_TOLERANCE = 1e-7
_ALL_ENTRIES = 64
_SAMPLED = 12


class Verdict(Enum):
    """What was found."""

    RIGHT = "RIGHT"
    WRONG = "WRONG"
    KINK = "KINK"
    UNSURE = "UNSURE"

    def __str__(self) -> str:
        return self.value


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
    """

    wrt: str
    index: tuple[int, ...]
    claimed: float
    reference: float
    relative_error: float
    point: str

    def __str__(self) -> str:
        text = f"{entry_name(self.wrt, self.index)}  got {self.claimed:.10g}  expected {self.reference:.10g}"
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
    digits : float or None
        Good digits of the compiled code, where it was tried (16 is all a float64 holds).
    method : str
    points : int
    entries : int
        Entries compared, over all points.
    wrong : list of WorstEntry
        Every entry that disagrees.
    notes : list of str
    """

    verdict: Verdict
    worst: WorstEntry | None
    digits: float | None
    method: str
    points: int
    entries: int
    wrong: list[WorstEntry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        text = f"{self.verdict} ({self.method}, {self.points} point{'s' if self.points != 1 else ''})"
        if self.digits is not None and self.verdict in (Verdict.RIGHT, Verdict.KINK):
            text += f"; compiled code keeps {self.digits:.0f} digits"
        return text

    def explain(self) -> str:
        """Say what was found, in words."""
        lines = [str(self)]
        if self.verdict is Verdict.WRONG:
            over = f", over {self.points} points" if self.points > 1 else ""
            lines.append(f"{len(self.wrong)} of {self.entries} entries differ{over}")
            lines += [f"  {entry}" for entry in self.wrong[:5]]
            ratios = [entry.claimed / entry.reference for entry in self.wrong if entry.reference]
            if len(ratios) == len(self.wrong) > 1 and max(ratios) - min(ratios) <= 1e-6 * abs(ratios[0]):
                lines.append(f"  every wrong entry is off by the same factor {ratios[0]:.6g}" + _guess(ratios[0]))
            if self.worst is not None and self.worst.point:
                lines.append(f"  at {self.worst.point}")
        return "\n".join(lines + self.notes)

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
            "notes": self.notes,
        }


def _guess(ratio: float) -> str:
    known = {
        -1.0: ": is the sign turned?",
        0.5: ": is a 2 from the square missing?",
        2.0: ": is there a 2 too many, or a ½ in front of the loss?",
    }
    return next((text for value, text in known.items() if abs(ratio - value) < 1e-6), "")


@dataclass
class _Ledger:
    """What the comparisons found so far."""

    entries: int = 0
    wrong: list[WorstEntry] = field(default_factory=list)
    worst: WorstEntry | None = None
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

    def compare(
        self,
        name: str,
        index: tuple[int, ...],
        claimed: Any,
        slope: Slope,
        tolerance: Any,
        floor: Any,
        point: Point,
        is_formula: bool,
    ) -> None:
        self.entries += 1
        if is_formula and slope.is_sure and mpmath.isnan(claimed):
            self.holes += 1
            return
        if not slope.is_sure or (slope.is_kink and not mpmath.isfinite(claimed)):
            self.unsure += 1
            return
        if slope.is_kink:
            self.kinks += 1
            low, high = sorted((slope.left, slope.right))
            margin = 10 * slope.error + tolerance * max(abs(low), abs(high))
            is_right = low - margin <= claimed <= high + margin
        else:
            is_right = abs(claimed - slope.value) <= tolerance * max(abs(slope.value), floor) + 10 * slope.error
        size = abs(slope.value) or mpmath.mpf(1)
        error = float(abs(claimed - slope.value) / size) if mpmath.isfinite(claimed) else float("inf")
        entry = WorstEntry(name, index, float(claimed), float(slope.value), error, repr(point))
        if not is_right:
            self.wrong.append(entry)
            self.wrong.sort(key=lambda one: -one.relative_error)
        if self.worst is None or (error > self.worst.relative_error and not slope.is_kink):
            self.worst = entry
        if self.wrong:
            self.worst = self.wrong[0]


def check_formula(
    loss: Node,
    wrt: Sequence[Node],
    claims: Sequence[Node | Callable[..., Any]],
    *,
    at: Mapping[Any, Any] | None = None,
    seed: int = 0,
    count: int = 5,
    compiled: Callable[..., Any] | None = None,
    arguments: Sequence[Node] = (),
) -> GradientCheck:
    """Compare claimed gradients of a formula with differences in 50-digit arithmetic.

    Parameters
    ----------
    loss : Node
        Of shape ().
    wrt : sequence of Node
        The variables.
    claims : sequence of Node or callable
        For each variable the claimed gradient: a formula, or a function of the values of `arguments`.
    at : mapping, optional
        The point; random ones inside the domain without it.
    seed, count : int
        Of the random points.
    compiled : callable, optional
        The gradient as float64 code, a function of `arguments` that returns a list; its digits are measured.
    arguments : sequence of Node
    """
    for node, claim in zip(wrt, claims, strict=True):
        if isinstance(claim, Node) and claim.shape != node.shape:
            raise ShapeError(
                f"the claimed gradient has shape {show_shape(claim.shape)}, and {node.name} has {show_shape(node.shape)}",
                hint="a gradient has the shape of its variable",
            )
    try:
        chosen = [read_point(symbols_of(loss), at)] if at is not None else points(loss, count, seed)
    except TooLargeError as error:
        return GradientCheck(Verdict.UNSURE, None, None, "50-digit arithmetic", 0, 0, notes=[f"{error.cause}; {error.hint}"])
    generator = np.random.default_rng(seed)
    ledger = _Ledger()
    digits: float | None = None
    notes: list[str] = []
    for point in chosen:
        references = _claimed_values(claims, wrt, point, arguments)
        is_float = any(not isinstance(claim, Node) for claim in claims)
        for node, values in zip(wrt, references, strict=True):
            shape = tuple(size_value(size, point.sizes) for size in node.shape)
            if values.shape != shape:
                raise ShapeError(f"the claimed gradient of {node.name} has shape {values.shape}, not {shape}")
            indices = list(np.ndindex(*shape))
            if len(indices) > _ALL_ENTRIES:
                picked = generator.choice(len(indices), _SAMPLED, replace=False)
                notes = [f"{_SAMPLED} of {len(indices)} entries of each large gradient were compared"]
                indices = [indices[k] for k in sorted(picked)]
            floor = mpmath.mpf(1e-9) * max((abs(v) for v in values.ravel()), default=0) if is_float else mpmath.mpf(0)
            for index in indices:
                scale = exact_array(point.values[node])[index]
                slope = precise_slope(_along(loss, node, index, point), scale=scale, claimed=values[index])
                tolerance = _FLOAT_TOLERANCE if is_float else _EXACT_TOLERANCE
                ledger.compare(node.name, index, values[index], slope, tolerance, floor, point, not is_float)
        if compiled is not None and not is_float:
            kept = _digits_kept(compiled, references, point, arguments)
            digits = kept if digits is None else min(digits, kept)
    if ledger.holes:
        notes.append("the formula of the gradient has no value at a point where the slope is finite")
    elif ledger.verdict() is Verdict.UNSURE:
        notes.append("the differences do not settle: the slope may be infinite here, or the point outside the domain")
    return GradientCheck(
        ledger.verdict(), ledger.worst, digits, "50-digit arithmetic", len(chosen), ledger.entries, ledger.wrong, notes
    )


def _claimed_values(
    claims: Sequence[Node | Callable[..., Any]], wrt: Sequence[Node], point: Point, arguments: Sequence[Node]
) -> list[Any]:
    values = []
    formulas = [claim for claim in claims if isinstance(claim, Node)]
    rough, fine = (evaluate_precisely(formulas, point.values, point.sizes, digits=digits) for digits in (60, 120))
    evaluated = iter([_without_noise(*pair) for pair in zip(rough, fine, strict=True)])
    for claim in claims:
        if isinstance(claim, Node):
            values.append(next(evaluated))
        else:
            values.append(exact_array(np.asarray(claim(*(point.values[node] for node in arguments)), dtype=float)))
    return values


def _without_noise(rough: Any, fine: Any) -> Any:
    """Return the finer values, and 0 where nothing is left but rounding: Σ softmax has a gradient of 0, not of 1e-62."""
    result = fine.copy()
    for index in np.ndindex(*fine.shape):
        if abs(fine[index]) <= 10 * abs(fine[index] - rough[index]):
            result[index] = mpmath.mpf(0)
    return result


def _along(loss: Node, node: Node, index: tuple[int, ...], point: Point) -> Callable[[Any], Any]:
    """Return the formula as a function of a step in one entry."""

    def value(step: Any) -> Any:
        moved = exact_array(point.values[node])
        moved[index] = moved[index] + step
        (result,) = evaluate_precisely([loss], {**point.values, node: moved}, point.sizes, digits=mpmath.mp.dps)
        return result[()]

    return value


def _digits_kept(compiled: Callable[..., Any], references: Sequence[Any], point: Point, arguments: Sequence[Node]) -> float:
    with np.errstate(all="ignore"):
        results = compiled(*(np.asarray(point.values[node], dtype=float) for node in arguments))
    kept = 16.0
    for result, reference in zip(results, references, strict=True):
        largest = max((abs(v) for v in reference.ravel()), default=mpmath.mpf(0)) or mpmath.mpf(1)
        for index in np.ndindex(*reference.shape):
            true = reference[index]
            error = (
                abs(mpmath.mpf(float(np.asarray(result)[index])) - true) if np.isfinite(np.asarray(result)[index]) else largest
            )
            size = max(abs(true), largest * mpmath.mpf("1e-12"))
            if error:
                kept = min(kept, max(0.0, float(-mpmath.log10(error / size))))
    return kept


def check_callables(fun: Callable[..., Any], grad: Callable[..., Any], at: Any, *, name: str = "grad") -> GradientCheck:
    """Compare a hand-written gradient with extrapolated differences of a hand-written function.

    Parameters
    ----------
    fun : callable
        ``fun(x) -> float``.
    grad : callable
        ``grad(x) -> array`` of the shape of x.
    at : array_like
        The point.
    """
    try:
        x = np.asarray(at, dtype=float)
    except (TypeError, ValueError):
        raise SymgdError("two functions are compared at a point that is an array of numbers", hint="at=[1.0, 2.0]") from None
    value = fun(x.copy())
    if np.ndim(value):
        raise ShapeError(f"the function returns an array of shape {np.shape(value)}", hint="a gradient belongs to a scalar")
    claimed = np.asarray(grad(x.copy()), dtype=float)
    if claimed.shape != x.shape:
        raise ShapeError(
            f"the gradient has shape {claimed.shape}, and x has {x.shape}", hint="a gradient has the shape of its variable"
        )
    if not np.isfinite(float(value)):
        raise SymgdError("the function is not finite at this point", hint="choose a point inside its domain")
    ledger = _Ledger()
    point = Point({}, {})
    largest = float(np.max(np.abs(claimed), initial=0.0))
    for index in np.ndindex(*x.shape):

        def along(step: float, index: tuple[int, ...] = index) -> float:
            moved = x.copy()
            moved[index] += step
            with np.errstate(all="ignore"):
                return float(fun(moved))

        slope = adaptive_slope(along, max(abs(float(x[index])), 1e-8) if x[index] else 1.0)
        trusted = slope.error <= 1e-6 * max(abs(slope.value), 1e-3 * largest)
        slope = slope._replace(is_sure=bool(trusted or slope.is_kink))
        ledger.compare(name, index, mpmath.mpf(float(claimed[index])), slope, _FLOAT_TOLERANCE, 1e-6 * largest, point, False)
    return GradientCheck(
        ledger.verdict(), ledger.worst, None, "adaptive differences in float64", 1, ledger.entries, ledger.wrong
    )
