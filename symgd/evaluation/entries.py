"""Names of numbers and arrays for annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:  # SymPy takes a quarter of a second to import
    import sympy as sp

    from symgd.evaluation import multiprecision as mpmath

__all__ = ["Array", "Entry", "Exact", "Real"]

Array: TypeAlias = np.ndarray
"""An array of floats, or of entries."""
Real: TypeAlias = "mpmath.mpf"
"""A real number of mpmath's current precision."""
Exact: TypeAlias = "sp.Expr"
"""An exact number of SymPy."""
Entry: TypeAlias = Any
"""An entry of an array: a number of whichever algebra evaluates, or a truth value."""
