"""Numbers, sizes, SymPy objects and small arrays as nodes."""

from __future__ import annotations

import math
import numbers
import sys
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol, TypeAlias

import numpy as np

from symgd.arrays import read_exact_array
from symgd.errors import SymgdError, UnsupportedError, shown
from symgd.graph.hooks import Hook
from symgd.graph.node import FUNCTIONS, Node, constant, size
from symgd.graph.proxy import Proxy, without_proxies
from symgd.graph.shape import Dim

__all__ = [
    "MAX_WRITTEN",
    "Axis",
    "Operand",
    "ShapeLike",
    "SizeLike",
    "SupportsArray",
    "SupportsSymPy",
    "as_node",
    "is_finite",
    "is_sympy",
    "name_of",
    "operand",
]

MAX_WRITTEN = 1000
"""Arrays of at most so many entries may be written out in a formula."""


class SupportsSymPy(Protocol):
    """An expression, a symbol or a matrix of SymPy."""

    @property
    def free_symbols(self) -> AbstractSet[object]:
        """The symbols in it."""


class SupportsArray(Protocol):
    """An array of NumPy or of another library, a number of NumPy, or an object of pandas."""

    def __array__(self) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
        """Return it as an array of NumPy."""


Operand: TypeAlias = "Node | float | Fraction | Decimal | Dim | SupportsArray | SupportsSymPy | Sequence[Operand]"
"""What :func:`as_node` reads: a node, a number, an array of numbers, a size, an expression of SymPy, or a list of them."""

Axis: TypeAlias = int | Sequence[int] | None
"""One axis, or several in a tuple or list; negative ones are counted from the end, and None stands for all axes."""

SizeLike: TypeAlias = int | str | Dim | Node
"""The length of an axis: a number, the name of a size, or a polynomial of named sizes."""

ShapeLike: TypeAlias = SizeLike | Sequence[SizeLike]
"""The lengths of all axes: ``3``, ``"n"``, ``(5, "n")``."""

_from_float: Hook[[Any], Node] = Hook("symgd.primitives.decimals", "from_float")
_from_sympy: Hook[..., Node] = Hook("symgd.api.formula", "formula")

_GIVEN = "what is to stand in a formula"
"""What messages call the values of arrays."""


def as_node(value: Any) -> Node:
    """Return a value as a formula: a node itself, a number, a size, or a (nested) list of them.

    A float is the number it prints as, 0.1 is 1/10; see :mod:`symgd.primitives.decimals`.

    Parameters
    ----------
    value : Operand
        A node, a number, an array of at most 1000 numbers, the size of an axis, an expression of SymPy, or a list of them.

    Returns
    -------
    Node
        Of the shape of the array or list; of shape () for a number.

    Raises
    ------
    SymgdError
        For anything else.

    Examples
    --------
    >>> from symgd.extend import as_node
    >>> as_node(0.1), as_node([1, 2]).shape
    (1/10, (2,))
    """
    if isinstance(value, Node):
        return value
    if isinstance(value, bool | int | Fraction):
        return constant(value)
    if isinstance(value, Proxy):  # which may pass for a number of NumPy's
        node: Node = value.node
        return node
    if isinstance(value, float | np.floating):
        return _from_float(value)
    if isinstance(value, np.timedelta64):  # which NumPy counts among the integers
        read_exact_array(value, _GIVEN)
    if isinstance(value, numbers.Integral):
        return constant(int(value))
    if isinstance(value, numbers.Rational):
        return constant(Fraction(int(value.numerator), int(value.denominator)))
    if isinstance(value, numbers.Real):
        return as_node(float(value))
    if isinstance(value, Decimal) and value.is_finite():
        return constant(Fraction(value))
    if is_sympy(value):  # before any attribute is read: the shape of an indexed symbol raises
        return _from_sympy(value)
    if isinstance(value, np.matrix | np.ma.MaskedArray):
        read_exact_array(value, _GIVEN)  # names what is masked, which np.asarray would bring back
        raise UnsupportedError(
            f"{type(value).__name__} is no plain array: its operators mean something else", hint="use np.asarray(…) first"
        )
    if _needs_reading(value):
        value = read_exact_array(value, _GIVEN)
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return as_node(value[()] if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value.item())
    if isinstance(value, Dim):
        return size(value)
    if isinstance(value, list | tuple) or (hasattr(value, "tolist") and getattr(value, "size", MAX_WRITTEN + 1) <= MAX_WRITTEN):
        written: Node = FUNCTIONS["array"](without_proxies(_listed(value) if hasattr(value, "tolist") else value))
        return written
    raise SymgdError(
        f"{type(value).__name__} cannot stand in a formula", hint="use symgd.tensor for an array and pass its values as data"
    )


def _needs_reading(value: Any) -> bool:
    """Whether an array might hold what is no number, or lose what it means: dates become integers in a list."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind not in "biufO"
    return type(value).__module__.startswith("pandas") and getattr(value, "size", MAX_WRITTEN + 1) <= MAX_WRITTEN


def _listed(array: Any) -> Any:
    """Return an array as nested lists; float32 has fewer digits, and keeps its type."""
    is_narrow = isinstance(array, np.ndarray) and array.dtype.kind == "f" and array.dtype.itemsize < 8
    return [_listed(part) for part in array] if is_narrow else array if isinstance(array, np.floating) else array.tolist()


def is_sympy(value: Any) -> bool:
    """Whether a value is SymPy's, without importing SymPy."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic | sympy.MatrixBase)


def name_of(symbol: Any) -> str:
    """Return the name by which a user means an input: a text as it is, or that of a Node or SymPy symbol."""
    name = getattr(symbol, "name", symbol)
    return str(name) if isinstance(name, str) else shown(name)


def operand(value: Any) -> Node | None:
    """Return `value` as a node, or None where it cannot stand in a formula."""
    if isinstance(value, Proxy):  # which has operators of its own, and they answer with a proxy
        return None
    if isinstance(value, np.matrix | np.ma.MaskedArray):
        return as_node(value)
    try:
        return as_node(value)
    except SymgdError:
        return None


def is_finite(value: Any) -> bool:
    """Whether the value of a constant is finite; an exact number is, however large."""
    return not isinstance(value, float) or math.isfinite(value)
