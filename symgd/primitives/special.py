"""What the declarations of special functions share: import paths of SciPy, and the code for arguments that are whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgd.errors import UnsupportedError
from symgd.evaluation.entries import Real
from symgd.graph.assumptions import Interval
from symgd.graph.node import Node
from symgd.primitives.code_writer import CodeWriter

__all__ = ["AS", "INF", "POSITIVE", "WRITTEN_OUT", "code_of_whole_order", "is_whole", "scipy_paths"]

INF = float("inf")
POSITIVE = Interval(0, INF, open_low=True)
AS = "Abramowitz & Stegun"
WRITTEN_OUT = 1_000
"""The largest whole number whose factorials and Bernoulli numbers are written out."""


def scipy_paths(name: str) -> tuple[str, str]:
    """Return the import paths of a SciPy function, for NumPy and for CuPy."""
    return f"scipy.special:{name}", f"cupyx.scipy.special:{name}"


def is_whole(mp: Any, order: Real) -> bool:
    """Whether a number of mpmath is one of 0, 1, 2, …."""
    return bool(order >= 0 and order == mp.floor(order))


def code_of_whole_order(node: Node, names: Sequence[str], call: str, printer: CodeWriter) -> str:
    """Return the code of a function whose order is one of 0, 1, 2, …; it has no value at any other."""
    order = node.args[0]
    call = f"{call}.astype(dtype)"  # SciPy widens float32 here
    if order.is_exact:
        if not isinstance(order.value, int) or order.value < 0:
            raise UnsupportedError(f"{node} has no code: its order is none of 0, 1, 2, …", hint="give it a whole order")
        return call
    return f"where(({names[0]} >= 0) & ({names[0]} == floor({names[0]})), {call}, {printer.library('nan')})"
