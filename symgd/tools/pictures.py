"""Pictures that the command line draws to files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import symgd
from symgd.errors import DataError, SymgdError

__all__ = ["check_picture", "draw_verdict", "save_picture"]

ENDINGS = (".png", ".svg", ".pdf")


def check_picture(path: Path, force: bool) -> None:
    """Refuse a name that is no picture's, or one that exists.

    Raises
    ------
    DataError
    """
    if path.exists() and not force:
        raise DataError(f"{path} exists already", hint="choose another name, or overwrite with --force")
    if path.suffix.lower() not in ENDINGS:
        raise DataError(f"{path.suffix or path.name} is no picture", hint="end the name in .png, .svg or .pdf")


def save_picture(ax: Any, path: Path) -> None:
    """Write the figure of some axes to a file.

    Raises
    ------
    DataError
        Where it cannot be written.
    """
    try:
        ax.figure.savefig(path, dpi=150)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror}") from None


def draw_verdict(verdict: Any, path: Path, force: bool) -> None:
    """Draw a function of one or two variables with chords that show its curvature, or with the counterexamples.

    Raises
    ------
    SymgdError
        For more variables, or a formula with inputs that have no value.
    """
    from symgd.explain.figures import contours_with_chords, function_with_chords

    names = [node.name for node in verdict.wrt]
    others = [node.name for node in verdict.formula.symbols if node not in verdict.wrt]
    if len(names) > 2 or others or any(node.shape for node in verdict.wrt):
        raise SymgdError("a picture of convexity needs one or two scalar variables and no other inputs")
    check_picture(path, force)
    code = symgd.lambdify(names, verdict.formula)
    sides = [_side(verdict.intervals[node]) for node in verdict.wrt]
    chords = _chords(verdict, sides)
    title = f"{str(verdict.formula)[:70]}: {verdict.kind.in_words}"
    if len(names) == 1:
        reach = [x for a, b, _ in chords for x in (a[0], b[0])]
        if verdict.witness is not None:
            width = max(reach) - min(reach) or 1.0
            sides = [
                (max(verdict.intervals[verdict.wrt[0]].low, min(reach) - width / 2), _below(verdict, max(reach) + width / 2))
            ]
        ax = function_with_chords(code, (float(sides[0][0]), float(sides[0][1])), chords, title=title)
        ax.set_xlabel(names[0])
    else:
        if verdict.witness is not None:
            sides = [_around([float(point[k]) for a, b, _ in chords for point in (a, b)]) for k in (0, 1)]
        ax = contours_with_chords(code, (sides[0], sides[1]), chords, names=(names[0], names[1]), title=title)
    save_picture(ax, path)


def _below(verdict: Any, value: float) -> float:
    return min(float(verdict.intervals[verdict.wrt[0]].high), value)


def _around(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    width = high - low or 1.0
    return low - width / 2, high + width / 2


def _side(interval: Any) -> tuple[float, float]:
    """Return a stretch of an interval that fits a picture."""
    low, high = float(interval.low), float(interval.high)
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    if math.isfinite(low):
        return low, low + 4.0
    return (high - 4.0, high) if math.isfinite(high) else (-3.0, 3.0)


def _chords(verdict: Any, sides: list[tuple[float, float]]) -> list[Any]:
    """Return the counterexamples as chords wide enough to see, or a chord across the picture."""
    if verdict.witness is not None:
        found = []
        for part, shows in (
            (verdict.witness.against_convexity, "not convex"),
            (verdict.witness.against_concavity, "not concave"),
        ):
            chord = part.chord()
            found.append((_floats(chord.first), _floats(chord.second), shows))
        return found
    if not (verdict.kind.is_convex or verdict.kind.is_concave):
        return []
    ends = [[low + share * (high - low) for low, high in sides] for share in (0.12, 0.8)]
    return [(ends[0], ends[1], "convex" if verdict.kind.is_convex else "concave")]


def _floats(point: Mapping[Any, Any]) -> list[float]:
    return [float(value) for value in point.values()]
