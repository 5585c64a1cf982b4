"""How numbers are shown to a reader."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["show_number"]


def show_number(value: Any) -> str:
    """Return a number, or a short array, as it is printed."""
    shape = getattr(value, "shape", ())
    if shape == ():
        return f"{float(value):.10g}"
    return np.array2string(np.asarray(value), precision=4, separator=", ", threshold=8).replace("\n", "")
