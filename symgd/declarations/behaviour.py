"""Laws of how a function behaves as a whole: under a change of sign, far out, where it repeats entries, what they add up to."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symgd.declarations.law import broken, law
from symgd.declarations.subject import Example, Place, Subject, size_of, zero_one
from symgd.errors import DeclarationError, SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.evaluator import by_definition
from symgd.evaluation.high_precision import MultiPrecision
from symgd.graph.assumptions import Growth, Parity
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive

__all__: list[str] = []

_NOISE = mpmath.mpf("1e-40")
_FAR_OUT = tuple(10**k for k in (2, 3, 5, 8, 20, 60, 200, 300))
_FACTOR = 100
_OVERFLOW = mpmath.mpf(2) ** 1024
"""No float64 is as large as this."""
_LARGE = 1000
_REAL_PARTS, _IMAGINARY_PARTS = (-2.5, -0.7, 0.2, 1.75), (-1.25, 0.375, 2.5)
_CROSSED, _FAR = (-2.3, -0.45, 0.4, 1.9), 5
"""Lines through these numbers, along both axes and up to 5, are searched for branch cuts."""
_CROSSED_FURTHER, _SCALES = (-2.3, 1.9), (10, 300)
"""Lines through these numbers are searched at larger scales, too."""
_STEPS, _HALVINGS = 60, 100


@law("parity")
def law_parity(subject: Subject) -> None:
    """An even function is the same for the negatives of all its arguments, and an odd one its negative."""
    record = subject.record
    if record.parity is Parity.UNKNOWN:
        return
    side = 1 if record.parity is Parity.EVEN else -1
    for example in subject.examples:
        for place in example.many_places:
            values = {node: -value for node, value in place.values.items()}
            mirrored = Place(values, place.sizes)
            if not example.has_value(mirrored):
                broken(record, "parity", f"{example.text} has a value at {place}, and none at {mirrored}")
            for a, b in zip(example.value(place).ravel(), example.value(mirrored).ravel(), strict=True):
                if abs(zero_one(b) - side * zero_one(a)) > _NOISE * max(1, size_of([a])):
                    broken(record, "parity", f"{example.text} at {mirrored} is not as {record.parity.value} says")


@law("growth")
def law_growth(subject: Subject) -> None:
    """What grows linearly runs one way far out, no faster than its argument; what grows exponentially overflows at 1000."""
    record = subject.record
    if record.growth is Growth.UNKNOWN:
        return
    for example in subject.examples:
        if not example.is_scalar:
            broken(record, "growth", f"{example.text} is no function of numbers")
        base = Place(dict.fromkeys(example.inputs, 1), {})
        if record.growth is Growth.LINEAR:
            for _, node in example.real:
                for side in (-1, 1):
                    _judge_linear(record, example, base, node, side)
        else:
            _judge_overflow(record, example, base)


def _judge_linear(record: Primitive, example: Example, base: Place, node: Node, side: int) -> None:
    places = [base.moved(node, side * number) for number in _FAR_OUT]
    samples = [(place, example.number(place)) for place in places if example.is_inside(place)]
    for place, value in samples:
        if not abs(value) <= _FACTOR * (1 + abs(place.values[node])):  # nor is it NaN
            size = mpmath.nstr(abs(value), 5)
            broken(record, "growth", f"|{example.text}| is {size} where {node} is {_power_of_ten(place, node)}")
    steps = [b - a for (_, a), (_, b) in itertools.pairwise(samples)]
    noise = _NOISE * max((abs(value) for _, value in samples), default=0)
    if min(steps, default=0) < -noise and max(steps, default=0) > noise:
        broken(record, "growth", f"{example.text} both rises and falls where {node} is large")


def _power_of_ten(place: Place, node: Node) -> str:
    value = place.values[node]
    return f"{'-' if value < 0 else ''}10^{round(math.log10(abs(value)))}"


def _judge_overflow(record: Primitive, example: Example, base: Place) -> None:
    if not example.has_value(base) or not size_of(example.value(base)) < _OVERFLOW:
        broken(record, "growth", f"{example.text} has no value at {base}")
    (_, first), *_ = example.free
    far = [base.moved(first, number) for number in (-_LARGE, _LARGE)]
    sizes = [size_of(example.value(place)) for place in far if example.has_value(place)]
    if not any(size >= _OVERFLOW for size in sizes):
        broken(record, "growth", f"{example.text} does not overflow where {first} is ±{_LARGE}")


class _Complex(MultiPrecision):
    """Complex numbers of mpmath's current precision, for functions that are made of arithmetic and of mpmath's functions."""

    def apply(self, record: Primitive, *entries: Any) -> Any:
        if record.name in _ARITHMETIC:
            return _ARITHMETIC[record.name](*entries)
        if record.precise is not None:
            return record.precise(mpmath.mp, *entries)
        if isinstance(record.reference, str):
            return getattr(mpmath.mp, record.reference)(*entries)
        return by_definition(self, record, entries, for_digits=True)


_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "add": lambda *terms: sum(terms),
    "mul": lambda *factors: math.prod(factors),
    "pow": lambda base, exponent: mpmath.power(base, exponent),
}


@law("is_meromorphic")
def law_is_meromorphic(subject: Subject) -> None:
    """A meromorphic function has one slope in all directions of the complex plane, and no branch cut."""
    record = subject.record
    if not record.is_meromorphic:
        return
    if record.arity != 1:
        broken(record, "is_meromorphic", "it is no function of one number")
    i, step = mpmath.mpc(0, 1), mpmath.mpf("1e-15")

    def value(z: Any) -> Any:
        return _Complex().apply(record, z)

    try:
        for z in itertools.starmap(mpmath.mpc, itertools.product(_REAL_PARTS, _IMAGINARY_PARTS)):
            along, across = ((value(z + d) - value(z - d)) / (2 * d) for d in (step, i * step))
            if not abs(along - across) <= mpmath.mpf("1e-20") * max(1, abs(along)):
                broken(record, "is_meromorphic", f"its slopes at {mpmath.nstr(z, 3)} along the axes are not the same")
        lines = [(at, _FAR) for at in _CROSSED] + [(scale * at, scale * _FAR) for scale in _SCALES for at in _CROSSED_FURTHER]
        for at, far in lines:
            for start, span in ((mpmath.mpc(-far, at), 2 * far), (mpmath.mpc(at, -far), 2 * i * far)):
                jump = _jump(value, start, span)
                if jump is not None:
                    broken(record, "is_meromorphic", f"it jumps at {mpmath.nstr(jump, 3)}: there is a branch cut")
    except (TypeError, ValueError, ArithmeticError, SymgdError) as error:
        if isinstance(error, DeclarationError):
            raise
        broken(record, "is_meromorphic", "it has no value at complex numbers")


def _jump(value: Callable[[Any], Any], start: Any, span: Any) -> Any:
    """Return where a function jumps on a line: between two points, halved again and again, it keeps its difference."""
    points = [start + span * k / _STEPS for k in range(_STEPS + 1)]
    values = [value(z) for z in points]
    gaps = sorted(range(_STEPS), key=lambda k: abs(values[k + 1] - values[k]))
    for k in gaps[-3:]:
        (low, below), (high, above) = ((points[n], values[n]) for n in (k, k + 1))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            middle_value = value(middle)
            if abs(middle_value - below) > abs(above - middle_value):
                high, above = middle, middle_value
            else:
                low, below = middle, middle_value
        if abs(above - below) > mpmath.mpf("1e-15") * max(1, abs(below)):
            return low
    return None


@law("is_stretching")
def law_is_stretching(subject: Subject) -> None:
    """A function that stretches returns its argument with other axes of size 1, stretched as NumPy broadcasts."""
    record = subject.record
    if not record.is_stretching:
        return
    for example in subject.examples:
        if len(example.args) != 1:
            broken(record, "is_stretching", f"{example.text} has {len(example.args)} arguments")
        sizes = example.some_sizes
        shape = example.shape_of(example.args[0], sizes)
        for first in (1.0, -3.5, 1e6, 0.375):
            entries = first + 3 * np.arange(math.prod(shape)).reshape(shape)
            try:
                value = example.evaluated([entries], sizes)
            except (SymgdError, IndexError, ValueError):
                broken(record, "is_stretching", f"{example.text} has no value for an argument of the shape {shape}")
            if not _is_stretched(entries, value):
                broken(record, "is_stretching", f"{example.text} is not its argument, stretched along axes")


def _is_stretched(entries: Any, value: Any) -> bool:
    """Whether an array is another one with new axes of size 1, stretched."""
    return any(
        np.array_equal(np.broadcast_to(entries.reshape(shape), value.shape), value)
        for shape in _shapes_with_new_axes(entries.shape, value.shape)
    )


def _shapes_with_new_axes(shape: Sequence[int], target: Sequence[int]) -> list[list[int]]:
    """Return the shapes with axes of size 1 put in that broadcasting stretches to another shape."""
    shapes = []
    for axes in itertools.combinations(range(len(target)), len(shape)):
        sizes = dict(zip(axes, shape, strict=True))
        if all(sizes.get(axis, 1) in (1, size) for axis, size in enumerate(target)):
            shapes.append([sizes.get(axis, 1) for axis in range(len(target))])
    return shapes


@law("unit_sum_axes")
def law_unit_sum_axes(subject: Subject) -> None:
    """Along the axes that are named the entries of a value add up to 1."""
    record = subject.record
    if record.unit_sum_axes is None:
        return
    for example in subject.examples:
        axes = tuple(record.unit_sum_axes(example.node))
        if not axes or not all(-example.node.rank <= axis < 0 for axis in axes):
            broken(record, "unit_sum_axes", f"{example.text} has no axes {axes}")
        for place in example.places:
            if not example.has_value(place):
                continue
            totals = np.asarray(example.value(place)).sum(axis=axes)
            if size_of(np.ravel(totals - 1)) > _NOISE:
                broken(record, "unit_sum_axes", f"the entries of {example.text} do not add up to 1 at {place}")
