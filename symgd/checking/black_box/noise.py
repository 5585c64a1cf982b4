"""The noise of a float64 function, measured and not assumed.

Differences of high order at steps of a few units in the last place leave nothing of a smooth function but its rounding errors
(R. W. Hamming's difference table; J. J. Moré and S. M. Wild, *Estimating computational noise*, SIAM J. Sci. Comput. 33, 2011).
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb

import numpy as np

from symgd.evaluation.entries import Array

__all__ = ["measured_noise"]

_VALUES = 8
_ORDERS = (3, 4, 5)
_WIDTHS = (2.0**-48, 2.0**-28, 2.0**-24)


def measured_noise(along: Callable[[float], Array], scale: float) -> Array:
    """Return the error of each entry of a function's value.

    Parameters
    ----------
    along : callable
        ``along(step) -> array``.
    scale : float
        The size of the argument: the steps are 16 units in its last place, and wider ones where values change in steps.
    """
    noise: Array = np.maximum.reduce([_noise_at(along, width * scale) for width in _WIDTHS])
    return noise


def _noise_at(along: Callable[[float], Array], step: float) -> Array:
    values = np.array([np.asarray(along(step * (k - _VALUES // 2)), dtype=float) for k in range(_VALUES)])
    with np.errstate(all="ignore"):
        largest = np.max(np.abs(values), axis=0)
        values = np.where(largest > 0, values / largest, 0.0)
        estimates = [
            np.sqrt(np.mean(np.diff(values, order, axis=0) ** 2, axis=0) / comb(2 * order, order)) for order in _ORDERS
        ]
    noise = np.min(estimates, axis=0) * largest
    return np.where(np.isfinite(noise), 3 * noise, np.inf)
