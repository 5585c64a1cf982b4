"""Python's operators on formulas in a traced function, where NumPy's meaning of conditions and of shapes counts."""

from __future__ import annotations

from collections.abc import Callable
from inspect import unwrap
from typing import Any, NoReturn

import numpy as np

from symgd.errors import ShapeError, UnsupportedError, shown
from symgd.graph.node import Node
from symgd.graph.proxy import Proxy, without_proxies
from symgd.graph.shape import show_shape
from symgd.readers.numpy.calls import universal_function
from symgd.readers.numpy.conditions import is_of_conditions, of_conditions
from symgd.readers.numpy.refusals import remembered
from symgd.readers.numpy.selected import Selected
from symgd.readers.numpy.stretching import stretched

__all__ = [
    "ARITHMETIC",
    "COMPARISONS",
    "UNARY",
    "binary_operator",
    "changed_in_place",
    "operator_of_nodes",
    "refuse_hash",
    "unary_operator",
]

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


def binary_operator(name: str, reflected: str, fresh: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method of an operator; `fresh` makes an array of what is computed of operands."""
    operate_nodes = operator_of_nodes(name, reflected)

    def operate(self: Proxy[Node], other: object, modulus: object = None) -> Any:
        if modulus is not None:
            _refuse_call("pow with a modulus is for whole numbers", "x**n % modulus")
        if isinstance(other, Selected):
            return NotImplemented
        result = operate_nodes(self.node, without_proxies(other))
        return result if result is NotImplemented else fresh(result, (self, other), name)

    operate.__name__ = f"__{reflected}{name}__"
    return operate


def unary_operator(name: str, function: str, fresh: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method of an operator of one operand."""

    def operate(self: Proxy[Node], digits: object = None) -> Any:
        if digits is not None:
            _refuse_call("round to a number of decimals drops digits", "leave it out, or round(x)")
        if is_of_conditions(function, (self.node,)):
            return fresh(of_conditions(function, (self.node,)), (self,))
        return fresh(_universal_function(getattr(np, function), "__call__", (self.node,), {}), (self,))

    operate.__name__ = f"__{name}__"
    return operate


@remembered
def refuse_hash(node: Node) -> NoReturn:
    """Refuse to be looked for in a set or a dictionary, which would compare formulas in place of values.

    Raises
    ------
    UnsupportedError
    """
    if node.is_boolean:
        cause, hint = f"a condition is no key, as its truth is not known: {shown(node)}", "np.where(condition, a, b)"
    else:
        cause, hint = f"{shown(node)} is looked for in a set or a dictionary", "x in (1.0, 2.0) and x == 1.0 compare values"
    raise UnsupportedError(cause, hint=hint)


@remembered
def _refuse_call(cause: str, hint: str) -> NoReturn:
    raise UnsupportedError(cause, hint=hint)


def changed_in_place(node: Node, other: object, operate: Callable[[Node, Any], Any]) -> Any:
    """Return what an array becomes that an operator changes in place.

    Raises
    ------
    UnsupportedError, ShapeError
        Where the array cannot hold it.
    """
    result = operate(node, without_proxies(other))
    if result is NotImplemented:
        return result
    if node.is_boolean and not result.is_boolean:
        raise UnsupportedError("numbers are written into an array of conditions", hint="write c = c + … instead of c += …")
    if result.shape != node.shape:
        raise ShapeError(
            f"an array of shape {show_shape(node.shape)} is changed in place to the shape {show_shape(result.shape)}",
            hint="write z = z + … instead of z += …",
        )
    return result
