"""Stationary points of formulas of scalars, and what they are: minimum, maximum, saddle or degenerate.

Newton's method from many starts proposes points. One that is a short fraction is verified exactly; any other is refined to 50
digits and proven by Krawczyk's operator: a tiny box around it contains exactly one zero of the gradient. The kind follows from
the signs of the Hessian's leading minors, exactly or in interval arithmetic over that box. Of one variable, the roots of the
derivative are isolated exactly where it is a polynomial, so that the list is complete.

References
----------
Krawczyk, "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken", 1969; Moore, Kearfott & Cloud,
*Introduction to Interval Analysis*, 2009, chapter 8; Gantmacher,
*The Theory of Matrices*, 1959, chapter X, for Jacobi's rule of signs.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from symgd.codegen.lambdify import compile_formulas
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.domain import Domain
from symgd.curvature.second_derivatives.hessian import Hessian, lower_triangle
from symgd.derive.jacobian import gradients
from symgd.errors import DomainError, SymgdError
from symgd.evaluation.effort import Effort
from symgd.evaluation.exact import exact_number, exact_values
from symgd.evaluation.intervals import enclose, ends_of
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.text_printer import number_text
from symgd.graph.traversal import toposort

__all__ = ["Nature", "StationaryPoint", "StationaryPoints", "classify_point", "find_stationary_points"]

DIGITS = 50
MAX_DERIVATIVE = 12
MAX_POINTS = 200
RADIUS = Fraction(1, 10**30)
PER_NODE, PER_PROOF = 20, 500
"""Units of work for each node of the slopes: of Newton's method from a start, and of a proof."""
UNITS = 10_000_000
"""The work that the search for points is worth."""


