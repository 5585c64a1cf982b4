"""Between which numbers a function of one variable lies, proven: floating point proposes the ends, signs decide."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.domain import Domain, read_domain
from symgd.curvature.second_derivatives.hessian import Hessian, has_kink, lower_triangle
from symgd.curvature.second_derivatives.minors import Matrix
from symgd.curvature.second_derivatives.pieces import smooth_pieces
from symgd.curvature.second_derivatives.smooth import has_smooth_roots, is_defined_on, sign_of, signs_on, smooth_roots
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.traversal import symbols_of
from symgd.rewrite.driver import simplify

__all__ = ["range_of", "range_of_second_derivative", "spread_of_scalars"]

UNITS = 2_000_000
"""The work that one range is worth."""


def range_of(formula: Node, variable: Node, interval: Interval) -> Interval:
    """Return an interval in which all values of a formula lie for a variable in an interval, as narrow as could be proven.

    Parameters
    ----------
    formula : Node
        A scalar formula of one variable.
    variable : Node
    interval : Interval
    """
    known = Facts({variable: interval}).interval(formula)
    if formula.is_exact:
        return Interval(Fraction(formula.value), Fraction(formula.value))
    if set(symbols_of(formula)) != {variable}:
        return known
    domain = Domain({variable: interval}, (), {})
    values = _values(formula, variable, domain)
    if not len(values):
        return known
    effort = Effort(UNITS)
    low, high = known.low, known.high
    for end in _ends_below(float(values.min())):
        if end <= known.low:
            break
        if _is_nonnegative(formula - constant(end), variable, domain, effort):
            low = end
            break
    for end in _ends_below(float((-values).min())):
        if -end >= known.high:
            break
        if _is_nonnegative(constant(-end) - formula, variable, domain, effort):
            high = -end
            break
    return Interval(low, high)


def range_of_second_derivative(formula: Node, variable: Node, interval: Interval) -> Interval | None:
    """Return where the second derivative of a scalar function lies, or None where its slope may jump.

    A function with pieces, such as the Huber loss, counts where its slopes meet at the joints.
    """
    others = set(symbols_of(formula)) - {variable}
    (simple,) = simplify([formula]).roots
    domain = Domain({variable: interval}, (), {})
    if not has_kink(simple, [variable]):
        return _range_of_smooth(simple, variable, interval, domain)
    if others:
        return None
    pieces = smooth_pieces(simple, variable, interval, Effort(UNITS))
    if pieces is None:
        return None
    ranges = [_range_of_smooth(piece, variable, part, Domain({variable: part}, (), {})) for part, piece in pieces]
    if any(enclosure is None for enclosure in ranges):
        return None
    return functools.reduce(operator.or_, (enclosure for enclosure in ranges if enclosure is not None))


def _range_of_smooth(formula: Node, variable: Node, interval: Interval, domain: Domain) -> Interval | None:
    if not has_smooth_roots(formula, [variable], domain, Effort(UNITS)):
        return None
    if not is_defined_on(formula, variable, interval, Effort(UNITS)):
        return Interval()
    (slope,) = gradients(formula, [variable])
    (bend,) = simplify(gradients(slope, [variable]), Facts()).roots
    return range_of(bend, variable, interval)


def _is_nonnegative(formula: Node, variable: Node, domain: Domain, effort: Effort) -> bool:
    signed = sign_of(formula, [variable], domain, effort)
    return signed is not None and signed.sign >= 0


def _values(formula: Node, variable: Node, domain: Domain) -> np.ndarray:
    """Return values at many points inside, the densest where they are smallest and largest."""
    points = np.concatenate([domain.sample([variable], 400, 0), domain.far_points([variable])])[:, 0]
    points = np.concatenate([points, [0.0]]) if 0 in domain.intervals[variable] else points
    try:
        code = compile_formulas([variable], [formula], as_list=False)
    except (SymgdError, OverflowError):
        return np.empty(0)
    with np.errstate(all="ignore"):
        for _ in range(5):
            values = np.broadcast_to(np.asarray(code(points), dtype=float), points.shape)
            usable = np.isfinite(values)
            if not usable.any():
                return np.empty(0)
            points, values = points[usable], values[usable]
            ends = [points[np.argmin(values)], points[np.argmax(values)]]
            width = 0.05 * max(1.0, float(np.ptp(ends)) * 0.01)
            near = np.concatenate([end + width * np.linspace(-1, 1, 41) for end in ends])
            added = domain.keep([variable], near[:, None])[:, 0]
            points = np.concatenate([points, added])
        return np.asarray(values)


def _ends_below(value: float) -> Iterator[Fraction]:
    """Yield short fractions at or just below a numerical minimum, the sharpest first."""
    if not math.isfinite(value):
        return
    size = max(abs(value), 1e-12)
    if abs(value) < 1e-7:
        yield Fraction(0)
    for largest, tolerance in ((1, 1e-2), (12, 2e-3), (1000, 1e-6)):
        near = Fraction(value).limit_denominator(largest)
        if value - tolerance * max(1, size) <= float(near) <= value + 1e-7 * size:
            yield near
    for share in (Fraction(1, 10**6), Fraction(1, 1000), Fraction(1, 20)):
        step = Fraction(size).limit_denominator(1000) * share or share
        yield (Fraction(value) // step - 1) * step


# -- several variables ----------------------------------------------------------------------------------------


def spread_of_scalars(
    formula: Node, variables: Sequence[Node], intervals: Mapping[Node, Interval | None]
) -> tuple[Fraction, Fraction] | None:
    """Return numbers between which all eigenvalues of a Hessian lie on a box, as close as could be proven, or None.

    Parameters
    ----------
    formula : Node
        A scalar formula of the variables alone, without kinks.
    variables : sequence of Node
    intervals : mapping
        Where each variable lies; None for anywhere that its facts allow.
    """
    if has_kink(formula, variables):
        return None
    try:
        domain = read_domain(
            formula, variables, {node.name: interval for node, interval in intervals.items() if interval is not None}, []
        )
        facts = Facts(domain.interior())
        hessian = Hessian(formula, variables, facts)
        elementary = Elementary(variables, facts, Effort(UNITS))
        flat = elementary.of_all(hessian.entries)
    except (SymgdError, ZeroDivisionError):
        return None
    signs = signs_on(elementary, domain)
    if signs is None or domain.natural or smooth_roots(signs) is None:
        return None
    places = lower_triangle(len(variables))
    ends: list[Fraction] = []
    for sign in (1, -1):
        entries = {place: elementary.scaled(quotient, sign) for place, quotient in zip(places, flat, strict=True)}
        nodes = {place: entry * sign for place, entry in zip(places, hessian.entries, strict=True)}
        end = _lowest_eigenvalue(Matrix(signs, entries, nodes), domain)
        if end is None:
            return None
        ends.append(end * sign)
    return ends[0], ends[1]


def _lowest_eigenvalue(matrix: Matrix, domain: Domain) -> Fraction | None:
    """Return a number that no eigenvalue is below, or None where none was found."""
    variables = matrix.variables
    points = np.concatenate([matrix.signs.region.points, domain.far_points(variables), np.zeros((1, len(variables)))])
    values = matrix.at(domain.keep(variables, points))
    values = values[np.isfinite(values).all((1, 2))]
    if not len(values):
        return None
    algebra = matrix.signs.region.elementary
    for end in _ends_below(float(np.linalg.eigvalsh(values)[:, 0].min())):
        try:
            if matrix.shifted(algebra.number(end), constant(end)).semidefinite(1) is not None:
                return end
        except SymgdError:
            return None
    return None
