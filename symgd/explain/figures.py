"""Figures. Each takes the Axes to draw on and returns them; matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symgd.errors import UnsupportedError

__all__ = ["partial_sums"]

Curve = Callable[[Any], Any]


def partial_sums(
    function: Curve,
    sums: Sequence[tuple[str, Curve]],
    interval: tuple[float, float],
    *,
    title: str = "",
    at: float = 0.0,
    ax: Any = None,
) -> Any:
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
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise UnsupportedError("matplotlib is not installed", hint="pip install symgd[plot]") from None
    if ax is None:
        _, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
    x = np.linspace(*interval, 601)
    with np.errstate(all="ignore"):
        true = np.broadcast_to(np.asarray(function(x), dtype=float), x.shape)
        curves = [(label, np.broadcast_to(np.asarray(curve(x), dtype=float), x.shape)) for label, curve in sums]
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
    ax.set_title(title)
    ax.legend(fontsize="small", frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    ax.spines[["top", "right"]].set_visible(False)
    return ax
