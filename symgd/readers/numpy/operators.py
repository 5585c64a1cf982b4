"""Python's operators on formulas in a traced function, where NumPy's meaning of conditions and of shapes counts."""

from __future__ import annotations

from collections.abc import Callable
from inspect import unwrap
from typing import Any

import numpy as np

from symgd.graph.node import Node
from symgd.readers.numpy.calls import universal_function
from symgd.readers.numpy.conditions import is_of_conditions
from symgd.readers.numpy.stretching import stretched

__all__ = ["ARITHMETIC", "COMPARISONS", "UNARY", "operator_of_nodes"]

_universal_function: Callable[..., Any] = unwrap(universal_function)
"""The function of formulas, without the way through proxies."""

ARITHMETIC = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power", "matmul": "matmul",
    "mod": "remainder", "floordiv": "floor_divide", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
}  # fmt: skip
"""Python's operators, and NumPy's functions that they call."""
COMPARISONS = {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}
UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert", "round": "rint"}
_BY_UNIVERSAL_FUNCTIONS = {"mod", "floordiv", "and", "or", "xor"}


def operator_of_nodes(name: str, reflected: str = "") -> Callable[[Node, Any], Any]:
    """Return an operator of a formula and an operand; the formula is on the right where it is reflected."""
    is_universal, function, operator = (
        name in _BY_UNIVERSAL_FUNCTIONS,
        {**ARITHMETIC, **COMPARISONS}[name],
        f"__{reflected}{name}__",
    )

    def operate(node: Node, other: Any) -> Any:
        if is_universal or (node.is_boolean and is_of_conditions(function, (node, other))):
            operands = (other, node) if reflected else (node, other)
            return _universal_function(getattr(np, function), "__call__", operands, {})
        if name != "matmul":
            node, other = stretched(node, other)
        return getattr(node, operator)(other)

    return operate
