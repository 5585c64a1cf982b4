"""Evaluate formulas in arithmetic of any precision (mpmath): the arithmetic of all checks.

Elementwise functions are mpmath's, or built from them by their definition. Outside its domain a function is NaN, and so is
everything that needs it; a branch that is not taken harms nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

import numpy as np

from symgd.errors import DomainError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Entry, Real
from symgd.evaluation.evaluator import Algebra, add_up, by_definition, evaluate, full, multiply_up
from symgd.graph.assumptions import Growth
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.shape import size_value

__all__ = ["MultiPrecision", "Rounded", "algebra_of", "as_floats", "evaluate_precisely", "exact_array"]


class MultiPrecision(Algebra):
    """Real numbers of mpmath's current precision."""

    def number(self, value: Real) -> Real:
        if isinstance(value, bool | np.bool_):
            return bool(value)
        if isinstance(value, int):
            return mpmath.mpf(value)
        if hasattr(value, "denominator"):
            return mpmath.mpf(value.numerator) / value.denominator
        return mpmath.mpf(value)

    def function(self, record: Primitive) -> Callable[..., Entry]:
        total = _TOTAL.get(record.name)
        return super().function(record) if total is None else total

    def apply(self, record: Primitive, *entries: Entry) -> Entry:
        special = _SPECIAL.get(record.name)
        try:
            if special is not None:
                return special(*entries)
            if any(entry != entry for entry in entries):
                return mpmath.nan
            if record.growth is not Growth.LINEAR and any(mpmath.mag(entry) > _LARGEST_BITS for entry in entries):
                return mpmath.nan
            if record.precise is not None:
                value = record.precise(mpmath.mp, *entries)
                value = mpmath.convert(value) if isinstance(value, mpmath.AnyReal) else value
            elif isinstance(record.reference, str):
                value = getattr(mpmath.mp, record.reference)(*entries)
            else:
                value = by_definition(self, record, entries, for_digits=True)
        except (ZeroDivisionError, ValueError, OverflowError, mpmath.libmp.NoConvergence):
            return mpmath.nan
        return mpmath.nan if isinstance(value, mpmath.mpc) else value

    def pivot(self, column: list[Entry]) -> int | None:
        best = max(range(len(column)), key=lambda k: abs(column[k]))
        return best if column[best] else None

    def eigh(self, matrix: Array) -> tuple[Real, Real]:
        nothing = full(matrix.shape[:1], mpmath.nan), full(matrix.shape, mpmath.nan)
        if not all(map(mpmath.isfinite, matrix.ravel())):
            return nothing
        try:
            values, vectors = mpmath.eigsy(mpmath.matrix(matrix.tolist()))
        except RuntimeError:  # mpmath raises it where the iteration does not converge
            return nothing
        return np.array(list(values), dtype=object), np.array(vectors.tolist(), dtype=object).reshape(matrix.shape)

    def expm(self, matrix: Array) -> Real:
        if not all(map(mpmath.isfinite, matrix.ravel())):
            return full(matrix.shape, mpmath.nan)
        return np.array(mpmath.expm(mpmath.matrix(matrix.tolist())).tolist(), dtype=object).reshape(matrix.shape)


_MANY_SQUARINGS = 100
_LARGEST_BITS = 5_000
"""Larger arguments have no value here: the cosine of 10^(10^8) takes as many digits of π, and e to that power as long."""


def _power(base: Real, exponent: Real) -> Real:
    if (base == 0 and exponent < 0) or mpmath.mag(exponent) > _LARGEST_BITS:
        return mpmath.nan
    if base != 0 and mpmath.mag(exponent) > _MANY_SQUARINGS and mpmath.isint(exponent) and mpmath.isfinite(base):
        return _long_power(base, exponent)
    value = mpmath.power(base, exponent)
    return mpmath.nan if isinstance(value, mpmath.mpc) else value


def _long_power(base: Real, exponent: Real) -> Real:
    """Return e^(n·log |x|), with a digit more for each digit of n: mpmath would square once for every bit of n."""
    with mpmath.extraprec(2 * max(0, int(mpmath.mag(exponent))) + 32):
        value = mpmath.exp(exponent * mpmath.log(abs(base)))
        is_odd = base < 0 and int(exponent) % 2
    return -value if is_odd else +value


_ZERO = mpmath.mpf(0)


def _larger(x: Real, y: Real) -> Real:
    return mpmath.nan if x != x or y != y else x if y < x else y


def _smaller(x: Real, y: Real) -> Real:
    return mpmath.nan if x != x or y != y else x if x < y else y


