"""The complex step: f′(x) = Im f(x + ih)/h, to all digits of the function (Squire and Trapp, SIAM Review 40, 1998).

It is right for analytic functions only, and silently wrong for others (``abs`` of a complex number is its modulus). So it
is used where the function could be read as a formula in which everything is analytic, never on trust.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symgd.evaluation.entries import Array
from symgd.graph.node import Node
from symgd.graph.traversal import toposort

__all__ = ["complex_slope", "is_analytic"]

_STEP = 1e-150


def is_analytic(formula: Node) -> bool:
    """Whether a formula is built from analytic functions whose NumPy code accepts complex numbers.

    >>> import symgd as sg
    >>> from symgd.checking.black_box.complex_step import is_analytic
    >>> x = sg.tensor("x", "n")
    >>> is_analytic(sg.sum(sg.exp(x) / (1 + x**2))), is_analytic(sg.sum(abs(x))), is_analytic(sg.norm2(x))
    (True, False, False)
    """
    return all(_has_complex_code(node) for node in toposort([formula]) if node.args)


def _has_complex_code(node: Node) -> bool:
    record = node.primitive
    if record.name == "pow":
        exponent = node.args[1]
        return exponent.is_constant and int(exponent.value) == exponent.value
    return (record.linear_in != () and not record.is_boolean) or record.is_meromorphic


def complex_slope(function: Callable[[Array], Array], x: Array, direction: Array) -> Array | None:
    """Return the derivative of a function along a direction, or None where its code does not take complex numbers."""
    try:
        with np.errstate(all="ignore"):
            value = np.asarray(function(x + 1j * _STEP * direction))
    except Exception:  # hand-written code may raise anything for complex numbers
        return None
    if value.dtype.kind != "c" or not np.isfinite(value).all():
        return None
    return value.imag / _STEP
