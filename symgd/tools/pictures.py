"""Pictures that the command line draws to files."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import symgd
from symgd.curvature.three_points import Counterexample
from symgd.errors import DataError, SymgdError, printable, shown
from symgd.files import check_target, shown_path, write_file
from symgd.optional_packages import required

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from symgd.explain.figures import Chord
    from symgd.results import Convexity, TaylorExpansion

__all__ = [
    "check_drawable",
    "check_picture",
    "check_sums_drawable",
    "draw_partial_sums",
    "draw_verdict",
    "save_picture",
    "title_of",
]

ENDINGS = (".png", ".svg", ".pdf")
_LONGEST_TITLE = 80


def check_picture(path: Path, force: bool) -> None:
    """Refuse, before anything is computed, a picture that could not be drawn or written.

    Raises
    ------
    DataError
        For a name that is no picture's, or one that exists.
    UnsupportedError
        Without matplotlib.
    """
    if path.suffix.lower() not in ENDINGS:
        raise DataError(f"{shown_path(path.suffix or path.name)} is no picture", hint="end the name in .png, .svg or .pdf")
    check_target(path, force=force)
    required("matplotlib", "a picture")


def title_of(text: str) -> str:
    """Return a title as plain text of bounded length."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 2]} …"


def save_picture(path: Path, force: bool, draw: Callable[[], Axes]) -> str | None:
    """Draw a picture and write it to a file; return why there is none, in one line, where that fails.

    Parameters
    ----------
    path : Path
    force : bool
        Whether an existing file is replaced.
    draw : callable
        Returns the axes.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of letters that the font does not have, of margins that do not fit
            figure = cast("Figure", draw().figure)
            write_file(path, lambda temporary: figure.savefig(temporary, dpi=150), force=force)
    except SymgdError as error:
        reason = error.cause
    except Exception as error:  # a picture is drawn by other packages, and what it shows is computed all the same
        reason = f"{type(error).__name__}: {shown(str(error), 120)}"
    else:
        return None
    return f"there is no picture {shown_path(path)}: {reason}"


def check_drawable(formula: symgd.Node, variables: str | list[str]) -> None:
    """Refuse a formula of more than two scalar variables, or of inputs that have no value.

    Raises
    ------
    SymgdError
    """
    names = [variables] if isinstance(variables, str) else variables
    if len(names) > 2 or any(symbol.name not in names or symbol.shape for symbol in formula.symbols):
        raise SymgdError("a picture of convexity needs one or two scalar variables and no other inputs")


def draw_verdict(verdict: Convexity) -> Axes:
    """Draw a function of one or two variables with chords that show its curvature, or with the counterexamples."""
    from symgd.explain.figures import contours_with_chords, function_with_chords

    names = [node.name for node in verdict.wrt]
    code = symgd.lambdify(names, verdict.formula)
    sides = [_side(float(verdict.intervals[node].low), float(verdict.intervals[node].high)) for node in verdict.wrt]
    chords = _chords(verdict, sides)
    words = f": {verdict.kind.in_words}"
    title = title_of(str(verdict.formula)[: _LONGEST_TITLE - len(words)] + words)
    if len(names) == 1:
        reach = [x for a, b, _ in chords for x in (a[0], b[0])]
        if verdict.witness is not None:
            width = max(reach) - min(reach) or 1.0
            sides = [
                (
                    max(float(verdict.intervals[verdict.wrt[0]].low), min(reach) - width / 2),
                    _below(verdict, max(reach) + width / 2),
                )
            ]
        ax: Axes = function_with_chords(code, (float(sides[0][0]), float(sides[0][1])), chords, title=title)
        ax.set_xlabel(names[0], parse_math=False)
        return ax
    if verdict.witness is not None:
        sides = [_around([float(point[k]) for a, b, _ in chords for point in (a, b)]) for k in (0, 1)]
    panels: Axes = contours_with_chords(code, (sides[0], sides[1]), chords, names=(names[0], names[1]), title=title)
    return panels


def check_sums_drawable(formula: symgd.Node, variables: str | list[str]) -> None:
    """Refuse a formula of more than one input.

    Raises
    ------
    SymgdError
    """
    if not isinstance(variables, str):
        raise SymgdError("a picture of partial sums needs one variable")
    others = [symbol.name for symbol in formula.symbols if symbol.name != variables]
    if others:
        raise SymgdError(f"{', '.join(others)} has no value, so there is no picture")


def draw_partial_sums(expansion: TaylorExpansion, bounds: Mapping[str, tuple[Fraction | None, Fraction | None]]) -> Axes:
    """Draw a function of one variable with its Taylor polynomials of a few orders."""
    from symgd.explain.figures import partial_sums

    centre = float(expansion.at[0])
    name = expansion.variable.name
    low, high = bounds.get(name, (None, None))
    interval = (float(low) if low is not None else centre - 4.0, float(high) if high is not None else centre + 4.0)
    orders = [k for k in range(1, expansion.order + 1) if expansion.coefficients[k] != 0][-6:] or [0]
    sums = [(f"order {k}", symgd.lambdify(name, expansion.up_to(k).polynomial)) for k in orders]
    title = title_of(f"{expansion.formula} around {expansion.at[0]}")
    ax: Axes = partial_sums(symgd.lambdify(name, expansion.formula), sums, interval, title=title, at=centre)
    ax.set_xlabel(name, parse_math=False)
    return ax


def _below(verdict: Convexity, value: float) -> float:
    return min(float(verdict.intervals[verdict.wrt[0]].high), value)


def _around(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    width = high - low or 1.0
    return low - width / 2, high + width / 2


def _side(low: float, high: float) -> tuple[float, float]:
    """Return a stretch of an interval that fits a picture."""
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    if math.isfinite(low):
        return low, low + 4.0
    return (high - 4.0, high) if math.isfinite(high) else (-3.0, 3.0)


def _chords(verdict: Convexity, sides: list[tuple[float, float]]) -> list[Chord]:
    """Return the counterexamples as chords wide enough to see, or a chord across the picture."""
    if isinstance(verdict.witness, Counterexample):
        points = verdict.witness.points
        return [(_floats(points.first), _floats(points.second), f"not {points.kind.in_words}")]
    if verdict.witness is not None:
        chords: list[Chord] = []
        for part, shows in (
            (verdict.witness.against_convexity, "not convex"),
            (verdict.witness.against_concavity, "not concave"),
        ):
            chord = part.chord()
            if chord is None:
                raise SymgdError("no chord is wide enough to show the counterexample")
            chords.append((_floats(chord.first), _floats(chord.second), shows))
        return chords
    if not (verdict.kind.is_convex or verdict.kind.is_concave):
        return []
    ends = [[low + share * (high - low) for low, high in sides] for share in (0.12, 0.8)]
    return [(ends[0], ends[1], "convex" if verdict.kind.is_convex else "concave")]


def _floats(point: Mapping[symgd.Node, Fraction | float]) -> list[float]:
    return [float(value) for value in point.values()]