class Nature(Enum):
    """What a stationary point is."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    DEGENERATE = "degenerate"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, eq=False)
class StationaryPoint:
    """A point at which the gradient is 0.

    Attributes
    ----------
    point : dict of str to SymPy number
        Exact where the point is a fraction or a root that is known; otherwise 30 digits of a point that is proven to exist.
    nature : Nature
    value : SymPy number
    is_exact : bool
    reason : str
        What shows the nature.
    """

    point: Mapping[str, Any]
    nature: Nature
    value: Any
    is_exact: bool
    reason: str

    def __str__(self) -> str:
        place = ", ".join(f"{name} = {_short(x)}" for name, x in self.point.items())
        return f"{self.nature} at {place}, f = {_short(self.value)}: {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """Return the point as plain data."""
        return {
            "point": {name: number_text(x) for name, x in self.point.items()},
            "nature": str(self.nature),
            "value": number_text(self.value),
            "is_exact": self.is_exact,
            "reason": self.reason,
        }


@dataclass(frozen=True, eq=False)
class StationaryPoints(Sequence[StationaryPoint]):
    """Stationary points, in the order of their values.

    Attributes
    ----------
    points : tuple of StationaryPoint
    is_complete : bool
        Whether these are all, proven; otherwise there may be more.
    """

    points: tuple[StationaryPoint, ...]
    is_complete: bool

    def __getitem__(self, index: Any) -> Any:
        return self.points[index]

    def __len__(self) -> int:
        return len(self.points)

    def __str__(self) -> str:
        ending = "these are all" if self.is_complete else "there may be more"
        return "\n".join([*map(str, self.points), f"{len(self.points)} stationary point{'s' * (len(self) != 1)}; {ending}"])

    def to_dict(self) -> dict[str, Any]:
        """Return the points as plain data."""
        return {"points": [point.to_dict() for point in self.points], "is_complete": self.is_complete}


def _short(number: Any) -> str:
    text = number_text(number)
    return text if len(text) <= 24 else str(sp.N(number, 10))


# -- finding --------------------------------------------------------------------------------------------------


def find_stationary_points(formula: Node, variables: Sequence[Node], domain: Domain, seed: int = 0) -> StationaryPoints:
    """Return the stationary points that were found and proven inside a domain.

    Raises
    ------
    SymgdError
        Where the formula is constant.
    """
    variables = list(variables)
    slopes = gradients(formula, variables)
    if _is_constant(slopes, variables, domain):
        raise SymgdError("the formula is constant, so that every point is stationary")
    effort = Effort(UNITS)
    exact = _of_one_variable(formula, slopes[0], variables[0], domain) if len(variables) == 1 else None
    if exact is not None:
        return _sorted(exact, True)
    found: list[StationaryPoint] = []
    places: list[np.ndarray] = []
    size = len(toposort(slopes))
    for place in _proposals(slopes, variables, domain, seed, effort):
        if any(np.allclose(place, known, rtol=1e-6, atol=1e-7) for known in places):
            continue
        point = _proven(formula, slopes, variables, domain, place)
        if point is not None:
            places.append(place)
            if not any(point.point == known.point for known in found):
                found.append(point)
        effort.spend(PER_PROOF * size)
        if len(found) >= MAX_POINTS or effort.is_used_up:
            break
    return _sorted(found, False)


def _is_constant(slopes: Sequence[Node], variables: Sequence[Node], domain: Domain) -> bool:
    """Whether all slopes are 0 everywhere."""
    try:
        return not any(quotient.top for quotient in Elementary(variables, Facts(domain.interior())).of_all(slopes))
    except SymgdError:
        return False


def _sorted(points: Sequence[StationaryPoint], is_complete: bool) -> StationaryPoints:
    return StationaryPoints(tuple(sorted(points, key=lambda one: float(one.value))), is_complete)


def _of_one_variable(formula: Node, slope: Node, variable: Node, domain: Domain) -> list[StationaryPoint] | None:
    """Return all stationary points of a function whose derivative is a quotient of polynomials in x, or None for any other."""
    elementary = Elementary([variable], Facts(domain.interior()))
    try:
        (quotient,) = elementary.of_all([slope])
    except SymgdError:
        return None
    if domain.constraints or elementary.in_use(quotient.top, *quotient.bottom) not in ([], elementary.generators[:1]):
        return None
    t = sp.Symbol("t", real=True)
    low = min((monomial[0] for monomial in quotient.top), default=0)
    powers = {monomial[0] - low: c for monomial, c in quotient.top.terms()}
    terms = [sp.Rational(int(c.numerator), int(c.denominator)) * t**k for k, c in powers.items()]
    polynomial = sp.Poly(sp.Add(*terms), t, domain="QQ")
    if polynomial.is_zero:
        return None
    roots = list(dict.fromkeys(polynomial.real_roots())) if polynomial.degree() > 0 else []
    if low > 0:
        roots.append(sp.Integer(0))
    found = []
    for root in roots:
        if _inside(root, domain.intervals[variable]):
            with_value = _classified(formula, [variable], {variable: root}, is_exact=True)
            if with_value is not None:
                found.append(with_value)
    return found


def _inside(number: Any, interval: Interval) -> bool:
    for end, is_open, way in ((interval.low, interval.open_low, 1), (interval.high, interval.open_high, -1)):
        if isinstance(end, Fraction):
            gap = way * (number - sp.Rational(end.numerator, end.denominator))
            if not (gap > 0 or (gap == 0 and not is_open)):
                return False
    return True


def _proposals(
    slopes: Sequence[Node], variables: Sequence[Node], domain: Domain, seed: int, effort: Effort
) -> Iterator[np.ndarray]:
    """Yield points to which Newton's method converges, from many starts."""
    n = len(variables)
    rows = [gradients(slope, variables) for slope in slopes]
    code = compile_formulas(variables, [*slopes, *itertools.chain.from_iterable(rows)])
    starts = domain.sample(variables, 240, seed)
    grid = np.array(list(itertools.product(*([[-3.0, -1.5, -0.5, 0.0, 0.5, 1.5, 3.0]] * min(n, 3)))))
    if n <= 3:
        starts = np.concatenate([domain.keep(variables, grid), starts])
    seen: list[np.ndarray] = []
    count = len(toposort([*slopes, *itertools.chain.from_iterable(rows)]))
    for start in starts:
        effort.spend(PER_NODE * count)
        if effort.is_used_up:
            return
        place = start.copy()
        with np.errstate(all="ignore"):
            for _ in range(60):
                values = np.array([float(value) for value in code(*place)])
                gradient, hessian = values[:n], values[n:].reshape(n, n)
                if not np.isfinite(values).all():
                    break
                step = np.linalg.lstsq(hessian, gradient, rcond=1e-12)[0]
                size = float(np.abs(step).max())
                place = place - step * min(1.0, 2.0 / max(size, 1e-300))
                if size <= 1e-12 * max(1.0, float(np.abs(place).max())):
                    break
            else:
                continue
        if not np.isfinite(place).all() or np.abs(place).max() > 1e6 or any(np.allclose(place, one, atol=1e-7) for one in seen):
            continue
        seen.append(place)
        yield place


def _proven(
    formula: Node, slopes: Sequence[Node], variables: Sequence[Node], domain: Domain, place: np.ndarray
) -> StationaryPoint | None:
    """Show that the gradient is 0 at or very near a proposal."""
    for size in (1, 12, 1000):
        point = {node: Fraction(float(x)).limit_denominator(size) for node, x in zip(variables, place, strict=True)}
        if all(abs(float(point[node]) - x) < 1e-6 * max(1, abs(x)) for node, x in zip(variables, place, strict=True)):
            if _is_stationary(slopes, point) and domain.contains(point):
                exact = {node: exact_number(value) for node, value in point.items()}
                return _classified(formula, variables, exact, is_exact=True)
    box = _krawczyk(slopes, variables, place)
    if box is None or not all(
        domain.intervals[node].low < low and high < domain.intervals[node].high for node, (low, high) in box.items()
    ):
        return None
    return _classified_in_box(formula, variables, box)


