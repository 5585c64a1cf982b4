"""NumPy, with SciPy's special functions."""

from __future__ import annotations

from symgd.codegen.backends.base import Backend

__all__ = ["NumPy"]


class NumPy(Backend):
    """NumPy's arrays, with SciPy's special functions."""

    name = "numpy"
    package = "numpy"
    alias = "np"
    special = "scipy.special"
    sympy_printer = "SciPyPrinter"
