"""Figures. Each takes the Axes to draw on and returns them; matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symgd.array_entries import Foreign
from symgd.arrays import Array, read_array
from symgd.optional_packages import required

__all__ = ["Chord", "contours_with_chords", "function_with_chords", "partial_sums"]

Curve = Callable[[Array], object]
Chord = tuple[Sequence[float], Sequence[float], str]
"""Two points and what their chord shows: "convex", "concave", "not convex" or "not concave"."""

_COLOURS = {"convex": "#2a7f62", "concave": "#2a7f62", "not convex": "#c0392b", "not concave": "#2c6fbb"}


def partial_sums(
    function: Curve,
    sums: Sequence[tuple[str, Curve]],
    interval: tuple[float, float],
    *,
    title: str = "",
    at: float = 0.0,
    ax: Foreign = None,
) -> Foreign:
    """Draw a function and its Taylor polynomials.

    Parameters
    ----------
    function : callable
        Of an array.
    sums : sequence of (label, callable)
        From the lowest order to the highest.
    interval : (low, high)
    title : str
    at : float
        The point of expansion, which is marked.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    plt = required("matplotlib.pyplot", "a picture")
    if ax is None:
        _, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
    x = np.linspace(*interval, 601)
    with np.errstate(all="ignore"):
        true = np.broadcast_to(read_array(function(x), "the value of the function"), x.shape)
        curves = [(label, np.broadcast_to(read_array(curve(x), "the value of the function"), x.shape)) for label, curve in sums]
    finite = true[np.isfinite(true)]
    colours = plt.get_cmap("viridis")(np.linspace(0.85, 0.15, max(len(curves), 1)))
    for (label, y), colour in zip(curves, colours, strict=False):
        ax.plot(x, y, color=colour, linewidth=1.3, label=label)
    ax.plot(x, true, color="black", linewidth=2.2, label="function")
    if len(finite):
        low, high = finite.min(), finite.max()
        margin = 0.35 * (high - low) or 1.0
        ax.set_ylim(low - margin, high + margin)
    ax.axvline(at, color="grey", linewidth=0.8, linestyle=":")
    ax.set_title(title, parse_math=False)
    ax.legend(fontsize="small", frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def function_with_chords(
    function: Curve, interval: tuple[float, float], chords: Sequence[Chord], *, title: str = "", ax: Foreign = None
) -> Foreign:
    """Draw a function of one variable with chords, each above or below the curve.

    Parameters
    ----------
    function : callable
        Of an array.
    interval : (low, high)
    chords : sequence of (a, b, what it shows)
    title : str
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    plt = required("matplotlib.pyplot", "a picture")
    if ax is None:
        _, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
    x = np.linspace(*interval, 801)
    with np.errstate(all="ignore"):
        y = np.broadcast_to(read_array(function(x), "the value of the function"), x.shape)
        ax.plot(x, y, color="black", linewidth=2.0, label="function")
        for (a,), (b,), shows in chords:
            ends = np.array([a, b])
            ax.plot(ends, function(ends), "o-", color=_COLOURS[shows], linewidth=1.6, markersize=5, label=f"chord: {shows}")
    finite = y[np.isfinite(y)]
    if len(finite):
        low, high = np.quantile(finite, [0.0, 0.98])
        margin = 0.08 * (high - low) or 1.0
        ax.set_ylim(low - margin, high + margin)
    ax.set_title(title, fontsize=10, parse_math=False)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9)
    return ax


def contours_with_chords(
    function: Callable[[Array, Array], object],
    box: tuple[tuple[float, float], tuple[float, float]],
    chords: Sequence[Chord],
    *,
    names: tuple[str, str] = ("x", "y"),
    title: str = "",
) -> Foreign:
    """Draw contours of a function of two variables with chords, and beside them the function along each chord.

    Parameters
    ----------
    function : callable
        Of two arrays.
    box : two pairs (low, high)
    chords : sequence of (a, b, what it shows)
    names : two str
    title : str

    Returns
    -------
    matplotlib Axes
        Of the contours.
    """
    plt = required("matplotlib.pyplot", "a picture")
    _, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.2), layout="constrained")
    x, y = (np.linspace(*side, 201) for side in box)
    first, second = np.meshgrid(x, y)
    with np.errstate(all="ignore"):
        z = np.broadcast_to(read_array(function(first, second), "the value of the function"), first.shape)
        shown = np.where(np.isfinite(z), z, np.nan)
        levels = np.unique(np.nanquantile(shown, np.linspace(0.02, 0.98, 14)))
        if len(levels) > 1:
            left.contour(first, second, shown, levels=levels, cmap="Greys", linewidths=0.9)
        t = np.linspace(0, 1, 301)
        for a, b, shows in chords:
            (x0, y0), (x1, y1) = a, b
            colour = _COLOURS[shows]
            left.plot([x0, x1], [y0, y1], "o-", color=colour, linewidth=1.8, markersize=5)
            along = np.broadcast_to(
                read_array(function(x0 + t * (x1 - x0), y0 + t * (y1 - y0)), "the value of the function"), t.shape
            )
            gap = along - (along[0] + t * (along[-1] - along[0]))
            right.plot(t, gap / (np.nanmax(np.abs(gap)) or 1.0), color=colour, linewidth=2.0, label=shows)
    left.set(xlabel=names[0], ylabel=names[1])
    right.axhline(0, color="black", linewidth=0.8)
    right.set(xlabel="along the chord, from one end to the other", ylabel="function minus chord, scaled")
    right.spines[["top", "right"]].set_visible(False)
    if chords:
        right.legend(frameon=False, fontsize=9)
    left.figure.suptitle(title, fontsize=10, parse_math=False)
    return left
