"""Sizes of axes in SymPy and in symgd: integers, and polynomials in names."""

from __future__ import annotations

from typing import Protocol

import sympy as sp

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.shape import Dim, Shape, Size

__all__ = ["dimension", "shape_of", "size_of"]


class HasShape(Protocol):
    """A matrix or an array of SymPy."""

    shape: tuple[sp.Basic, ...]


def size_of(dimension: sp.Basic | int) -> Size:
    """Read SymPy's dimension: an integer, a symbol, or a polynomial in symbols.

    Raises
    ------
    ShapeError, UnsupportedError
        For what cannot be the size of an axis.
    """
    if isinstance(dimension, int):
        return dimension
    dimension = sp.sympify(dimension) if not isinstance(dimension, sp.Basic) else dimension
    if dimension.is_Integer:
        return int(dimension)
    if dimension.is_Symbol:
        return Dim.named(str(dimension.name))
    total: Size = 0
    for term in sp.Add.make_args(sp.expand(dimension)):
        product: Size = 1
        for factor in sp.Mul.make_args(term):
            base, exponent = factor.as_base_exp()
            if not exponent.is_Integer or int(exponent) < 1 or not (base.is_Symbol or base.is_Integer):
                raise UnsupportedError(f"the size {dimension} is not a polynomial in names")
            for _ in range(int(exponent)):
                product = (int(base) if base.is_Integer else Dim.named(str(base.name))) * product
        total = product + total
    return total


def shape_of(expression: HasShape) -> Shape:
    """Return the shape of a matrix or an array.

    Raises
    ------
    ShapeError
        For an axis of size 0.
    """
    shape = tuple(size_of(length) for length in expression.shape)
    if any(isinstance(length, int) and length < 1 for length in shape):
        raise ShapeError("an axis of size 0 holds nothing")
    return shape


def dimension(size: Size) -> sp.Expr:
    """Return a size as SymPy's."""
    if not isinstance(size, Dim):
        return sp.Integer(size)
    return sp.Add(*(sp.Mul(c, *(sp.Symbol(n, integer=True, positive=True) for n in names)) for names, c in size.terms))
