"""How numbers are shown to a reader."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["show_number"]


def show_number(value: npt.ArrayLike) -> str:
    """Return a number, or a short array, as it is printed."""
    shape = getattr(value, "shape", ())
    if shape == ():
        return f"{float(np.asarray(value)):.10g}"
    return np.array2string(np.asarray(value), precision=4, separator=", ", threshold=8).replace("\n", "")
