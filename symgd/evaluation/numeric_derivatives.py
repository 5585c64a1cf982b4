"""Values of derivatives that SymPy has no name for, as SymPy numbers: ζ′(2), ∂J_ν(1)/∂ν at ν = 0.

They stay as they are in exact results, and have as many digits as are asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import sympy as sp
from mpmath.libmp import NoConvergence
from sympy.core.symbol import Str
from sympy.utilities.lambdify import MPMATH_TRANSLATIONS

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Entry, Exact

__all__ = ["NumericDerivative", "derivative_at"]

_GUARD_BITS = 30
_TIMES = (1, 2, 4, 8, 16)
"""Precisions in which a derivative is computed, one after the other, until two agree: ζ′(400) is 10⁻¹²¹ beside ζ(400) = 1."""


_BITS_OF_ZERO = 600
"""A slope is 0 where none of so many bits is seen, and the function changes near the point."""
_MOVING_BITS = 250
"""In these a function is seen to change near the point."""


class NumericDerivative(sp.Expr):  # type: ignore[misc]
    """A partial derivative of a SymPy function at numbers: ``NumericDerivative("zeta", (1,), (2,))`` is ζ′(2).

    Parameters
    ----------
    name : str
        SymPy's name of the function.
    orders : sequence of int
        How often it is differentiated in each argument.
    arguments : sequence of sympy numbers or symbols
    """

    is_extended_real = True
    is_finite = True

    def __new__(cls, name: Exact, orders: Sequence[Exact], arguments: Sequence[Exact]) -> NumericDerivative:
        derivative: NumericDerivative = sp.Expr.__new__(cls, Str(str(name)), sp.Tuple(*orders), sp.Tuple(*arguments))
        return derivative

    @property
    def orders(self) -> tuple[int, ...]:
        """How often the function is differentiated in each argument."""
        return tuple(int(order) for order in self.args[1])

    @property
    def is_number(self) -> bool:
        """Whether it is a number: no symbols in the arguments."""
        return all(argument.is_number for argument in self.args[2])

    def _eval_evalf(self, prec: int) -> Exact:
        if not self.is_number:
            return None
        before = mpmath.nan
        for times in _TIMES:
            working = times * (prec + _GUARD_BITS)
            value = _value(self, working)
            if not mpmath.isfinite(value):
                return sp.nan
            if 0 != abs(value) >= mpmath.ldexp(abs(value - before), prec + _GUARD_BITS // 2):
                return sp.Float._new(value._mpf_, prec)
            if working > _BITS_OF_ZERO and abs(value) < mpmath.ldexp(1, _GUARD_BITS // 2 - working) and _moves(self):
                return sp.Float(0, precision=prec)
            if 1 < abs(before) < mpmath.ldexp(abs(value), -prec // 2):  # beside a pole differences grow with the precision
                return sp.nan
            before = value
        return sp.nan

    def _eval_is_extended_positive(self) -> bool | None:
        return None if (sign := self._sign()) is None else sign > 0

    def _eval_is_extended_negative(self) -> bool | None:
        return None if (sign := self._sign()) is None else sign < 0

    def _sign(self) -> int | None:
        """Return 1, 0 or −1; None where it is not known."""
        value = self._eval_evalf(53)
        return None if value is None or value is sp.nan else int(mpmath.sign(value))

    def _sympystr(self, printer: Entry) -> str:
        arguments = ", ".join(printer.doprint(argument) for argument in self.args[2])
        orders = self.orders
        title = (
            f"{self.args[0]}{chr(39) * orders[0]}" if len(orders) == 1 else f"D[{', '.join(map(str, orders))}]{self.args[0]}"
        )
        return f"{title}({arguments})"

    def _latex(self, printer: Entry) -> str:
        arguments = ", ".join(printer.doprint(argument) for argument in self.args[2])
        return rf"\operatorname{{{self.args[0]}}}^{{({','.join(map(str, self.orders))})}}({arguments})"


@functools.lru_cache(maxsize=1_000)
def _value(derivative: NumericDerivative, precision: int) -> Exact:
    with mpmath.workprec(precision):
        with mpmath.exclusive:
            numbers = [argument.evalf(mpmath.mp.dps)._to_mpmath(precision) for argument in derivative.args[2]]
        numbers = [mpmath.convert(number) for number in numbers]
        return derivative_at(str(derivative.args[0]), derivative.orders, numbers)


def _moves(derivative: NumericDerivative) -> bool:
    """Whether the function changes near the point: a slope of which no digit is seen may be 0, or that of ζ at 2000."""
    orders = derivative.orders
    beside = [argument + sp.Rational(bool(order), 1000) for argument, order in zip(derivative.args[2], orders, strict=True)]
    name, none = derivative.args[0], (0,) * len(orders)
    value, shifted = (_value(NumericDerivative(name, none, place), _MOVING_BITS) for place in (derivative.args[2], beside))
    return bool(abs(value - shifted) > mpmath.ldexp(abs(value), -_MOVING_BITS // 2))


def derivative_at(name: str, orders: Sequence[int], numbers: Sequence[Exact]) -> Exact:
    """Return a partial derivative of a SymPy function in mpmath's precision; nan where it is not a real number.

    Of order 0 it is the function itself.

    Parameters
    ----------
    name : str
    orders : sequence of int
    numbers : sequence of mpmath numbers
    """
    variables = [sp.Dummy() for _ in numbers]
    function = sp.lambdify(variables, getattr(sp, name)(*variables), [mpmath.names_in_sympy(MPMATH_TRANSLATIONS), "mpmath"])
    moving = [k for k, order in enumerate(orders) if order]

    def along(*moved: Exact) -> Exact:
        return function(*(moved[moving.index(k)] if k in moving else number for k, number in enumerate(numbers)))

    point, times = tuple(numbers[k] for k in moving), tuple(orders[k] for k in moving)
    try:
        value = function(*numbers)
        if not mpmath.isfinite(value):  # differences across a pole may cancel
            return mpmath.nan
        if len(moving) == 1:
            value = mpmath.diff(along, *point, *times)
        elif moving:
            value = mpmath.diff(along, point, times)
    except (ValueError, ZeroDivisionError, TypeError, NoConvergence):
        return mpmath.nan
    if isinstance(value, mpmath.mpc):
        return value.real if abs(value.imag) <= abs(value.real) * mpmath.mpf(10) ** (6 - mpmath.mp.dps) else mpmath.nan
    return value
