"""Find what cancels near 0, by measuring, and compute it there by its power series.

``x − sin x`` keeps no digit at x = 10⁻⁹: both parts are 10⁻⁹, and what is left is 10⁻²⁸. In what is to be compiled, every
part that depends on one quantity u alone is evaluated near u = 0 in the arithmetic of a float64 and in many digits. Where the
two part, the code adds up the power series for |u| < r and is the formula elsewhere::

    where(abs(x) < 0.25, x**3*(0.16666666666666666 - x**2*(…)), x - sin(x))

At 0 itself the code has the value that the formula has; where that is 0/0, the limit, or none where that is asked for.

The coefficients come from values in 300 digits close to 0, and are rounded once. r is the least radius from which the formula
itself keeps its digits, and there are so many terms that the next are below the rounding of a float64. What was found is
measured once more, as compiled code; a formula stays as it was where the series does not help, and where there is none.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.code_warnings import silenced_warnings
from symgd.evaluation.digits import FULL, kept, settled
from symgd.evaluation.entries import Array, Entry, Real
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.names import stand_in
from symgd.graph.node import Node, constant
from symgd.graph.primitive import lookup
from symgd.graph.shape import Dim
from symgd.graph.traversal import rebuild, substitute, toposort
from symgd.primitives.arithmetic import add, mul, pow

__all__ = ["VARIABLE", "functions_of_one_quantity", "sources_of", "with_series_near_zero"]

VARIABLE = stand_in("?u")
_VECTOR = stand_in("?u", (Dim.named("?points"),))

_CLOSEST = (1e-300, -1e-300, 1e-160, -1e-160)
_TINY = tuple(sign * size for size in (1e-9, 1e-4) for sign in (1, -1))
_RADII = (0.0625, 0.125, 0.25, 0.375, 0.5, 1.0)
_BEYOND = (1.0, 1.1, 1.2, 1.3, 1.5, 1.7, 2.3, 3.1)
"""Where the formula must keep its digits, in radii."""
_INSIDE = (1e-12, 1e-6, 0.01, 0.2, 0.6, 0.99, 1.5)
"""Where the series is measured, in radii."""
_ENOUGH = 14.3
"""Digits that a formula with a few roundings keeps."""
_ACCEPTED = 13.5
"""Digits that code with a series must keep at least."""
_GAINED = 3
"""Or digits that it must gain: farther away the formula itself may keep fewer."""
_DIGITS = 60
_MOST_DIGITS = 1500
_TERMS = 50
_MOST_LEADING = 12
"""Orders that may vanish before the first that does not."""
_CLOSE = mpmath.mpf("1e-3")
_DIGITS_CLOSE = 300
_MOST_NODES = 80
_AHEAD = 6
"""Coefficients that bound what a series leaves out."""


def with_series_near_zero(formulas: Sequence[Node], *, fills_holes: bool = False) -> list[Node]:
    """Return formulas that keep their digits where something cancels near 0.

    Parameters
    ----------
    formulas : sequence of Node
        As they are to be compiled.
    fills_holes : bool
        Whether the value at 0 is that of the series where the formula has none.
    """
    order = toposort(formulas)
    sources = sources_of(order)
    improvements: dict[Node, tuple[Node, tuple[Node, ...], _Template]] = {}
    for node, source, parts in functions_of_one_quantity(formulas, order, sources):
        (template,) = substitute([node if parts == node.args else node.primitive.make(parts)], {source: VARIABLE})
        if _may_cancel(template):
            improved = _improved(template)
            if improved.expanded:
                improvements[node] = (source, parts, improved)
    if not improvements:
        return list(formulas)
    radii: dict[Node, float] = {}
    for source, _, improved in improvements.values():
        radii[source] = max(radii.get(source, 0.0), *improved.expanded.values())
    known: dict[Node, Node] = {}
    for node in order:
        if node in improvements:
            source, parts, improved = improvements[node]
            (better,) = substitute([improved.formula(radii[source], fills_holes=fills_holes)], {VARIABLE: known[source]})
            rest = [known[arg] for arg in node.args if arg not in parts]
            known[node] = node.primitive.make((*rest, better)) if rest else better
        else:
            known[node] = rebuild(node, tuple(known[arg] for arg in node.args))
    return [known[formula] for formula in formulas]


Sources = dict[Node, Node | None]


def sources_of(order: Sequence[Node]) -> Sources:
    """Return for each node the one quantity it depends on: itself where there are several; None for a number."""
    sources: Sources = {}
    for node in order:
        below = {sources[arg] for arg in node.args} - {None}
        if not below and node.primitive.is_elementwise and not node.is_symbol:
            sources[node] = None  # a number, such as √π
            continue
        source = below.pop() if len(below) == 1 else node
        is_same = node.primitive.is_elementwise and source is not None and source.shape == node.shape and not source.is_boolean
        sources[node] = source if is_same else node
    return sources


def functions_of_one_quantity(
    formulas: Sequence[Node], order: Sequence[Node], sources: Sources
) -> Iterator[tuple[Node, Node, tuple[Node, ...]]]:
    """Yield the functions of one quantity that are no part of a larger one, that quantity, and the arguments meant.

    Of a sum (product) of several quantities these are the terms (factors) that depend on one of them.
    """
    outermost = set(formulas)
    for node in order:
        outermost.update(arg for arg in node.args if sources[arg] is not sources[node])
    for node in order:
        source = sources[node]
        if source is not None and source is not node:
            if node in outermost and not node.is_boolean:
                yield node, source, node.args
        elif node.primitive in (add, mul):
            yield from _groups(node, sources)


def _groups(node: Node, sources: Sources) -> Iterator[tuple[Node, Node, tuple[Node, ...]]]:
    groups: dict[Node, list[Node]] = {}
    for arg in node.args:
        source = sources[arg]
        if source is not None and (arg.shape == node.shape or not arg.shape):
            groups.setdefault(source, []).append(arg)
    largest = max(groups.items(), key=lambda group: len(group[1]), default=None)
    if largest is not None and 1 < len(largest[1]) < len(node.args):
        yield node, largest[0], tuple(largest[1])


def _may_cancel(template: Node) -> bool:
    """Whether a formula has a sum or a quotient, is no plain polynomial, and has no function that is costly in many digits."""
    parts = toposort([template])
    if len(parts) > _MOST_NODES or not any(part.primitive is add or _is_divisor(part) for part in parts):
        return False
    if any(part.primitive.precise is not None for part in parts):
        return False
    return any(
        part.primitive not in (add, mul, pow)
        or (part.primitive is pow and not (part.args[1].is_exact and part.args[1].value in (2, 3, 4)))
        or (part.primitive is add and any(arg.primitive is add for factor in part.args for arg in factor.args))
        for part in parts
        if part.args
    )


class _Template(NamedTuple):
    """A function of :data:`VARIABLE`, and those of its parts that need their power series."""

    root: Node
    expanded: Mapping[Node, float]
    """With the radius that each of them needs."""

    def formula(self, radius: float, *, fills_holes: bool = False) -> Node:
        """Return the function with its power series where |u| is less than a radius; its own where terms are too few for it."""
        where = lookup("where")
        known: dict[Node, Node] = {}
        for node in toposort([self.root]):
            known[node] = rebuild(node, tuple(known[arg] for arg in node.args))
            if node in self.expanded:
                terms, reach = _power_series(node, radius), radius
                if terms is None:
                    terms, reach = _power_series(node, self.expanded[node]), self.expanded[node]
                assert terms is not None
                series = terms.formula()
                if not fills_holes and _value_at_zero(node) is None:
                    at_zero = lookup("equal").make((VARIABLE, constant(0)))
                    series = where.make((at_zero, constant(math.nan), series))
                near = lookup("less").make((abs(VARIABLE), constant(reach)))
                known[node] = where.make((near, series, known[node]))
        return known[self.root]


@functools.lru_cache(maxsize=512)
def _improved(template: Node) -> _Template:
    """Find the power series that a function needs to keep its digits near 0: of the whole, or of its parts."""
    if not _may_cancel(template) or not _loses_digits(template):
        return _Template(template, {})
    radius = _radius(template)
    candidate = _Template(template, {template: radius})
    if radius and _fills_no_jump(template) and _is_better(candidate, radius):
        return candidate
    expanded: dict[Node, float] = {}
    for arg in template.args:
        if arg.args and not arg.is_boolean:
            expanded |= _improved(arg).expanded
    candidate = _Template(template, expanded)
    return candidate if expanded and _is_nowhere_worse(candidate, max(expanded.values())) else _Template(template, {})


def _is_nowhere_worse(candidate: _Template, radius: float) -> bool:
    """Whether code with series in its parts keeps at least the digits of code without, also where that has none to show."""
    points = (*_CLOSEST, *(sign * radius * size for size in _INSIDE for sign in (1, -1)))
    true = _truth(candidate.root, points)
    before, after = (_agreeing(_computed(formula, points), true) for formula in (candidate.root, candidate.formula(radius)))
    return all(new >= min(old, _ENOUGH) - 0.5 for old, new in zip(before, after, strict=True)) and min(after, default=0) > 1


def _value_at_zero(template: Node) -> Real:
    """Return the value of a formula at 0 itself; None where it has none."""
    (value,) = evaluate_precisely([template], {VARIABLE: np.array(0.0)})
    return value[()] if mpmath.isfinite(value[()]) else None


def _fills_no_jump(template: Node) -> bool:
    """Whether the value at 0 is that of the power series, if there is one: a choice may give that point another."""
    value, coefficients = _value_at_zero(template), _coefficients(template)
    return value is None or abs(value - coefficients[0]) <= mpmath.mpf("1e-40") * max(1, abs(coefficients[0]))


def _loses_digits(template: Node) -> bool:
    digits = _digits_of_formula(template, _TINY)
    if len(digits) < len(_TINY):  # no value on one side of 0, or on both
        return bool(digits) and min(digits) < _ENOUGH
    if min(digits) < _ENOUGH:
        return True
    return _divides_by_what_vanishes(template) and _digits_closest(template, template) < _ENOUGH


def _divides_by_what_vanishes(template: Node) -> bool:
    """Whether something is divided by what is 0, or nearly so, at 0."""
    bases = [part.args[0] for part in toposort([template]) if _is_divisor(part)]
    return any(abs(value) < 1e-6 for base in bases for value in _truth(base, (1e-9,)))


def _is_divisor(part: Node) -> bool:
    return part.primitive is pow and part.args[1].is_exact and part.args[1].value < 0


def _radius(template: Node) -> float:
    """Return the least radius from which the formula keeps its digits, else the largest for which terms are enough, else 0."""
    possible = [radius for radius in _RADII if _power_series(template, radius) is not None]
    return next((radius for radius in possible if _keeps_digits_beyond(template, radius)), possible[-1] if possible else 0.0)


def _is_better(candidate: _Template, radius: float) -> bool:
    points = tuple(sign * radius * size for size in _INSIDE for sign in (1, -1))
    true = _truth(candidate.root, points)
    before, after = (
        min(*_agreeing(_computed(formula, points), true), _digits_closest(formula, candidate.root), FULL)
        for formula in (candidate.root, candidate.formula(radius))
    )
    return after > before and (after >= _ACCEPTED or after >= before + _GAINED)


def _keeps_digits_beyond(template: Node, radius: float) -> bool:
    points = tuple(sign * radius * factor for factor in _BEYOND for sign in (1, -1))
    return min(_digits_of_formula(template, points), default=FULL) >= _ENOUGH + 0.3


class _PowerSeries(NamedTuple):
    """u**first times a polynomial in u**step."""

    first: int
    step: int
    coefficients: list[float]

    def formula(self) -> Node:
        """Return it by Horner's rule."""
        u = VARIABLE if self.step == 1 else VARIABLE**self.step
        *others, last = self.coefficients
        total = constant(last)
        for number in reversed(others):
            total = constant(number) + (total * u if total.is_constant else u * total)
        return total if self.first == 0 else VARIABLE**self.first * total


