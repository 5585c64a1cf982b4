"""Numbers at which a declared function may change its form.

They are the zeros of what decides between branches (kinks, conditions, arguments of absolute values) in its definition, its
derivatives and its reference, along one argument, and the numbers that stand in these formulas and in its code. Between two of
them that are neighbours a function is one formula: a few points there show what it does on all of the part.
"""

from __future__ import annotations

import ast
import dataclasses
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from types import CellType
from typing import Any

import numpy as np
from mpmath.libmp import to_rational

from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Real
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.switches import squares_under_roots_of, switches_of
from symgd.graph.assumptions import Interval
from symgd.graph.conversion import as_node, is_finite
from symgd.graph.node import Node
from symgd.graph.primitive import REGISTRY, Primitive
from symgd.graph.traversal import toposort

__all__ = ["formulas_of", "largest", "numbers_in", "parts_between", "values_at", "zeros_along", "zeros_of_switches"]

_SCALES = tuple(Fraction(digit) * Fraction(10) ** k for k in range(-4, 7) for digit in (1, 2, 5))
_LARGEST = 10**15
_NUMBERS, _ZEROS, _EXPANSIONS = 8, 16, 40
_STEPS = 120
_DIGITS = 40
_SAME = Fraction(1, 10**9)
_CLOSE = Fraction(1, 2**90)
_EMPTY = CellType()
"""What a closure holds of a name that is not bound yet."""


def formulas_of(record: Primitive, args: Sequence[Node], node: Node) -> list[Node]:
    """Return the formulas of a declaration, of all fields that hold some, with the definitions of what they use."""
    of_arguments = (record.definition, record.reference, record.kinks)
    rules: list[tuple[Callable[..., Any], Sequence[Node]]] = [(rule, args) for rule in of_arguments if callable(rule)]
    rules += [(rule, (*args, node)) for rule in record.derivative if rule is not None]
    formulas: dict[Node, None] = {}
    for rule, given in rules:
        try:
            parts = rule(*given)
            formulas.update((as_node(part), None) for part in (parts if isinstance(parts, tuple | list) else (parts,)))
        except Exception:  # declared code may raise anything: the laws of its field tell of it
            continue
    formulas.pop(node, None)
    return _with_definitions(formulas)


def _with_definitions(formulas: Iterable[Node]) -> list[Node]:
    """Return formulas, and the definitions of functions that stand in them and declare no kinks of their own."""
    known = dict.fromkeys(formulas)
    for _ in range(_EXPANSIONS):
        bodies = [_body_of(part) for part in toposort(known)]
        new = [body for body in bodies if body is not None and body not in known]
        if not new:
            break
        known.update(dict.fromkeys(new[:_EXPANSIONS]))
    return list(known)


def _body_of(node: Node) -> Node | None:
    record = node.primitive
    if record.definition is None or record.kinks is not None or not record.is_elementwise or record.evaluate is not None:
        return None
    try:
        return as_node(record.definition(*node.args))
    except Exception:  # declared code may raise anything
        return None


def numbers_in(record: Primitive, formulas: Iterable[Node]) -> list[Fraction]:
    """Return the numbers that stand in formulas and in the template of the code, the simplest first."""
    nodes = toposort(formulas)
    values: list[object] = [node.value for node in nodes if node.is_constant and not isinstance(node.value, bool)]
    values += _computed(nodes)
    if record not in REGISTRY.own:
        values += _in_fields(record)
    try:
        template = ast.parse(record.numpy.format(x="x", y="y", z="z") if record.numpy else "0", mode="eval")
        values += [part.value for part in ast.walk(template) if isinstance(part, ast.Constant)]
    except (SyntaxError, KeyError, IndexError, ValueError):  # the law of the code tells of it
        pass
    numbers = {
        abs(Fraction(value))
        for value in values
        if isinstance(value, int | float | Fraction) and not isinstance(value, bool) and is_finite(value)
    }
    usual: list[Fraction] = []
    for number in sorted(
        (number for number in numbers if 0 < number < _LARGEST), key=lambda number: (number.denominator, number)
    ):
        if all(abs(number - known) > _SAME * number for known in usual):  # 1/10 and the float 0.1 are one
            usual.append(number)
    return sorted(usual[:_NUMBERS])


def _in_fields(record: Primitive) -> list[object]:
    """Return the numbers in the facts of a user's declaration, and in the code of its functions."""
    values: list[object] = []
    for field in dataclasses.fields(record):
        declared = getattr(record, field.name)
        for part in declared if isinstance(declared, tuple) else (declared,):
            if isinstance(part, Interval):
                values += [part.low, part.high]
            elif callable(part):
                values += _in_code(getattr(part, "__code__", None))
                values += [cell.cell_contents for cell in getattr(part, "__closure__", None) or () if cell != _EMPTY]
                values += getattr(part, "__defaults__", None) or ()
    return values


def _in_code(code: Any) -> list[object]:
    """Return the numbers that Python code has as constants, those of functions inside it, too."""
    constants = list(getattr(code, "co_consts", ()))
    return constants + [number for part in constants if hasattr(part, "co_consts") for number in _in_code(part)]


def _computed(nodes: Sequence[Node]) -> list[Fraction]:
    """Return the numbers that are computed from numbers alone, as e²⁰ is, in so many digits."""
    alone: dict[Node, bool] = {}
    for node in nodes:
        alone[node] = node.is_constant or (bool(node.args) and not node.shape and all(alone[arg] for arg in node.args))
    computed = [node for node in nodes if node.args and alone[node] and not node.is_boolean]
    numbers = [array[()] for array in evaluate_precisely(computed[:_NUMBERS], {}, digits=_DIGITS)]
    return [Fraction(*to_rational(number._mpf_)) for number in numbers if mpmath.isfinite(number)]


