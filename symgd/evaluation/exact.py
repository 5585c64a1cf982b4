"""Exact numbers: evaluate formulas over SymPy's numbers (rationals, roots, π, e^(1/2), …), nothing rounded.

This is the only module of the package that needs SymPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

import numpy as np
import sympy as sp
from mpmath.libmp import to_rational

from symgd.arrays import read_exact_array
from symgd.errors import DataError, DomainError, UnsupportedError, shown
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Entry, Exact
from symgd.evaluation.evaluator import Algebra, by_definition, evaluate, object_array
from symgd.graph.assumptions import Sign
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, Requirement

__all__ = [
    "SYMPY_FUNCTIONS",
    "ExactNumbers",
    "exact_coordinate",
    "exact_number",
    "exact_values",
    "in_digits",
    "is_zero",
    "known_sign",
    "lies_in",
    "sympy_function",
    "without_floats",
]


def exact_number(value: Exact) -> Exact:
    """Return a number as SymPy's exact number; a float is the binary number it is.

    Raises
    ------
    UnsupportedError
        For what is not a real number.
    """
    if isinstance(value, Node):
        return exact_values([value], {})[0]
    if isinstance(value, bool):
        return sp.true if value else sp.false
    if isinstance(value, Decimal) and value.is_finite():
        value = Fraction(value)
    if isinstance(value, mpmath.AnyReal) and mpmath.isfinite(value):
        value = Fraction(*to_rational(value._mpf_))
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    if isinstance(value, float | np.floating):
        if value != value:
            return sp.nan
        return (
            sp.oo * (1 if value > 0 else -1)
            if value in (float("inf"), -float("inf"))
            else sp.Rational(*value.as_integer_ratio())
        )
    if isinstance(value, int):
        return sp.Integer(value)
    if isinstance(value, sp.Expr) and not value.free_symbols:
        return without_floats(value)
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind != "O":
        try:
            value = read_exact_array(value, "the number")
        except DataError as error:
            raise UnsupportedError(f"{shown(value)} is not a number", hint=error.hint) from None
        value = value[()] if not value.shape else value
    is_array = not isinstance(value, sp.Basic) and getattr(value, "shape", None) == () and hasattr(value, "item")
    if is_array and not hasattr(value.item(), "item"):
        return exact_number(value.item())
    raise UnsupportedError(f"{shown(value)} is not a number")


def exact_coordinate(value: Exact) -> Exact:
    """Return a number that a user gives as a place or a bound, exactly.

    Raises
    ------
    UnsupportedError
        For what is not a real number, also for a truth value.
    """
    if isinstance(value, bool | np.bool_):
        raise UnsupportedError(f"{shown(value)} is not a number", hint="give 1 or 0")
    return exact_number(value)


@mpmath.one_at_a_time
def in_digits(number: Exact, digits: int) -> Exact:
    """Return the value of an exact number in so many digits."""
    return sp.N(number, digits)


def without_floats(expression: Exact) -> Exact:
    """Return a SymPy expression with every float as the binary number it is."""
    return expression.replace(lambda part: part.is_Float and part.is_finite, lambda part: sp.Rational(part))


SYMPY_FUNCTIONS: dict[str, Callable[..., Entry]] = {}
"""Functions of SymPy expressions that SymPy's namespace does not hold; entered from above, so that imports go down only."""


def sympy_function(record: Primitive) -> Exact:
    """Return SymPy's function for a primitive that has one."""
    return SYMPY_FUNCTIONS.get(record.sympy) or getattr(sp, record.sympy)


class ExactNumbers(Algebra):
    """SymPy numbers (and symbols, where parameters stay symbolic)."""

    def number(self, value: Exact) -> Exact:
        return exact_number(value)

    @mpmath.one_at_a_time
    def apply(self, record: Primitive, *entries: Entry) -> Entry:
        if record.name == "where":
            condition, yes, no = entries
            if condition in (True, False, sp.true, sp.false):
                return yes if condition else no
            raise UnsupportedError("whether the condition holds is not decided")
        if any(entry.is_Number and abs(entry) > record.largest_exact for entry in entries):
            raise UnsupportedError(f"{record.name} of so large a number is not written out", hint="give it an input instead")
        if record.sympy:
            function = sympy_function(record)
            try:
                value = function(*entries) if record.arity != 0 else function
                is_defined = not value.has(sp.zoo, sp.nan) and value.is_real is not False
            except OverflowError:  # numbers that mpmath cannot compute with
                raise UnsupportedError(f"{record.name} of so large a number is not computed") from None
            if not is_defined:
                raise DomainError(f"{record.name} is not defined at {', '.join(map(str, entries))}")
            return value
        return by_definition(self, record, entries)

    def is_zero(self, entry: Exact) -> bool:
        return is_zero(entry)


@mpmath.one_at_a_time
def is_zero(number: Exact) -> bool:
    """Whether an exact number is known to be 0."""
    known = number.is_zero
    return bool(known if known is not None else number.equals(0))


@mpmath.one_at_a_time
def known_sign(number: Exact) -> int | None:
    """Return the sign of an exact number; None where SymPy does not know it."""
    if is_zero(number):
        return 0
    return 1 if number.is_positive else -1 if number.is_negative else None


@mpmath.one_at_a_time
def exact_values(formulas: list[Node], values: Mapping[Node, Array]) -> list[Exact]:
    """Return the exact values of scalar formulas.

    Raises
    ------
    DomainError
        Where a formula is not defined.
    """
    arrays = evaluate(formulas, {node: object_array(value) for node, value in values.items()}, ExactNumbers())
    return [array[()] for array in arrays]


@mpmath.one_at_a_time
def lies_in(value: Exact, where: Requirement) -> bool | None:
    """Whether an exact number lies in a set; None where SymPy cannot decide it."""
    if isinstance(where, Sign):
        sign = known_sign(value)
        return None if sign is None else bool(where & (Sign.ZERO, Sign.POSITIVE, Sign.NEGATIVE)[sign])
    answers = []
    for bound, is_open, below in ((where.low, where.open_low, True), (where.high, where.open_high, False)):
        if isinstance(bound, Fraction):
            gap = value - exact_number(bound) if below else exact_number(bound) - value
            answers.append(gap.is_positive if is_open else gap.is_nonnegative)
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True