@functools.lru_cache(maxsize=512)
def _power_series(template: Node, radius: float) -> _PowerSeries | None:
    """Return as many terms as a float64 shows at a radius; None where there is no power series, or too few terms."""
    coefficients = _coefficients(template)
    first = next((k for k, number in enumerate(coefficients) if number), None)
    if first is None:
        return None
    terms = coefficients[first:]
    sizes = [float(abs(number / terms[0])) * radius**k for k, number in enumerate(terms)]
    enough = (k for k in range(1, len(terms) - _AHEAD) if 2 * sum(sizes[k : k + _AHEAD]) < 2.0**-54)
    count = next(enough, None)
    if count is None:
        return None
    step = 2 if not any(terms[1 : count + _AHEAD : 2]) else 1
    return _PowerSeries(first, step, [float(number) for number in terms[:count:step]])


@functools.lru_cache(maxsize=512)
def _coefficients(template: Node) -> tuple[Real, ...]:
    """Return the coefficients of the power series at 0, in about 20 digits; none where the formula has no value nearby.

    They are those of the polynomial through points close to 0 on both sides, by divided differences.
    """
    with mpmath.workdps(_DIGITS_CLOSE):
        nodes = [mpmath.mpf(2 * k - _TERMS + 1) / _TERMS * _CLOSE for k in range(_TERMS)]
        column = list(_values(template, nodes, _DIGITS_CLOSE))
        if not all(map(mpmath.isfinite, column)):
            return ()
        for order in range(1, _TERMS):
            for k in range(_TERMS - 1, order - 1, -1):
                column[k] = (column[k] - column[k - 1]) / (nodes[k] - nodes[k - order])
        numbers = [mpmath.mpf(0)] * _TERMS
        for k in range(_TERMS - 1, -1, -1):  # from Newton's form, by Horner's rule
            shifted = [mpmath.mpf(0), *numbers[:-1]]
            numbers = [raised - nodes[k] * number for raised, number in zip(shifted, numbers, strict=True)]
            numbers[0] += column[k]
        least = max(map(abs, numbers[:_MOST_LEADING])) * mpmath.mpf("1e-40")
        return tuple(number if abs(number) > least else mpmath.mpf(0) for number in numbers)