_TOTAL: dict[str, Real] = {
    "add": add_up,
    "mul": multiply_up,
    "where": lambda condition, yes, no: yes if condition else no,
    "less": lambda x, y: bool(x < y),
    "less_equal": lambda x, y: bool(x <= y),
    "equal": lambda x, y: bool(x == y),
    "not_equal": lambda x, y: bool(x != y),
    "maximum": _larger,
    "minimum": _smaller,
    "relu": lambda x: _larger(x, _ZERO),
    "abs": abs,
}
"""Functions that have a value everywhere."""
_SPECIAL: dict[str, Real] = {"pow": _power, **_TOTAL}


_ROUNDED_BITS = 6
"""So many last bits of a sum are lost where its terms were rounded."""


class Rounded(MultiPrecision):
    """Numbers for inputs such as 1/80, which have no last digit: a sum that cancels but for rounding is 0.

    So 80·x + 1 is 0 at x = −1/80, whatever the precision is.
    """

    def function(self, record: Primitive) -> Callable[..., Entry]:
        return _ROUNDED.get(record.name) or super().function(record)


def _add_rounded(*entries: Entry) -> Entry:
    total = add_up(*entries)
    if not total or not mpmath.isfinite(total):
        return total
    return _ZERO if mpmath.mag(total) < max(map(mpmath.mag, entries)) - mpmath.mp.prec + _ROUNDED_BITS else total


def _is_rounding(x: Real, y: Real) -> bool:
    """Whether two numbers differ by no more than what they were rounded by."""
    return bool(_add_rounded(x, -y) == 0)


_ROUNDED: dict[str, Callable[..., Entry]] = {
    "add": _add_rounded,
    "less": lambda x, y: bool(x < y) and not _is_rounding(x, y),
    "less_equal": lambda x, y: bool(x <= y) or _is_rounding(x, y),
    "equal": _is_rounding,
    "not_equal": lambda x, y: not _is_rounding(x, y),
}


def algebra_of(values: Mapping[Node, Array]) -> MultiPrecision:
    """Return the arithmetic for values: an exact one, or one that tracks what was rounded.

    Parameters
    ----------
    values : mapping of Node to array
    """
    arrays = (np.asarray(value) for value in values.values())
    is_rounded = any(
        isinstance(entry, Fraction) and entry.denominator & (entry.denominator - 1)
        for array in arrays
        if array.dtype == object
        for entry in array.flat
    )
    return Rounded() if is_rounded else MultiPrecision()


def exact_array(value: Real) -> Real:
    """Return numbers as an object array of exactly the same numbers in the current precision."""
    array = np.asarray(value)
    result = np.empty(array.shape, dtype=object)
    if array.dtype.kind == "f":
        result.ravel()[:] = [mpmath.mpf(entry) for entry in array.ravel().tolist()]
        return result
    algebra = MultiPrecision()
    for index in np.ndindex(*array.shape):
        entry = array[index]
        result[index] = (
            mpmath.convert(entry)
            if isinstance(entry, mpmath.AnyReal)
            else algebra.number(entry.item() if hasattr(entry, "item") else entry)
        )
    return result


def evaluate_precisely(
    formulas: Iterable[Node],
    values: Mapping[Node, Array],
    sizes: Mapping[str, int] | None = None,
    digits: int = 50,
    memory: dict[Node, Array] | None = None,
) -> list[Real]:
    """Return the values of formulas as object arrays of mpmath numbers.

    Parameters
    ----------
    formulas : iterable of Node
    values : mapping of Node to array
        Floats are taken as the exact binary numbers they are.
    sizes : mapping of str to int
    digits : int
        Decimal digits of the arithmetic.
    memory : dict, optional
        Values known already, in as many digits; filled with the values of all nodes.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.evaluation.high_precision import evaluate_precisely
    >>> x = sg.scalar("x")
    >>> str(evaluate_precisely([sg.softplus(x)], {x: -1000}, digits=30)[0][()])[:12]
    '5.0759588975'
    """
    with mpmath.workdps(digits):
        try:
            known = memory or {}
            exact = {node: exact_array(value) for node, value in values.items() if node not in known}
            return evaluate(formulas, exact, algebra_of(values), sizes, memory)
        except DomainError:
            bound = dict(sizes or {})
            return [
                np.full([size_value(size, bound) for size in formula.shape], mpmath.nan, dtype=object) for formula in formulas
            ]


def as_floats(values: Array) -> Real:
    """Return numbers of any kind as floats, NaN where they cannot be."""
    try:
        with np.errstate(invalid="ignore", over="ignore"):  # of which older versions of NumPy warn with objects of mpmath
            return np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return np.full(np.shape(values), np.nan)
