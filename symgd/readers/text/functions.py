"""Functions that text spells or calls in ways of its own: ``ln(x)``, ``log(x, 2)``, ``max(0, x)``.

NumPy reads the second argument of ``max`` as an axis. A whole number behind a tensor is refused, as it has two readings.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence

from symgd.errors import AmbiguityError, ShapeError
from symgd.graph.conversion import Operand, SizeLike, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import show_shape
from symgd.primitives.lookup import put as put_record
from symgd.primitives.row_numbers import read_rows
from symgd.primitives.size_arguments import as_size
from symgd.readers.text.operators import Operator

__all__ = [
    "LETTERS",
    "PRINTED",
    "SPELLINGS",
    "called_with_several",
    "is_function",
    "refuse_factors_behind",
]

SPELLINGS = {"ln": "log", "σ": "sigmoid", "log_2": "log2", "log_10": "log10", "tr": "trace"}
"""Other names of functions, where no function of that name is declared."""
LETTERS = {"beta", "gamma", "zeta", "psi", "phi", "Phi"}
"""Functions whose names are also letters: inputs where nothing is called."""
_HIDDEN = {"getitem", "choose", "constant", "where"}
_ELEMENTWISE = {"max": "maximum", "min": "minimum"}


def called_with_several(name: str, args: Sequence[object], keywords: Mapping[str, object]) -> Node | None:
    """Return ``log(x, base)``, ``max(a, b, …)`` or ``min(a, b, …)``; None where the call is an ordinary one.

    Raises
    ------
    AmbiguityError
        For ``max(x, 0)`` of a tensor.
    """
    if len(args) < 2 or keywords or not all(isinstance(arg, Node | list) for arg in args):
        return None
    operands = [as_node(arg) for arg in args]
    if name == "log" and len(args) == 2:
        return _logarithm(*operands)
    if name not in _ELEMENTWISE:
        return None
    first, *others = operands
    if first.shape and all(_is_axis(other) for other in others):
        axis, function = others[0], _ELEMENTWISE[name]
        raise AmbiguityError(
            f"{name}(x, {axis}) of a tensor",
            f"the {function} along an axis, {name}(x, axis={axis})",
            f"the larger of two, {function}(x, {axis})" if name == "max" else f"the smaller of two, {function}(x, {axis})",
        )
    return functools.reduce(FUNCTIONS[_ELEMENTWISE[name]], operands)


def is_function(name: str) -> bool:
    """Whether a name is that of a function and of nothing else."""
    return (name in FUNCTIONS or name in SPELLINGS) and name not in LETTERS and name not in _HIDDEN


def refuse_factors_behind(operators: Sequence[Operator]) -> None:
    """Refuse ``sin x y`` and ``sin x * y``, where a function without brackets waits for its argument.

    Raises
    ------
    AmbiguityError
    """
    name = next((operator.text for operator in operators if operator.is_function), None)
    if name is not None:
        raise AmbiguityError(f"{name} with several factors behind it", f"{name}(a*b)", f"{name}(a)*b")


def _is_axis(operand: Node) -> bool:
    """Whether an operand is a whole number, such as NumPy takes for an axis."""
    return operand.is_exact and not operand.shape and operand.value == int(operand.value)


def _logarithm(x: Node, base: Node) -> Node:
    """Return the logarithm of x to a base, as Python's ``math.log(x, base)``."""
    for number in (2, 10):
        if base.equals_number(number):
            return FUNCTIONS[f"log{number}"](x)
    return FUNCTIONS["log"](x) / FUNCTIONS["log"](base)


def put(x: Operand, rows: Operand, size: SizeLike, axis: int) -> Node:
    """Return zeros with x added at given places along an axis, as gradients of what is taken by row numbers are printed.

    Raises
    ------
    ShapeError
        Where x does not have a part for every place.
    """
    values, length = as_node(x), as_size(size)
    places, number = read_rows(rows, length), as_node(axis)
    if not (number.is_exact and isinstance(number.value, int) and -values.rank <= number.value < 0):
        raise ShapeError(
            f"the axis of put is counted from the end, from {-values.rank} to -1", hint="put(x, rows, size, axis=-1)"
        )
    end = values.rank + number.value + 1
    if values.shape[end - places.rank : end] != places.shape:
        raise ShapeError(f"put places {show_shape(values.shape)} by row numbers of shape {show_shape(places.shape)}")
    placed: Node = put_record.make((values, places), (int(number.value), length))
    return placed


PRINTED: dict[str, Callable[..., Node]] = {"put": put}
"""Functions of derivatives that are printed, but that no one calls."""
