"""NumPy's functions on arrays of 60-digit numbers: the reference for formulas that are written as NumPy functions.

NumPy calls the methods of the entries of an array of objects, ``np.exp(x)`` calls ``x[i].exp()``. So a function is evaluated by
NumPy and mpmath alone, and its derivatives are differences of these values.
"""

from __future__ import annotations

import math
import operator
import types

import mpmath
import numpy as np

DIGITS = 60
_STEP = 12
"""The digits of the step of differences; those of second order have an error of twice as many."""


class Number:
    """A real number with 60 digits that NumPy's functions take as an entry of an array."""

    __slots__ = ("value",)

    def __init__(self, value):
        plain = value.item() if isinstance(value, np.generic) else value
        self.value = plain.value if isinstance(plain, Number) else mpmath.mpf(plain)

    def __repr__(self):
        return mpmath.nstr(self.value, 20)

    def __hash__(self):
        return hash(self.value)

    def __bool__(self):
        return bool(self.value)

    def __float__(self):
        return float(self.value)

    def __floor__(self):
        return Number(mpmath.floor(self.value))

    def __ceil__(self):
        return Number(mpmath.ceil(self.value))

    def __trunc__(self):
        return Number(mpmath.sign(self.value) * mpmath.floor(abs(self.value)))

    def __neg__(self):
        return Number(-self.value)

    def __pos__(self):
        return self

    def __abs__(self):
        return Number(abs(self.value))

    def conjugate(self):
        return self

    def arctan2(self, other):
        return Number(mpmath.atan2(self.value, Number(other).value))

    def hypot(self, other):
        return Number(mpmath.hypot(self.value, Number(other).value))

    def square(self):
        return Number(self.value**2)


def _operator(operate, is_reflected):
    def method(self, other):
        if isinstance(other, np.ndarray) and other.ndim:
            return NotImplemented
        if not isinstance(other, Number | int | float | np.generic):
            return NotImplemented
        left, right = self.value, Number(other).value
        result = operate(right, left) if is_reflected else operate(left, right)
        return result if isinstance(result, bool) else Number(result)

    return method


for _name in ("add", "sub", "mul", "truediv", "pow", "mod"):
    setattr(Number, f"__{_name}__", _operator(getattr(operator, _name), False))
    setattr(Number, f"__r{_name}__", _operator(getattr(operator, _name), True))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Number, f"__{_name}__", _operator(getattr(operator, _name), False))

_METHODS = {
    **{name: getattr(mpmath, name) for name in ("exp", "expm1", "log", "log1p", "log10", "sqrt", "cbrt", "sin", "cos", "tan", "sinh",
                                                "cosh", "tanh")},
    "arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan, "arcsinh": mpmath.asinh, "arccosh": mpmath.acosh,
    "arctanh": mpmath.atanh, "log2": lambda x: mpmath.log(x, 2), "sign": mpmath.sign, "exp2": lambda x: mpmath.mpf(2) ** x,
}  # fmt: skip
for _name, _function in _METHODS.items():
    setattr(Number, _name, lambda self, function=_function: Number(function(self.value)))


def _entrywise(function):
    """Return a function of numbers as one of arrays of them."""
    return np.frompyfunc(
        lambda *values: Number(function(*(Number(value).value for value in values))), function.__code__.co_argcount, 1
    )


PRECISE_SPECIAL = types.SimpleNamespace(
    erf=_entrywise(lambda x: mpmath.erf(x)),
    erfc=_entrywise(lambda x: mpmath.erfc(x)),
    gamma=_entrywise(lambda x: mpmath.gamma(x)),
    gammaln=_entrywise(lambda x: mpmath.log(abs(mpmath.gamma(x)))),
    betaln=_entrywise(lambda a, b: mpmath.log(mpmath.beta(a, b))),
    expit=_entrywise(lambda x: 1 / (1 + mpmath.exp(-x))),
    log_expit=_entrywise(lambda x: -mpmath.log1p(mpmath.exp(-x))),
    xlogy=_entrywise(lambda x, y: x * mpmath.log(y) if x else mpmath.mpf(0)),
    ndtr=_entrywise(lambda x: mpmath.ncdf(x)),
    log_ndtr=_entrywise(lambda x: mpmath.log(mpmath.ncdf(x))),
)
"""The functions of scipy.special that the tables use, with 60 digits."""


def precise(function):
    """Return a function of the tables with 60 digits: `special` in it is mpmath's."""
    names = {**function.__globals__, "special": PRECISE_SPECIAL, "math": types.SimpleNamespace(pi=math.pi)}
    for name, value in function.__globals__.items():
        if isinstance(value, types.FunctionType) and value.__module__ == function.__module__ and value is not function:
            names[name] = types.FunctionType(value.__code__, names, value.__name__, value.__defaults__, value.__closure__)
    return types.FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)


def numbers(values):
    """Return numbers as an array of objects with 60 digits."""
    return np.array([Number(value) for value in np.ravel(values)], dtype=object).reshape(np.shape(values))


def value_and_derivatives(function, point):
    """Return the value, the gradient and the Hessian of a function of a vector, by differences with 60 digits.

    Parameters
    ----------
    function : callable
        Of an array of objects; its value is a number, or an array of one.
    point : sequence of float
    """
    with mpmath.workdps(DIGITS):
        step = Number(mpmath.mpf(10) ** -_STEP)
        size = len(point)

        def at(*moves):
            x = numbers(point)
            for entry, count in moves:
                x[entry] = x[entry] + count * step
            return Number(np.ravel(function(x))[0]).value

        gradient = [(8 * (at((i, 1)) - at((i, -1))) - (at((i, 2)) - at((i, -2)))) / (12 * step.value) for i in range(size)]
        hessian = np.zeros((size, size))
        for i in range(size):
            for j in range(i + 1):
                corners = [at((i, a), (j, b)) * a * b for a in (1, -1) for b in (1, -1)]
                hessian[i, j] = hessian[j, i] = float(sum(corners) / (4 * step.value**2))
        return float(at()), np.array([float(slope) for slope in gradient]), hessian


def assert_close(found, expected, tolerance=1e-9):
    """Compare arrays relative to the largest entry."""
    expected = np.asarray(expected, dtype=float)
    scale = max(float(np.max(np.abs(expected))), 1e-20)
    assert np.shape(found) == expected.shape
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=tolerance, atol=tolerance * scale)
