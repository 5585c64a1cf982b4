"""CuPy: NumPy's functions on a CUDA GPU, with the special functions of ``cupyx.scipy``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from symgd.codegen.backends.base import Backend, Spelling

__all__ = ["CuPy"]


class CuPy(Backend):
    """CuPy's arrays, on a CUDA GPU."""

    name = "cupy"
    package = "cupy"
    alias = "cp"
    special = "cupyx.scipy.special"
    sympy_printer = "CuPyPrinter"
    spellings: ClassVar[Mapping[str, Spelling]] = {
        "erf": "special.erf({x})",
        "erfc": "special.erfc({x})",
        "gamma": "special.gamma({x})",
    }
    """What SymPy's printer for CuPy does not support."""
