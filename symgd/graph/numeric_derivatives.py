"""Values of derivatives that SymPy has no name for, as SymPy numbers: ζ′(2), ∂J_ν(1)/∂ν at ν = 0.

They stay as they are in exact results, and have as many digits as are asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import mpmath
import sympy as sp
from sympy.core.symbol import Str

__all__ = ["NumericDerivative", "derivative_at"]

_GUARD_BITS = 30


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

    def __new__(cls, name: Any, orders: Sequence[Any], arguments: Sequence[Any]) -> NumericDerivative:
        made: NumericDerivative = sp.Expr.__new__(cls, Str(str(name)), sp.Tuple(*orders), sp.Tuple(*arguments))
        return made

    @property
    def orders(self) -> tuple[int, ...]:
        """How often the function is differentiated in each argument."""
        return tuple(int(order) for order in self.args[1])

    @property
    def is_number(self) -> bool:
        """Whether it is a number: no symbols in the arguments."""
        return all(argument.is_number for argument in self.args[2])

    def _eval_evalf(self, prec: int) -> Any:
        if not self.is_number:
            return None
        for working in (prec + _GUARD_BITS, 4 * prec + _GUARD_BITS):
            value = _value(self, working)
            if not mpmath.isfinite(value):
                return sp.nan
            if abs(value) > mpmath.ldexp(1, _GUARD_BITS // 2 - working):  # else no digit is known
                return sp.Float._new(value._mpf_, prec)
        return sp.Float(0, precision=prec)

    def _sympystr(self, printer: Any) -> str:
        arguments = ", ".join(printer.doprint(argument) for argument in self.args[2])
        orders = self.orders
        title = (
            f"{self.args[0]}{chr(39) * orders[0]}" if len(orders) == 1 else f"D[{', '.join(map(str, orders))}]{self.args[0]}"
        )
        return f"{title}({arguments})"

    def _latex(self, printer: Any) -> str:
        arguments = ", ".join(printer.doprint(argument) for argument in self.args[2])
        return rf"\operatorname{{{self.args[0]}}}^{{({','.join(map(str, self.orders))})}}({arguments})"


@functools.lru_cache(maxsize=1_000)
def _value(derivative: NumericDerivative, precision: int) -> Any:
    with mpmath.workprec(precision):
        numbers = [argument.evalf(mpmath.mp.dps)._to_mpmath(precision) for argument in derivative.args[2]]
        return derivative_at(str(derivative.args[0]), derivative.orders, numbers)


def derivative_at(name: str, orders: Sequence[int], numbers: Sequence[Any]) -> Any:
    """Return a partial derivative of a SymPy function in mpmath's precision; nan where it is not a real number.

    Of order 0 it is the function itself.

    Parameters
    ----------
    name : str
    orders : sequence of int
    numbers : sequence of mpmath numbers
    """
    variables = [sp.Dummy() for _ in numbers]
    function = sp.lambdify(variables, getattr(sp, name)(*variables), "mpmath")
    moving = [k for k, order in enumerate(orders) if order]

    def along(*moved: Any) -> Any:
        return function(*(moved[moving.index(k)] if k in moving else number for k, number in enumerate(numbers)))

    point, times = tuple(numbers[k] for k in moving), tuple(orders[k] for k in moving)
    try:
        if not moving:
            value = function(*numbers)
        elif len(moving) == 1:
            value = mpmath.diff(along, *point, *times)
        else:
            value = mpmath.diff(along, point, times)
    except (ValueError, ZeroDivisionError, TypeError, mpmath.NoConvergence):
        return mpmath.nan
    if isinstance(value, mpmath.mpc):
        return value.real if abs(value.imag) <= abs(value.real) * mpmath.mpf(10) ** (6 - mpmath.mp.dps) else mpmath.nan
    return value
