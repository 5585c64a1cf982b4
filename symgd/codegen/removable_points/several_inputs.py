"""Limits of several inputs: values of compiled code where a norm, a distance or a divisor is 0 and the formula has none.

The Hessian of cos‖x‖ is −I at x = 0, and its formula is 0/0 there. Where something is 0 that is divided by, or whose logarithm
is taken, the code moves it aside by 10⁻¹⁰⁰: ``where(norm(x) == 0, 1e-100, x)`` takes the place of x. That is done only where
it is known to be right. At points where it is 0, the values of the formula along several directions to the point are compared
in many digits; the code must compute what they settle at. A formula that has a value there keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.codegen.stages.scalars import within_range
from symgd.equality.differences import shaken
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.code_warnings import silenced_warnings
from symgd.evaluation.entries import Array, Real
from symgd.evaluation.high_precision import as_floats, evaluate_precisely
from symgd.evaluation.inputs import check_work, row_numbers, smaller
from symgd.evaluation.sampling import Point, points
from symgd.evaluation.subgradients import support_of, with_slopes_of_norms
from symgd.graph.assumptions import Sign
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS, lookup
from symgd.graph.traversal import substitute, symbols_of, toposort
from symgd.primitives.arithmetic import mul, pow

__all__ = ["with_limits_of_several"]

_MOST_NODES = 400
_MOST_QUANTITIES = 6
_DIGITS = 400
_DISTANCES = tuple(mpmath.mpf(10) ** -k for k in (60, 90))
_DIRECTIONS = 6
"""Along so many directions to a point a formula must have the same limit."""
_MOST_DIRECTIONS = 60
"""So many are tried: a logarithm has values on some only."""
_SETTLED = mpmath.mpf("1e-40")
_SMALL, _SHRINKING = mpmath.mpf("1e-20"), mpmath.mpf("1e-6")
"""What is as small as this, and smaller by this at the next distance, has the limit 0."""
_ROUNDING = mpmath.mpf(2) ** -52
_SHAKES = 2
_ASIDE = (1e-100, 1e-40, 1e-20)
_COMPUTED = 1e-11
"""How near compiled code must come to a limit."""


class _Quantity(NamedTuple):
    """What may be 0, and where that leaves a formula without a value.

    Attributes
    ----------
    moved : tuple of Node
        What is moved aside where it is 0.
    zero : Node
        What is 0 there.
    axes : tuple of int or None
        The axes of what is moved that `zero` does not have; None where both have the same, or it has none.
    """

    moved: tuple[Node, ...]
    zero: Node
    axes: tuple[int, ...] | None


def with_limits_of_several(formulas: Sequence[Node]) -> list[Node]:
    """Return formulas that have their limit where they have no value because several inputs together make something 0.

    Parameters
    ----------
    formulas : sequence of Node
        As they are to be compiled; functions that take long in many digits are left alone.
    """
    results = list(formulas)
    for k, formula in enumerate(formulas):
        parts = toposort([formula])
        if formula.is_boolean or len(parts) > _MOST_NODES or any(part.primitive.precise is not None for part in parts):
            continue
        quantities = list(_quantities(formula))
        drawn = _ordinary_points(formula) if quantities else []
        for quantity in quantities[:_MOST_QUANTITIES] if drawn else ():
            changed = _with_limit(results[k], quantity, [other.zero for other in quantities if other is not quantity], drawn)
            if changed is not None:
                results[k] = changed
    return results


def _ordinary_points(formula: Node) -> list[tuple[Point, Real]]:
    """Return points at which a formula, with small axes, has a value, and how large its values are; none where it is slow."""
    (small,) = smaller([formula]) or [formula]
    sampled = []
    try:
        for point in points(small, 2, 0):
            check_work([small], point.sizes)
            (value,) = evaluate_precisely([small], point.values, point.sizes)
            sampled.append((point, max(map(abs, value.flat)) or mpmath.mpf(1)))
    except SymgdError:
        return []
    return sampled


# -- what may be 0 --------------------------------------------------------------------------------------------


def _quantities(formula: Node) -> Iterator[_Quantity]:
    """Yield what must not be 0, the parts of norms first."""
    quantities: dict[_Quantity, None] = {}
    facts = Facts()
    for node in toposort([formula]):
        for arg, allowed in node.primitive.requirements(node):
            sign = allowed if isinstance(allowed, Sign) else allowed.sign
            if not sign & Sign.ZERO and not arg.is_constant:
                quantities.update(dict.fromkeys(_parts(arg)))
        if node.primitive is pow and not node.args[1].is_exact and not facts.is_nonnegative(node.args[1]):
            quantities.update(dict.fromkeys(_parts(node.args[0])))  # x**(k - 2) divides by x where k is 1
    yield from sorted(
        (quantity for quantity in quantities if not facts.is_nonzero(quantity.zero)),
        key=lambda quantity: quantity.zero is quantity.moved[0],
    )


def _parts(zero: Node) -> Iterator[_Quantity]:
    """Yield what makes a divisor 0: the arrays of a norm, or the factors of a product."""
    support = support_of(zero)
    if support is not None:
        arrays = tuple(sorted(support.arrays, key=lambda node: node.serial))
        axes = tuple(axis % support.rank for axis in support.reduced)
        yield _Quantity(arrays, zero, axes if len(axes) < support.rank else None)
        zero_parts = [part for array in arrays for part in (array.args if array.primitive is mul else ())]
        for part in zero_parts:
            if not part.is_constant and not part.shape:
                yield _Quantity((part,), part, None)
    elif zero.primitive is mul:
        for part in zero.args:
            if not part.is_constant:
                yield from _parts(part)
    elif zero.primitive is pow or zero.primitive.is_stretching:
        yield from _parts(zero.args[0])
    else:
        yield _Quantity((zero,), zero, None)


def _moved_aside(quantity: _Quantity, distance: float, others: Sequence[Node] = ()) -> dict[Node, Node]:
    """Return what takes the place of what is moved, unless something else is 0 too."""
    where, equal = lookup("where"), lookup("equal")
    zero = quantity.zero if quantity.axes is None else FUNCTIONS["expand_dims"](quantity.zero, quantity.axes)
    is_zero = equal.make((zero, constant(0)))
    replacements = {}
    for node in quantity.moved:
        aside = constant(distance)
        for other in others:
            aside = where.make((equal.make((other, constant(0))), node, aside))
        replacements[node] = where.make((is_zero, aside, node))
    return replacements


# -- whether there is a limit ---------------------------------------------------------------------------------


def _with_limit(formula: Node, quantity: _Quantity, zeros: Sequence[Node], drawn: Sequence[tuple[Point, Real]]) -> Node | None:
    """Return a formula that has its limits where a quantity is 0, and no other is; None where it has none, or a value."""
    try:
        all_of_them = [formula, quantity.zero, *quantity.moved, *zeros]
        tried = smaller(all_of_them) or all_of_them
        count = 2 + len(quantity.moved)
        small, few = tried[0], _Quantity(tuple(tried[2:count]), tried[1], quantity.axes)
        places, limits = [], []
        for place, scale in _places(small, few, drawn):
            limit = _limit(small, place, scale)
            if limit is None:
                return None
            places.append((place, scale))
            limits.append(limit)
        if not places:
            return None
        others = [
            zero
            for zero, small_zero in zip(zeros, tried[count:], strict=True)
            if not _are_zero_together(small_zero, few, places)
        ]
        if any(zero.shape and (zero.shape != quantity.zero.shape or quantity.axes is not None) for zero in others):
            return None
        for distance in _ASIDE:
            (changed,) = substitute([small], _moved_aside(few, distance))
            if all(_computes(changed, place, limit, scale) for (place, scale), limit in zip(places, limits, strict=True)):
                return substitute([formula], _moved_aside(quantity, distance, others))[0]
    except (SymgdError, ArithmeticError, IndexError):
        return None
    return None


def _are_zero_together(other: Node, quantity: _Quantity, places: Sequence[tuple[Point, Real]]) -> bool:
    """Whether something else is 0 wherever a quantity is, as x @ x where the norm of x is."""
    for place, _ in places:
        zero, value = evaluate_precisely([quantity.zero, other], place.values, place.sizes)
        if np.any(zero == 0) and not np.any(value == 0):
            return False
    return True


def _places(formula: Node, quantity: _Quantity, drawn: Sequence[tuple[Point, Real]]) -> Iterator[tuple[Point, Real]]:
    """Yield points at which a quantity is 0 and a formula, as it is compiled, has no value; and how large its values are."""
    guarded = with_slopes_of_norms(within_range([formula]))[0]
    rows = row_numbers(toposort([formula]))
    for point, scale in drawn:
        for changed in _zeros(quantity, point):
            place = Point(point.values | changed, point.sizes)
            if any(node in rows for node in changed):
                continue
            zero, value = evaluate_precisely([quantity.zero, guarded], place.values, place.sizes)
            if not any(entry == 0 for entry in zero.flat) or all(map(mpmath.isfinite, value.flat)):
                continue
            aside = _moved_aside(quantity, _ASIDE[0])
            (beside,) = evaluate_precisely(substitute([formula], aside), place.values, place.sizes, digits=_DIGITS)
            if all(map(mpmath.isfinite, beside.flat)):  # a logarithm may have none there
                yield place, scale


def _zeros(quantity: _Quantity, point: Point) -> Iterator[dict[Node, Array]]:
    """Yield values of inputs at which a quantity is 0, in all entries or in some."""
    inputs = [node for node in symbols_of(*quantity.moved) if node in point.values]
    if set(quantity.moved) <= set(inputs):
        yield {node: np.zeros_like(point.values[node], dtype=float) for node in quantity.moved}
        if quantity.moved[0].rank and (quantity.axes is not None or quantity.zero.rank):
            some = {node: np.array(point.values[node], dtype=float) for node in quantity.moved}
            for value in some.values():
                value[0] = 0
            yield some
        return
    for node in inputs:  # x - 3
        low, high = (_value_with(quantity.moved[0], node, number, point) for number in (0.0, 1.0))
        if low.shape == np.shape(point.values[node]) and np.isfinite(low).all() and np.isfinite(high).all():
            if np.all(high != low):
                yield {node: -low / (high - low)}
    yield {node: np.zeros_like(point.values[node], dtype=float) for node in inputs}  # x² + y² − x·y
    same = {node: np.full_like(point.values[node], 0.75, dtype=float) for node in inputs}
    yield same  # x - y
    for node in inputs:  # rows of X - others
        if np.ndim(point.values[node]) > 1:
            row = np.asarray(point.values[node], dtype=float)[:1]
            yield {node: np.broadcast_to(row, np.shape(point.values[node])).copy()}


def _value_with(formula: Node, node: Node, number: float, point: Point) -> Real:
    changed = point.values | {node: np.full_like(point.values[node], number, dtype=float)}
    return as_floats(evaluate_precisely([formula], changed, point.sizes)[0])


def _limit(formula: Node, place: Point, scale: Real) -> Real:
    """Return what the values of a formula settle at along all directions to a point, as floats; None where they do not."""
    generator = np.random.default_rng(1)
    rows = row_numbers(toposort([formula]))
    limits: list[Real] = []
    for turn in range(_MOST_DIRECTIONS):
        if len(limits) == _DIRECTIONS:
            break
        values: list[Real] = []
        directions = {
            node: _direction(generator, np.shape(value), turn) for node, value in place.values.items() if node not in rows
        }
        for distance in _DISTANCES:
            with mpmath.workdps(_DIGITS):
                near = {
                    node: _near(value, directions[node], distance) if node in directions else value
                    for node, value in place.values.items()
                }
            values.append(evaluate_precisely([formula], near, place.sizes, digits=_DIGITS)[0])
            if any(map(mpmath.isnan, values[0].flat)):
                break
        if len(values) < len(_DISTANCES):
            continue  # outside the domain
        if not _settles(values[0], values[1], scale) or (limits and not _agree(limits[0], values[1], scale)):
            return None
        limits.append(values[1])
    return limits[0].astype(float) if len(limits) == _DIRECTIONS else None


def _direction(generator: np.random.Generator, shape: tuple[int, ...], turn: int) -> Array:
    """Return a direction: forwards or backwards in all entries, then at random, sometimes forwards only."""
    sizes = generator.integers(64, 192, size=shape) / 128
    if turn < 2:
        return sizes * (1 - 2 * turn)
    return sizes if turn in (4, 6) else sizes * generator.choice([-1.0, 1.0], size=shape)


def _near(value: Array, direction: Array, distance: Real) -> Array:
    array = np.asarray(value, dtype=float)
    result = np.empty(array.shape, dtype=object)
    for index in np.ndindex(*array.shape):
        result[index] = mpmath.mpf(float(array[index])) + distance * mpmath.mpf(
            float(direction[index] if array.shape else direction)
        )
    return result


def _settles(farther: Real, nearer: Real, scale: Real) -> bool:
    """Whether all entries agree at two distances, or become small, as √r does."""
    return all(
        _agree(np.array([a]), np.array([b]), scale)
        or (mpmath.isfinite(a) and abs(a) <= _SMALL * scale and abs(b) <= _SHRINKING * abs(a))
        for a, b in zip(farther.flat, nearer.flat, strict=True)
    )


def _agree(first: Real, second: Real, scale: Real) -> bool:
    return all(
        mpmath.isfinite(a) and mpmath.isfinite(b) and abs(a - b) <= _SETTLED * max(scale, abs(a))
        for a, b in zip(first.flat, second.flat, strict=True)
    )


def _computes(formula: Node, place: Point, limit: Real, scale: Real) -> bool:
    """Whether compiled code has the limit at a point."""
    if _is_lost_in_rounding(formula, place, limit, scale):
        return False
    inputs = list(place.values)
    compiled = compile_formulas(inputs, [formula], as_list=False, slopes_of_norms=True)
    with silenced_warnings(), np.errstate(all="ignore"):
        value = np.asarray(compiled(*(np.asarray(place.values[node]) for node in inputs)), dtype=float)
    return bool(np.all(np.abs(value - limit) <= _COMPUTED * np.maximum(float(scale), np.abs(limit))))


def _is_lost_in_rounding(formula: Node, place: Point, limit: Real, scale: Real) -> bool:
    """Whether the rounding of a float64 in every step would change the value: terms of 10¹⁰⁰ may cancel at one point only."""
    known: dict[Node, Array] = {}
    (exact,) = evaluate_precisely([formula], place.values, place.sizes, _DIGITS, known)
    generator = np.random.default_rng(2)
    with mpmath.workdps(_DIGITS):
        for _ in range(_SHAKES):
            value = shaken(formula, known, place.sizes, _DIGITS, _ROUNDING, generator)
            shifts = as_floats(np.abs(value - exact))
            if not np.all(shifts <= _COMPUTED * np.maximum(float(scale), np.abs(limit))):
                return True
    return False
