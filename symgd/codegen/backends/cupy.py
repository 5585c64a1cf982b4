"""CuPy: NumPy's functions on a CUDA GPU, with the special functions of ``cupyx.scipy``."""

from __future__ import annotations

from symgd.codegen.backends.base import Backend

__all__ = ["CuPy"]


class CuPy(Backend):
    """CuPy arrays."""

    name = "cupy"
    package = "cupy"
    alias = "cp"
    special = "cupyx.scipy.special"
    sympy_printer = "CuPyPrinter"
