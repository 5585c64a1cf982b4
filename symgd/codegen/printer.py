"""Writes formulas as array code.

The order of factors, divisors and brackets is decided here; the names of a library's functions are defined by its
:class:`~symgd.codegen.backends.base.Backend`, which also remembers what was used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symgd.codegen.backends.base import Backend
from symgd.codegen.pieces import NAMES, Identifier, NamedNumber, NamedTruth, PythonNumber, PythonTruth, Transposed
from symgd.errors import UnsupportedError
from symgd.graph.node import CONSTANT, SIZE, Node
from symgd.graph.shape import Dim, Shape, Size
from symgd.graph.text_printer import ATOM, PRODUCT, UNARY, Printer, Written
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.piecewise import equal, less, less_equal, not_equal
from symgd.primitives.trigonometric import e, pi

__all__ = ["CodePrinter"]

_THREE = Written("3")
_NUMBERS = (CONSTANT, SIZE, pi.primitive, e.primitive)
_ARITHMETIC = (add, mul, pow)
_COMPARISONS = (less, less_equal, equal, not_equal)


class CodePrinter(Printer):
    """Writes array code.

    Parameters
    ----------
    backend : Backend
        Of this one function.
    names : dict
        Identifiers of inputs.
    sizes : dict
        Identifiers of sizes.
    has_batch : bool
        Whether all inputs are scalars and may be arrays of one common shape.
    """

    def __init__(self, backend: Backend, names: dict[Node, str], sizes: dict[str, str], has_batch: bool) -> None:
        super().__init__(names)
        self.backend = backend
        self.sizes = sizes
        self.has_batch = has_batch
        for node, name in names.items():
            self.written[node] = Identifier(name)

    # -- spelling -----------------------------------------------------------------------------------------------

    def write(self, node: Node) -> Written:
        spelled = self.backend.spelled(node, [self.written[arg] for arg in node.args], self)
        written = super().write(node) if spelled is None else spelled
        if node.primitive in _NUMBERS:
            return PythonNumber(*written)
        if not all(isinstance(self.written[arg], PythonNumber) for arg in node.args):
            return written
        if node.primitive in _ARITHMETIC:
            return PythonNumber(*written)
        return PythonTruth(*written) if node.primitive in _COMPARISONS else written

    def named(self, name: str, written: Written) -> Written:
        """Return the name of something that is written already."""
        if isinstance(written, PythonNumber):
            return NamedNumber(name)
        return NamedTruth(name) if isinstance(written, PythonTruth) else Identifier(name)

    def library(self, name: str) -> str:
        """Return a name of the library, for the ``code`` of functions."""
        return self.backend.library(name)

    # -- operations ---------------------------------------------------------------------------------------------

    def name(self, name: str) -> Written:
        return Identifier(name)

    def call(self, name: str, args: Sequence[str]) -> Written:
        return Written(f"{self.backend.call(name)}{', '.join(args)})")

    def number(self, value: Any) -> Written:
        if isinstance(value, float) and value in (float("inf"), -float("inf")):
            return Written(("-" if value < 0 else "") + self.library("inf"), ATOM if value > 0 else UNARY)
        if isinstance(value, float) and value != value:
            return Written(self.library("nan"))
        if isinstance(value, Fraction) and value.denominator != 1:
            if max(abs(value.numerator), value.denominator) < 2**53:
                return Written(f"{value.numerator}/{value.denominator}", PRODUCT if value > 0 else UNARY)
        return Written(_machine(value), ATOM if value >= 0 else UNARY)

    def named_constant(self, name: str) -> Written:
        return Written(self.library(name))

    def size(self, size: Size) -> Written:
        return super().size(self._size_text(size))  # type: ignore[arg-type]

    def _size_text(self, size: Size) -> str:
        if not isinstance(size, Dim):
            return str(size)
        return str(Dim({tuple(self.sizes[name] for name in monomial): c for monomial, c in size.terms}))

    def shape_text(self, shape: Shape) -> str:
        sizes = ", ".join(self._size_text(size) for size in shape)
        return f"({sizes},)" if len(shape) == 1 else f"({sizes})"

    def product(
        self, coefficient: Fraction, scalars: Sequence[Written], tensors: Sequence[Written], below: Sequence[Written]
    ) -> Written:
        """Multiply numbers first, then tensors, so that no tensor is scaled twice; products with ``@`` stay whole."""
        numerator, denominator = abs(coefficient.numerator), coefficient.denominator
        exact = max(numerator, denominator) < 2**53
        front = [_machine(Fraction(numerator) if exact else abs(coefficient))] if numerator != 1 or not exact else []
        front += [self.group(piece, UNARY) for piece in scalars]
        parts = [self.group(piece, UNARY) for piece in tensors]
        divisors = [str(denominator)] if denominator != 1 and exact else []
        divisors += [self.group(piece, UNARY) for piece in below]
        sign = "-" if coefficient < 0 else ""
        if len(parts) == 1 and not front and not divisors and not sign:
            return tensors[0]
        if self.has_batch and below and not parts:
            return Written(sign + _in_turns(front, divisors), PRODUCT)
        separator = " * " if parts else "*"
        text = separator.join([*(["*".join(front)] if front else []), *parts]) or "1"
        if divisors:
            text += (" / " if parts else "/") + (divisors[0] if len(divisors) == 1 else f"({'*'.join(divisors)})")
        return Written(sign + text, PRODUCT)

    def power(self, base: Written, exponent: Written, rank: int = 0) -> Written:
        if exponent == _THREE and isinstance(base, NAMES):
            return Written(f"{base.text}*{base.text}*{base.text}", PRODUCT)
        return super().power(base, exponent, rank)

    def root(self, base: Written) -> Written:
        return Written(self.backend.root(base))

    def outer(self, column: Written, row: Written) -> None:
        return None  # broadcasting needs no function

    def diagonal_matrix(self, entries: Written) -> None:
        return None

    def transpose(self, piece: Written) -> Written:
        written = super().transpose(piece)
        return Transposed(*written) if isinstance(piece, NAMES) else written

    def reduce(self, name: str, piece: Written, axes: Sequence[int] | None, keepdims: bool = False) -> Written:
        return Written(self.backend.reduced(name, piece, axes))

    def contraction(self, spec: str, pieces: Sequence[Written]) -> Written:
        return Written(self.backend.contraction(spec, pieces))

    def stretch(self, piece: Written, shape: Sequence[Size], is_scalar: bool) -> Written:
        target = self.shape_text(tuple(shape))
        return Written(self.backend.filled_with(piece, target) if is_scalar else self.backend.stretched(piece, target))

    def array(self, entries: Sequence[Written], shape: Sequence[Size]) -> Written:
        axes = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        return Written(self.backend.stacked(entries, axes, self.has_batch))


def _in_turns(factors: Sequence[str], divisors: Sequence[str]) -> str:
    """Multiply and divide in turns, so that scalars stay within range: ``x/h*y/h``."""
    text, rest = factors[0] if factors else "1", list(factors[1:])
    for divisor in divisors:
        text += f"/{divisor}" + (f"*{rest.pop(0)}" if rest else "")
    return "*".join([text, *rest])


def _machine(value: float | Fraction) -> str:
    """Return a number as Python code; integers beyond what a float holds exactly become floats."""
    if isinstance(value, bool | float):
        return repr(value)
    number = Fraction(value)
    if number.denominator == 1 and abs(number) < 2**53:
        return repr(number.numerator)
    try:
        return repr(float(number))
    except OverflowError:
        digits = int((number.numerator.bit_length() - number.denominator.bit_length()) * math.log10(2)) + 1
        raise UnsupportedError(
            f"a number of {digits} digits stands in the formula, and a float holds 308", hint="measure in other units"
        ) from None