def values_at(formula: Node, node: Node, points: Sequence[Fraction], fixed: Mapping[Node, Any], digits: int) -> Array:
    """Return the values of a formula at points of one input, NaN where it has none."""
    if not points:
        return np.empty(0, dtype=object)
    column = np.empty(len(points), dtype=object)
    column[:] = points
    (array,) = evaluate_precisely([formula], {**fixed, node: column}, digits=digits)
    if array.shape == () and not _is_nan(array[()]):
        return np.full(len(points), array[()], dtype=object)
    if array.shape == (len(points),) and not all(_is_nan(entry) for entry in array):
        return np.asarray(array)
    values = np.empty(len(points), dtype=object)
    for k, point in enumerate(points):  # where one of them has no value, none may have
        try:
            (array,) = evaluate_precisely([formula], {**fixed, node: np.asarray(point, dtype=object)}, digits=digits)
            values[k] = array[()]
        except (SymgdError, ArithmeticError):
            values[k] = mpmath.nan
    return values


def _is_nan(entry: Any) -> bool:
    return bool(entry != entry)


def zeros_of_switches(
    formulas: Sequence[Node], numbers: Sequence[Fraction], node: Node, fixed: Mapping[Node, Any]
) -> list[Fraction]:
    """Return the zeros of what decides between branches along an input, the others fixed."""
    return zeros_along((*switches_of(formulas), *squares_under_roots_of(formulas)), numbers, node, fixed)


def zeros_along(
    expressions: Iterable[Node], numbers: Sequence[Fraction], node: Node, fixed: Mapping[Node, Any]
) -> list[Fraction]:
    """Return the zeros of expressions along an input, the others fixed: the closest to 0, if there are many."""
    switches = [switch for switch in expressions if node in switch.symbols]
    beyond = 2 * max(numbers, default=Fraction(0))  # so that what changes its sign at the largest has both signs
    grid = {side * number for number in (*_SCALES, *numbers, beyond) for side in (-1, 1)} | {Fraction(0)}
    zeros: set[Fraction] = set()
    for _ in range(2):  # what is between the zeros of one switch shows those of others
        points = sorted(grid)
        for switch in switches:
            zeros.update(_zeros(switch, points, node, fixed))
        between = {(a + b) / 2 for a, b in itertools.pairwise(sorted(zeros))}
        if len(switches) < 2 or between <= grid or len(zeros) >= _ZEROS:
            break
        grid |= between | zeros
    return sorted(sorted(zeros, key=abs)[:_ZEROS])


def _zeros(switch: Node, points: Sequence[Fraction], node: Node, fixed: Mapping[Node, Any]) -> list[Fraction]:
    values = values_at(switch, node, points, fixed, _DIGITS)
    pairs = [(x, value) for x, value in zip(points, values, strict=True) if not isinstance(value, bool)]
    pairs = [(x, value) for x, value in pairs if mpmath.isfinite(value)]
    zeros = [x for x, value in pairs if value == 0]
    changes = [(a, b) for a, b in itertools.pairwise(pairs) if a[1] * b[1] < 0]
    changes.sort(key=lambda change: abs(change[0][0]) + abs(change[1][0]))
    for (a, low), (b, high) in changes[:_ZEROS]:
        zeros.append(_zero_between(switch, node, fixed, (a, low), (b, high)))
    return zeros


def _zero_between(
    switch: Node, node: Node, fixed: Mapping[Node, Any], left: tuple[Fraction, Real], right: tuple[Fraction, Real]
) -> Fraction:
    """Return a zero between two points of different signs: the simple number that it is, or one that is close to it."""
    (a, low), (b, high) = left, right
    for k in range(_STEPS):
        middle = (a + b) / 2 if k % 3 == 2 else _where_a_line_crosses(a, low, b, high)
        for x in dict.fromkeys((middle.limit_denominator(10**6), middle)):
            if not a < x < b:
                continue
            (value,) = values_at(switch, node, [x], fixed, _DIGITS)
            if value == 0 or not mpmath.isfinite(value):
                return x
            if value * low < 0:
                b, high = x, value
            else:
                a, low = x, value
        if b - a <= _CLOSE * largest(Fraction(1), a):
            break
    return (a + b) / 2


def _where_a_line_crosses(a: Fraction, low: Real, b: Fraction, high: Real) -> Fraction:
    share = abs(low) / (abs(low) + abs(high))
    if not mpmath.isfinite(share):
        return (a + b) / 2
    return a + (b - a) * Fraction(int(share * 2**100), 2**100)


def largest(*numbers: Fraction) -> Fraction:
    """Return the largest size of numbers."""
    return max(abs(number) for number in numbers)


def parts_between(thresholds: Iterable[Fraction], count: int = 1) -> list[Fraction]:
    """Return points between neighbouring thresholds, and beyond the first and the last; so many in each part."""
    ends: list[Fraction] = []
    for end in sorted(set(thresholds)):
        if not ends or end - ends[-1] > _SAME * largest(end, ends[-1]):  # 1/10 and the float 0.1 are one
            ends.append(end)
    if not ends:
        return []
    points = [a + (b - a) * k / (count + 1) for a, b in itertools.pairwise(ends) for k in range(1, count + 1)]
    for k in range(count):
        below, above = (largest(Fraction(1), end) * 2**k for end in (ends[0], ends[-1]))
        points += [ends[0] - below, ends[-1] + above]
    return sorted(points)