def _is_stationary(slopes: Sequence[Node], point: Mapping[Node, Fraction]) -> bool:
    try:
        values = exact_values(list(slopes), {node: exact_number(value) for node, value in point.items()})
    except (SymgdError, TypeError, ValueError, OverflowError):
        return False
    return all(value.is_zero or (value.is_zero is None and value.equals(0)) for value in values)


def _krawczyk(
    slopes: Sequence[Node], variables: Sequence[Node], place: np.ndarray
) -> dict[Node, tuple[Fraction, Fraction]] | None:
    """Return a box that contains exactly one zero of the gradient, or None where that is not shown."""
    n = len(variables)
    rows = [gradients(slope, variables) for slope in slopes]
    centre = [Fraction(float(x)) for x in place]
    try:
        for _ in range(8):  # Newton's method in many digits, on numbers rounded to 45 digits
            point = dict(zip(variables, centre, strict=True))
            hessian = mpmath.matrix(n, n)
            with mpmath.workdps(DIGITS + 10):
                for i, j in itertools.product(range(n), repeat=2):
                    hessian[i, j] = _middle(enclose(rows[i][j], point))
                gradient = mpmath.matrix([_middle(enclose(slope, point)) for slope in slopes])
                inverse = hessian**-1
                step = inverse * gradient
                centre = [_rounded(c, step[i]) for i, c in enumerate(centre)]
                if max(abs(x) for x in step) < mpmath.mpf(10) ** -42:
                    break
        point = dict(zip(variables, centre, strict=True))
        box = {node: (value - RADIUS, value + RADIUS) for node, value in point.items()}
        iv = mpmath.iv
        before = iv.dps
        iv.dps = DIGITS + 10
        try:
            gradient_box = [enclose(slope, point) for slope in slopes]
            hessian_box = [[enclose(rows[i][j], box) for j in range(n)] for i in range(n)]
            radius = iv.mpf(RADIUS.numerator) / RADIUS.denominator
            for i in range(n):
                moved = -sum((iv.mpf(inverse[i, j]) * gradient_box[j] for j in range(n)), iv.mpf(0))
                for j in range(n):
                    product = sum((iv.mpf(inverse[i, k]) * hessian_box[k][j] for k in range(n)), iv.mpf(0))
                    rest = (1 if i == j else 0) - product
                    moved += rest * iv.mpf([-1, 1]) * radius
                if not (moved.a > -radius.a and moved.b < radius.a):
                    return None
        finally:
            iv.dps = before
    except (SymgdError, ZeroDivisionError, ValueError):
        return None
    return box


def _middle(value: Any) -> Any:
    low, high = ends_of(value)
    return (low + high) / 2


def _rounded(centre: Fraction, step: Any) -> Fraction:
    digits = 10**45
    with mpmath.workdps(DIGITS + 10):
        moved = mpmath.mpf(centre.numerator) / centre.denominator - step
        return Fraction(int(mpmath.nint(moved * digits)), digits)


# -- classifying ----------------------------------------------------------------------------------------------


def classify_point(formula: Node, variables: Sequence[Node], point: Mapping[Node, Any]) -> StationaryPoint:
    """Return what a stationary point is.

    Raises
    ------
    DomainError
        Where the gradient is not 0 there, or the formula is not defined.
    """
    slopes = gradients(formula, list(variables))
    values = exact_values(slopes, point)
    for value, node in zip(values, variables, strict=True):
        if not (value.is_zero or (value.is_zero is None and value.equals(0))):
            raise DomainError(
                f"the point is not stationary: the slope in {node.name} is {_short(value)}",
                hint="use stationary_points to find some",
            )
    found = _classified(formula, variables, point, is_exact=True)
    if found is None:
        raise DomainError("the signs of the Hessian cannot be decided there")
    return found


