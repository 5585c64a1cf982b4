"""Partial derivatives of functions that no closed form is known of: ζ′(s), ∂J_ν(x)/∂ν.

Such a derivative is a function of its own, made on the spot: its derivatives are those of higher order, its values are numeric
derivatives with as many digits as are asked for. It has code where its arguments are numbers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from symgd.errors import UnsupportedError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Exact
from symgd.evaluation.exact import SYMPY_FUNCTIONS, exact_number, in_digits
from symgd.evaluation.numeric_derivatives import NumericDerivative, derivative_at
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, made_once
from symgd.graph.shape import broadcast
from symgd.graph.text_printer import ATOM, Printer, Written

__all__ = ["partial_derivative"]


@made_once
def partial_derivative(name: str, orders: tuple[int, ...]) -> Primitive:
    """Return a partial derivative of a function as a function.

    Parameters
    ----------
    name : str
        SymPy's name of the function.
    orders : tuple of int
        How often it is differentiated in each argument.
    """
    title = f"D[{', '.join(map(str, orders))}]{name}"
    SYMPY_FUNCTIONS[title] = functools.partial(_value, name, orders)
    return Primitive(
        name=title,
        is_elementwise=True,
        arity=len(orders),
        shape=lambda shapes, params: broadcast(shapes, title),
        derivative=tuple(_slope(name, orders, k) for k in range(len(orders))),
        precise=lambda mp, *numbers: derivative_at(name, orders, numbers),
        sympy=title,
        layout=functools.partial(_layout, name, orders),
        code=_code,
        accuracy=1e-10,
        because=f"a partial derivative of {name} is differentiated once more",
        source="the definition of partial derivatives",
        made_by=(partial_derivative, (name, orders)),
    )


def _slope(name: str, orders: tuple[int, ...], k: int) -> Callable[..., Node]:
    raised = tuple(order + (j == k) for j, order in enumerate(orders))
    return lambda *args: partial_derivative(name, raised).make(args[:-1])


def _value(name: str, orders: tuple[int, ...], *arguments: Exact) -> Exact:
    value = NumericDerivative(name, orders, arguments)
    if value.is_number and not in_digits(value, 15).is_finite:
        raise UnsupportedError(f"the derivative {value} has no value")
    return value


def _layout(name: str, orders: Sequence[int], node: Node, printer: Printer) -> Written:
    arguments = ", ".join(printer.written[arg].text for arg in node.args)
    return Written(f"{printer.derivative(printer.name(name).text, orders)}({arguments})", ATOM)


def _code(node: Node, names: Sequence[str], printer: object) -> str:
    if not all(arg.is_constant for arg in node.args):
        raise UnsupportedError(f"{node.primitive.name} has code at numbers only", hint="it can be derived, but not compiled")
    value = in_digits(exact_number(node), mpmath.mp.dps + 2)
    return repr(float(value))
