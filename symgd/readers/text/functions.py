"""Functions that text spells or calls in ways of its own: ``ln(x)``, ``log(x, 2)``, ``max(0, x)``.

NumPy reads the second argument of ``max`` as an axis. A whole number behind a tensor is refused, as it has two readings.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from symgd.errors import AmbiguityError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.readers.text.operators import Operator

__all__ = [
    "LETTERS",
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
