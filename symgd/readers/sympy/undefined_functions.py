"""Undefined functions, f(x): they keep their name, and so do their derivatives f′, f″, ∂f/∂x₂.

An undefined function has no values, so it cannot be compiled.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.core.function import AppliedUndef

from symgd.errors import UnsupportedError
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS, Primitive
from symgd.graph.shape import broadcast
from symgd.graph.symbol_facts import check_name
from symgd.graph.text_printer import ATOM, Printer, Written
from symgd.primitives.arithmetic import mul

__all__ = ["UNDEFINED", "apply_undefined", "derivative_of_undefined", "undefined_to_sympy"]


def _vjp(node: Node, t: Node, k: int) -> Node:
    name, orders = node.params
    raised = tuple(order + (j == k) for j, order in enumerate(orders))
    return mul.make((t, UNDEFINED.make(node.args, (name, raised))))


def _layout(node: Node, printer: Printer) -> Written:
    name, orders = node.params
    arguments = [printer.written[arg].text for arg in node.args]
    return Written(f"{_title(name, orders, printer)}({', '.join(arguments)})", ATOM)


def _title(name: str, orders: Sequence[int], printer: Printer) -> str:
    """f, f′, f″, f⁽⁴⁾; ∂₁f, ∂₁∂₂²f for several arguments."""
    title = printer.name(name).text
    return printer.derivative(title, orders)


def _refuse_code(node: Node) -> str:
    raise UnsupportedError(f"{node.params[0]} is not defined, so it has no values", hint="substitute a formula for it first")


def _undefined() -> Primitive:
    """Return the record of undefined functions, for pickles."""
    return UNDEFINED


UNDEFINED = Primitive(
    name="undefined",
    is_elementwise=True,
    shape=lambda shapes, params: broadcast(shapes, "apply a function to"),
    vjp=_vjp,
    layout=_layout,
    code=lambda node, names, printer: _refuse_code(node),
    because="the slope of an undefined function keeps its name",
    source="the chain rule",
    made_by=(_undefined, ()),
)


def apply_undefined(expression: AppliedUndef, args: Sequence[Node]) -> Node:
    """Return f(x) for SymPy's undefined function."""
    name = check_name(str(expression.func.__name__))
    if name in FUNCTIONS:  # it would be printed as the function, and read back as it
        raise UnsupportedError(f"{name[:40]} is undefined in SymPy and a function in symgd", hint="give it another name")
    return UNDEFINED.make(tuple(args), (name, (0,) * len(args)))


def derivative_of_undefined(function: AppliedUndef, counts: dict[sp.Basic, int], args: Sequence[Node]) -> Node:
    """Return a derivative of f(x, y) with respect to its own arguments, each so many times."""
    orders = tuple(int(counts.get(argument, 0)) for argument in function.args)
    return UNDEFINED.make(tuple(args), (check_name(str(function.func.__name__)), orders))


def undefined_to_sympy(node: Node, args: Sequence[sp.Basic]) -> sp.Basic:
    """Return f(x) or a derivative of it in SymPy."""
    name, orders = node.params
    function = sp.Function(name)
    if not any(orders):
        return function(*args)
    if all(arg.is_Symbol for arg in args) and len(set(args)) == len(args):
        return sp.Derivative(function(*args), *((arg, n) for arg, n in zip(args, orders, strict=True) if n))
    moved = [(arg, n) for arg, n in zip(args, orders, strict=True) if n]
    if len({arg for arg, _ in moved}) < len(moved) and len({n for _, n in moved}) > 1:  # SymPy's Subs forgets which is which
        raise UnsupportedError(f"SymPy cannot tell the derivatives of {name} in equal arguments apart", hint="use two inputs")
    dummies = [sp.Dummy(f"xi_{k}", real=True) if n else arg for k, (arg, n) in enumerate(zip(args, orders, strict=True))]
    places = [d for d, n in zip(dummies, orders, strict=True) if n]
    slope = sp.Derivative(function(*dummies), *((d, n) for d, n in zip(dummies, orders, strict=True) if n))
    return sp.Subs(slope, places, [arg for arg, _ in moved])
