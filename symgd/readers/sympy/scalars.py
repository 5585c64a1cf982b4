"""Numbers, constants and symbols of SymPy, and the arithmetic of scalars.

A sum of n terms becomes one sum, a product of n factors a chain of products, so that partial derivatives of products share
their prefixes.
"""

from __future__ import annotations

import functools
import math
from fractions import Fraction

import sympy as sp

from symgd.errors import UnsupportedError, shown
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, constant, tensor
from symgd.graph.primitive import FUNCTIONS
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.exponential import exp
from symgd.primitives.piecewise import abs, maximum, minimum
from symgd.primitives.trigonometric import e, pi
from symgd.readers.sympy.values import Builders, Nodes

__all__ = ["GOLDEN", "SCALARS", "product", "sum_of", "symbol_node"]

GOLDEN = (1 + FUNCTIONS["sqrt"](5)) / 2


def symbol_node(symbol: sp.Basic) -> Node:
    """Return the input that stands for a SymPy symbol.

    Raises
    ------
    UnsupportedError
        For a symbol declared complex or imaginary.
    """
    if symbol.is_real is False or (symbol.is_complex and symbol.is_real is None and "complex" in symbol._assumptions_orig):
        raise UnsupportedError(f"{symbol.name[:40]!a} is declared not real", hint="symgd is for real formulas")
    return tensor(
        symbol.name,
        (),
        positive=symbol.is_positive,
        nonnegative=symbol.is_nonnegative,
        negative=symbol.is_negative,
        nonpositive=symbol.is_nonpositive,
        nonzero=symbol.is_nonzero,
    )


def _rational(number: sp.Basic, args: Nodes) -> Node:
    return constant(Fraction(int(number.p), int(number.q)))


_DOUBLE = 53
"""The bits of a float64."""


def _float(number: sp.Basic, args: Nodes) -> Node:
    value = float(number)
    if not math.isfinite(value) or (value == 0) != bool(number.is_zero):
        raise UnsupportedError(f"{shown(number)} does not fit a float", hint="give an exact number, sympy.Integer(10)**400")
    if not number.is_finite or number._prec <= _DOUBLE:
        return as_node(value)
    return constant(Fraction(str(number)))


def _refuse(number: sp.Basic, args: Nodes) -> Node:
    raise UnsupportedError(f"{number} is not a real number", hint="symgd is for real formulas")


def sum_of(expression: sp.Basic, args: Nodes) -> Node:
    """Return a sum of all terms."""
    return add.make(tuple(args))


def product(expression: sp.Basic, args: Nodes) -> Node:
    """Return a product, one factor after the other, with its numbers in front."""
    numbers = [arg for arg in args if arg.is_exact]
    others = [arg for arg in args if not arg.is_exact]
    product_of_others = functools.reduce(lambda a, b: mul.make((a, b)), others or [constant(1)])
    return mul.make((*numbers, product_of_others)) if numbers else product_of_others


def _power(expression: sp.Basic, args: Nodes) -> Node:
    base, exponent = args
    return exp(exponent) if base is e else pow.make((base, exponent))


def _tribonacci() -> Node:
    root, cube_root = FUNCTIONS["sqrt"](33), FUNCTIONS["cbrt"]
    return (1 + cube_root(19 + 3 * root) + cube_root(19 - 3 * root)) / 3


SCALARS: Builders = [
    (sp.Symbol, lambda expression, args: symbol_node(expression)),
    (sp.Rational, _rational),
    (sp.Float, _float),
    (type(sp.pi), lambda expression, args: pi),
    (type(sp.E), lambda expression, args: e),
    (type(sp.EulerGamma), lambda expression, args: -FUNCTIONS["digamma"](constant(1))),
    (type(sp.GoldenRatio), lambda expression, args: GOLDEN),
    (type(sp.Catalan), lambda expression, args: (FUNCTIONS["polygamma"](1, Fraction(1, 4)) - pi**2) / 8),
    (type(sp.TribonacciConstant), lambda expression, args: _tribonacci()),
    ((type(sp.oo), type(-sp.oo)), _float),
    ((type(sp.nan), type(sp.zoo), type(sp.I)), _refuse),
    (sp.Add, sum_of),
    (sp.Mul, product),
    (sp.Pow, _power),
    (sp.Abs, lambda expression, args: abs(args[0])),
    (sp.Max, lambda expression, args: functools.reduce(maximum, args)),
    (sp.Min, lambda expression, args: functools.reduce(minimum, args)),
]
"""What numbers, symbols and arithmetic are read as."""