def _classified(formula: Node, variables: Sequence[Node], point: Mapping[Node, Any], is_exact: bool) -> StationaryPoint | None:
    """Classify an exact point by the exact Hessian, or by higher derivatives of one variable."""
    try:
        (value,) = exact_values([formula], point)
        hessian = exact_values(Hessian(formula, variables, Facts()).entries, point)
    except (SymgdError, TypeError, ValueError, OverflowError):
        return None
    names = {node.name: x for node, x in point.items()}
    n = len(variables)
    if n == 1:
        found = _by_derivatives(formula, variables[0], point)
        return None if found is None else StationaryPoint(names, found[0], value, is_exact, found[1])
    matrix = sp.zeros(n, n)
    for k, (i, j) in enumerate(lower_triangle(n)):
        matrix[i, j] = matrix[j, i] = hessian[k]
    signs = _inertia(matrix)
    if signs is None:
        return None
    positive, zero, negative = signs
    counts = f"{positive} positive, {zero} zero, {negative} negative eigenvalues of the Hessian"
    if positive and negative:
        nature = Nature.SADDLE
    elif zero:
        nature = Nature.DEGENERATE
    else:
        nature = Nature.MINIMUM if positive else Nature.MAXIMUM
    return StationaryPoint(names, nature, value, is_exact, counts)


def _inertia(matrix: Any) -> tuple[int, int, int] | None:
    """Count the signs of the eigenvalues, by those of the characteristic polynomial's coefficients: all its roots are real."""
    n = matrix.rows
    coefficients = []
    for coefficient in matrix.charpoly().all_coeffs():
        sign = _sign_of(coefficient)
        if sign is None:
            return None
        coefficients.append(sign)
    zero = next((k for k, sign in enumerate(reversed(coefficients)) if sign), n)
    kept = [sign for sign in coefficients if sign]
    positive = sum(1 for a, b in itertools.pairwise(kept) if a != b)  # Descartes, exact where all roots are real
    return positive, zero, n - zero - positive


def _sign_of(number: Any) -> int | None:
    """Return the sign of an exact number."""
    if number.is_zero or (number.is_zero is None and number.equals(0)):
        return 0
    if number.is_positive or number.is_negative:
        return 1 if number.is_positive else -1
    approximate = sp.N(number, 50)
    return (1 if approximate > 0 else -1) if approximate.is_real and abs(approximate) > sp.Float(10) ** -40 else None


def _by_derivatives(formula: Node, variable: Node, point: Mapping[Node, Any]) -> tuple[Nature, str] | None:
    """The first derivative that is not 0 decides: of even order a minimum or maximum, of odd order neither."""
    (slope,) = gradients(formula, [variable])
    for order in range(2, MAX_DERIVATIVE + 1):
        (slope,) = gradients(slope, [variable])
        try:
            sign = _sign_of(exact_values([slope], point)[0])
        except SymgdError:
            return None
        if sign is None:
            return None
        if sign:
            reason = f"derivative {order} is the first that is not 0, and it is {'positive' if sign > 0 else 'negative'}"
            if order % 2:
                return Nature.SADDLE, reason
            return (Nature.MINIMUM if sign > 0 else Nature.MAXIMUM), reason
    return Nature.DEGENERATE, f"all derivatives up to order {MAX_DERIVATIVE} are 0"


def _classified_in_box(
    formula: Node, variables: Sequence[Node], box: Mapping[Node, tuple[Fraction, Fraction]]
) -> StationaryPoint | None:
    """Classify a point known to 30 digits by the signs of leading minors over its box (Jacobi's rule)."""
    n = len(variables)
    hessian = Hessian(formula, variables, Facts())
    before = mpmath.iv.dps
    mpmath.iv.dps = DIGITS + 10
    try:
        entries = [[enclose(hessian.entry(i, j), box) for j in range(n)] for i in range(n)]
        value = enclose(formula, box)
        signs = [1]
        for size in range(1, n + 1):
            minor = _determinant([row[:size] for row in entries[:size]])
            if not (minor.a > 0 or minor.b < 0):
                return None
            signs.append(1 if minor.a > 0 else -1)
    except SymgdError:
        return None
    finally:
        mpmath.iv.dps = before
    negative = sum(1 for a, b in itertools.pairwise(signs) if a != b)
    nature = Nature.MINIMUM if negative == 0 else Nature.MAXIMUM if negative == n else Nature.SADDLE
    point = {node.name: sp.Float(str(_decimal((low + high) / 2)), 30) for node, (low, high) in box.items()}
    reason = f"{n - negative} positive, {negative} negative eigenvalues of the Hessian, in interval arithmetic"
    height = _middle(value)
    shown = sp.Float(str(height), 30) if abs(height) > mpmath.mpf(10) ** -28 else sp.Integer(0)
    return StationaryPoint(point, nature, shown, False, reason)


def _decimal(value: Fraction) -> Any:
    with mpmath.workdps(40):
        return mpmath.nstr(mpmath.mpf(value.numerator) / value.denominator, 35)


def _determinant(rows: list[list[Any]]) -> Any:
    """Return a determinant by expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    total = mpmath.iv.mpf(0)
    for j, entry in enumerate(rows[0]):
        minor = _determinant([row[:j] + row[j + 1 :] for row in rows[1:]])
        total = total + (entry * minor if j % 2 == 0 else -entry * minor)
    return total
