"""Rigorous interval arithmetic (mpmath's), in which counterexamples are proven: the true value lies inside."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from symgd.errors import DomainError, UnsupportedError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Entry
from symgd.evaluation.evaluator import Algebra, add_up, by_definition, evaluate, multiply_up, object_array
from symgd.graph.assumptions import Monotone
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.time_limit import check_time
from symgd.optional_packages import available

__all__ = ["bounds_over_box", "enclose"]

Number: TypeAlias = int | float | Fraction
Values: TypeAlias = Number | tuple[Number, Number]
"""A number, or the ends between which it lies."""
Ball: TypeAlias = "mpmath.ctx_iv.ivmpf"
"""An interval of mpmath."""
_KNOWN = {"exp", "log", "sin", "cos"}


class Intervals(Algebra):
    """mpmath's intervals; what they lack is built from its definition, and what cannot be enclosed is refused."""

    def number(self, value: Ball) -> Ball:
        if isinstance(value, bool):
            return value
        if isinstance(value, tuple):
            low, high = (self.number(end) for end in value)
            return mpmath.iv.mpf([low.a, high.b])
        if isinstance(value, Fraction):
            return mpmath.iv.mpf(value.numerator) / value.denominator
        if isinstance(value, float) and (value != value or abs(value) == float("inf")):
            raise UnsupportedError("an infinite number has no enclosure")
        return mpmath.iv.mpf(value)

    def apply(self, record: Primitive, *entries: Entry) -> Entry:
        special = _SPECIAL.get(record.name)
        if special is not None:
            return special(*entries)
        if record.name in _KNOWN:
            if record.name == "log" and not entries[0].a > 0:
                raise DomainError("log of an interval that reaches 0")
            return _exp(*entries) if record.name == "exp" else getattr(mpmath.iv, record.name)(*entries)
        if record.arity == 0 and record.name in ("pi", "e"):
            return +getattr(mpmath.iv, record.name)
        if record.definition is None and isinstance(record.reference, str) and len(entries) == 1:
            return enclose_function(record, entries[0])
        return by_definition(self, record, entries)

    def pivot(self, column: list[Entry]) -> int | None:
        for k, entry in enumerate(column):
            if entry.a > 0 or entry.b < 0:
                return k
        raise UnsupportedError("no pivot is certainly different from 0")

    def is_zero(self, entry: Ball) -> bool:
        return bool(entry.a == 0 and entry.b == 0)


LARGEST_EXPONENT = 10**6


def _exp(x: Ball) -> Ball:
    """Enclose eˣ; the digits of log 2 that a huge argument needs are not computed."""
    if x.b > LARGEST_EXPONENT:
        raise UnsupportedError("so large an exponential is not enclosed")
    if x.a >= -LARGEST_EXPONENT:
        return mpmath.iv.exp(x)
    above = mpmath.iv.exp(mpmath.iv.mpf(-LARGEST_EXPONENT) if x.b < -LARGEST_EXPONENT else mpmath.iv.mpf(x.b))
    return mpmath.iv.mpf([0, above.b])


def _power(base: Ball, exponent: Ball) -> Ball:
    """Raise to an exact power, even powers by an even rule and negative ones by division, so that nothing widens to NaN."""
    if exponent.a != exponent.b:
        if not base.a > 0:
            raise DomainError("a power of an interval that reaches 0")
        return _exp(exponent * mpmath.iv.log(base))
    n = exponent.a
    if n == int(n) and abs(int(n)) <= 10_000:
        k = abs(int(n))
        if k % 2 == 0 and base.a < 0 < base.b:
            top = max(-base.a, base.b)
            value = mpmath.iv.mpf([0, (mpmath.iv.mpf(top) ** k).b])
        else:
            value = base**k
        if n >= 0:
            return value
        if value.a <= 0 <= value.b:
            raise DomainError("division by an interval that contains 0")
        return 1 / value
    if base.a < 0 or (base.a == 0 and n < 0):
        raise DomainError("a root of an interval that reaches below 0")
    if base.a == 0:
        return mpmath.iv.mpf(0) if base.b == 0 else mpmath.iv.mpf([0, _exp(exponent * mpmath.iv.log(base.b)).b])
    return _exp(exponent * mpmath.iv.log(base))


def enclose_function(record: Primitive, x: Ball) -> Ball:
    """Enclose a function without a formula: by Arb's balls where python-flint is installed, else between its ends.

    The latter holds where the function is monotone.

    Raises
    ------
    UnsupportedError
        Where neither applies.
    """
    low, high = ends_of(x)
    ball = by_ball(record, low, high, mpmath.iv.prec)
    if ball is not None:
        return mpmath.iv.make_mpf(tuple(end._mpf_ for end in ball))
    if record.monotone not in (Monotone.INCREASING, Monotone.DECREASING):
        raise UnsupportedError(f"{record.name} has no enclosure")
    ends = []
    for end in (low, high):
        with mpmath.workprec(mpmath.iv.prec + 30):
            try:
                value = getattr(mpmath, str(record.reference))(end)
            except (ValueError, ZeroDivisionError, OverflowError):
                raise UnsupportedError(f"{record.name} has no enclosure there") from None
            if not isinstance(value, mpmath.mpf):  # a complex number
                raise DomainError(f"{record.name} of an interval that leaves its domain")
            width = abs(value) * mpmath.mpf(2) ** (-mpmath.iv.prec - 10)
            ends += [value - width, value + width]
    return mpmath.iv.make_mpf((min(ends)._mpf_, max(ends)._mpf_))


BALLS = {"erf", "erfc", "gamma", "atan", "asin", "acos", "digamma", "lambertw", "loggamma", "zeta"}
_NAMED_OTHERWISE = {"loggamma": "lgamma"}