# -- measuring --------------------------------------------------------------------------------------------------


def _at_points(template: Node) -> Node:
    """Return the function of a vector of points."""
    return substitute([template], {VARIABLE: _VECTOR})[0]


def _truth(template: Node, points: Sequence[float]) -> Array:
    """Return values in many digits: in as many as it takes for two precisions to agree."""
    digits = _DIGITS - int(math.log10(min(map(abs, points))))
    precisions = [digits * 2**k for k in range(6) if digits * 2**k < _MOST_DIGITS]
    (values,) = settled(
        [_at_points(template)], {_VECTOR: np.array(points)}, {"?points": len(points)}, [*precisions, _MOST_DIGITS]
    )
    return np.broadcast_to(values, (len(points),))


def _values(template: Node, points: Sequence[Real], digits: int) -> Array:
    (values,) = evaluate_precisely([_at_points(template)], {_VECTOR: np.array(points)}, {"?points": len(points)}, digits=digits)
    return np.broadcast_to(values, (len(points),))


def _digits_of_formula(template: Node, points: Sequence[float]) -> list[float]:
    """Return the digits that the arithmetic of a float64 keeps, where the formula has a value."""
    return _agreeing(_values(template, points, mpmath.libmp.prec_to_dps(53)), _truth(template, points))


def _digits_closest(formula: Node, template: Node) -> float:
    """Return the digits that compiled code keeps where the first term of the power series is the value."""
    coefficients = _coefficients(template)
    first = next((k for k, number in enumerate(coefficients) if number), None)
    if first is None:
        return FULL
    true = [coefficients[first] * mpmath.mpf(point) ** first for point in _CLOSEST]
    return min(_agreeing(_computed(formula, _CLOSEST), true))


def _computed(formula: Node, points: Sequence[float]) -> Array:
    """Return the values that compiled code gives."""
    compiled = compile_formulas([_VECTOR], [_at_points(formula)], as_list=False)
    with silenced_warnings(RuntimeWarning):
        return np.broadcast_to(compiled(np.array(points)), (len(points),))


def _agreeing(computed: Iterable[Entry], true: Iterable[Entry]) -> list[float]:
    """Return the digits that agree, where the truth has a value."""
    pairs = ((float(value), exact) for value, exact in zip(computed, true, strict=True) if mpmath.isfinite(exact))
    return [digits for digits in (kept(value, exact) for value, exact in pairs) if digits is not None]
