"""The standard normal distribution: its distribution function, the logarithm and the inverse of that, and its density.

    Φ(x) = ∫₋∞ˣ φ(t) dt,   φ(t) = exp(−t²/2)/√(2π)

The slope of log Φ is φ/Φ. Both underflow in the lower tail, so it is written with the scaled complement of erf,
φ(x)/Φ(x) = √(2/π)/erfcx(−x/√2), which keeps its digits everywhere.
"""

from __future__ import annotations

from typing import Any

from symgd.evaluation.entries import Real
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import elementwise, function
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.error_function import erfc, erfcx
from symgd.primitives.exponential import UNIT, exp, log, log1p
from symgd.primitives.piecewise import where
from symgd.primitives.special import AS, INF, scipy_paths
from symgd.primitives.trigonometric import pi

__all__ = ["log_ndtr", "ndtr", "ndtri", "normpdf"]


@function("normpdf", "phi")
def normpdf(x: Operand) -> Node:
    """Return the density of the standard normal distribution, φ(x) = exp(−x²/2)/√(2π), of every entry.

    Parameters
    ----------
    x : Operand
        Of any shape.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The slope is −x·φ(x). The density of a normal distribution with the mean m and the standard deviation s is
    φ((x − m)/s)/s. In SciPy: ``scipy.stats.norm.pdf``.

    References
    ----------
    Abramowitz & Stegun, *Handbook of Mathematical Functions*, 26.2.1.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.scalar("x")
    >>> sg.normpdf(x), sg.gradient(sg.ndtr(x), x)
    (exp(-x**2/2)/sqrt(2*pi), exp(-x**2/2)/sqrt(2*pi))
    """
    return exp(-(as_node(x) ** 2) / 2) / sqrt(2 * pi)


ndtr = elementwise(
    "ndtr",
    definition=lambda x: erfc(-x / sqrt(2)) / 2,
    derivative=lambda x, out: normpdf(x),
    numpy="ndtr({x})",
    imports=scipy_paths("ndtr"),
    latex=r"\Phi({x})",
    sign=Sign.POSITIVE,
    range=UNIT,
    accuracy=1e-13,
    monotone=Monotone.INCREASING,
    curvature=lambda node, x: Curvature.CONCAVE if x.low >= 0 else Curvature.CONVEX if x.high <= 0 else Curvature.UNKNOWN,
    strict=True,
    log_curvature=Curvature.CONCAVE,
    aliases=("normcdf", "Phi"),
    because="the slope of the normal distribution function is the density e^(−x²/2)/√(2π)",
    source=f"{AS} 26.2.2, 26.2.29",
)

log_ndtr = elementwise(
    "log_ndtr",
    definition=lambda x: log(ndtr(x)),
    reference=lambda x: where(x > 0, log1p(-erfc(x / sqrt(2)) / 2), log(erfc(-x / sqrt(2)) / 2)),
    recognise="always",
    derivative=lambda x, out: sqrt(2) / (sqrt(pi) * erfcx(-x / sqrt(2))),
    numpy="log_ndtr({x})",
    imports=scipy_paths("log_ndtr"),
    latex=r"\log \Phi({x})",
    sign=Sign.NEGATIVE,
    range=Interval(-INF, 0, open_high=True),
    accuracy=1e-13,
    monotone=Monotone.INCREASING,
    curvature=Curvature.CONCAVE,
    strict=True,
    aliases=("lognormcdf",),
    because="the slope of log Φ is φ/Φ, which is √(2/π)/erfcx(−x/√2)",
    source=f"{AS} 26.2.29; Prékopa 1973: the integral of a log-concave density is log-concave",
)


def _precise_ndtri(mp: Any, p: Real) -> Real:
    """Solve Φ(x) = p, with as many digits more as p has zeros behind the point."""
    if not 0 < p < 1:
        return mp.nan
    lost = max(0, -int(mp.floor(mp.log(min(p, 1 - p), 2))))
    with mp.extraprec(2 * lost):
        return mp.sqrt(2) * mp.erfinv(2 * mp.mpf(p) - 1)


def _bounds_of_ndtri(node: Node, p: Interval) -> Interval:
    return Interval(0 if 2 * p.low >= 1 else -INF, 0 if 2 * p.high <= 1 else INF)


ndtri = elementwise(
    "ndtri",
    derivative=lambda p, out: sqrt(2 * pi) * exp(out**2 / 2),
    precise=_precise_ndtri,
    numpy="ndtri({x})",
    imports=scipy_paths("ndtri"),
    latex=r"\Phi^{{-1}}({x})",
    domain=UNIT,
    range=_bounds_of_ndtri,
    accuracy=1e-13,
    monotone=Monotone.INCREASING,
    curvature=lambda node, p: (
        Curvature.CONVEX if 2 * p.low >= 1 else Curvature.CONCAVE if 2 * p.high <= 1 else Curvature.UNKNOWN
    ),
    strict=True,
    aliases=("norminv",),
    because="the slope of an inverse function is the reciprocal of the slope",
    source=f"{AS} 26.2.22, the quantile of the normal distribution",
)