def ends_of(x: Ball) -> tuple[Ball, Ball]:
    """Return the ends of an interval as the numbers they are; mpmath.mpf(x.a) would round them."""
    low, high = x._mpi_
    return mpmath.mp.make_mpf(low), mpmath.mp.make_mpf(high)


def by_ball(record: Primitive, low: Ball, high: Ball, precision: int) -> tuple[Ball, Ball] | None:
    """Return ends between which a function's values lie, from one ball, or None."""
    if record.name not in BALLS:
        return None
    flint = available("flint")
    if flint is None or not (mpmath.isfinite(low) and mpmath.isfinite(high)):
        return None
    with mpmath.exclusive:  # the precision is that of the process
        before = flint.ctx.prec
        flint.ctx.prec = precision + 10
        try:
            ball = _as_ball(flint, low).union(_as_ball(flint, high))
            value = getattr(ball, _NAMED_OTHERWISE.get(record.name, record.name))()
            if not value.is_finite():
                return None
            return _end_of_ball(value.lower()), _end_of_ball(value.upper())
        finally:
            flint.ctx.prec = before


def _as_ball(flint: Ball, number: Ball) -> Ball:
    """Return a binary number as a ball without radius."""
    sign, mantissa, exponent, _ = number._mpf_
    ball = flint.arb(int(mantissa)) * flint.arb(2) ** int(exponent)
    return -ball if sign else ball


def _end_of_ball(end: Ball) -> Ball:
    """Return an end of a ball, which is a binary number, exactly."""
    mantissa, exponent = end.man_exp()
    with mpmath.workprec(max(53, int(mantissa).bit_length() + 2)):
        return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))


def _less(x: Ball, y: Ball) -> bool:
    if x.b < y.a:
        return True
    if x.a >= y.b:
        return False
    raise UnsupportedError("a condition is not decided")


def _less_equal(x: Ball, y: Ball) -> bool:
    if x.b <= y.a:
        return True
    if x.a > y.b:
        return False
    raise UnsupportedError("a condition is not decided")


def _equal(x: Ball, y: Ball) -> bool:
    if x.a == x.b == y.a == y.b:
        return True
    if x.b < y.a or y.b < x.a:
        return False
    raise UnsupportedError("a condition is not decided")


def _abs(x: Ball) -> Ball:
    if x.a >= 0:
        return x
    return -x if x.b <= 0 else mpmath.iv.mpf([0, max(-x.a, x.b)])


_SPECIAL: dict[str, Ball] = {
    "add": add_up,
    "mul": multiply_up,
    "pow": _power,
    "abs": _abs,
    "less": _less,
    "less_equal": _less_equal,
    "equal": _equal,
    "not_equal": lambda x, y: not _equal(x, y),
    "sign": lambda x: mpmath.iv.mpf([-1 if x.a < 0 else 0 if x.a == 0 else 1, 1 if x.b > 0 else 0 if x.b == 0 else -1]),
    "where": lambda condition, yes, no: yes if condition else no,
    "maximum": lambda x, y: mpmath.iv.mpf([max(x.a, y.a), max(x.b, y.b)]),
    "minimum": lambda x, y: mpmath.iv.mpf([min(x.a, y.a), min(x.b, y.b)]),
}


def enclose(formula: Node, values: Mapping[Node, Values], digits: int = 60, algebra: Intervals | None = None) -> Ball:
    """Return an interval that contains the value of a scalar formula at a rational point, or its values over a box.

    Raises
    ------
    DomainError
        Where the formula is not certainly defined.
    UnsupportedError
        For a function without an enclosure.
    """
    before = mpmath.iv.dps
    mpmath.iv.dps = digits
    try:
        algebra = algebra or Intervals()
        exact = {node: object_array(algebra.number(value)) for node, value in values.items()}
        (array,) = evaluate([formula], exact, algebra)
        return array[()]
    finally:
        mpmath.iv.dps = before


def bounds_over_box(
    formula: Node, box: Mapping[Node, tuple[Fraction, Fraction]], pieces: int = 256
) -> tuple[Fraction, Fraction]:
    """Return numbers between which all values of a scalar formula over a box lie.

    Parameters
    ----------
    formula : Node
    box : mapping of Node to (low, high)
    pieces : int
        Into about so many boxes the box is divided; the more, the closer the bounds.

    Raises
    ------
    DomainError
        Where the formula is not certainly defined everywhere in the box.
    UnsupportedError
        For a function without an enclosure.
    """
    lows, highs = [], []
    for part in _divided(box, pieces):
        check_time()
        value = enclose(formula, part, digits=30)
        low, high = ends_of(value)
        if not (mpmath.isfinite(low) and mpmath.isfinite(high)):
            raise DomainError("the formula is not bounded over this box")
        lows.append(_fraction(low))
        highs.append(_fraction(high))
    return min(lows), max(highs)


def _divided(box: Mapping[Node, tuple[Fraction, Fraction]], pieces: int) -> list[dict[Node, tuple[Fraction, Fraction]]]:
    """Divide a box evenly, every side in as many parts as the number of pieces allows."""
    moving = [node for node, (low, high) in box.items() if low != high]
    count = max(1, int(pieces ** (1 / len(moving)))) if moving else 1
    parts: list[dict[Node, tuple[Fraction, Fraction]]] = [dict(box)]
    for node in moving:
        low, high = box[node]
        ends = [low + (high - low) * k / count for k in range(count + 1)]
        parts = [{**part, node: (ends[k], ends[k + 1])} for part in parts for k in range(count)]
    return parts


def _fraction(end: Ball) -> Fraction:
    """Return an end of an interval as the exact number it is."""
    sign, mantissa, exponent, _ = end._mpf_
    value: Fraction = Fraction(mantissa) * Fraction(2) ** exponent
    return -value if sign else value
